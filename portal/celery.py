"""The Celery app and the whole timetable.

Each entry only wakes a task; what there is to do stands in the database, so a lost or doubled message costs nothing.
"""

import os
from datetime import timedelta
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")

TASK_MODULES = [
    "bookings.upstream_calls.tasks",
    "bookings.mail.tasks",
    "bookings.catalog.tasks",
    "bookings.feeds.tasks",
    "bookings.availability.tasks",
    "bookings.offers.tasks",
    "bookings.booking_requests.tasks",
    "bookings.registration.tasks",
    "bookings.inviting.tasks",
    "bookings.watching.tasks",
    "bookings.finding.tasks",
    "bookings.figures.tasks",
    "bookings.personal_data.tasks",
    "portal.members.tasks",
    "portal.embedded.tasks",
]
app.conf.imports = TASK_MODULES

# name of the task -> how often it is woken
TIMETABLE: dict[str, timedelta] = {
    "mail.send_due": timedelta(seconds=5),
    "feeds.refresh_due": timedelta(seconds=15),
    "catalog.refresh": timedelta(minutes=5),
    "catalog.refresh_pictures": timedelta(minutes=1),
    "availability.drop_expired_holds": timedelta(minutes=1),
    "offers.fill_prices": timedelta(seconds=5),
    "booking_requests.settle": timedelta(seconds=20),
    "booking_requests.expire": timedelta(minutes=1),
    "booking_requests.watch_changes": timedelta(seconds=20),
    "booking_requests.remind": timedelta(minutes=1),
    "registration.settle": timedelta(seconds=30),
    "watching.move_on": timedelta(seconds=5),
    "inviting.drop_old_drafts": timedelta(hours=6),
    "finding.fulfil_wishes": timedelta(seconds=5),
    "upstream_calls.prune": timedelta(hours=6),
    "figures.count_rooms": timedelta(minutes=20),
    "figures.count_outcomes": timedelta(minutes=5),
    "figures.collect_pages": timedelta(minutes=5),
    "personal_data.erase_old": timedelta(minutes=30),
    "members.drop_ended_sessions": timedelta(hours=6),
    "embedded.sum_up_uses": timedelta(minutes=10),
}


def _entry(task: str, every: timedelta) -> dict[str, Any]:
    # A wake-up that waited longer than its own rhythm is dropped: the next one does its work.
    return {"task": task, "schedule": every, "options": {"expires": max(every.total_seconds(), 30)}}


app.conf.beat_schedule = {task: _entry(task, every) for task, every in TIMETABLE.items()}
