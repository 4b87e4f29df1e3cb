"""The mails the portal can send, and what each one must be told.

A mail is a kind here, a typed context here, and a folder of that name under templates/emails. Nothing that a stranger
typed freely (a name, a subject) stands in a mail to an address that nobody has proved yet.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from bookings.core.money import Money
from bookings.core.timespan import TimeSpan


class MailKind(StrEnum):
    """Every mail; also the name of its folder of templates."""

    PROVE_ADDRESS = "prove_address"
    BOOKED = "booked"
    REGISTRATION_NEEDED = "registration_needed"
    VERIFICATION_NEEDED = "verification_needed"
    ARCHIVED = "archived"
    REFUSED = "refused"
    BEING_CONFIRMED = "being_confirmed"
    KEPT = "kept"
    REQUEST_EXPIRED = "request_expired"
    BOOKING_LINK = "booking_link"
    ASK_RECEIVED = "ask_received"
    ASK_ANSWERED = "ask_answered"
    MEETING_MOVED = "meeting_moved"
    MEETING_GONE = "meeting_gone"
    MEETING_BACK = "meeting_back"
    MEETING_REMINDER = "meeting_reminder"
    MEETING_CANCELLING = "meeting_cancelling"
    CONTACT_CHANGED = "contact_changed"
    WATCH_PROOF = "watch_proof"
    WATCH_SET = "watch_set"
    WATCH_OFFER = "watch_offer"
    SLOT_INVITATION = "slot_invitation"
    SEARCH_INVITATION = "search_invitation"
    FOUND_BOOKINGS = "found_bookings"
    REGISTRATION_RESUME = "registration_resume"
    REGISTRATION_CREATED = "registration_created"
    REGISTRATION_UPDATED = "registration_updated"
    REGISTRATION_EXISTS = "registration_exists"
    REGISTRATION_REFUSED = "registration_refused"
    REGISTRATION_KEPT = "registration_kept"
    REGISTRATION_BEING_CONFIRMED = "registration_being_confirmed"
    MEMBER_INVITED = "member_invited"
    MEMBER_PASSWORD = "member_password"  # noqa: S105  The name of a mail.


# The kind of the mails that the embedded API writes itself and only hands over.
FROM_WORKWAYS = "from_workways"
# What members of staff get about their own account: who reads such a mail can sign in as its receiver.
STAFF_KINDS = (MailKind.MEMBER_INVITED, MailKind.MEMBER_PASSWORD)


class Operator(Protocol):
    """Who runs the portal, as mails name them; the catalog's OperatorSettings is one."""

    @property
    def name(self) -> str:
        """The portal's name."""

    @property
    def contact_email(self) -> str:
        """Where people write to, or ""."""

    @property
    def contact_phone(self) -> str:
        """Where people call, or ""."""

    @property
    def vat_wording(self) -> str:
        """What prices are: "unsaid", "excluded" or "included"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """The meeting that a mail speaks of. A price of None is "on request"; address and house rules may be ""."""

    reference: str
    room: str
    site: str
    span: TimeSpan
    zone: ZoneInfo
    people: int
    price: Money | None
    address: str = ""
    house_rules: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """The registration that a mail speaks of; `place` is the site, or the room and its site, that it is for."""

    reference: str
    place: str
    company: str = ""
    meeting: Meeting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext:
    """What every mail is told."""

    kind: ClassVar[MailKind]
    operator: Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveAddress(MailContext):
    """A code and a link, to an address that anybody may have typed. Either the meeting or the place it is about."""

    kind = MailKind.PROVE_ADDRESS
    code: str
    link: str
    minutes: int
    meeting: Meeting | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingContext(MailContext):
    """What every mail about a booking request is told."""

    meeting: Meeting
    status_url: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked(BookingContext):
    """The upstream said yes; the calendar file is attached."""

    kind = MailKind.BOOKED


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationNeeded(BookingContext):
    """The upstream took the request and wants the company to register first; `resume_url` leads there."""

    kind = MailKind.REGISTRATION_NEEDED
    resume_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationNeeded(BookingContext):
    """The company is registered; the person must still open Workways' own mail and set a password."""

    kind = MailKind.VERIFICATION_NEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(BookingContext):
    """The account behind the address is archived, so nothing was booked."""

    kind = MailKind.ARCHIVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(BookingContext):
    """The upstream said no: why, and how to go on, each as a sentence in the mail's language."""

    kind = MailKind.REFUSED
    reason: str
    way_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeingConfirmed(BookingContext):
    """It was sent and no usable answer came; it is looked up, never sent again."""

    kind = MailKind.BEING_CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(BookingContext):
    """It could not be sent; staff have it, nothing is booked yet."""

    kind = MailKind.KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExpired(BookingContext):
    """The request ended without a booking; `reason` is a sentence, `again_url` the room with the same choice."""

    kind = MailKind.REQUEST_EXPIRED
    reason: str
    again_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLink(BookingContext):
    """A fresh link in place of an older one."""

    kind = MailKind.BOOKING_LINK


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReceived(BookingContext):
    """Staff got a guest's wish: `ask` is its kind in words, `message` what the guest wrote."""

    kind = MailKind.ASK_RECEIVED
    ask: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAnswered(BookingContext):
    """Staff answered a guest's wish."""

    kind = MailKind.ASK_ANSWERED
    ask: str
    message: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingMoved(BookingContext):
    """A booked meeting moved in the room's calendar; `meeting` has the new time. The calendar file is attached."""

    kind = MailKind.MEETING_MOVED
    former: TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingGone(BookingContext):
    """A booked meeting is no longer in the room's calendar; the attached calendar file cancels it."""

    kind = MailKind.MEETING_GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingBack(BookingContext):
    """A booked meeting that was gone is in the room's calendar again; the calendar file is attached."""

    kind = MailKind.MEETING_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCancelling(BookingContext):
    """The team cancels the meeting in Workways; `message` is what they say of it."""

    kind = MailKind.MEETING_CANCELLING
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(MailContext):
    """To an address that is no longer a request's: no link, no name, and not a word about the new one."""

    kind = MailKind.CONTACT_CHANGED
    meeting: Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingReminder(BookingContext):
    """The meeting is soon; `calendar_url` gives its calendar file as it is then."""

    kind = MailKind.MEETING_REMINDER
    calendar_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The time that somebody waits for."""

    room: str
    site: str
    span: TimeSpan
    zone: ZoneInfo
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchContext(MailContext):
    """What every mail about a watched time is told."""

    watched: Watched
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchProof(WatchContext):
    """A code and a link, to an address that anybody may have typed."""

    kind = MailKind.WATCH_PROOF
    code: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSet(WatchContext):
    """The watch is set without a code, because the browser had proved the address; the link stops it."""

    kind = MailKind.WATCH_SET


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOffer(WatchContext):
    """The time has freed up and is kept for this watcher alone until `until`, so many `minutes` from now."""

    kind = MailKind.WATCH_OFFER
    until: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationContext(MailContext):
    """What every mail with a booking link of the team is told; `note` is the team's, `zone` that of all its times.

    The link works until `until`.
    """

    link: str
    until: datetime
    zone: ZoneInfo
    people: int
    note: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotInvitation(InvitationContext):
    """A link to one time of one room; `price` is that of the catalog, `held_until` None when the time is not kept."""

    kind = MailKind.SLOT_INVITATION
    room: str
    site: str
    address: str = ""
    span: TimeSpan
    price: Money | None
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchInvitation(InvitationContext):
    """A link to the free times of a room, a site or a country, `place` in words; `when` is a day or ""."""

    kind = MailKind.SEARCH_INVITATION
    place: str
    when: str = ""
    length: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundThing:
    """One thing that an address has open: what it is, when, how it stands in words, and the link to it."""

    what: str
    when: str
    state: str
    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBookings(MailContext):
    """Everything that an address has open; `find_url` asks for such a mail again."""

    kind = MailKind.FOUND_BOOKINGS
    things: tuple[FoundThing, ...]
    find_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationContext(MailContext):
    """What every mail about a registration is told."""

    enrolment: Enrolment
    status_url: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationResume(RegistrationContext):
    """The way back to an unfinished registration, on any device."""

    kind = MailKind.REGISTRATION_RESUME


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCreated(RegistrationContext):
    """The company is registered; Workways' own mail leads to the password. `identity` tells of its number."""

    kind = MailKind.REGISTRATION_CREATED
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationUpdated(RegistrationContext):
    """The person was added to a company that Workways knew already."""

    kind = MailKind.REGISTRATION_UPDATED
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationExists(RegistrationContext):
    """The address belongs to a registered company already; nothing was changed."""

    kind = MailKind.REGISTRATION_EXISTS


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefused(RegistrationContext):
    """The upstream said no, in its own words."""

    kind = MailKind.REGISTRATION_REFUSED
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationKept(RegistrationContext):
    """It could not be sent; staff have it."""

    kind = MailKind.REGISTRATION_KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationBeingConfirmed(RegistrationContext):
    """It was sent and no usable answer came; it is looked up, never sent again."""

    kind = MailKind.REGISTRATION_BEING_CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberContext(MailContext):
    """What every mail to a member of staff about their account is told; the link leads to choosing a password."""

    username: str
    link: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInvited(MemberContext):
    """Somebody on the team invites a new member; `role` is what they will be, in words of the mail's language."""

    kind = MailKind.MEMBER_INVITED
    inviter: str
    role: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPassword(MemberContext):
    """A member forgot the password, or an admin sends a link to choose another."""

    kind = MailKind.MEMBER_PASSWORD
    minutes: int


def absolute_url(name: str, *args: str, language: str) -> str:
    """The whole address of a named route in a language, for use outside a page."""
    with override(language):
        return settings.PORTAL_URL + reverse(name, args=args)
