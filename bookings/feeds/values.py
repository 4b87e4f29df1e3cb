"""What the lines of one event mean."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from icalendar.prop import vDDDTypes, vRecur

from bookings.core.timespan import TimeSpan
from bookings.feeds.components import Component
from bookings.feeds.readings import Flaw
from bookings.feeds.recurrence import parse_rule
from bookings.feeds.tzids import Tzids

Moment = date | datetime
"""A day, or an aware instant in the zone in which the file gives it."""

_UID_LENGTH = 255
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^;:"]*)')
_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?(Z|[+-]00:?00)?)?", re.IGNORECASE
)
_DURATION = re.compile(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)


class Unreadable(Exception):
    """An event can't be read, and why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Length:
    """How long an event lasts: so much by the wall clock, then so much in real time (RFC 5545 section 3.3.6)."""

    wall: timedelta = timedelta(0)
    real: timedelta = timedelta(0)


@dataclass(slots=True)
class Event:
    """One VEVENT, read. `start` and `end` are of the same kind. `flaws`: parts of it that could not be read.

    What can't be read of its repeats leaves the rest of it busy, rather than all of it free.
    """

    uid: str
    sequence: int
    is_free: bool
    start: Moment
    end: Moment
    length: Length
    tzids: Tzids
    replaces: Moment | None = None
    and_future: bool = False
    rules: list[vRecur] = field(default_factory=list)
    excluding_rules: list[vRecur] = field(default_factory=list)
    extra: list[tuple[Moment, Moment | timedelta | None]] = field(default_factory=list)
    excluded: list[Moment] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def repeats(self) -> bool:
        """Is there anything to expand?"""
        return bool(self.rules or self.extra or self.excluded)

    @property
    def span(self) -> TimeSpan | None:
        """The time of the event itself, without repeats; None when it has no length."""
        return self._span(instant(self.start, self.tzids), instant(self.end, self.tzids))

    def span_at(self, wall: Moment, wall_end: Moment | None = None) -> TimeSpan | None:
        """The time of the occurrence at this day or naive wall-clock time; `wall_end` replaces the event's length."""
        zone = self.start.tzinfo if isinstance(self.start, datetime) else None
        start = instant(wall.replace(tzinfo=zone) if isinstance(wall, datetime) else wall, self.tzids)
        if wall_end is None:
            wall_end, real = wall + self.length.wall, self.length.real
        else:
            real = timedelta(0)
        end = instant(wall_end.replace(tzinfo=zone) if isinstance(wall_end, datetime) else wall_end, self.tzids)
        return self._span(start, end + real)

    def _span(self, start: datetime, end: datetime) -> TimeSpan | None:
        if start < end:
            return TimeSpan(start, end)
        # A clock change in between can turn wall-clock times around; the length is what was meant.
        length = self.length.wall + self.length.real
        return TimeSpan(start, start + length) if length > timedelta(0) else None


def instant(moment: Moment, tzids: Tzids) -> datetime:
    """A moment in UTC; a day is its first instant in the room's zone, whatever zone the file names."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=tzids.floating)
    return moment.astimezone(UTC)


def read_event(component: Component, tzids: Tzids, *, cancelled: bool) -> Event:
    """A VEVENT's meaning. `cancelled`: it comes in a calendar with METHOD:CANCEL. Raises Unreadable."""
    lines: dict[str, str] = {}
    for name, rest in component.lines:
        lines.setdefault(name, rest)
    is_free = cancelled or is_free_time(lines)
    replaces = _moment_of(lines.get("RECURRENCE-ID"), tzids, Flaw.BAD_EXCEPTION)
    start = _moment_of(lines.get("DTSTART"), tzids, Flaw.BAD_START)
    if start is None:
        # A cancelled occurrence may say no more than which one it is.
        if not (is_free and replaces):
            raise Unreadable(Flaw.NO_START)
        start = replaces
    event = Event(uid_of(component), _sequence(lines), is_free, start, start, Length(), tzids)
    if not is_free:
        try:
            event.end, event.length = _end_and_length(start, lines, tzids)
        except Unreadable as error:
            if replaces is None:
                raise
            # Without a usable end it takes no time, but what it replaces is gone all the same.
            event.flaws.append(error.flaw)
    if replaces is not None:
        event.replaces = replaces
        event.and_future = parameters(lines["RECURRENCE-ID"])[0].get("RANGE", "").upper() == "THISANDFUTURE"
    _read_repeats(event, component)
    return event


def is_free_time(lines: dict[str, str]) -> bool:
    """Does the event say that it takes no time?"""
    return (
        _word(lines.get("STATUS")) == "CANCELLED"
        or _word(lines.get("TRANSP")) == "TRANSPARENT"
        or _word(lines.get("X-MICROSOFT-CDO-BUSYSTATUS")) == "FREE"
    )


def uid_of(component: Component) -> str:
    """The event's UID as it stands, "" when it has none."""
    return next((parameters(rest)[1] for name, rest in component.lines if name == "UID"), "")


def kept_uid(uid: str) -> str:
    """The UID as it is stored: a long one is cut and ends in a digest of the whole, so that two never become one."""
    if len(uid) <= _UID_LENGTH:
        return uid
    digest = hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{uid[: _UID_LENGTH - 65]}-{digest}"


def parameters(rest: str) -> tuple[dict[str, str], str]:
    """A line's parameters, names in capitals, and its value. A bare colon inside of a parameter is forgiven."""
    found: dict[str, str] = {}
    position = 0
    while match := _PARAMETER.match(rest, position):
        found[match[1].upper()] = match[2].strip().strip('"').strip()
        position = match.end()
    return found, rest[position + 1 :].strip()


def periods(rest: str, tzids: Tzids) -> list[tuple[datetime, datetime]]:
    """The periods of a FREEBUSY line. Raises Unreadable."""
    names, value = parameters(rest)
    found = []
    for text in value.split(","):
        if not text.strip():
            continue
        first, _, last = text.strip().partition("/")
        start = _moment(first, names, tzids, Flaw.BAD_PERIOD)
        if not isinstance(start, datetime):
            raise Unreadable(Flaw.BAD_PERIOD)
        if last[:1].upper() == "P" or last[1:2].upper() == "P":
            length = _length(last, Flaw.BAD_PERIOD)
            end: Moment = start.astimezone(UTC) + length.wall + length.real
        else:
            end = _moment(last, names, tzids, Flaw.BAD_PERIOD)
        found.append((instant(start, tzids), instant(end, tzids)))
    return found


def _word(rest: str | None) -> str:
    return parameters(rest)[1].upper() if rest else ""


def _sequence(lines: dict[str, str]) -> int:
    text = _word(lines.get("SEQUENCE"))
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0


def _moment_of(rest: str | None, tzids: Tzids, flaw: Flaw) -> Moment | None:
    if rest is None:
        return None
    names, value = parameters(rest)
    if not _TIME.fullmatch(value):
        # A colon in an unquoted time zone name, as Exchange writes it: the value stands behind the last one.
        head, _, value = rest.rpartition(":")
        tzid = re.search(r"TZID=([^;]*)", head, re.IGNORECASE)
        names = {"TZID": tzid[1].strip('"')} if tzid else {}
    return _moment(value, names, tzids, flaw)


def _moment(text: str, names: dict[str, str], tzids: Tzids, flaw: Flaw) -> Moment:
    match = _TIME.fullmatch(text.strip())
    if not match:
        raise Unreadable(flaw)
    year, month, day, hour, minute, second, is_utc = match.groups()
    try:
        if hour is None or names.get("VALUE", "").upper() == "DATE":
            return _day(vDDDTypes.from_ical(year + month + day))
        # Midnight as hour 24 and leap seconds exist in files, but not in Python.
        next_day = hour == "24"
        clock = f"{'00' if next_day else hour}{minute}{'59' if second == '60' else second or '00'}"
        naive = vDDDTypes.from_ical(f"{year}{month}{day}T{clock}") + timedelta(days=next_day)
        zone = UTC if is_utc else tzids.named(names["TZID"]) if names.get("TZID") else tzids.floating
        moment: datetime = naive.replace(tzinfo=zone)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(flaw) from None
    return moment


def _day(moment: date) -> date:
    # The first and last days of the calendar can't be moved into another zone.
    if not 1 < moment.year < 9999:
        raise ValueError("out of range")
    return moment


def _length(text: str, flaw: Flaw) -> Length:
    match = _DURATION.fullmatch(text.strip())
    if not match:
        raise Unreadable(flaw)
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups()[1:])
    sign = -1 if match[1] == "-" else 1
    try:
        wall = timedelta(weeks=weeks, days=days)
        real = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise Unreadable(flaw) from None
    return Length(wall * sign, real * sign)


def _end_and_length(start: Moment, lines: dict[str, str], tzids: Tzids) -> tuple[Moment, Length]:
    if "DTEND" in lines:
        end = _moment_of(lines["DTEND"], tzids, Flaw.BAD_END)
        assert end is not None  # noqa: S101 (the line is there; this only tells the type checker)
        return _matched_end(start, end, tzids)
    try:
        if "DURATION" in lines:
            length = _length(parameters(lines["DURATION"])[1], Flaw.BAD_DURATION)
            if not isinstance(start, datetime):
                # A day lasts whole days; hours round up, so that no busy time is lost.
                length = Length(timedelta(days=-(-(length.wall + length.real) // timedelta(days=1))))
                end = start + length.wall
            else:
                end = (start + length.wall).astimezone(UTC) + length.real
                end = end.astimezone(start.tzinfo)
        elif isinstance(start, datetime):
            return start, Length()
        else:
            length = Length(timedelta(days=1))
            end = start + length.wall
    except OverflowError:
        raise Unreadable(Flaw.BAD_DURATION) from None
    if length.wall + length.real < timedelta(0):
        raise Unreadable(Flaw.END_BEFORE_START)
    return end, length


def _matched_end(start: Moment, end: Moment, tzids: Tzids) -> tuple[Moment, Length]:
    """The end as the same kind of value as the start."""
    if not isinstance(start, datetime):
        if isinstance(end, datetime):
            is_midnight = not (end.hour or end.minute or end.second)
            end = end.date() if is_midnight else end.date() + timedelta(days=1)
        # Many programs write a single day as one that ends on itself.
        length = Length(max(end - start, timedelta(days=1)) if end >= start else end - start)
        end = start + length.wall
    else:
        if not isinstance(end, datetime):
            end = datetime(end.year, end.month, end.day, tzinfo=start.tzinfo)
        if end.tzinfo is not start.tzinfo:
            end = end.astimezone(start.tzinfo)
        length = Length(end.replace(tzinfo=None) - start.replace(tzinfo=None))
    if length.wall < timedelta(0):
        raise Unreadable(Flaw.END_BEFORE_START)
    return end, length


def _read_repeats(event: Event, component: Component) -> None:
    """Fills in rules, extra and left-out dates, and what is wrong with them."""
    for name, rest in component.lines:
        try:
            if name in ("RRULE", "EXRULE"):
                rule = _rule(parameters(rest)[1], event)
                (event.rules if name == "RRULE" else event.excluding_rules).append(rule)
            elif name in ("EXDATE", "RDATE"):
                names, value = parameters(rest)
                for text in filter(None, map(str.strip, value.split(","))):
                    if name == "RDATE":
                        event.extra.append(_extra(text, names, event.tzids))
                    else:
                        event.excluded.append(_moment(text, names, event.tzids, Flaw.BAD_EXCEPTION))
        except Unreadable as error:
            event.flaws.append(error.flaw)


def _extra(text: str, names: dict[str, str], tzids: Tzids) -> tuple[Moment, Moment | timedelta | None]:
    first, _, last = text.partition("/")
    names = {name: value for name, value in names.items() if name != "VALUE" or value.upper() == "DATE"}
    start = _moment(first, names, tzids, Flaw.BAD_EXCEPTION)
    if not last:
        return start, None
    if last[:1].upper() == "P" or last[1:2].upper() == "P":
        length = _length(last, Flaw.BAD_EXCEPTION)
        return start, length.wall + length.real
    return start, _moment(last, names, tzids, Flaw.BAD_EXCEPTION)


def _rule(text: str, event: Event) -> vRecur:
    parts = [part.strip() for part in text.upper().split(";")]
    if any(part.startswith("RSCALE=") and part != "RSCALE=GREGORIAN" for part in parts):
        raise Unreadable(Flaw.OTHER_CALENDAR_SYSTEM)
    if any(part.startswith("SKIP=") and part != "SKIP=OMIT" for part in parts):
        raise Unreadable(Flaw.BAD_RULE)
    kept = [part for part in parts if part and not part.startswith(("RSCALE=", "SKIP=", "UNTIL=", "X-"))]
    try:
        rule = parse_rule(";".join(kept))
    except (ValueError, TypeError, LookupError):
        raise Unreadable(Flaw.BAD_RULE) from None
    until = next((part[6:] for part in parts if part.startswith("UNTIL=")), "")
    # Some programs write the last year there is for "never".
    if until and not until.startswith("9999"):
        rule["UNTIL"] = [_until(until, event)]
    return rule


def _until(text: str, event: Event) -> Moment:
    """The last possible start as the series counts: a day, or naive wall-clock time (RFC 5545 section 3.3.10).

    Of the forms that the RFC forbids, a day for an event with times takes in that whole day, and a time without "Z" for
    an event with a zone is UTC, as other programs read it.
    """
    until = _moment(text, {"TZID": "UTC"}, event.tzids, Flaw.BAD_RULE)
    start = event.start
    if not isinstance(start, datetime):
        return until.date() if isinstance(until, datetime) else until
    if not isinstance(until, datetime):
        return datetime(until.year, until.month, until.day, 23, 59, 59)  # noqa: DTZ001 (wall-clock)
    # Programs that write floating times mean their UNTIL by the same clock, whatever they append to it.
    if start.tzinfo is not event.tzids.floating:
        until = until.astimezone(start.tzinfo)
    return until.replace(tzinfo=None)
