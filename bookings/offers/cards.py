"""The parts of a room's card that are the same in every search: made once for each state of the directory.

A page of two dozen cards is mostly pictures, sites and sizes, which don't depend on what was looked for.
"""

from django.template import engines
from django.utils.translation import get_language
from markupsafe import Markup

from bookings.catalog.directory import Directory, ListedRoom
from bookings.catalog.pages import country_name

_TEMPLATE = "offers/_room_parts.html"
# A card's parts are about two kilobytes; this bounds them to some megabytes for each process.
_MOST = 3_000


class Cards:
    """Gives templates the parts of cards, in the language of the page."""

    def __init__(self, directory: Directory) -> None:
        self._kept: dict[tuple[str, str, int], Markup] = directory.notes.setdefault("cards", {})
        self._language = get_language() or "en"

    def picture(self, room: ListedRoom) -> Markup:
        """The room's picture, or its plan."""
        return self._part("picture", room)

    def about(self, room: ListedRoom) -> Markup:
        """Where it is, for how many, how large, and what it has."""
        return self._part("about", room)

    def _part(self, name: str, room: ListedRoom) -> Markup:
        key = (self._language, name, room.pk)
        part = self._kept.get(key)
        if part is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            module = engines["jinja2"].env.get_template(_TEMPLATE).module  # type: ignore[attr-defined]
            part = self._kept[key] = getattr(module, name)(room, country_name(room.site))
        return part
