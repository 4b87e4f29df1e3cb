"""Parts of templates that say nothing but what their keys tell are drawn once: `{% kept key, other %} … {% endkept %}`.

    {% kept operator.name, is_demo %}<p>{{ operator.name }}</p>{% endkept %}

What stands between the marks may depend on the keys, on what the environment stands for (the language, the prefix of
all paths) and on what never changes while the program runs, and on nothing else: not on the request, on a token, or on
what is free. Keys must be hashable. Nothing is kept where templates are read anew when they change. A page's frame and
forms take longer to draw than its calendar, and are the same for everybody who looks.
"""

from collections.abc import Callable, Hashable

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

# A part has some kilobytes at most, so this bounds the memory to a few megabytes for each language of a process.
_MOST = 2_000


class KeptBlocks(Extension):
    """The tag. Each environment has an instance of its own, and so keeps its own parts."""

    tags = {"kept"}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._kept: dict[Hashable, str] = {}

    def bind(self, environment: Environment) -> "KeptBlocks":
        """The same for another environment: with nothing kept yet, because words and paths differ."""
        return type(self)(environment)

    def parse(self, parser: Parser) -> nodes.Node:
        """Reads one block; two blocks of a template differ by their lines."""
        line = next(parser.stream).lineno
        place = nodes.Const((parser.name, line))
        keys = parser.parse_tuple(with_condexpr=True, explicit_parentheses=False)
        if not isinstance(keys, nodes.Tuple):
            keys = nodes.Tuple([keys], "load")
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_draw", [place, keys]), [], [], body).set_lineno(line)

    def _draw(self, place: tuple[str, int], keys: tuple[Hashable, ...], caller: Callable[[], str]) -> str:
        if self.environment.auto_reload:
            return caller()
        key = (place, keys)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            found = self._kept[key] = caller()
        return found
