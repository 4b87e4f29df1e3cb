"""Which zone a TZID means in one file.

icalendar keeps the zones that a file defines for the whole process, so two files that define the same name differently
would disturb each other. Here each file has its own.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.prop import vUTCOffset
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bookings.feeds.components import Component, value_of
from bookings.feeds.recurrence import Budget, WalkedRule, parse_rule

# Names that Outlook and Exchange show to people and sometimes write into files, where they name no city.
_SHOWN_NAMES = {
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "atlantic time": "America/Halifax",
    "newfoundland": "America/St_Johns",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "arizona": "America/Phoenix",
    "indiana": "America/Indiana/Indianapolis",
    "saskatchewan": "America/Regina",
    "central america": "America/Guatemala",
    "greenland": "America/Nuuk",
    "greenwich mean time": "Europe/London",
    "coordinated universal time": "UTC",
    "west central africa": "Africa/Lagos",
    "new delhi": "Asia/Kolkata",
    "abu dhabi": "Asia/Dubai",
    "beijing": "Asia/Shanghai",
    "osaka": "Asia/Tokyo",
    "bern": "Europe/Zurich",
    "edinburgh": "Europe/London",
    "canberra": "Australia/Sydney",
    "wellington": "Pacific/Auckland",
}
_OFFSET = re.compile(r"\(?(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d\d)?\)?", re.IGNORECASE)
_SHOWN = re.compile(r"\((?:UTC|GMT)(?:\s*([+-]\d{1,2}:\d\d))?\)\s*(.*)", re.IGNORECASE)
_COMPACT_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?Z?")


class Tzids:
    """The zones of one file, or of one calendar in it."""

    def __init__(self, definitions: Iterable[Component], floating: tzinfo, budget: Budget) -> None:
        """`definitions` are VTIMEZONEs, the nearest first; `floating` is the zone of times without one: the room's."""
        self._definitions: dict[str, Component] = {}
        for definition in definitions:
            name = _unescaped(_first(definition, "TZID"))
            self._definitions.setdefault(name, definition)
        self._budget = budget
        self._found: dict[str, tzinfo] = {}
        self.floating = floating

    def named(self, tzid: str) -> tzinfo:
        """The zone of this name: a real one where the name is known, else the file's own, else the room's.

        A known name wins over the file's definition of it, because those are often cut down to a single year.
        """
        zone = self._found.get(tzid)
        if zone is None:
            zone = self._found[tzid] = self._search(_unescaped(tzid)) or self.floating
        return zone

    def _search(self, tzid: str) -> tzinfo | None:
        known = _known(tzid)
        if known is not None:
            return known
        definition = self._definitions.get(tzid)
        if definition is not None:
            return _known(_first(definition, "X-LIC-LOCATION")) or defined_zone(definition, self._budget)
        return _shown(tzid)


def _known(tzid: str) -> tzinfo | None:
    """An IANA or Windows name, also behind a maker's prefix (RFC 5545 section 3.8.3.1) and in any case."""
    names = _names()
    for candidate in (tzid, WINDOWS_TO_OLSON.get(tzid, "")):
        if candidate.casefold() in names:
            return ZoneInfo(names[candidate.casefold()])
    if tzid.startswith("/"):
        parts = tzid.strip("/").split("/")
        # No name has more than three parts, such as America/Indiana/Indianapolis.
        for start in range(max(1, len(parts) - 3), len(parts)):
            if (tail := "/".join(parts[start:]).casefold()) in names:
                return ZoneInfo(names[tail])
    return None


def _shown(tzid: str) -> tzinfo | None:
    """A name as Outlook shows it: "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", or a bare offset."""
    match = _SHOWN.fullmatch(tzid)
    words = (match[2] if match else tzid).casefold()
    for shown, name in _SHOWN_NAMES.items():
        if words.startswith(shown):
            return ZoneInfo(name)
    for city in re.split(r"[,:]", words):
        place = _cities().get(city.strip())
        if place:
            return ZoneInfo(place)
    offset = _OFFSET.match(tzid)
    if offset and int(offset[2]) < 15:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    return UTC if match else None


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@cache
def _cities() -> dict[str, str]:
    """The last parts of zone names: "paris" is Europe/Paris."""
    names = sorted(
        name for name in available_timezones() if name.count("/") and not name.startswith(("Etc/", "posix", "right"))
    )
    return {name.rpartition("/")[2].replace("_", " ").casefold(): name for name in names}


def _first(component: Component, name: str) -> str:
    return next((value_after(rest) for line, rest in component.lines if line == name), "")


def value_after(rest: str) -> str:
    """The value of a line whose value may hold colons, as a time zone's name may."""
    return rest[1:].strip() if rest[0] == ":" else value_of(rest)


def _unescaped(text: str) -> str:
    return text.replace("\\,", ",").replace("\\;", ";").strip()


class _Observance:
    """One STANDARD or DAYLIGHT part: from which wall-clock times on which offset holds (RFC 5545 section 3.6.5)."""

    def __init__(self, part: Component, budget: Budget) -> None:
        """Raises ValueError when it lacks its start or its offset."""
        self.after: timedelta = vUTCOffset.from_ical(_first(part, "TZOFFSETTO"))
        self.before: timedelta = vUTCOffset.from_ical(_first(part, "TZOFFSETFROM") or _first(part, "TZOFFSETTO"))
        start = _compact(_first(part, "DTSTART"))
        dates = [value for line, rest in part.lines if line == "RDATE" for value in value_of(rest).split(",")]
        self.onsets = [start, *(_compact(value) for value in dates if value)]
        self._rules = [self._rule(value_of(rest), start, budget) for line, rest in part.lines if line == "RRULE"]

    def _rule(self, text: str, start: datetime, budget: Budget) -> WalkedRule:
        rule = parse_rule(text)
        until = rule.get("UNTIL", [None])[0]
        if isinstance(until, datetime) and until.tzinfo is not None:
            rule["UNTIL"] = [until.replace(tzinfo=None) + self.before]
        return WalkedRule(rule, start, budget)

    def near(self, year: int) -> list[datetime]:
        """The wall-clock times of the changes that can matter in a year, the last ones of rules that ended included."""
        found = list(self.onsets)
        for rule in self._rules:
            last = rule.until.year if rule.until else year
            for middle in {year, min(year, last)}:
                first, end = datetime(max(1, middle - 1), 1, 1), datetime(min(9999, middle + 1), 12, 31)  # noqa: DTZ001 (wall-clock)
                found.extend(rule.between(first, end))
        return found


class DefinedZone(tzinfo):
    """A zone as a file defines it. Times that come twice are the first, times that don't exist count from before."""

    def __init__(self, observances: list[_Observance]) -> None:
        self._observances = observances
        self._years: dict[int, list[tuple[datetime, timedelta, timedelta]]] = {}
        self._walls: dict[tuple[int, int], tuple[list[datetime], list[timedelta]]] = {}

    def _changes(self, year: int) -> list[tuple[datetime, timedelta, timedelta]]:
        """(instant in naive UTC, offset before, offset after), in order."""
        if year not in self._years:
            changes = sorted(
                (onset - part.before, part.before, part.after)
                for part in self._observances
                for onset in part.near(year)
            )
            self._years[year] = changes
        return self._years[year]

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """The offset at a wall-clock time."""
        if moment is None:
            return None
        ends, offsets = self._offsets(moment.year, moment.fold)
        return offsets[bisect_right(ends, moment.replace(tzinfo=None, fold=0))]

    def _offsets(self, year: int, fold: int) -> tuple[list[datetime], list[timedelta]]:
        """The offsets in order, and up to which wall-clock time each but the last holds."""
        found = self._walls.get((year, fold))
        if found is None:
            changes = self._changes(year)
            ends: list[datetime] = []
            offsets = [changes[0][1]]
            for instant, _, after in changes:
                end = instant + (min if fold else max)(offsets[-1], after)
                # Changes that are closer together than they are wide leave nothing for the offset between them.
                ends.append(max(end, ends[-1]) if ends else end)
                offsets.append(after)
            found = self._walls[year, fold] = ends, offsets
        return found

    def fromutc(self, moment: datetime) -> datetime:
        """The wall-clock time of an instant, as tzinfo.fromutc wants it."""
        instant, changes = moment.replace(tzinfo=None), self._changes(moment.year)
        index = bisect_right(changes, instant, key=lambda change: change[0])
        return moment + (changes[index - 1][2] if index else changes[0][1])

    def dst(self, moment: datetime | None) -> timedelta | None:
        """Unknown."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """Unknown."""
        return None


def defined_zone(definition: Component, budget: Budget) -> tzinfo | None:
    """The zone that a VTIMEZONE defines, or None when nothing in it can be used."""
    observances = []
    for part in definition.parts:
        try:
            observances.append(_Observance(part, budget))
        except (ValueError, OverflowError):
            continue
    return DefinedZone(observances) if observances else None


def _compact(text: str) -> datetime:
    match = _COMPACT_TIME.fullmatch(text.strip())
    if not match:
        raise ValueError("no wall-clock time")
    year, month, day, hour, minute, second = (int(number or 0) for number in match.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (wall-clock)
