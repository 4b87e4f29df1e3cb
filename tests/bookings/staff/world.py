"""One row of everything that the panel shows."""

import json
from dataclasses import dataclass

from bookings.availability.models import Closure
from bookings.booking_requests.models import BookingRequest, GuestAsk
from bookings.booking_requests.states import State
from bookings.feeds.models import Feed
from bookings.inviting.models import Invitation
from bookings.mail.actions import enqueue_from_workways
from bookings.mail.messages import MailKind
from bookings.mail.models import MailState, OutboxMail
from bookings.mail.sealing import seal
from bookings.registration.models import Registration, RegistrationState
from tests.factories import make_booking_request, make_closure, make_invitation, make_registration, make_room

HTML = '<html><head><title>x</title></head><body><a href="http://127.0.0.1:8000/l/abc/">Go on</a></body></html>'


@dataclass(frozen=True)
class World:
    """Everything waits for a person."""

    request: BookingRequest
    ask: GuestAsk
    mail: OutboxMail
    feed: Feed
    registration: Registration
    invitation: Invitation
    closure: Closure


def make_mail(*, has_attachment: bool = False, **fields: object) -> OutboxMail:
    """A mail with text, HTML and two links; the fields are set afterwards."""
    enqueue_from_workways(
        to="guest@example.org",
        subject="Welcome",
        text="Open http://127.0.0.1:8000/l/abc/ now",
        html=HTML,
        language="en",
    )
    mail = OutboxMail.objects.latest("pk")
    if has_attachment:
        kept = {"name": "meeting.ics", "content_type": "text/calendar", "content": ""}
        body = {"text": "Welcome", "html": HTML, "reply_to": "", "attachments": [kept]}
        fields["sealed"] = seal(json.dumps(body).encode())
    OutboxMail.objects.filter(pk=mail.pk).update(**fields)
    mail.refresh_from_db()
    return mail


def make_world() -> World:
    """A kept request with an open question, a failed mail, a failing feed, a kept registration, a prepared link."""
    room = make_room(feed=False)
    feed = Feed.objects.create(room=room, failures_in_a_row=3, failure="GET /api/icsfeed: HTTP 500")
    request = make_booking_request(room=room, state=State.KEPT, refusal="unreachable", upstream_message="Désolé")
    request.events.create(actor="guest", what="begun", state=State.AWAITING_PROOF)
    return World(
        request=request,
        ask=request.asks.create(kind="cancel", message="Please cancel, I am ill."),
        mail=make_mail(
            kind=MailKind.KEPT, state=MailState.FAILED, last_error="550 no such user", booking_request=request
        ),
        feed=feed,
        registration=make_registration(booking_request=request, state=RegistrationState.KEPT),
        invitation=make_invitation(room=room),
        closure=make_closure(room=room),
    )
