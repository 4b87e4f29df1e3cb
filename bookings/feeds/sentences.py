"""What went wrong with a calendar, in words for staff; nothing of what the upstream or the file said."""

from django.utils.translation import gettext_noop as _

from portal.workways import (
    Garbled,
    Missing,
    Rejected,
    Throttled,
    TooLarge,
    Unauthorized,
    Unavailable,
    Unreachable,
    WorkwaysError,
)

_BY_ERROR: tuple[tuple[type[WorkwaysError], str], ...] = (
    (Unreachable, _("Workways can't be reached.")),
    (Unavailable, _("Workways gave no usable answer.")),
    (Unauthorized, _("Workways doesn't accept our token.")),
    (Throttled, _("Workways asks us to call less often.")),
    (Missing, _("Workways doesn't know this room.")),
    (Rejected, _("Workways refuses to give this calendar.")),
    (TooLarge, _("The file is larger than 20 MB.")),
    (Garbled, _("What Workways gave is not a calendar.")),
)


def sentence_of(error: WorkwaysError) -> str:
    """The kind of failure as a sentence; never the error's own message, which the upstream may have written."""
    return next((text for kind, text in _BY_ERROR if isinstance(error, kind)), _("The calendar can't be had."))
