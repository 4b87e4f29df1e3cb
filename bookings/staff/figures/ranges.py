"""The days that people ask figures of. Pure."""

from datetime import date, timedelta
from enum import StrEnum

USUAL_DAYS = 30
MOST_DAYS = 3 * 366


class Preset(StrEnum):
    """A range that has a name."""

    WEEK = "week"
    DAYS_30 = "days_30"
    DAYS_90 = "days_90"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    YEAR = "year"


def days_of(preset: Preset, today: date) -> tuple[date, date]:
    """Its first and last day."""
    this_month = today.replace(day=1)
    match preset:
        case Preset.WEEK:
            return today - timedelta(days=6), today
        case Preset.DAYS_30:
            return today - timedelta(days=USUAL_DAYS - 1), today
        case Preset.DAYS_90:
            return today - timedelta(days=89), today
        case Preset.THIS_MONTH:
            return this_month, today
        case Preset.LAST_MONTH:
            last = this_month - timedelta(days=1)
            return last.replace(day=1), last
        case Preset.YEAR:
            return today - timedelta(days=364), today
