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


class Presence(models.TextChoices):
    """How a booked meeting stands in the room's feed."""

    UNSEEN = "unseen", _("Not yet seen in the room's calendar")
    SHOWN = "shown", _("In the room's calendar")
    MISSING = "missing", _("Missing in one reading of the room's calendar")
    GONE = "gone", _("No longer in the room's calendar")


class What(models.TextChoices):
    """What a line of a request's history tells; a move's line names the state that it led to besides."""

    BEGUN = "begun", _("Begun")
    INVITED = "invited", _("Came by a booking link of the team")
    DETAILS_CHANGED = "details_changed", _("Details changed")
    CODE_SENT = "code_sent", _("Code sent again")
    PROVED = "proved", _("Address confirmed")
    ADOPTED = "adopted", _("Continued in another browser through the mailed link")
    HOLD_EXTENDED = "hold_extended", _("Hold extended")
    SLOT_CHANGED = "slot_changed", _("Another time chosen")
    SLOT_LOST = "slot_lost", _("The time was taken by somebody else")
    TOO_SOON = "too_soon", _("Too soon for a new company")
    PRICE_MOVED = "price_moved", _("The price moved")
    SENDING = "sending", _("Sending to Workways")
    ANSWERED = "answered", _("Workways answered")
    NOT_SENT = "not_sent", _("Could not be sent")
    OUTCOME_UNKNOWN = "outcome_unknown", _("Sent, but no usable answer came")
    WORKER_LOST = "worker_lost", _("The program stopped while it was sending")
    SEEN_IN_FEED = "seen_in_feed", _("Seen in the room's calendar")
    SEEN_AS_NEW_PERSON = "seen_as_new_person", _("Workways made an account that waits for its registration")
    REGISTERED = "registered", _("The company registered")
    MEETING_MOVED = "meeting_moved", _("Moved in the room's calendar")
    MEETING_GONE = "meeting_gone", _("No longer in the room's calendar")
    MEETING_BACK = "meeting_back", _("In the room's calendar again")
    REMINDED = "reminded", _("Reminder sent")
    GIVEN_UP = "given_up", _("Given up by the guest")
    REPLACED = "replaced", _("Replaced by another request of the same browser")
    HOLD_RAN_OUT = "hold_ran_out", _("The hold ran out")
    START_PASSED = "start_passed", _("The time began before it was confirmed")
    ASKED = "asked", _("The guest asked the team for something")
    ASK_HANDLED = "ask_handled", _("The guest's question was handled")
    MAILED_AGAIN = "mailed_again", _("Mail sent again")
    SETTLED_BY_STAFF = "settled_by_staff", _("Settled by the team")
    HANDLED = "handled", _("Marked as handled")
    ERASED = "erased", _("Personal data erased")
    NOTED = "noted", _("Note of the team")
    CONTACT_CHANGED = "contact_changed", _("The team changed the contact")
    CANCELLING = "cancelling", _("The team cancels the meeting in Workways")


# At these the guest saw a room, a time and a price, and went on with them.
SHOWS_AN_OFFER = frozenset({What.BEGUN, What.DETAILS_CHANGED, What.SLOT_CHANGED, What.PRICE_MOVED, What.SENDING})


class Why(models.TextChoices):
    """Why a request was refused, set back, kept or closed: what its page says follows from the state and this."""

    SLOT_TAKEN = "slot_taken", _("The time was taken by somebody else")
    TODAY_OR_PAST = "today_or_past", _("Too soon for a new company: today or past")
    TOO_SOON = "too_soon", _("Too soon for a new company")
    PAST = "past", _("The time has passed")
    NOT_PUBLIC = "not_public", _("The room can't be booked publicly")
    ROOM_NOT_FOUND = "room_not_found", _("Workways doesn't know the room")
    OTHER = "other", _("Refused with a message of Workways' own")
    UNAUTHORIZED = "unauthorized", _("Workways doesn't accept the portal's token")
    THROTTLED = "throttled", _("Workways asks the portal to wait: the quota is used up")
    UNREACHABLE = "unreachable", _("Workways can't be reached")
    FEED_UNREADABLE = "feed_unreadable", _("The room's calendar can't be read")
    NO_ANSWER = "no_answer", _("Sent, but no usable answer came")
    UNKNOWN_ANSWER = "unknown_answer", _("Workways answered something that the portal doesn't know")
    GIVEN_UP = "given_up", _("Given up by the guest")
    REPLACED = "replaced", _("Replaced by another request of the same browser")
    HOLD_RAN_OUT = "hold_ran_out", _("The hold ran out")
    START_PASSED = "start_passed", _("The time began before it was confirmed")
    BY_STAFF = "by_staff", _("Decided by the team")


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
# What surely was not booked, so that staff may send it once more.
SENT_AGAIN_BY_STAFF = frozenset({State.KEPT, State.REFUSED, State.ARCHIVED})

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
    State.BEING_CONFIRMED: frozenset({State.BOOKED, State.REGISTRATION_NEEDED, State.REFUSED, State.KEPT}),
    State.KEPT: frozenset({State.SENDING, State.BOOKED, State.REFUSED, State.EXPIRED}),
    State.REGISTRATION_NEEDED: frozenset({State.VERIFICATION_NEEDED, State.BOOKED, State.REFUSED, State.EXPIRED}),
    State.VERIFICATION_NEEDED: frozenset({State.BOOKED, State.REFUSED, State.EXPIRED}),
    State.REFUSED: frozenset({State.SENDING, State.BOOKED}),
    State.ARCHIVED: frozenset({State.SENDING}),
    State.EXPIRED: frozenset(),
    State.BOOKED: frozenset(),
}
