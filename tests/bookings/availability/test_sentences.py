from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from bookings.availability.errors import HoldLimit, TooManyHolds
from bookings.availability.hours import Days, WeekHours, parse_hours
from bookings.availability.rules import FeedAge
from bookings.availability.sentences import age_in_words, days_in_words, explain, explain_too_many, hours_in_words
from bookings.core.answers import Blocked, Bookable, Reason

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 1, 9, 9, tzinfo=UTC)  # Friday, 10:00 in Paris

SENTENCES = {
    Reason.PAST: ("This time has passed.", "Please choose a later time."),
    Reason.CLOSED: ("The room is closed at that time.", "Please choose another time or another room."),
    Reason.BUSY: ("The room is taken at that time.", "Please choose another time or another room."),
    Reason.HELD: ("Somebody else is booking this time right now.", "Please choose another time or another room."),
    Reason.TOO_SOON_FOR_NEW: ("New companies can book from the day after tomorrow on.", "Please choose a later day."),
    Reason.TOO_SHORT: ("This room is booked for at least 1 h.", "Please choose another duration."),
    Reason.TOO_LONG: ("This room is booked for at most 1 h.", "Please choose another duration."),
    Reason.OFF_STEP: ("This room is booked in steps of 1 h.", "Please choose another time or another room."),
    Reason.TOO_MANY_PEOPLE: ("This room is for up to 60 people.", "Please look for a larger room."),
    Reason.TOO_FAR_AHEAD: ("This room can be booked up to 60 days ahead.", "Please choose an earlier day."),
    Reason.NO_SUCH_TIME: (
        "This time does not exist on that day, because the clocks go forward.",
        "Please choose a later time.",
    ),
    Reason.FEED_UNKNOWN: (
        "We do not know yet when this room is free.",
        "Please try again in a few minutes, or choose another room.",
    ),
    Reason.NOT_A_MEETING_ROOM: ("This room is not rented by the hour.", "Please ask for it, or choose a meeting room."),
    Reason.NO_LONGER_LISTED: ("This room is no longer offered.", "Please choose another room."),
}


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_has_its_sentence_and_a_way_on(reason: Reason) -> None:
    told = explain(Blocked(reason, limit=60), zone=PARIS, start=START)

    assert (told.sentence.replace("\u00a0", " "), told.way_on) == SENTENCES[reason]


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_sentence_is_whole_in_both_languages(reason: Reason, language: str) -> None:
    with translation.override(language):
        told = explain(Blocked(reason, limit=1, next_start=START), zone=PARIS)

    for text in (told.sentence, told.way_on):
        assert text.endswith(".")
        assert "%(" not in text


def test_limit_of_one_is_said_in_the_singular() -> None:
    assert explain(Blocked(Reason.TOO_MANY_PEOPLE, limit=1), zone=PARIS).sentence == "This room is for one person."
    assert (
        explain(Blocked(Reason.TOO_FAR_AHEAD, limit=1), zone=PARIS).sentence
        == "This room can be booked up to one day ahead."
    )


@pytest.mark.parametrize(
    ("later", "way_on"),
    [
        (timedelta(minutes=15), "15 min later, at 10:15, it is free."),
        (timedelta(hours=2), "2 h later, at 12:00, it is free."),
        (timedelta(hours=4), "It is free at 14:00."),
        (timedelta(days=3, minutes=30), "It is free on Mon 12 Jan at 10:30."),
    ],
)
def test_way_on_names_the_nearest_later_start(later: timedelta, way_on: str) -> None:
    told = explain(Blocked(Reason.BUSY, next_start=START + later), zone=PARIS, start=START)

    assert told.way_on.replace("\u00a0", " ") == way_on


def test_way_on_without_the_judged_start_names_the_day() -> None:
    assert explain(Blocked(Reason.BUSY, next_start=START), zone=PARIS).way_on == "It is free on Fri 9 Jan at 10:00."


def test_a_plain_yes_needs_no_words_and_a_yes_for_known_companies_does() -> None:
    plain, known = explain(Bookable(), zone=PARIS), explain(Bookable(needs_known_company=True), zone=PARIS)

    assert (plain.sentence, plain.way_on) == ("", "")
    assert known.sentence == "So soon, only companies that already have a Workways account can book."
    assert known.way_on == "Confirm your e-mail address, and we will see whether yours has one."


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        (HoldLimit.BROWSER, "You already hold 3 slots."),
        (HoldLimit.ADDRESS, "3 slots are already held for this e-mail address."),
        (HoldLimit.NETWORK, "3 slots are already held from your network."),
    ],
)
def test_too_many_holds_say_whose(which: HoldLimit, sentence: str) -> None:
    told = explain_too_many(TooManyHolds(which, 3))

    assert told.sentence == sentence
    assert told.way_on == "Please finish or release one of them, or try again in ten minutes."


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (None, "Availability not known yet"),
        (timedelta(minutes=2), "Checked at 09:58"),
        (timedelta(minutes=40), "As of 09:20; we are checking again"),
        (timedelta(days=2), "As of Wed 7 Jan, 10:00; we are checking again"),
    ],
)
def test_age_is_said_as_a_moment(age: timedelta | None, text: str) -> None:
    feed = FeedAge(None if age is None else START - age)

    assert age_in_words(feed, zone=PARIS, now=START, language="en") == text


def test_hours_are_told_in_words() -> None:
    week = WeekHours(parse_hours("09:00-12:00,14:00-18:00"), parse_hours("10:00-16:00"), parse_hours(""))

    assert hours_in_words(week) == [
        ("Monday to Friday", "09:00–12:00 and 14:00–18:00"),
        ("Saturday", "10:00–16:00"),
        ("Sunday", "Closed"),
    ]


def test_hours_that_were_not_understood_are_on_request() -> None:
    nonsense = parse_hours("ask at the desk")

    assert hours_in_words(WeekHours(nonsense, nonsense, nonsense)) == [("Every day", "On request")]


def test_all_days_have_different_words() -> None:
    assert len({days_in_words(days) for days in Days}) == len(Days)
