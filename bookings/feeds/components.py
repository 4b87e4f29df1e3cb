"""The parts of a calendar file, as far as they can say something about busy time."""

from dataclasses import dataclass, field

# Titles, descriptions, organizers and guests are not in this list, so no later step can give them away.
KEPT = (
    "BEGIN|END|UID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|EXRULE|RECURRENCE-ID|SEQUENCE|STATUS|TRANSP|"
    "X-MICROSOFT-CDO-BUSYSTATUS|FREEBUSY|METHOD|TZID|TZOFFSETFROM|TZOFFSETTO|X-LIC-LOCATION"
)
"""The names of the properties that can say something about busy time, as a regular expression."""

Line = tuple[str, str]
"""A property's name in capitals, and the rest of its line from ";" or ":" on."""


PlainEvent = tuple[str, str, str]
"""UID, start and end of a plain event as they stand: "a@b", "20251030T140000Z", "20251030T150000Z"."""


@dataclass(slots=True)
class Component:
    """A component's kept lines, and for a time zone its parts."""

    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)


@dataclass(slots=True)
class Calendar:
    """One VCALENDAR: its own kept lines, its plain events, and the components that can say more about busy time."""

    lines: list[Line] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    plain: list[PlainEvent] = field(default_factory=list)


def value_of(rest: str) -> str:
    """The value of a line without parameters."""
    return rest.rpartition(":")[2].strip()
