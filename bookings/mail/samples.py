"""One context of every kind of mail, with the same invented people, place and time: for previews and for tests."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings.core import formats
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.mail import messages

MEETING = messages.Meeting(
    reference="K7QM-2XTR",
    room="Aurora",
    site="Workways Bastille",
    span=TimeSpan(datetime(2026, 1, 13, 13, 0, tzinfo=UTC), datetime(2026, 1, 13, 14, 30, tzinfo=UTC)),
    zone=ZoneInfo("Europe/Paris"),
    people=6,
    price=Money(6750),
)
ENROLMENT = messages.Enrolment(reference="R4ND-9XYZ", place="Workways Bastille", company="Atelier Martin")
WATCHED = messages.Watched(
    room=MEETING.room, site=MEETING.site, span=MEETING.span, zone=MEETING.zone, people=MEETING.people
)
_WITH_MEETING = messages.Enrolment(
    reference="R4ND-9XYZ", place="Aurora, Workways Bastille", company="Atelier Martin", meeting=MEETING
)
_PERSON = "Jeanne Martin"


def sample_of(kind: str, *, operator: messages.Operator, language: str) -> messages.MailContext | None:
    """The invented mail of a kind, or None for a kind that the portal doesn't write itself."""
    found = samples(operator=operator, language=language)
    return next((context for context in found if context.kind == kind), None)


def samples(*, operator: messages.Operator, language: str) -> list[messages.MailContext]:
    """All invented mails of this operator, in words of a language; their links lead to nobody's data."""
    with override(language):
        return [
            *_of_bookings(operator),
            *_of_watches(operator, language),
            *_of_links(operator, language),
            *_of_registrations(operator),
            *_of_team(operator),
        ]


def _address(path: str) -> str:
    return f"{settings.PORTAL_URL}{path}"


def _of_bookings(operator: messages.Operator) -> list[messages.MailContext]:
    status = _address("/l/status-token/")
    told: dict[str, Any] = {"operator": operator, "meeting": MEETING, "status_url": status, "person": _PERSON}
    ask, message = _("Change the booking"), _("May we come\nhalf an hour later?")
    return [
        messages.ProveAddress(operator=operator, code="042917", link=status, minutes=15, meeting=MEETING),
        messages.Booked(**told),
        messages.RegistrationNeeded(**told, resume_url=_address("/r/registration-token/")),
        messages.VerificationNeeded(**told),
        messages.Archived(**told),
        messages.Refused(
            **told,
            reason=_("New companies can book from two days ahead, and this meeting is sooner."),
            way_on=_("Choose a later day, or call us."),
        ),
        messages.BeingConfirmed(**told),
        messages.Kept(**told),
        messages.RequestExpired(
            **told,
            reason=_("The ten minutes for which we kept the room are over."),
            again_url=_address("/rooms/0123456789abcdef01234567/?date=2026-01-13"),
        ),
        messages.BookingLink(**told),
        messages.AskReceived(**told, ask=ask, message=message),
        messages.AskAnswered(**told, ask=ask, message=message, answer=_("Yes, it is done.")),
        messages.MeetingMoved(**told, former=TimeSpan.lasting(datetime(2026, 1, 12, 9, 0, tzinfo=UTC), 90)),
        messages.MeetingGone(**told),
        messages.MeetingBack(**told),
        messages.MeetingCancelling(**told, message=_("As you asked; it costs you nothing.")),
        messages.ContactChanged(operator=operator, meeting=MEETING),
        messages.MeetingReminder(**told, calendar_url=f"{status}meeting.ics"),
    ]


def _of_watches(operator: messages.Operator, language: str) -> list[messages.MailContext]:
    told: dict[str, Any] = {"operator": operator, "watched": WATCHED, "link": _address("/w/watch-token/")}
    return [
        messages.WatchProof(**told, code="042917", minutes=15),
        messages.WatchSet(**told),
        messages.WatchOffer(**told, until=datetime(2026, 1, 12, 9, 20, tzinfo=UTC), minutes=15),
        messages.FoundBookings(
            operator=operator,
            things=(
                messages.FoundThing(
                    what="Aurora, Workways Bastille",
                    when=formats.span(MEETING.span, MEETING.zone, language),
                    state=_("Booked"),
                    reference=MEETING.reference,
                    url=_address("/l/status-token/"),
                ),
                messages.FoundThing(
                    what=ENROLMENT.place,
                    when="",
                    state=_("Your registration is not finished"),
                    reference=ENROLMENT.reference,
                    url=_address("/r/registration-token/"),
                ),
            ),
            find_url=_address("/l/"),
        ),
    ]


def _of_links(operator: messages.Operator, language: str) -> list[messages.MailContext]:
    told: dict[str, Any] = {
        "operator": operator,
        "link": _address("/i/invitation-token/"),
        "until": datetime(2026, 1, 10, 9, 0, tzinfo=UTC),
        "zone": MEETING.zone,
        "people": MEETING.people,
        "note": _("As we said on the telephone:\nthe large table is yours."),
        "person": _PERSON,
    }
    return [
        messages.SlotInvitation(
            **told,
            room=MEETING.room,
            site=MEETING.site,
            span=MEETING.span,
            price=MEETING.price,
            held_until=datetime(2026, 1, 9, 9, 0, tzinfo=UTC),
        ),
        messages.SearchInvitation(
            **told,
            place=MEETING.site,
            when=formats.long_date(MEETING.span.start.astimezone(MEETING.zone).date(), language),
            length=formats.duration(MEETING.span.minutes, language),
        ),
    ]


def _of_registrations(operator: messages.Operator) -> list[messages.MailContext]:
    status = _address("/r/registration-token/")
    told: dict[str, Any] = {
        "operator": operator,
        "enrolment": _WITH_MEETING,
        "status_url": status,
        "person": _PERSON,
    }
    return [
        messages.RegistrationResume(operator=operator, enrolment=ENROLMENT, status_url=status),
        messages.RegistrationCreated(
            **told, identity=_("Your SIRET was found in the register under the name ATELIER MARTIN.")
        ),
        messages.RegistrationUpdated(**told),
        messages.RegistrationExists(**told),
        messages.RegistrationRefused(**told, reason="Invalid companyNumber"),
        messages.RegistrationKept(**told),
        messages.RegistrationBeingConfirmed(**told),
    ]


def _of_team(operator: messages.Operator) -> list[messages.MailContext]:
    return [
        messages.MemberInvited(
            operator=operator,
            person="Sofia Keller",
            username="sofia@workways.example",
            link=_address("/staff/invitation/token/"),
            inviter="Ada Min",
            role=_("Front desk"),
            days=7,
        ),
        messages.MemberPassword(
            operator=operator,
            username="sofia",
            link=_address("/staff/password/token/"),
            minutes=60,
        ),
    ]
