"""What is said of a code that was not right, and of a mail that left a moment ago."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.links.actions import CodeCheck, CodeExpired, Right, TooMany, Wrong


def code_sentence(check: CodeCheck) -> str:
    """Why the code was not taken and what to do; "" for one that was right."""
    match check:
        case Wrong(left):
            said = ngettext(
                "This is not the code. You can try once more.",
                "This is not the code. You can try %(left)s more times.",
                left,
            )
            return said % {"left": left}
        case TooMany():
            return _("This code was tried too often. Have a new code sent, and use that one.")
        case CodeExpired():
            return _("This code has expired. Have a new code sent, and use that one.")
        case Right():
            return ""


def wait_sentence(seconds: int) -> str:
    """Why no mail was sent just now, and when one can be had."""
    said = ngettext(
        "A mail left a moment ago. You can have another in one second.",
        "A mail left a moment ago. You can have another in %(wait)s seconds.",
        seconds,
    )
    return said % {"wait": seconds}
