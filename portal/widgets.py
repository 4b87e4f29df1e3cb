"""Form controls written by Python instead of by Django's templates, which take a template for each option of a list.

The same HTML for the plain kinds of controls; all others are left to Django's templates.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import Jinja2
from django.http import HttpRequest
from markupsafe import Markup, escape


class QuickControls(Jinja2):
    """The renderer of all forms."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The control, or whatever else of a form Django wants."""
        write = _WRITTEN.get(template_name)
        if write is None:
            return super().render(template_name, context, request)
        return Markup(write(context["widget"]))  # noqa: S704  All that is not ours is escaped below.


def _attributes(attributes: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not False
    )


def _input(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{escape(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{escape(widget["name"])}"{value}{_attributes(widget["attrs"])}>'


def _option(option: dict[str, Any]) -> str:
    return f'<option value="{escape(option["value"])}"{_attributes(option["attrs"])}>{escape(option["label"])}</option>'


def _select(widget: dict[str, Any]) -> str:
    groups = []
    for name, options, _index in widget["optgroups"]:
        written = "".join(_option(option) for option in options)
        groups.append(f'<optgroup label="{escape(name)}">{written}</optgroup>' if name else written)
    return f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>{"".join(groups)}</select>'


_FOLDER = "django/forms/widgets"
_INPUTS = ("text", "email", "number", "date", "time", "hidden", "url", "tel", "search")
_WRITTEN: dict[str, Callable[[dict[str, Any]], str]] = {
    f"{_FOLDER}/select.html": _select,
    **{f"{_FOLDER}/{kind}.html": _input for kind in _INPUTS},
}
