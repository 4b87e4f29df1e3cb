"""The Jinja2 environment of all pages and mails: globals, filters, and what every page knows of the site."""

from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language, gettext, ngettext, override
from django_htmx.jinja import django_htmx_script, htmx_script
from jinja2 import Environment, StrictUndefined, pass_context, pass_environment
from jinja2.runtime import Context

from bookings.core import formats
from portal.kept_blocks import KeptBlocks
from portal.wording import SpeakingTemplate, language_of


def language() -> str:
    """The language of the page being made: "en" or "fr"."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


@pass_environment
def url(environment: Environment, name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named route, in the page's language."""
    return _path(environment, settings.ROOT_URLCONF, name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _path(
    environment: Environment, routes: str, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]
) -> str:
    """Remembered, because a page names the same few routes again and again; environments differ by all else."""
    with override(language_of(environment)):
        return reverse(name, routes, args=args, kwargs=dict(kwargs))


@pass_context
def in_language(context: Context, code: str) -> str:
    """This very page, query included, in another language; the same address where it knows no other."""
    request: HttpRequest = context["request"]
    path, mark, query = request.get_full_path().partition("?")
    match = getattr(request, "resolver_match", None)
    if match is not None:
        words = tuple(match.kwargs.items())
        path = _path_in(code, match.view_name, match.args, words, get_urlconf(), get_script_prefix())
    return f"{path}{mark}{query}"


@lru_cache(maxsize=4096)
def _path_in(
    code: str, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...], *_where: str | None
) -> str:
    with override(code):
        return reverse(name, args=args, kwargs=dict(kwargs))


@pass_environment
def plan(environment: Environment, room: Any) -> str:
    """A drawing that stands where a room has no picture: its table and as many chairs as it has seats, 14 at most."""
    count = min(max(room.seats or room.max_people or 6, 2), 14)
    return _plan(environment, count, room.configuration.lower(), (room.pk or 0) % 4, room.is_office)


@lru_cache(maxsize=512)
def _plan(environment: Environment, *said: object) -> str:
    # Drawn chair by chair, which takes longer than the rest of a room's words.
    drawing: str = environment.get_template("components/plan.html").module.drawing(*said)  # type: ignore[attr-defined]
    return drawing


def may_open(request: HttpRequest, name: str) -> bool:
    """May whoever is signed in open this route of the panel?"""
    from portal import access  # deferred: settings load this module before the apps

    return access.may_open(request, name)


def _in_page_language(formatter: Any) -> Any:
    @pass_environment
    def filtered(environment: Environment, value: Any, *args: Any) -> str:
        return str(formatter(value, *args, language_of(environment) or language()))

    return filtered


def environment(**options: Any) -> Environment:
    """Jinja2 with autoescaping, strict names, both languages' texts, and the one set of formatters."""
    options.setdefault("undefined", StrictUndefined)
    options["auto_reload"] = settings.DEBUG
    options["extensions"] = ["jinja2.ext.i18n", "jinja2.ext.do", KeptBlocks]
    env = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  Django's backend passes autoescape=True in options.
    env.policies["ext.i18n.trimmed"] = True
    env.template_class = SpeakingTemplate
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        static=static if settings.DEBUG else cache(static),
        url=url,
        language=language,
        in_language=in_language,
        plan=plan,
        may_open=may_open,
        htmx_script=htmx_script if settings.DEBUG else cache(htmx_script),
        django_htmx_script=django_htmx_script,
    )
    for name in (
        "money",
        "number",
        "percent",
        "clock",
        "long_date",
        "short_date",
        "weekday",
        "span",
        "moment",
        "duration",
        "zone_name",
        "stamp",
    ):
        env.filters[name] = _in_page_language(getattr(formats, name))
    return env


def site_context(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: who runs the portal, the languages, whether this is the demo, and whose data it shows."""
    from bookings.catalog.queries import operator_settings  # deferred: settings load this module before the apps

    return {
        "operator": operator_settings(),
        "languages": settings.LANGUAGES,
        "is_demo": settings.IS_DEMO,
        "is_embedded": settings.WORKWAYS_IS_EMBEDDED,
    }
