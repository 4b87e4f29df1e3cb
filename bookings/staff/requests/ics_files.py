"""Requests as one calendar file (RFC 5545), sent meeting by meeting; nobody's name or address is in it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event, vText

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import OPEN, State
from bookings.mail.calendar_file import meeting_uid

_END = b"END:VCALENDAR\r\n"


def ics_response(name: str, requests: Iterable[BookingRequest], *, now: datetime) -> StreamingHttpResponse:
    """A file to keep."""
    response = StreamingHttpResponse(_pieces(requests, now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "no-store"
    return response


def _pieces(requests: Iterable[BookingRequest], now: datetime) -> Iterator[bytes]:
    calendar = Calendar()
    calendar.add("prodid", "-//Workways booking portal//requests//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    yield calendar.to_ical().removesuffix(_END)
    for request in requests:
        yield _event(request, now).to_ical()
    yield _END


def _event(request: BookingRequest, now: datetime) -> Event:
    """One meeting at its instant, under the UID that the guest's own file has."""
    place = f"{request.room.public_name}, {request.room.site.name}"
    people = ngettext("%(count)s person", "%(count)s people", request.people) % {"count": request.people}
    event = Event()
    event.add("uid", meeting_uid(request.reference))
    event.add("sequence", request.calendar_sequence)
    event.add("dtstamp", now)
    event.add("dtstart", request.start)
    event.add("dtend", request.end)
    event.add("summary", f"{place} ({people})")
    event.add("location", place)
    words = {"reference": request.reference, "state": request.change or request.get_state_display()}
    event.add("description", _("%(reference)s: %(state)s") % words)
    event["status"] = vText(status_of(request))
    return event


def status_of(request: BookingRequest) -> str:
    """What the calendar calls it: certain, still open, or not to be (RFC 5545, 3.8.1.11)."""
    if request.state == State.BOOKED:
        return "CANCELLED" if request.is_gone else "CONFIRMED"
    return "TENTATIVE" if request.state in OPEN else "CANCELLED"
