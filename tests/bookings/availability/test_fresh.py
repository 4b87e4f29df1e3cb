"""How long an open page can be wrong, from the upstream's change to the reader's eyes."""

import re
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from bookings.feeds.schedule import LOOKED_AT_RHYTHM
from portal.celery import TIMETABLE

# Reading one calendar and sending one part of a page, with room to spare.
TRAVEL = timedelta(seconds=2)


def test_open_page_is_never_wrong_for_longer_than_a_minute() -> None:
    script = (Path(settings.BASE_DIR) / "static" / "js" / "calendar.js").read_text()
    every, spread = (
        timedelta(milliseconds=int(re.search(rf"const {name} = (\d+);", script)[1])) for name in ("EVERY", "SPREAD")
    )  # type: ignore[index]

    assert LOOKED_AT_RHYTHM + TIMETABLE["feeds.refresh_due"] + every + spread + TRAVEL <= timedelta(minutes=1)
