"""How an invitation stands. Kept is only what somebody did; the rest follows from the clock and the request."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.TextChoices):
    """What the team did with it; moves go from the top downwards only."""

    DRAFT = "draft", _("Prepared")
    SENT = "sent", _("Sent")
    REVOKED = "revoked", _("Taken back")


class LinkState(models.TextChoices):
    """How it stands now."""

    DRAFT = "draft", _("Prepared")
    OPEN = "open", _("Waiting for the recipient")
    USED = "used", _("Used")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Taken back")
