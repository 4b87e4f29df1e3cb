"""The states of a contract's change, and what may be done in each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeState(models.TextChoices):
    """Where a change stands."""

    DRAFT = "draft", _("Not sent yet")
    SENDING = "sending", _("Being sent")
    ACCEPTED = "accepted", _("Accepted by Workways")
    REFUSED = "refused", _("Refused by Workways")
    UNSENT = "unsent", _("Could not be sent")
    UNKNOWN = "unknown", _("Sent, but no usable answer came")


# Surely nothing was done yet, so a person may send it.
SENDABLE = frozenset({ChangeState.DRAFT, ChangeState.UNSENT})
# Workways may have it, so what it shows by now is worth reading.
READABLE = frozenset({ChangeState.SENDING, ChangeState.ACCEPTED, ChangeState.UNKNOWN})
