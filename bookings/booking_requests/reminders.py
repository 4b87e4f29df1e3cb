"""Reminds guests of their meetings, once each, as long before as the operator set."""

from datetime import datetime, timedelta

from django.db import transaction

from bookings.booking_requests import notices, queries, rules
from bookings.booking_requests.actions import SYSTEM, record
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import What
from bookings.catalog.queries import operator_settings

# Civil hours may move a reminder ahead by so much.
_MOST_EARLIER = timedelta(hours=24)


def remind_due(*, now: datetime) -> int:
    """Reminds of every meeting whose reminder is due and that is still in its room's calendar; says of how many."""
    hours = operator_settings().reminder_hours
    if not hours:
        return 0
    coming = queries.to_remind_of(now=now, until=now + timedelta(hours=hours) + _MOST_EARLIER)
    return sum(_remind(request, hours, now=now) for request in coming)


def _remind(request: BookingRequest, hours: int, *, now: datetime) -> bool:
    due_at = rules.reminder_at(request.start, request.zone, hours)
    if now < due_at:
        return False
    # Whoever booked, or was told of a new time, later than that has it in mind.
    is_news = (request.changed_at or request.booked_at or request.sent_at or request.created_at) > due_at
    if not is_news and not rules.is_civil(now, request.zone):
        return False
    with transaction.atomic():
        mine = BookingRequest.objects.filter(pk=request.pk, reminded_at=None, start=request.start)
        if mine.update(reminded_at=now) != 1 or is_news:
            return False
        request.refresh_from_db()
        record(request=request, actor=SYSTEM, what=What.REMINDED, now=now)
        notices.mail_reminder(request, now=now)
    return True
