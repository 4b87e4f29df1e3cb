"""Why a link was not sent, in the language of the page."""

from typing import assert_never

from django.utils.translation import gettext as _

from bookings.availability.sentences import explain
from bookings.inviting.actions import NotBookable
from bookings.inviting.errors import InvitationLimit, TooMany
from bookings.inviting.models import Invitation


def explain_limit(error: TooMany) -> str:
    """Which limit is reached, and the way on."""
    match error.which:
        case InvitationLimit.ADDRESS:
            said = _("%(limit)s links to this address are open already. Take one of them back, then send this one.")
        case InvitationLimit.MEMBER_HOLDS:
            said = _(
                "Your links already keep %(limit)s times. Take one back, or send this one without keeping the time."
            )
        case InvitationLimit.ROOM_HOLDS:
            said = _("Links already keep %(limit)s times of this room. Send this link without keeping the time.")
        case InvitationLimit.ADDRESS_HOLDS:
            said = _("%(limit)s times are already kept for this address. Send this link without keeping the time.")
        case _never:
            assert_never(_never)
    return said % {"limit": error.limit}


def explain_not_bookable(error: NotBookable, link: Invitation) -> str:
    """Why its time can't be had, and the way on."""
    told = explain(error.answer, zone=link.zone, start=link.start)
    return f"{told.sentence} {told.way_on} {_('Nothing was sent.')}"
