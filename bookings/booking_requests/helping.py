"""What the team does for a guest on the telephone: a note, another contact, a mail once more, a cancellation to track.

An address proves who may go on with a request, so another address begins at nothing: older links end, the browser that
had the request has it no more, both addresses are told, and nothing is sent to Workways before the owner of the new one
pressed the button in the mail. Where Workways knows the guest by the address already and will be asked by it again, it
stays until the outcome is noted.
"""

from datetime import datetime

from django.db import transaction

from bookings.availability.actions import hand_over_hold
from bookings.booking_requests import notices, rules
from bookings.booking_requests.actions import record, resend_mail, send_code
from bookings.booking_requests.errors import MovedMeanwhile, NotOpen
from bookings.booking_requests.models import AskKind, BookingRequest
from bookings.booking_requests.states import State, What
from bookings.core.answers import Standing
from bookings.core.identifiers import new_browser_key
from bookings.links import tokens
from bookings.links.models import Purpose
from bookings.links.rules import normalized_email


@transaction.atomic
def note(*, request: BookingRequest, actor: str, text: str, now: datetime) -> None:
    """Keeps a sentence for colleagues in the history; the guest never sees it."""
    record(request=request, actor=actor, what=What.NOTED, now=now, note=text)


@transaction.atomic
def mail_again(*, request: BookingRequest, actor: str, reason: str, now: datetime) -> int:
    """Sends the code again before the proof, afterwards the mail of the state; the seconds to wait, or 0."""
    if request.state != State.AWAITING_PROOF:
        return resend_mail(request=request, now=now, actor=actor, reason=reason)
    wait = send_code(request=request, now=now)
    if not wait:
        record(request=request, actor=actor, what=What.CODE_SENT, now=now, note=reason)
    return wait


@transaction.atomic
def change_contact(
    *, request: BookingRequest, email: str, name: str, actor: str, reason: str, now: datetime
) -> tuple[str, ...]:
    """Changes name and address; gives back which of the two did change, none when both are as they were.

    Raises NotOpen for an address that can't be changed in this state, MovedMeanwhile when the request moves meanwhile.
    """
    former, email = request.email, normalized_email(email)
    changed = tuple(field for field, old, new in (("email", former, email), ("name", request.name, name)) if old != new)
    if not changed:
        return ()
    fields: dict[str, object] = {"email": email, "name": name}
    if "email" in changed:
        if request.state not in rules.ADDRESS_MAY_CHANGE:
            raise NotOpen(request.reference)
        fields |= {"standing": Standing.UNKNOWN, "person_existed": None}
        if request.state != State.AWAITING_PROOF:
            fields |= {"proved_at": None, "proof_is_due": True, "browser_key": new_browser_key()}
            if request.hold is not None:
                hand_over_hold(hold=request.hold, browser_key=str(fields["browser_key"]))
    if BookingRequest.objects.filter(pk=request.pk, state=request.state, email=former).update(**fields) != 1:
        raise MovedMeanwhile(request.reference)
    event = record(request=request, actor=actor, what=What.CONTACT_CHANGED, now=now, note=reason)
    request.refresh_from_db()
    if "email" in changed:
        tokens.revoke(purpose=Purpose.BOOKING, booking_request=request, now=now)
        notices.mail_contact_changed(request, former=former, serial=event.pk)
        if request.state == State.AWAITING_PROOF:
            send_code(request=request, now=now)
        else:
            notices.mail_new_contact(request, serial=event.pk, now=now)
    return changed


@transaction.atomic
def begin_cancelling(*, request: BookingRequest, actor: str, message: str, now: datetime) -> None:
    """The team cancels the meeting in Workways: the guest is told, and it is tracked until it leaves the calendar.

    A wish to cancel that waits is answered with it. Raises NotOpen for what isn't a booked meeting still to come, or is
    being cancelled already.
    """
    if not rules.may_be_cancelled(request, now=now):
        raise NotOpen(request.reference)
    ours = BookingRequest.objects.filter(pk=request.pk, state=State.BOOKED, cancelling_at=None)
    if ours.update(cancelling_at=now) != 1:
        raise NotOpen(request.reference)
    request.asks.filter(kind=AskKind.CANCEL, handled_at=None).update(handled_at=now, handled_by=actor, answer=message)
    record(request=request, actor=actor, what=What.CANCELLING, now=now, note=message)
    request.refresh_from_db()
    notices.mail_cancelling(request, message=message, now=now)
