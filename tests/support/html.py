"""Reads a page as a person would ask about it: which links, which words, what would this form send."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.http import HttpResponseBase

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_STEP = re.compile(r"(?P<tag>[a-z0-9]+)?(?P<rest>(?:[#.][\w-]+|\[[^\]]+\])*)")
_PART = re.compile(r"([#.])([\w-]+)|\[([\w:-]+)(?:=\"?([^\"\]]*)\"?)?\]")


class Element:
    """One element with its attributes and what is inside it."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None" = None) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.inside: list[Element | str] = []

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes}>"

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def elements(self) -> "Iterator[Element]":
        """Every element inside, however deep, in the order of the page."""
        for child in self.inside:
            if isinstance(child, Element):
                yield child
                yield from child.elements

    @property
    def text(self) -> str:
        """The words inside, blanks run together."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.inside:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style"):
                yield from child._words()
                yield " "

    @property
    def name(self) -> str:
        """What a screen reader calls it: its label, else its words."""
        return self.attributes.get("aria-label") or self.text

    def find_all(self, selector: str) -> "list[Element]":
        """The elements that a selector of tags, #ids, .classes, [attributes] and blanks between them picks out."""
        steps = selector.split()
        return [element for element in self.elements if element._is_picked(steps)]

    def get(self, selector: str) -> "Element":
        """The one element that the selector picks out. Raises LookupError when there are none or several."""
        found = self.find_all(selector)
        if len(found) != 1:
            raise LookupError(f"{selector!r} picks out {len(found)} elements.")
        return found[0]

    def find(self, selector: str) -> "Element | None":
        """The first element that the selector picks out, or None."""
        return next(iter(self.find_all(selector)), None)

    def _is_picked(self, steps: list[str]) -> bool:
        if not self._matches(steps[-1]):
            return False
        outer, around = steps[:-1], self.parent
        while outer and around is not None:
            if around._matches(outer[-1]):
                outer = outer[:-1]
            around = around.parent
        return not outer

    def _matches(self, step: str) -> bool:
        found = _STEP.fullmatch(step)
        if found is None:
            raise ValueError(f"{step!r} is no selector that this reader knows.")
        if found["tag"] and found["tag"] != self.tag:
            return False
        for kind, word, attribute, value in _PART.findall(found["rest"]):
            if kind == "#" and self.attributes.get("id") != word:
                return False
            if kind == "." and word not in self.attributes.get("class", "").split():
                return False
            if attribute and attribute not in self.attributes:
                return False
            if attribute and value and self.attributes[attribute] != value:
                return False
        return True

    def link(self, name: str) -> "Element":
        """The link with this whole name. Raises LookupError when there are none or several."""
        found = [link for link in self.find_all("a") if link.name == name]
        if len(found) != 1:
            raise LookupError(
                f"{len(found)} links are named {name!r}; there are {[a.name for a in self.find_all('a')]}."
            )
        return found[0]

    def values(self) -> dict[str, str]:
        """What this form would send if it were sent as it is, without its buttons."""
        sent: dict[str, str] = {}
        for field in self.elements:
            name = field.attributes.get("name")
            if not name or "disabled" in field.attributes or field.tag == "button":
                continue
            if field.tag == "select":
                options = field.find_all("option")
                chosen = next((o for o in options if "selected" in o.attributes), options[0] if options else None)
                if chosen is not None:
                    sent[name] = chosen.attributes.get("value", chosen.text)
            elif field.tag == "textarea":
                sent[name] = "".join(child for child in field.inside if isinstance(child, str)).strip("\n")
            elif field.tag == "input" and field.attributes.get("type") in ("radio", "checkbox"):
                if "checked" in field.attributes:
                    sent[name] = field.attributes.get("value", "on")
            elif field.tag == "input":
                sent[name] = field.attributes.get("value", "")
        return sent


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("document", {})
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.inside.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.inside.append(Element(tag, {name: value or "" for name, value in attrs}, self._open))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open.tag != tag:
            raise AssertionError(f"</{tag}> closes <{self._open.tag}> near line {self.getpos()[0]}.")
        self._open = self._open.parent or self.root

    def handle_data(self, data: str) -> None:
        self._open.inside.append(data)


def read_html(source: HttpResponseBase | str) -> Element:
    """The page as a tree. Raises AssertionError where an element is closed that isn't open."""
    builder = _Builder()
    builder.feed(source if isinstance(source, str) else source.content.decode())  # type: ignore[attr-defined]
    builder.close()
    return builder.root
