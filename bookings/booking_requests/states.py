"""The states of a booking request, the sets they form and the moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a request stands."""

    AWAITING_PROOF = "awaiting_proof", _("Waiting for the e-mail address to be confirmed")
    READY = "ready", _("Ready to book")
    SENDING = "sending", _("Being sent")
    BEING_CONFIRMED = "being_confirmed", _("Being confirmed")
    KEPT = "kept", _("Kept for the team")
    REGISTRATION_NEEDED = "registration_needed", _("Waiting for the company's registration")
    VERIFICATION_NEEDED = "verification_needed", _("Waiting for the account's activation")
    BOOKED = "booked", _("Booked")
    REFUSED = "refused", _("Refused")
    ARCHIVED = "archived", _("Refused: the account is archived")
    EXPIRED = "expired", _("Expired")


# Not yet sent: the person is still at it.
UNSENT = frozenset({State.AWAITING_PROOF, State.READY})
# Something is still to come, so the slot counts as busy for everybody else.
OPEN = UNSENT | {
    State.SENDING,
    State.BEING_CONFIRMED,
    State.KEPT,
    State.REGISTRATION_NEEDED,
    State.VERIFICATION_NEEDED,
}
FINAL = frozenset({State.BOOKED, State.REFUSED, State.ARCHIVED, State.EXPIRED})
# A member of staff has to look.
NEEDS_STAFF = frozenset({State.KEPT, State.BEING_CONFIRMED})

MOVES: dict[State, frozenset[State]] = {
    State.AWAITING_PROOF: frozenset({State.READY, State.EXPIRED}),
    State.READY: frozenset({State.SENDING, State.EXPIRED, State.KEPT}),
    State.SENDING: frozenset(
        {
            State.READY,
            State.BOOKED,
            State.REGISTRATION_NEEDED,
            State.ARCHIVED,
            State.REFUSED,
            State.KEPT,
            State.BEING_CONFIRMED,
        }
    ),
    State.BEING_CONFIRMED: frozenset({State.BOOKED, State.REGISTRATION_NEEDED, State.REFUSED}),
    State.KEPT: frozenset({State.SENDING, State.BOOKED, State.REFUSED, State.EXPIRED}),
    State.REGISTRATION_NEEDED: frozenset({State.VERIFICATION_NEEDED, State.BOOKED, State.REFUSED, State.EXPIRED}),
    State.VERIFICATION_NEEDED: frozenset({State.BOOKED, State.REFUSED, State.EXPIRED}),
    State.REFUSED: frozenset({State.SENDING, State.BOOKED}),
    State.ARCHIVED: frozenset({State.SENDING}),
    State.EXPIRED: frozenset(),
    State.BOOKED: frozenset(),
}
