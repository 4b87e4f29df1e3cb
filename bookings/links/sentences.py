"""What is said of a code that was not right."""

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
