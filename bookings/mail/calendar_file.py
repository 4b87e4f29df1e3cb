"""The calendar file of one meeting (RFC 5545), for mails and for the link's page.

METHOD is PUBLISH, because the portal tells of a meeting and is not its organizer. The UID is the same for life and
SEQUENCE grows with each change, so that a calendar replaces its entry instead of adding another. A meeting that is gone
is published as well, with STATUS:CANCELLED: METHOD:CANCEL (RFC 5546, 3.2.5) is the word of an organizer, and programs
drop it when they don't know who that is. Whoever subscribes to the file's address is told how often to look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vDuration, vText

from bookings.mail.messages import Meeting

CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
FILE_NAME = "meeting.ics"
_AROUND = timedelta(days=366)
# RFC 7986, 5.7, and the older name by which Outlook knows the same.
_REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that travels with a mail, in UTF-8."""

    name: str
    content_type: str
    content: bytes


def meeting_uid(reference: str) -> str:
    """The meeting's UID (RFC 7986, 5.3 wants it globally unique): its reference at the portal's host."""
    return f"{reference}@{urlsplit(settings.PORTAL_URL).hostname}"


def build_calendar_file(
    meeting: Meeting,
    *,
    sequence: int,
    status_url: str,
    language: str,
    now: datetime,
    changed_at: datetime | None = None,
    is_cancelled: bool = False,
) -> bytes:
    """The file as bytes: one event in the site's own zone, with the rules of that zone included.

    `changed_at` is when the meeting last changed, this moment when nobody knows.
    """
    start, end = meeting.span.start.astimezone(meeting.zone), meeting.span.end.astimezone(meeting.zone)
    event = Event()
    event.add("uid", meeting_uid(meeting.reference))
    event.add("sequence", sequence)
    event.add("dtstamp", now)
    event.add("last-modified", changed_at or now)
    event.add("dtstart", start)
    event.add("dtend", end)
    place = f"{meeting.room}, {meeting.site}"
    event.add("location", f"{place}, {meeting.address}" if meeting.address else place)
    with override(language):
        event.add("summary", _("Cancelled: %(place)s") % {"place": place} if is_cancelled else place)
        event.add(
            "description",
            _("Reference %(reference)s. Details and changes: %(url)s")
            % {"reference": meeting.reference, "url": status_url},
        )
    event.add("url", status_url)
    event["status"] = vText("CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    # Outlook goes by its own word for it where there is one (MS-OXCICAL, 2.1.3.1.1.20.31).
    event.add("x-microsoft-cdo-busystatus", "FREE" if is_cancelled else "BUSY")
    calendar = Calendar()
    calendar.add("prodid", f"-//{parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or 'Workways booking'}//Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    calendar.add_component(event)
    # Only the clock changes around the meeting: programs need no others, and half a century of them is a long file.
    calendar.add_missing_timezones(first_date=(start - _AROUND).date(), last_date=(end + _AROUND).date())
    return bytes(calendar.to_ical())


def build_attachment(
    meeting: Meeting,
    *,
    sequence: int,
    status_url: str,
    language: str,
    now: datetime,
    changed_at: datetime | None = None,
    is_cancelled: bool = False,
) -> Attachment:
    """The same file, ready to travel with a mail."""
    content = build_calendar_file(
        meeting,
        sequence=sequence,
        status_url=status_url,
        language=language,
        now=now,
        changed_at=changed_at,
        is_cancelled=is_cancelled,
    )
    return Attachment(FILE_NAME, CONTENT_TYPE, content)
