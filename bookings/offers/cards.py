"""The cards of found rooms: what no search changes is made once for each state of the directory.

A card is mostly a picture, a site, a size and words in the page's language; the address, the time and the price are put
in where the kept card has marks for them. So a page of two dozen cards costs little more than joining texts.
"""

import re
from typing import Any

from django.template import engines
from django.utils.translation import get_language
from markupsafe import Markup, escape

from bookings.catalog.directory import Directory, ListedRoom
from bookings.catalog.pages import country_name
from bookings.offers.results import FoundRoom

_TEMPLATE = "offers/_room_parts.html"
# A card is some two kilobytes; this bounds them to some megabytes for each process.
_MOST = 3_000
# What differs from search to search, where a card has it at all.
_FILLED_IN = ("number", "href", "when", "amount", "lasting", "stale")
# No text that is shown holds this character.
_MARK = re.compile("\x01([a-z]+)\x01")


class Cards:
    """Gives templates the cards, in the language of the page."""

    def __init__(self, directory: Directory) -> None:
        self._kept: dict[Any, Any] = directory.notes.setdefault("cards", {})
        self._language = get_language() or "en"

    def picture(self, room: ListedRoom) -> Markup:
        """The room's picture, or its plan."""
        return self._part("picture", room)

    def about(self, room: ListedRoom) -> Markup:
        """Where it is, for how many, how large, and what it has."""
        return self._part("about", room)

    def result(self, one: FoundRoom, vat: str, is_reading: bool) -> Markup:
        """A found room's card; `is_reading`: the exact price will be there soon."""
        if one.differs or one.why:
            card: Markup = _module().result(one, one.room, country_name(one.room.site), vat, is_reading)
            return card
        has = tuple(bool(getattr(one, name)) for name in _FILLED_IN)
        key = (self._language, one.room.pk, vat, is_reading, one.is_exact, one.known_only, has)
        parts = self._kept.get(key)
        if parts is None:
            parts = self._keep(key, _MARK.split(self._marked(one, vat, is_reading)))
        # Texts stand at the even places and what is filled in at the odd ones.
        filled = [escape(getattr(one, part)) if place % 2 else part for place, part in enumerate(parts)]
        return Markup("".join(filled))  # noqa: S704  The parts were escaped by the template.

    def _marked(self, one: FoundRoom, vat: str, is_reading: bool) -> str:
        said: dict[str, Any] = {name: f"\x01{name}\x01" if getattr(one, name) else "" for name in _FILLED_IN}
        said |= {"differs": "", "why": "", "span": one.span, "known_only": one.known_only, "is_exact": one.is_exact}
        return str(_module().result(said, one.room, country_name(one.room.site), vat, is_reading))

    def _part(self, name: str, room: ListedRoom) -> Markup:
        key = (self._language, name, room.pk)
        part: Markup | None = self._kept.get(key)
        if part is None:
            part = self._keep(key, getattr(_module(), name)(room, country_name(room.site)))
        return part

    def _keep(self, key: Any, made: Any) -> Any:
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = made
        return made


def _module() -> Any:
    return engines["jinja2"].env.get_template(_TEMPLATE).module  # type: ignore[attr-defined]
