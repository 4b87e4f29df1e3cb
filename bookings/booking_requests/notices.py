"""The mails about a request: which one goes with which state, each with a fresh link to the request's page."""

from datetime import datetime
from typing import Any

from django.utils.translation import override

from bookings.booking_requests import pages
from bookings.booking_requests.models import BookingRequest, GuestAsk
from bookings.booking_requests.rules import Change
from bookings.booking_requests.states import State
from bookings.catalog.queries import operator_of
from bookings.core.timespan import TimeSpan
from bookings.links import tokens
from bookings.links.actions import NewCode
from bookings.links.models import Purpose
from bookings.mail import actions as mail
from bookings.mail import messages
from bookings.mail.calendar_file import Attachment, build_attachment
from bookings.mail.messages import MailKind
from bookings.mail.models import OutboxMail

# The mails that tell of a change in the room's calendar.
OF_CHANGES = (MailKind.MEETING_MOVED, MailKind.MEETING_GONE, MailKind.MEETING_BACK)


def build_meeting(request: BookingRequest) -> messages.Meeting:
    """The meeting as mails and calendar files tell it."""
    with override(request.language):
        return messages.Meeting(
            reference=request.reference,
            room=request.room.shown_name,
            site=request.room.site.shown_name,
            address=" ".join(request.room.site.address.split()),
            house_rules=request.room.shown_rules,
            span=request.span,
            zone=request.zone,
            people=request.people,
            price=request.price,
        )


def mail_code(request: BookingRequest, code: NewCode, *, now: datetime) -> None:
    """The code and the link that prove the address."""
    context = messages.ProveAddress(
        operator=operator_of(request.room.site),
        code=code.code,
        link=_link(request, now=now, revoke_older=True),
        minutes=-int((now - code.expires_at).total_seconds() // 60),
        meeting=build_meeting(request),
    )
    _enqueue(request, context, f"proof:{code.serial}:{request.reference}")


def mail_state(request: BookingRequest, *, now: datetime) -> None:
    """The mail of the state that the request just reached, once per state and sending; links in older mails end."""
    sent = int(request.sent_at.timestamp()) if request.sent_at else 0
    repeat_key = f"booking:{request.reference}:{request.state}:{sent}"
    if _is_written(repeat_key):
        return
    link = _link(request, now=now, revoke_older=True)
    attachments = [build_file(request, link, now=now)] if request.state == State.BOOKED else []
    _enqueue(request, _state_context(request, link), repeat_key, attachments)


def mail_fresh_link(request: BookingRequest, *, now: datetime) -> None:
    """A fresh link, at most one a minute; older ones end, because somebody may have asked for just that reason."""
    repeat_key = f"link:{request.reference}:{now:%Y%m%d%H%M}"
    if _is_written(repeat_key):
        return
    link = _link(request, now=now, revoke_older=True)
    _enqueue(request, messages.BookingLink(**_told(request, link)), repeat_key)


def mail_change(request: BookingRequest, change: Change, *, former: TimeSpan, now: datetime) -> None:
    """What happened to the meeting in the room's calendar, with the file that tells the guest's calendar so."""
    link = _link(request, now=now, revoke_older=False)
    told = _told(request, link)
    context: messages.MailContext
    match change:
        case Change.MOVED:
            context = messages.MeetingMoved(**told, former=former)
        case Change.GONE:
            context = messages.MeetingGone(**told)
        case Change.BACK:
            context = messages.MeetingBack(**told)
        case Change.NONE | Change.SEEN | Change.MISSING:
            raise ValueError(f"Nobody is told by mail that a meeting is {change}.")
    file = build_file(request, link, now=now)
    _enqueue(request, context, f"change:{request.reference}:{request.calendar_sequence}", [file])


def mail_contact_changed(request: BookingRequest, *, former: str, serial: int) -> None:
    """Tells the former address that mails go elsewhere now, without saying where; it gets no link any more."""
    context = messages.ContactChanged(operator=operator_of(request.room.site), meeting=build_meeting(request))
    mail.enqueue(
        to=former,
        language=request.language,
        context=context,
        repeat_key=f"contact:{request.reference}:{serial}:former",
        booking_request=request,
    )


def mail_new_contact(request: BookingRequest, *, serial: int, now: datetime) -> None:
    """The first link for a new address; it ends all older ones."""
    context = messages.BookingLink(**_told(request, _link(request, now=now, revoke_older=True)))
    _enqueue(request, context, f"contact:{request.reference}:{serial}")


def mail_cancelling(request: BookingRequest, *, message: str, now: datetime) -> None:
    """The team cancels the meeting; another mail comes once it has left the room's calendar."""
    told = _told(request, _link(request, now=now, revoke_older=False))
    _enqueue(request, messages.MeetingCancelling(**told, message=message), f"cancelling:{request.reference}")


def mail_reminder(request: BookingRequest, *, now: datetime) -> None:
    """The meeting is soon; once for each time that it was booked for or moved to."""
    token = _token(request, now=now, revoke_older=False)
    told = _told(request, messages.absolute_url("booking-link", token, language=request.language))
    file = messages.absolute_url("booking-link-ics", token, language=request.language)
    context = messages.MeetingReminder(**told, calendar_url=file)
    _enqueue(request, context, f"reminder:{request.reference}:{request.start:%Y%m%d%H%M}")


def mail_ask_received(ask: GuestAsk, *, now: datetime) -> None:
    """The receipt of what a guest asked; links in older mails stay good, because nothing about the booking changed."""
    told = _told(ask.request, _link(ask.request, now=now, revoke_older=False))
    context = messages.AskReceived(**told, ask=_kind_in_words(ask), message=ask.message)
    _enqueue(ask.request, context, f"ask:{ask.pk}")


def mail_ask_answered(ask: GuestAsk, *, now: datetime) -> None:
    """What staff answered."""
    told = _told(ask.request, _link(ask.request, now=now, revoke_older=False))
    context = messages.AskAnswered(**told, ask=_kind_in_words(ask), message=ask.message, answer=ask.answer)
    _enqueue(ask.request, context, f"ask:{ask.pk}:answer")


def build_file(request: BookingRequest, status_url: str, *, now: datetime) -> Attachment:
    """The calendar file of a booked meeting: one UID for life; of one that is gone, the file that cancels it."""
    return build_attachment(
        build_meeting(request),
        sequence=request.calendar_sequence,
        status_url=status_url,
        language=request.language,
        now=now,
        changed_at=request.changed_at or request.booked_at,
        is_cancelled=request.is_gone,
    )


def _state_context(request: BookingRequest, link: str) -> messages.MailContext:
    told = _told(request, link)
    with override(request.language):
        words = pages.words_of(request)
        reason, way_on = str(words.reason), str(words.way_on)
    match State(request.state):
        case State.BOOKED:
            return messages.Booked(**told)
        case State.REGISTRATION_NEEDED:
            return messages.RegistrationNeeded(**told, resume_url=link)
        case State.VERIFICATION_NEEDED:
            return messages.VerificationNeeded(**told)
        case State.ARCHIVED:
            return messages.Archived(**told)
        case State.REFUSED:
            return messages.Refused(**told, reason=reason, way_on=way_on)
        case State.BEING_CONFIRMED:
            return messages.BeingConfirmed(**told)
        case State.KEPT:
            return messages.Kept(**told)
        case State.EXPIRED:
            again = messages.absolute_url("room", request.room.workways_id, language=request.language)
            return messages.RequestExpired(**told, reason=reason, again_url=again)
        case State.AWAITING_PROOF | State.READY | State.SENDING:
            raise ValueError(f"Nobody is told by mail that a request is {request.state}.")


def _told(request: BookingRequest, link: str) -> dict[str, Any]:
    """What every mail about a request says."""
    return {
        "operator": operator_of(request.room.site),
        "meeting": build_meeting(request),
        "status_url": link,
        "person": request.name,
    }


def _kind_in_words(ask: GuestAsk) -> str:
    with override(ask.request.language):
        return str(ask.get_kind_display())


def status_link(request: BookingRequest, *, language: str, now: datetime) -> str:
    """One more link to the request's page, for a mail of another feature; older ones stay good."""
    token = _token(request, now=now, revoke_older=False)
    return messages.absolute_url("booking-link", token, language=language)


def _token(request: BookingRequest, *, now: datetime, revoke_older: bool) -> str:
    return tokens.issue(
        purpose=Purpose.BOOKING, email=request.email, now=now, booking_request=request, revoke_older=revoke_older
    )


def _link(request: BookingRequest, *, now: datetime, revoke_older: bool) -> str:
    token = _token(request, now=now, revoke_older=revoke_older)
    return messages.absolute_url("booking-link", token, language=request.language)


def _is_written(repeat_key: str) -> bool:
    return OutboxMail.objects.filter(repeat_key=repeat_key).exists()


def _enqueue(
    request: BookingRequest,
    context: messages.MailContext,
    repeat_key: str,
    attachments: list[Attachment] | None = None,
) -> None:
    mail.enqueue(
        to=request.email,
        language=request.language,
        context=context,
        repeat_key=repeat_key,
        booking_request=request,
        attachments=attachments or (),
    )
