"""The states of a registration, the sets they form, the moves between them, and what its history tells."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegistrationState(models.TextChoices):
    """Where a registration stands."""

    DRAFT = "draft", _("Being filled in")
    SENDING = "sending", _("Being sent")
    BEING_CONFIRMED = "being_confirmed", _("Being confirmed")
    KEPT = "kept", _("Kept for the team")
    CREATED = "created", _("Registered")
    UPDATED = "updated", _("Company updated")
    USER_EXISTS = "user_exists", _("Already registered")
    REFUSED = "refused", _("Refused")


class Event(models.TextChoices):
    """What a line of a registration's history tells; a move's line names the state that it led to besides."""

    BEGUN = "begun", _("Begun")
    PROVED = "proved", _("Address confirmed")
    ADOPTED = "adopted", _("Continued in another browser through the mailed link")
    SENDING = "sending", _("Sending to Workways")
    ANSWERED = "answered", _("Workways answered")
    NOT_SENT = "not_sent", _("Could not be sent")
    OUTCOME_UNKNOWN = "outcome_unknown", _("Sent, but no usable answer came")
    WORKER_LOST = "worker_lost", _("The program stopped while it was sending")
    SEEN_AT_WORKWAYS = "seen_at_workways", _("Workways lists the person with a company")
    NOT_SEEN = "not_seen", _("Workways still doesn't list the person with a company")
    SETTLED_BY_STAFF = "settled_by_staff", _("Settled by the team")
    HANDLED = "handled", _("Marked as handled")
    ERASED = "erased", _("Personal data erased")


class Trouble(models.TextChoices):
    """Why a registration was kept or is being confirmed."""

    UNAUTHORIZED = "unauthorized", _("Workways doesn't accept the portal's token")
    THROTTLED = "throttled", _("Workways asks the portal to wait: the quota is used up")
    UNREACHABLE = "unreachable", _("Workways can't be reached")
    NO_ANSWER = "no_answer", _("Sent, but no usable answer came")
    UNKNOWN_ANSWER = "unknown_answer", _("Workways answered something that the portal doesn't know")


# The person may change what was typed, and send it.
EDITABLE = frozenset({RegistrationState.DRAFT, RegistrationState.REFUSED})
# The company is registered, one way or another.
DONE = frozenset({RegistrationState.CREATED, RegistrationState.UPDATED, RegistrationState.USER_EXISTS})
# A member of staff has to look.
NEEDS_STAFF = frozenset({RegistrationState.KEPT, RegistrationState.BEING_CONFIRMED})
# Staff may send it again: surely not done, or a person decided so after looking.
SENT_AGAIN_BY_STAFF = frozenset({RegistrationState.KEPT, RegistrationState.BEING_CONFIRMED, RegistrationState.REFUSED})

_ANSWERS = DONE | {RegistrationState.REFUSED}

MOVES: dict[RegistrationState, frozenset[RegistrationState]] = {
    RegistrationState.DRAFT: frozenset({RegistrationState.SENDING}),
    RegistrationState.SENDING: _ANSWERS | NEEDS_STAFF,
    RegistrationState.BEING_CONFIRMED: _ANSWERS | {RegistrationState.SENDING},
    RegistrationState.KEPT: _ANSWERS | {RegistrationState.SENDING},
    RegistrationState.REFUSED: DONE | {RegistrationState.SENDING},
    RegistrationState.CREATED: frozenset(),
    RegistrationState.UPDATED: frozenset(),
    RegistrationState.USER_EXISTS: frozenset(),
}
