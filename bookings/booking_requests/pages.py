"""What the page of a request says: one table from its state to its part of the page, its title and its words."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State, Why
from bookings.core.answers import Answer, Blocked, Reason

Text = str | Promise


class Mood(StrEnum):
    """How good the news is; also the kind of the badge."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the template of its part, its title, its badge, and how far along the way it is (0: nowhere)."""

    part: str
    title: Text
    badge: Text
    mood: Mood
    step: int
    # Does the page ask again by itself, because the state will move without the person?
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Why it ended or stands still, and the way on: a sentence or two each."""

    reason: Text
    way_on: Text


_CONFIRM = Page("confirm", _("Check and book"), _("Not booked yet"), Mood.NEUTRAL, 2)
_GONE = Page("gone", _("Your meeting is no longer in the calendar"), _("No longer in the calendar"), Mood.BAD, 0)
_OTHER_TIME = Page("other_time", _("Choose another time"), _("Not booked"), Mood.WARN, 2)

PAGES: dict[State, Page] = {
    State.AWAITING_PROOF: _CONFIRM,
    State.READY: _CONFIRM,
    State.SENDING: Page("sending", _("Your booking is being sent"), _("Being sent"), Mood.NEUTRAL, 2, is_waiting=True),
    State.BEING_CONFIRMED: Page(
        "being_confirmed", _("Your booking is being confirmed"), _("Being confirmed"), Mood.WARN, 2, is_waiting=True
    ),
    State.KEPT: Page("kept", _("We have kept your request"), _("With our team"), Mood.WARN, 0),
    State.REGISTRATION_NEEDED: Page(
        "registration_needed", _("One step left: register your company"), _("Registration needed"), Mood.WARN, 3
    ),
    State.VERIFICATION_NEEDED: Page(
        "verification_needed",
        _("One step left: activate your account"),
        _("Activation needed"),
        Mood.WARN,
        3,
        is_waiting=True,
    ),
    State.BOOKED: Page("booked", _("Your room is booked"), _("Booked"), Mood.GOOD, 4),
    State.REFUSED: Page("refused", _("This could not be booked"), _("Not booked"), Mood.BAD, 0),
    State.ARCHIVED: Page("archived", _("This account is archived"), _("Not booked"), Mood.BAD, 0),
    State.EXPIRED: Page("expired", _("This request has ended"), _("Ended"), Mood.NEUTRAL, 0),
}

# Why an unsent request can't go on with its time; the room page's own sentences say the rest.
_OTHER_TIME_TITLES: dict[Reason, Text] = {
    Reason.BUSY: _("This time has just been taken"),
    Reason.HELD: _("This time has just been taken"),
    Reason.TOO_SOON_FOR_NEW: _("This time is too soon for a new company"),
    Reason.PAST: _("This time has begun already"),
}

_ENDED: dict[Why, Words] = {
    Why.SLOT_TAKEN: Words(
        _("Somebody else booked this time a moment before you."),
        _("Choose one of the other times. Everything you typed is kept."),
    ),
    Why.TODAY_OR_PAST: Words(
        _("Workways doesn't take bookings of new companies for today."),
        _("Choose a day that is at least two days ahead. If your company is registered, use the address it knows."),
    ),
    Why.TOO_SOON: Words(
        _("Workways takes bookings of new companies from two days ahead on."),
        _("Choose a day that is at least two days ahead. If your company is registered, use the address it knows."),
    ),
    Why.PAST: Words(
        _("This time has begun already, so Workways doesn't take it any more."),
        _("Choose one of the later times. Everything you typed is kept."),
    ),
    Why.NOT_PUBLIC: Words(
        _("Workways doesn't offer this room for booking any more."),
        _("Choose another room of this site, or ask our team."),
    ),
    Why.ROOM_NOT_FOUND: Words(
        _("Workways doesn't know this room any more."),
        _("Choose another room of this site, or ask our team."),
    ),
    Why.OTHER: Words(
        _("Workways refused this booking and gave its own reason."),
        _("Choose another time, or ask our team: they see the same message."),
    ),
    Why.UNAUTHORIZED: Words(
        _("Workways doesn't let this portal in at the moment, so your request has not been sent."),
        _("Our team has been told and sends it for you. You don't have to do anything."),
    ),
    Why.THROTTLED: Words(
        _("Workways asks this portal to wait, so your request has not been sent."),
        _("Our team has been told and sends it for you. You don't have to do anything."),
    ),
    Why.UNREACHABLE: Words(
        _("Workways can't be reached at the moment, so your request has not been sent."),
        _("Our team has been told and sends it for you. You don't have to do anything."),
    ),
    Why.FEED_UNREADABLE: Words(
        _("We could not check the room's calendar at the last moment, so your request has not been sent."),
        _("Our team has been told and sends it for you. You don't have to do anything."),
    ),
    Why.NO_ANSWER: Words(
        _("Your booking was sent, but no clear answer came back."),
        _("We look in the room's calendar and tell you by mail. Please don't book a second time."),
    ),
    Why.UNKNOWN_ANSWER: Words(
        _("Your booking was sent, but no clear answer came back."),
        _("We look in the room's calendar and tell you by mail. Please don't book a second time."),
    ),
    Why.GIVEN_UP: Words(
        _("You gave this time back. Nothing was booked."),
        _("You can start again whenever you like."),
    ),
    Why.REPLACED: Words(
        _("You chose another time in this browser, which took the place of this one. Nothing was booked here."),
        _("You can start again whenever you like."),
    ),
    Why.HOLD_RAN_OUT: Words(
        _("The time that we kept for you has run out. Nothing was booked."),
        _("You can start again with everything you typed, as long as the time is free."),
    ),
    Why.START_PASSED: Words(
        _("The meeting's time came before it was confirmed, so nothing was booked."),
        _("Choose another time, or ask our team."),
    ),
    Why.BY_STAFF: Words(
        _("Our team looked at your request and could not book it."),
        _("Choose another time, or ask our team."),
    ),
}


def why_of(request: BookingRequest) -> Why:
    """Why the request is where it is; staff's own decision where nothing else was noted."""
    return Why(request.refusal) if request.refusal in Why.values else Why.BY_STAFF


def words_of(request: BookingRequest) -> Words:
    """The sentences for why the request ended or stands still."""
    return _ENDED[why_of(request)]


def page_of(request: BookingRequest, answer: Answer | None) -> Page:
    """The page of a request; `answer` is whether an unsent request's time can still be booked, None for the others."""
    page = _GONE if request.is_gone else PAGES[State(request.state)]
    if not isinstance(answer, Blocked):
        return page
    title = _OTHER_TIME_TITLES.get(answer.reason, _OTHER_TIME.title)
    return Page(_OTHER_TIME.part, title, _OTHER_TIME.badge, _OTHER_TIME.mood, _OTHER_TIME.step)
