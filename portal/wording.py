"""Templates that speak one language: its words are put in when a template is compiled, not each time it is used.

A page has near a hundred `_("…")`, and looking each of them up took a fifth of the time that a page took. So there is
one set of compiled templates for each language, and in it a text without variables is part of the plain text around.
"""

from typing import Any

from django.template.backends.jinja2 import Jinja2
from django.urls import get_script_prefix
from django.utils.translation import get_language, gettext, override
from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer

_LOOK_UPS = ("_", "gettext")


class SpeakingTemplates(Jinja2):
    """Django's backend for Jinja2 with an environment for each language and each prefix of all paths.

    Which one, the thread says; so what a template draws of words and paths can be kept by its environment.
    """

    _first: Environment
    _bound: dict[tuple[str | None, str], Environment]

    @property
    def env(self) -> Environment:
        """The environment of the language and the prefix that are active."""
        key = get_language(), get_script_prefix()
        found = self._bound.get(key)
        if found is None:
            found = self._first.overlay()
            found.extend(language=key[0], prefix=key[1])
            self._bound[key] = found
        return found

    @env.setter
    def env(self, environment: Environment) -> None:
        environment.code_generator_class = SpeakingGenerator
        self._first, self._bound = environment, {}


class SpeakingTemplate(Template):
    """A template whose macros are the same for whoever imports them: here no template has globals of its own."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        # Jinja compares the globals of both templates at each import, which takes longer than what is imported.
        return super()._get_default_module()


def language_of(environment: Environment) -> str | None:
    """The language of an environment's words, such as "en"; None for an environment that speaks none in particular."""
    found: str | None = getattr(environment, "language", None)
    return found and found[:2]


class SpeakingGenerator(CodeGenerator):
    """Compiles a template with the words of its environment's language."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:
        """Where Jinja begins."""
        super().visit_Template(_Speaker(self.environment).visit(node), frame)


class _Speaker(NodeTransformer):
    """Puts texts in place of their look-ups; what newstyle gettext would give, escaped alike."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._language: str | None = getattr(environment, "language", None)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        message = _message_of(node)
        if message is None:
            return node
        with override(self._language):
            text = gettext(message)
        if not node.kwargs:
            spoken: nodes.Expr = nodes.MarkSafeIfAutoescape(nodes.Const(text % {}))
        else:
            pairs = [nodes.Pair(nodes.Const(word.key), word.value) for word in node.kwargs]
            spoken = nodes.Mod(nodes.MarkSafeIfAutoescape(nodes.Const(text)), nodes.Dict(pairs))
        spoken.set_lineno(node.lineno)
        spoken.set_environment(self._environment)
        return spoken


def _message_of(node: nodes.Call) -> str | None:
    """The message that the call looks up, None for any other call, and for one whose message isn't written out."""
    if not isinstance(node.node, nodes.Name) or node.node.name not in _LOOK_UPS or node.dyn_args or node.dyn_kwargs:
        return None
    match node.args:
        case [nodes.Const(value=str(message))]:
            return message
        case _:
            return None
