"""How instants, durations and money are written for people, in English and French, on pages and in mails alike."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from bookings.core.money import Money
from bookings.core.timespan import TimeSpan

# A page writes the same few dates and amounts again and again, and Babel takes its time: what it wrote is remembered.
# English pages use day before month and a 24-hour clock, as the three countries do.
_LOCALES = {"en": "en_IE", "fr": "fr_FR"}


def locale_of(language: str) -> str:
    """Babel's locale for a language of the site."""
    return _LOCALES.get(language[:2], "en_IE")


@lru_cache(maxsize=4096)
def money(amount: Money, language: str) -> str:
    """ "€45" or "45 €"; cents only where there are some."""
    digits = "" if amount.minor % 100 == 0 else ".00"
    pattern = {"fr": f"#,##0{digits}\u00a0¤"}.get(language[:2], f"¤#,##0{digits}")
    locale = locale_of(language)
    return format_currency(amount.amount, amount.currency, format=pattern, locale=locale, currency_digits=False)


@lru_cache(maxsize=4096)
def number(value: int | float, language: str) -> str:
    """With the language's separators."""
    return format_decimal(value, locale=locale_of(language))


@lru_cache(maxsize=4096)
def percent(share: float, language: str) -> str:
    """ "62%" or "62 %" of a share from 0 to 1, in whole ones; "<1%" for very little, which is not nothing."""
    few = 0 < share < 0.005
    return ("<" if few else "") + format_percent(0.01 if few else share, format=None, locale=locale_of(language))


def clock(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """ "14:00", wall time of the zone."""
    del language  # Both languages write the time of day alike.
    return instant.astimezone(zone).strftime("%H:%M")


def wall_time(value: time) -> str:
    """ "14:00"."""
    return value.strftime("%H:%M")


@lru_cache(maxsize=4096)
def long_date(day: date, language: str) -> str:
    """ "Tuesday 24 November 2026"."""
    return format_date(day, f"EEEE {_day_pattern(day, language)} MMMM y", locale=locale_of(language))


@lru_cache(maxsize=4096)
def short_date(day: date, language: str) -> str:
    """ "Tue 24 Nov"."""
    return format_date(day, f"EEE {_day_pattern(day, language)} MMM", locale=locale_of(language))


@lru_cache(maxsize=1024)
def month(day: date, language: str) -> str:
    """ "November 2026"."""
    return format_date(day, "MMMM y", locale=locale_of(language))


def _day_pattern(day: date, language: str) -> str:
    """French writes the first of a month as "1er", which the locale's patterns leave out."""
    return "d'er'" if day.day == 1 and language.startswith("fr") else "d"


@lru_cache(maxsize=4096)
def weekday(day: date, language: str) -> str:
    """ "Tuesday"."""
    return format_date(day, "EEEE", locale=locale_of(language))


def zone_name(zone: ZoneInfo, instant: datetime, language: str) -> str:
    """ "Paris time, UTC+1" or "heure de Paris, UTC+1": which clock, and how far it is from UTC at that instant."""
    place = _city(zone, language)
    offset = instant.astimezone(zone).utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds() // 60)
    sign, (hours, rest) = ("-" if minutes < 0 else "+"), divmod(abs(minutes), 60)
    utc = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    if language.startswith("fr"):
        return f"heure de {place}, {utc}"
    return f"{place} time, {utc}"


def _city(zone: ZoneInfo, language: str) -> str:
    names = {"fr": {"Europe/Brussels": "Bruxelles", "Europe/Dublin": "Dublin"}}
    return names.get(language[:2], {}).get(zone.key, zone.key.rsplit("/", 1)[-1].replace("_", " "))


def span(value: TimeSpan, zone: ZoneInfo, language: str) -> str:
    """ "Tuesday 24 November 2026, 14:00–15:00 (Paris time, UTC+1)": the whole truth about one meeting's time."""
    start = value.start.astimezone(zone)
    end = value.end.astimezone(zone)
    first = f"{long_date(start.date(), language)}, {start:%H:%M}"
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{long_date(end.date(), language)}, {end:%H:%M}"
    return f"{first}–{last} ({zone_name(zone, value.start, language)})"


def moment(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """ "Tuesday 24 November 2026, 14:00 (Paris time, UTC+1)": the whole truth about one instant."""
    local = instant.astimezone(zone)
    return f"{long_date(local.date(), language)}, {local:%H:%M} ({zone_name(zone, instant, language)})"


def duration(minutes: int, language: str) -> str:
    """ "1 h 30 min", "45 min", "2 hours" is never mixed in: one form in both languages."""
    del language
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02}\u00a0min" if rest else "")


def and_list(words: list[str], language: str) -> str:
    """ "a, b and c"."""
    return format_list(words, locale=locale_of(language))


def stamp(instant: datetime, zone: ZoneInfo, now: datetime, language: str) -> str:
    """How old something is, as a moment: "12:04" today, else "Tue 24 Nov, 12:04"."""
    local = instant.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{short_date(local.date(), language)}, {local:%H:%M}"
