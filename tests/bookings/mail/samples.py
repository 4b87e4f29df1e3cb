"""One context of every kind of mail, with the same people, place and time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.mail import messages


@dataclass(frozen=True, slots=True)
class SampleOperator:
    """Who runs the portal in these mails."""

    name: str = "Workways"
    contact_email: str = "hello@workways.example"
    contact_phone: str = "+33 1 23 45 67 89"
    vat_wording: str = "excluded"


OPERATOR = SampleOperator()
STATUS = "http://127.0.0.1:8000/l/status-token/"
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
ENROLMENT_WITH_MEETING = messages.Enrolment(
    reference="R4ND-9XYZ", place="Aurora, Workways Bastille", company="Atelier Martin", meeting=MEETING
)

_booking = {"operator": OPERATOR, "meeting": MEETING, "status_url": STATUS, "person": "Jeanne Martin"}
_registration = {
    "operator": OPERATOR,
    "enrolment": ENROLMENT_WITH_MEETING,
    "status_url": "http://127.0.0.1:8000/r/registration-token/",
    "person": "Jeanne Martin",
}
_IDENTITY = "Your SIRET was found in the register under the name ATELIER MARTIN."

WATCHED = messages.Watched(
    room=MEETING.room, site=MEETING.site, span=MEETING.span, zone=MEETING.zone, people=MEETING.people
)
_watch = {"operator": OPERATOR, "watched": WATCHED, "link": "http://127.0.0.1:8000/w/watch-token/"}

SAMPLES: list[messages.MailContext] = [
    messages.ProveAddress(operator=OPERATOR, code="042917", link=STATUS, minutes=15, meeting=MEETING),
    messages.Booked(**_booking),
    messages.RegistrationNeeded(**_booking, resume_url="http://127.0.0.1:8000/r/registration-token/"),
    messages.VerificationNeeded(**_booking),
    messages.Archived(**_booking),
    messages.Refused(
        **_booking,
        reason="New companies can book from two days ahead, and this meeting is sooner.",
        way_on="Choose a later day, or call us.",
    ),
    messages.BeingConfirmed(**_booking),
    messages.Kept(**_booking),
    messages.RequestExpired(
        **_booking,
        reason="The ten minutes for which we kept the room are over.",
        again_url="http://127.0.0.1:8000/rooms/0123456789abcdef01234567/?date=2026-01-13",
    ),
    messages.BookingLink(**_booking),
    messages.AskReceived(**_booking, ask="Change the booking", message="May we come\nhalf an hour later?"),
    messages.AskAnswered(
        **_booking, ask="Change the booking", message="May we come\nhalf an hour later?", answer="Yes, it is done."
    ),
    messages.MeetingMoved(**_booking, former=TimeSpan.lasting(datetime(2026, 1, 12, 9, 0, tzinfo=UTC), 90)),
    messages.MeetingGone(**_booking),
    messages.MeetingBack(**_booking),
    messages.MeetingReminder(**_booking, calendar_url=f"{STATUS}meeting.ics"),
    messages.WatchProof(**_watch, code="042917", minutes=15),
    messages.WatchSet(**_watch),
    messages.WatchOffer(**_watch, until=datetime(2026, 1, 12, 9, 20, tzinfo=UTC), minutes=15),
    messages.FoundBookings(
        operator=OPERATOR,
        things=(
            messages.FoundThing(
                what="Aurora, Workways Bastille",
                when="Tuesday 13 January 2026, 14:00–15:30 (Paris time, UTC+1)",
                state="Booked",
                reference="K7QM-2XTR",
                url=STATUS,
            ),
            messages.FoundThing(
                what="Workways Bastille",
                when="",
                state="Your registration is not finished",
                reference="R4ND-9XYZ",
                url="http://127.0.0.1:8000/r/registration-token/",
            ),
        ),
        find_url="http://127.0.0.1:8000/l/",
    ),
    messages.RegistrationResume(**{**_registration, "enrolment": ENROLMENT, "person": ""}),
    messages.RegistrationCreated(**_registration, identity=_IDENTITY),
    messages.RegistrationUpdated(**_registration),
    messages.RegistrationExists(**_registration),
    messages.RegistrationRefused(**_registration, reason="Invalid companyNumber"),
    messages.RegistrationKept(**_registration),
    messages.RegistrationBeingConfirmed(**_registration),
    messages.MemberInvited(
        operator=OPERATOR,
        person="Sofia Keller",
        username="sofia@workways.example",
        link="http://127.0.0.1:8000/staff/invitation/token/",
        inviter="Ada Min",
        role="Front desk",
        days=7,
    ),
    messages.MemberPassword(
        operator=OPERATOR,
        person="",
        username="sofia",
        link="http://127.0.0.1:8000/staff/password/token/",
        minutes=60,
    ),
]
