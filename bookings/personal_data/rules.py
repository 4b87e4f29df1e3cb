"""How long personal data is kept. Pure."""

import calendar
from datetime import datetime, timedelta

# What was typed with an address that nobody proved may have been typed by somebody else, so it goes soon.
UNPROVED_KEPT = timedelta(days=7)
# A registration whose link ended after 30 days and that nobody took up in another 30.
DRAFT_KEPT = timedelta(days=60)
# Codes and wishes end within minutes; a day is for whoever looks into what went wrong.
ENDED_PROOF_KEPT = timedelta(days=1)


def months_before(now: datetime, months: int) -> datetime:
    """The same day and time so many months ago, or the month's last day where it has no such day."""
    index = now.year * 12 + now.month - 1 - months
    year, month = divmod(index, 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)
