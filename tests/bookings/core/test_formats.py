from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bookings.core import formats
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan

PARIS, DUBLIN, BRUSSELS = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Dublin"), ZoneInfo("Europe/Brussels")
WINTER, SUMMER = datetime(2026, 1, 7, 13, tzinfo=UTC), datetime(2026, 7, 7, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "english", "french"),
    [
        (4500, "€45", "45 €"),
        (4550, "€45.50", "45,50 €"),
        (123456, "€1,234.56", "1 234,56 €"),
        (100000, "€1,000", "1 000 €"),
        (0, "€0", "0 €"),
        (5, "€0.05", "0,05 €"),
    ],
)
def test_money_is_written_as_each_language_does(minor: int, english: str, french: str) -> None:
    written = [
        formats.money(Money(minor), language).replace("\u202f", " ").replace("\u00a0", " ") for language in ("en", "fr")
    ]

    assert written == [english, french]


@pytest.mark.parametrize(
    ("zone", "instant", "english", "french"),
    [
        (PARIS, WINTER, "Paris time, UTC+1", "heure de Paris, UTC+1"),
        (PARIS, SUMMER, "Paris time, UTC+2", "heure de Paris, UTC+2"),
        (BRUSSELS, WINTER, "Brussels time, UTC+1", "heure de Bruxelles, UTC+1"),
        (DUBLIN, WINTER, "Dublin time, UTC", "heure de Dublin, UTC"),
        (DUBLIN, SUMMER, "Dublin time, UTC+1", "heure de Dublin, UTC+1"),
        (ZoneInfo("America/St_Johns"), WINTER, "St Johns time, UTC-3:30", "heure de St Johns, UTC-3:30"),
    ],
)
def test_zone_is_named_with_its_distance_from_utc(zone: ZoneInfo, instant: datetime, english: str, french: str) -> None:
    assert formats.zone_name(zone, instant, "en") == english
    assert formats.zone_name(zone, instant, "fr") == french


def test_span_says_the_whole_truth() -> None:
    span = TimeSpan(datetime(2026, 11, 24, 13, tzinfo=UTC), datetime(2026, 11, 24, 14, tzinfo=UTC))

    assert formats.span(span, PARIS, "en") == "Tuesday 24 November 2026, 14:00–15:00 (Paris time, UTC+1)"
    assert formats.span(span, PARIS, "fr") == "mardi 24 novembre 2026, 14:00–15:00 (heure de Paris, UTC+1)"


def test_span_over_midnight_names_both_days() -> None:
    span = TimeSpan(datetime(2026, 11, 24, 22, tzinfo=UTC), datetime(2026, 11, 25, 1, tzinfo=UTC))

    assert formats.span(span, PARIS, "en") == (
        "Tuesday 24 November 2026, 23:00–Wednesday 25 November 2026, 02:00 (Paris time, UTC+1)"
    )


def test_first_of_a_month_is_an_ordinal_in_french() -> None:
    day = date(2026, 12, 1)

    assert (formats.long_date(day, "fr"), formats.short_date(day, "fr")) == ("mardi 1er décembre 2026", "mar. 1er déc.")
    assert (formats.long_date(day, "en"), formats.short_date(day, "en")) == ("Tuesday 1 December 2026", "Tue 1 Dec")


def test_days_and_times() -> None:
    day = date(2026, 11, 24)

    assert (formats.short_date(day, "en"), formats.short_date(day, "fr")) == ("Tue 24 Nov", "mar. 24 nov.")
    assert (formats.weekday(day, "en"), formats.weekday(day, "fr")) == ("Tuesday", "mardi")
    assert formats.clock(WINTER, PARIS, "en") == "14:00"
    assert formats.wall_time(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("minutes", "text"), [(30, "30 min"), (60, "1 h"), (90, "1 h 30 min"), (65, "1 h 05 min"), (480, "8 h")]
)
def test_duration_is_one_form_in_both_languages(minutes: int, text: str) -> None:
    assert formats.duration(minutes, "en").replace("\u00a0", " ") == text
    assert formats.duration(minutes, "fr") == formats.duration(minutes, "en")


def test_stamp_names_the_day_only_when_it_is_another_one() -> None:
    late = datetime(2026, 1, 7, 23, 30, tzinfo=UTC)

    assert formats.stamp(WINTER, PARIS, WINTER, "en") == "14:00"
    assert formats.stamp(WINTER, PARIS, late, "en") == "Wed 7 Jan, 14:00"


def test_lists_numbers_and_unknown_languages() -> None:
    assert formats.and_list(["a", "b", "c"], "en") == "a, b and c"
    assert formats.and_list(["a", "b", "c"], "fr") == "a, b et c"
    assert formats.number(12345, "en") == "12,345"
    assert formats.weekday(date(2026, 11, 24), "de") == "Tuesday"
