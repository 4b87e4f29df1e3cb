"""Each rule about a slot in words for staff: what it asks, and the values that answer it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.availability.checks import Check, Rule, new_from
from bookings.availability.rules import RoomRules, Situation, last_end, openings
from bookings.availability.sentences import age_in_words, explain
from bookings.core import formats
from bookings.core.answers import Blocked, Bookable, Standing
from bookings.core.timespan import Intervals, TimeSpan

TITLES = {
    Rule.LISTED: _("Is the room offered?"),
    Rule.MEETING_ROOM: _("Is it rented by the hour?"),
    Rule.SHORTEST: _("Is it long enough?"),
    Rule.LONGEST: _("Is it short enough?"),
    Rule.LENGTH: _("Is the length on the room's step?"),
    Rule.PEOPLE: _("Do the people fit?"),
    Rule.EXISTS: _("Does the clock show that time?"),
    Rule.COMING: _("Is it still to come?"),
    Rule.OPEN: _("Is the room open, without a closure or holiday?"),
    Rule.START: _("Does it start on the room's step?"),
    Rule.HORIZON: _("Is it within what can be booked ahead?"),
    Rule.KNOWN: _("Is the room's calendar known?"),
    Rule.FREE: _("Is it free in the room's calendar?"),
    Rule.NOT_HELD: _("Does nobody else hold it?"),
    Rule.NOTICE: _("May this person book so soon?"),
}
PEOPLE = {
    Standing.UNKNOWN: _("somebody who has not confirmed an address"),
    Standing.NEW: _("a new company"),
    Standing.KNOWN: _("a company that Workways knows"),
    Standing.ARCHIVED: _("somebody whose account is archived"),
}


@dataclass(frozen=True, slots=True)
class ToldRule:
    """One rule as a page draws it. `word` and `mood` are its answer as a badge; `values` is what it went by."""

    title: str
    word: str
    mood: str
    sentence: str
    values: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked: of which room, when, for how long, by whom; `span` is None where the clock skips the time."""

    rules: RoomRules
    span: TimeSpan | None
    minutes: int
    situation: Situation
    language: str

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the site."""
        return self.rules.zone

    def duration(self, minutes: int) -> str:
        """So many minutes, in words."""
        return formats.duration(minutes, self.language)

    def stamp(self, instant: datetime) -> str:
        """An instant by the clock of the site."""
        return formats.stamp(instant, self.zone, self.situation.now, self.language)


def tell(check: Check, asked: Asked) -> ToldRule:
    """A rule, its answer, and the values that it went by."""
    title = str(TITLES[check.rule])
    match check.answer:
        case None:
            return ToldRule(title, gettext("Not asked"), "neutral", "", "")
        case Blocked():
            sentence = explain(check.answer, zone=asked.zone).sentence
            return ToldRule(title, gettext("No"), "bad", sentence, _values(check.rule, asked))
        case Bookable(needs_known_company=True):
            sentence = explain(check.answer, zone=asked.zone).sentence
            return ToldRule(title, gettext("Perhaps"), "warn", sentence, _values(check.rule, asked))
        case Bookable():
            return ToldRule(title, gettext("Yes"), "good", "", _values(check.rule, asked))


def _values(rule: Rule, asked: Asked) -> str:
    """What the rule went by, as a sentence; "" where its answer says it all."""
    rules, situation, now = asked.rules, asked.situation, asked.situation.now
    match rule:
        case Rule.SHORTEST:
            words = gettext("At least %(limit)s; asked for: %(asked)s.")
            return words % {"limit": asked.duration(rules.min_minutes), "asked": asked.duration(asked.minutes)}
        case Rule.LONGEST:
            if rules.max_minutes is None:
                return gettext("The room has no longest time.")
            words = gettext("At most %(limit)s; asked for: %(asked)s.")
            return words % {"limit": asked.duration(rules.max_minutes), "asked": asked.duration(asked.minutes)}
        case Rule.LENGTH:
            words = gettext("From %(least)s on in steps of %(step)s.")
            return words % {"least": asked.duration(rules.min_minutes), "step": asked.duration(rules.step_minutes)}
        case Rule.PEOPLE:
            if rules.max_people is None:
                return gettext("The room has no limit of people.")
            words = gettext("Up to %(limit)s; asked for: %(asked)s.")
            return words % {"limit": rules.max_people, "asked": situation.people}
        case Rule.COMING:
            return gettext("It is %(time)s now.") % {"time": asked.stamp(now)}
        case Rule.START:
            step = {"step": asked.duration(rules.step_minutes)}
            return gettext("Starts are every %(step)s from each opening on.") % step
        case Rule.HORIZON:
            ends_by = last_end(now, situation.feed).astimezone(asked.zone)
            words = gettext("Up to %(day)s, %(time)s.")
            return words % {"day": formats.long_date(ends_by.date(), asked.language), "time": f"{ends_by:%H:%M}"}
        case Rule.KNOWN:
            return age_in_words(situation.feed, zone=asked.zone, now=now, language=asked.language)
        case Rule.NOTICE:
            words = gettext("New companies from %(time)s on. This is %(person)s.")
            return words % {"time": asked.stamp(new_from(rules, now)), "person": PEOPLE[situation.standing]}
        case Rule.OPEN | Rule.FREE | Rule.NOT_HELD if asked.span is not None:
            return _taken(rule, asked, asked.span)
        case _:
            return ""


def _taken(rule: Rule, asked: Asked, span: TimeSpan) -> str:
    """The openings of the day, or what is taken of the span."""
    day = span.start.astimezone(asked.zone).date()
    if rule is Rule.OPEN:
        opened = [_clock(one, asked) for one in openings(day, asked.rules)]
        hours = formats.and_list(opened, asked.language) if opened else gettext("closed")
        return gettext("On %(day)s: %(hours)s.") % {"day": formats.long_date(day, asked.language), "hours": hours}
    taken: Intervals = asked.situation.busy if rule is Rule.FREE else asked.situation.held
    pairs = zip(taken.starts, taken.ends, strict=True)
    found = [_clock(TimeSpan(*pair), asked) for pair in pairs if pair[0] < span.end and pair[1] > span.start]
    if not found:
        return gettext("Nothing is there at that time.")
    return gettext("Taken: %(times)s.") % {"times": formats.and_list(found, asked.language)}


def _clock(span: TimeSpan, asked: Asked) -> str:
    """ "09:00–18:00", with the day where it isn't the slot's."""
    start, end = span.start.astimezone(asked.zone), span.end.astimezone(asked.zone)
    if start.date() == end.date():
        return f"{start:%H:%M}–{end:%H:%M}"
    return f"{asked.stamp(span.start)}–{asked.stamp(span.end)}"
