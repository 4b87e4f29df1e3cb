"""Puts figures into words and shares: what a chart draws, what its table says, and what its file holds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext, ngettext

from bookings.booking_requests.states import State, Why
from bookings.core import formats
from bookings.figures.models import Step
from bookings.figures.rules import percentile
from bookings.mail.models import MailState
from bookings.staff.figures.queries import Fate, RoomShare

# So many bars are overlooked at a glance; the file has them all.
MOST_BARS = 20
# Shares from which a cell of the heat map is drawn one step darker, in per cent.
LEVELS = (10, 30, 50, 70)
_HOUR, _DAY = 60, 24 * 60
# Minutes between request and meeting that tell one group of requests from the next.
LEAD_LIMITS = (4 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY, 8 * _DAY, 15 * _DAY, 31 * _DAY, 91 * _DAY)
_A_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how long it is, in per cent of the longest possible, and what stands at its end."""

    label: str
    percent: float
    value: str
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart draws as bars, what its table says, and its rows as they go into a file, in plain numbers."""

    name: str
    title: str
    summary: str
    bars: list[Bar]
    columns: list[str]
    rows: list[list[str]]
    file_header: list[str]
    file_rows: list[list[object]]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday: its share in per cent and how dark that is, None while the rooms are closed."""

    percent: int | None
    level: int | None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Weekdays side by side, hours below each other."""

    name: str
    title: str
    summary: str
    days: list[tuple[str, str]]
    hours: list[tuple[str, list[Cell]]]
    rows: list[list[str]]
    legend: list[str]
    file_header: list[str]
    file_rows: list[list[object]]


class Charts:
    """All charts in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def sites(self, shares: Iterable[RoomShare]) -> Chart:
        """How full each site was."""
        sums: dict[str, list[int]] = {}
        for share in shares:
            kept = sums.setdefault(share.site, [0, 0])
            kept[0] += share.open_minutes
            kept[1] += share.busy_minutes
        rows = [(site, opened, busy) for site, (opened, busy) in sums.items()]
        return self._occupancy("sites", gettext("How full each site was"), [gettext("Site")], ["site"], rows)

    def rooms(self, shares: Sequence[RoomShare]) -> Chart:
        """How full each room was."""
        one_site = len({share.site for share in shares}) == 1
        rows = [
            (share.room if one_site else f"{share.room}, {share.site}", share.open_minutes, share.busy_minutes)
            for share in shares
        ]
        return self._occupancy("rooms", gettext("How full each room was"), [gettext("Room")], ["room"], rows)

    def _occupancy(
        self, name: str, title: str, column: list[str], header: list[str], rows: list[tuple[str, int, int]]
    ) -> Chart:
        rows = sorted(rows, key=lambda row: (-row[2] / row[1], row[0]))
        opened, busy = sum(row[1] for row in rows), sum(row[2] for row in rows)
        summary = ""
        if opened:
            summary = gettext("%(share)s of the open time was taken: %(busy)s of %(open)s.") % {
                "share": self._percent(busy, opened),
                "busy": self._hours(busy),
                "open": self._hours(opened),
            }
        shown = rows[:MOST_BARS]
        notes = []
        if len(rows) > len(shown):
            words = gettext("Shown are the %(shown)s fullest of %(count)s; the file has them all.")
            notes.append(words % {"shown": len(shown), "count": formats.number(len(rows), self._language)})
        return Chart(
            name=name,
            title=title,
            summary=summary,
            bars=[Bar(label, 100 * taken / all_, self._percent(taken, all_)) for label, all_, taken in shown],
            columns=[*column, gettext("Open"), gettext("Taken"), gettext("Share")],
            rows=[
                [label, self._hours(all_), self._hours(taken), self._percent(taken, all_)]
                for label, all_, taken in shown
            ],
            file_header=[*header, "open_minutes", "busy_minutes"],
            file_rows=[[label, all_, taken] for label, all_, taken in rows],
            notes=notes,
        )

    def heat_map(self, hours: Mapping[tuple[int, int], tuple[int, int]]) -> HeatMap:
        """When the rooms are taken, by weekday and hour."""
        weekdays = [_A_MONDAY + timedelta(days=place) for place in range(7)]
        shown = sorted({hour for _, hour in hours})
        cells = [(f"{hour:02}:00", [_cell(hours.get((weekday, hour))) for weekday in range(1, 8)]) for hour in shown]
        summary = ""
        if hours:
            (weekday, hour), (opened, busy) = max(hours.items(), key=lambda item: item[1][1] / item[1][0])
            summary = gettext("The fullest hour is %(day)s from %(hour)s: %(share)s of it was taken.") % {
                "day": formats.weekday(weekdays[weekday - 1], self._language),
                "hour": f"{hour:02}:00",
                "share": self._percent(busy, opened),
            }
        return HeatMap(
            name="hours",
            title=gettext("When the rooms are taken"),
            summary=summary,
            days=[
                (formats.short_date(day, self._language).split(" ")[0], formats.weekday(day, self._language))
                for day in weekdays
            ],
            hours=cells,
            rows=[[hour, *(self._cell_in_words(cell) for cell in row)] for hour, row in cells],
            legend=self._legend(),
            file_header=["weekday", "hour", "open_minutes", "busy_minutes"],
            file_rows=[[weekday, hour, *hours[weekday, hour]] for weekday, hour in sorted(hours)],
        )

    def steps(self, pages: Mapping[str, int], fates: Sequence[Fate]) -> Chart:
        """From looking for a room to a booking, and where people leave."""
        steps = [(step.value, str(step.label), pages.get(step.value, 0)) for step in Step]
        steps += [
            ("begun", gettext("Sent name and address"), sum(fate.number for fate in fates)),
            ("proved", gettext("Confirmed the address"), sum(fate.number for fate in fates if fate.is_proved)),
            ("sent", gettext("Passed on to Workways"), sum(fate.number for fate in fates if fate.is_sent)),
            ("booked", gettext("Booked"), sum(fate.number for fate in fates if fate.is_booked)),
        ]
        most = max(number for _, _, number in steps)
        of_before = ["", *(self._percent(number, before) for (_, _, before), (_, _, number) in pairwise(steps))]
        return Chart(
            name="steps",
            title=gettext("From looking to booking"),
            summary=self._loss(steps),
            bars=[
                Bar(label, 100 * number / most, self._number(number) + (f" · {share}" if share else ""), name in pages)
                for (name, label, number), share in zip(steps, of_before, strict=True)
            ]
            if most
            else [],
            columns=[gettext("Step"), gettext("How often"), gettext("Of the step before")],
            rows=[
                [label, self._number(number), share or "–"]
                for (_, label, number), share in zip(steps, of_before, strict=True)
            ]
            if most
            else [],
            file_header=["step", "number"],
            file_rows=[[name, number] for name, _, number in steps],
            notes=[
                gettext(
                    "The first three steps (outlined) count pages, not people: who opens three rooms counts three "
                    "times. The others count requests. Programs that say they are one, and staff who are signed in, "
                    "are left out."
                )
            ],
        )

    def _loss(self, steps: Sequence[tuple[str, str, int]]) -> str:
        """Between which two steps most are lost, by their share."""
        losses = [
            (1 - number / before, label_before, label, before, number)
            for (_, label_before, before), (_, label, number) in pairwise(steps)
            if before and number < before
        ]
        if not losses:
            return ""
        _share, label_before, label, before, number = max(losses)
        return gettext("Most leave between “%(before)s” and “%(after)s”: %(share)s of them.") % {
            "before": label_before,
            "after": label,
            "share": self._percent(before - number, before),
        }

    def lead(self, fates: Iterable[Fate]) -> Chart:
        """How long before the meeting those were asked for that were booked."""
        counts: Counter[int] = Counter()
        for fate in fates:
            if fate.is_booked:
                counts[fate.lead] += fate.number
        total = sum(counts.values())
        labels = self._lead_labels()
        summary = ""
        if total:
            middle = percentile(counts, 0.5) or 0
            words = ngettext("%(count)s booking", "%(count)s bookings", total) % {"count": self._number(total)}
            summary = gettext("%(bookings)s; the middle one was made %(when)s ahead.") % {
                "bookings": words,
                "when": labels[middle],
            }
        return self._distribution(
            "lead",
            gettext("How long ahead people book"),
            summary,
            gettext("Time until the meeting"),
            [(labels[place], self._lead_name(place), counts[place]) for place in range(len(labels))] if total else [],
        )

    def refusals(self, fates: Iterable[Fate]) -> Chart:
        """Why requests came to nothing."""
        counts: Counter[tuple[str, str]] = Counter()
        for fate in fates:
            if fate.ending:
                counts[fate.ending, fate.reason] += fate.number
        refused = sum(number for (ending, _), number in counts.items() if ending != State.EXPIRED)
        total = sum(counts.values())
        summary = ""
        if total:
            summary = gettext("%(refused)s refused, %(expired)s given up or run out.") % {
                "refused": self._number(refused),
                "expired": self._number(total - refused),
            }
        rows = [(_why(*key), "_".join(filter(None, key)), number) for key, number in counts.most_common()]
        return self._distribution("refusals", gettext("Why requests came to nothing"), summary, gettext("Reason"), rows)

    def mails(self, counts: Mapping[tuple[str, int | None], int]) -> Chart:
        """Whether mails got away, and how fast."""
        outcomes: Counter[str] = Counter()
        seconds: Counter[int] = Counter()
        for (outcome, after), number in counts.items():
            outcomes[outcome] += number
            if outcome == MailState.SENT and after is not None:
                seconds[after] += number
        waiting = outcomes[MailState.QUEUED] + outcomes[MailState.SENDING]
        summary = ""
        middle, late = percentile(seconds, 0.5), percentile(seconds, 0.95)
        if middle is not None and late is not None:
            summary = gettext("Half of the mails left within %(middle)s, 95 of 100 within %(late)s.") % {
                "middle": self._seconds(middle),
                "late": self._seconds(late),
            }
        rows = [
            (gettext("Sent"), "sent", outcomes[MailState.SENT]),
            (gettext("Refused by the mail server"), "refused", outcomes[MailState.FAILED]),
            (gettext("Canceled"), "canceled", outcomes[MailState.CANCELLED]),
            (gettext("Waiting"), "waiting", waiting),
        ]
        chart = self._distribution(
            "mails", gettext("Mails"), summary, gettext("Outcome"), rows if sum(outcomes.values()) else []
        )
        if middle is not None and late is not None:
            chart.file_rows.extend([["p50_seconds", middle], ["p95_seconds", late]])
        return chart

    def _distribution(
        self, name: str, title: str, summary: str, column: str, rows: Sequence[tuple[str, str, int]]
    ) -> Chart:
        """Bars of how many of all; each row is its label, its name in the file, its number."""
        total, most = sum(row[2] for row in rows), max((row[2] for row in rows), default=0)
        return Chart(
            name=name,
            title=title,
            summary=summary,
            bars=[
                Bar(
                    label,
                    100 * number / most,
                    f"{self._number(number)} · {self._percent(number, total)}" if number else "0",
                )
                for label, _, number in rows
            ],
            columns=[column, gettext("How many"), gettext("Share")],
            rows=[[label, self._number(number), self._percent(number, total)] for label, _, number in rows],
            file_header=[name, "number"],
            file_rows=[[key, number] for _, key, number in rows],
        )

    def _lead_labels(self) -> list[str]:
        days = gettext("%(first)s to %(last)s days")
        said = [(limit // _DAY, following // _DAY - 1) for limit, following in pairwise(LEAD_LIMITS[2:])]
        return [
            gettext("less than 4 hours"),
            gettext("4 to 24 hours"),
            gettext("1 day"),
            *(days % {"first": first, "last": last} for first, last in said),
            gettext("more than 90 days"),
        ]

    def _lead_name(self, place: int) -> str:
        limits = (0, *LEAD_LIMITS, None)
        first, last = limits[place], limits[place + 1]
        return f"from_{first}_minutes" + (f"_below_{last}" if last else "")

    def _legend(self) -> list[str]:
        edges = [0, *LEVELS, 100]
        return [
            f"{formats.number(first, self._language)}–{formats.percent(last / 100, self._language)}"
            for first, last in pairwise(edges)
        ]

    def _cell_in_words(self, cell: Cell) -> str:
        return "–" if cell.percent is None else formats.percent(cell.percent / 100, self._language)

    def _number(self, number: int) -> str:
        return formats.number(number, self._language)

    def _percent(self, part: int, whole: int) -> str:
        return formats.percent(part / whole, self._language) if whole else ""

    def _hours(self, minutes: int) -> str:
        return formats.duration(minutes, self._language)

    def _seconds(self, seconds: int) -> str:
        if seconds < 120:
            return f"{self._number(seconds)}\u00a0s"
        return formats.duration(round(seconds / 60), self._language)


def _cell(minutes: tuple[int, int] | None) -> Cell:
    if minutes is None:
        return Cell(None, None)
    percent = 100 * minutes[1] / minutes[0]
    return Cell(round(percent), sum(percent >= level for level in LEVELS))


def _why(ending: str, reason: str) -> str:
    if ending == State.ARCHIVED:
        return str(State.ARCHIVED.label)
    return str(Why(reason).label) if reason in Why.values else str(State(ending).label)
