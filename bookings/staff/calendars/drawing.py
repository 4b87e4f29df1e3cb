"""The cells of a day: what takes time, and between that what is free, closed or not known."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from bookings.availability.blocks import BlockKind, day_blocks
from bookings.availability.cells import size_of
from bookings.availability.hours import wall_clock
from bookings.availability.queries import Day, Slot, Week
from bookings.availability.rules import Situation
from bookings.core.answers import Standing
from bookings.core.timespan import TimeSpan
from bookings.staff.calendars.entries import Entry, Kind


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of a day's column. `start` names the first free start in it as an address does, "" where none is.

    `words` tell whose it is or what it is, `size` is its length as classes.
    """

    kind: str
    size: str
    times: str
    words: str
    entry: Entry | None = None
    start: str = ""

    @property
    def reference(self) -> str:
        """The request behind it, or ""."""
        return self.entry.booking.reference if self.entry and self.entry.booking else ""


def draw_day(week: Week, day: Day, entries: Iterable[Entry], *, with_names: bool) -> list[Cell]:
    """The cells of one day in order, without gaps. What is past is drawn as it was."""
    # As the day begins for somebody who may book anything, so that nothing is past or too soon.
    situation = Situation(now=day.column.start, feed=week.feed, standing=Standing.KNOWN)
    taken: list[TimeSpan] = []
    cells: list[tuple[TimeSpan, Cell]] = []
    for entry in sorted(entries, key=lambda one: (list(Kind).index(one.kind), one.span)):
        shown = entry.span.clipped(day.column)
        if shown is not None:
            cells += [(part, _taken_cell(part, entry, week.zone, with_names)) for part in shown.minus(taken)]
            taken.append(shown)
    slots = [slot for slot in day.slots if slot.is_bookable]
    for block in day_blocks(week.rules, day.column, situation):
        cells += [(part, _open_cell(part, block.kind, slots, week.zone)) for part in block.span.minus(taken)]
    return [cell for _, cell in sorted(cells, key=lambda pair: pair[0])]


def _taken_cell(span: TimeSpan, entry: Entry, zone: ZoneInfo, with_names: bool) -> Cell:
    kind, words = entry.kind, gettext("Being booked") if entry.kind is Kind.HELD else gettext("Taken")
    if entry.booking is None or not with_names:
        # Whoever may not read names doesn't learn either which meetings are ours.
        kind = Kind.BUSY if kind is Kind.OURS else kind
        return Cell(kind, size_of(span.minutes), _times(span, zone), words)
    return Cell(kind, size_of(span.minutes), _times(span, zone), entry.booking.name or entry.booking.email, entry)


def _open_cell(span: TimeSpan, kind: BlockKind, slots: Iterable[Slot], zone: ZoneInfo) -> Cell:
    if kind is not BlockKind.FREE:
        words = gettext("Closed") if kind is BlockKind.CLOSED else gettext("Not known yet")
        return Cell(kind, size_of(span.minutes), _times(span, zone), words)
    first = next((slot for slot in slots if span.start <= slot.start < span.end), None)
    return Cell("free", size_of(span.minutes), _times(span, zone), gettext("Free"), start=first.key if first else "")


def _times(span: TimeSpan, zone: ZoneInfo) -> str:
    return f"{wall_clock(span.start, zone)}–{wall_clock(span.end, zone)}"
