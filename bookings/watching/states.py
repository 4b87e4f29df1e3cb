"""The states of a watch."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WatchState(models.TextChoices):
    """Where a watch stands; moves go from the top downwards only."""

    UNPROVED = "unproved", _("Waiting for the e-mail address to be confirmed")
    WAITING = "waiting", _("In line")
    OFFERED = "offered", _("Offered")
    TAKEN = "taken", _("Taken")
    LAPSED = "lapsed", _("The offer ran out")
    STOPPED = "stopped", _("Stopped")
    EXPIRED = "expired", _("The time has come without it freeing up")


# The address is proved and something is still to come.
LIVE = frozenset({WatchState.WAITING, WatchState.OFFERED})
# The watcher may still stop it.
STOPPABLE = LIVE | {WatchState.UNPROVED}
