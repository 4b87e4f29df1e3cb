"""Why a watch could not be set, in the language of the page."""

from typing import assert_never

from django.utils.translation import gettext as _

from bookings.watching.errors import TooManyWatches, WatchLimit


def explain_too_many(error: TooManyWatches) -> str:
    """Whose limit is reached, and the way on."""
    match error.which:
        case WatchLimit.BROWSER:
            said = _("You already wait for %(limit)s times in this browser. Stop one of them to wait for another.")
        case WatchLimit.ADDRESS:
            said = _("This e-mail address already waits for %(limit)s times. Stop one of them to wait for another.")
        case WatchLimit.NETWORK:
            said = _("%(limit)s times are already waited for from your network. Please try again later.")
        case _never:
            assert_never(_never)
    return said % {"limit": error.limit}
