"""What guests ask of the team after the fact: the upstream has no call to change or cancel, so people see to it."""

from datetime import datetime

from django.db import transaction

from bookings.booking_requests import notices, rules
from bookings.booking_requests.actions import GUEST, record
from bookings.booking_requests.errors import NotOpen, TooManyAsks
from bookings.booking_requests.models import AskKind, BookingRequest, GuestAsk
from bookings.booking_requests.states import UNSENT, What


@transaction.atomic
def ask_staff(*, request: BookingRequest, kind: AskKind, message: str, now: datetime) -> GuestAsk:
    """Puts a guest's wish before the team and mails a receipt. Raises TooManyAsks, NotOpen for an unsent request."""
    if request.state in UNSENT:
        raise NotOpen(request.reference)
    waiting = request.asks.filter(handled_at=None)
    if waiting.count() >= rules.OPEN_ASKS_LIMIT:
        raise TooManyAsks(request.reference)
    same = waiting.filter(kind=kind, message=message).first()
    if same is not None:
        return same
    ask = GuestAsk.objects.create(request=request, kind=kind, message=message, created_at=now)
    record(request=request, actor=GUEST, what=What.ASKED, now=now, note=f"{kind}: {message}")
    notices.mail_ask_received(ask, now=now)
    return ask


@transaction.atomic
def handle_ask(*, ask: GuestAsk, actor: str, answer: str, now: datetime) -> GuestAsk:
    """Staff answered; the guest gets it by mail. Handling it a second time changes nothing."""
    handled = GuestAsk.objects.filter(pk=ask.pk, handled_at=None).update(
        handled_at=now, handled_by=actor, answer=answer
    )
    ask.refresh_from_db()
    if handled:
        record(request=ask.request, actor=actor, what=What.ASK_HANDLED, now=now, note=answer)
        notices.mail_ask_answered(ask, now=now)
    return ask


@transaction.atomic
def mark_handled(*, request: BookingRequest, actor: str, now: datetime, note: str = "") -> None:
    """Staff have seen to it; it leaves the list of what waits for a person."""
    BookingRequest.objects.filter(pk=request.pk).update(handled_at=now)
    record(request=request, actor=actor, what=What.HANDLED, now=now, note=note)
    request.refresh_from_db()
