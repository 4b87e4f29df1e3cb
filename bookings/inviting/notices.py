"""The mail with the link; the team's preview and what is sent are made by the same function."""

from datetime import datetime
from typing import Any

from django.utils.translation import override

from bookings.catalog.queries import operator_of
from bookings.core import formats
from bookings.inviting.models import Invitation
from bookings.inviting.places import place_in_words
from bookings.links import tokens
from bookings.links.models import Purpose
from bookings.mail import actions as mail
from bookings.mail import messages
from bookings.offers.queries import price_of


def mail_link(invitation: Invitation, *, now: datetime) -> None:
    """Mails a new link; all earlier ones end. Once for each sending."""
    token = tokens.issue(
        purpose=Purpose.INVITATION, email=invitation.email, now=now, invitation=invitation, revoke_older=True
    )
    context = build_context(invitation, messages.absolute_url("invitation", token, language=invitation.language))
    mail.enqueue(
        to=invitation.email,
        language=invitation.language,
        context=context,
        repeat_key=f"invitation:{invitation.reference}:{invitation.sendings}",
        invitation=invitation,
    )


def build_context(invitation: Invitation, link: str) -> messages.InvitationContext:
    """What the mail says. Raises ValueError for an invitation without its end."""
    if invitation.expires_at is None:
        raise ValueError("A mail tells until when its link works.")
    common: dict[str, Any] = {
        "operator": operator_of(invitation.site),
        "link": link,
        "until": invitation.expires_at,
        "zone": invitation.zone,
        "people": invitation.people,
        "note": invitation.note,
        "person": invitation.name,
    }
    room, span, language = invitation.room, invitation.span, invitation.language
    with override(language):
        if room is not None and span is not None:
            return messages.SlotInvitation(
                **common,
                room=room.shown_name,
                site=room.site.shown_name,
                address=" ".join(room.site.address.split()),
                span=span,
                price=price_of(room, span.minutes),
                held_until=invitation.held_until,
            )
        return messages.SearchInvitation(
            **common,
            place=place_in_words(invitation, language),
            when=formats.long_date(invitation.day, language) if invitation.day else "",
            length=formats.duration(invitation.minutes, language) if invitation.minutes else "",
        )


def status_link(invitation: Invitation, *, language: str, now: datetime) -> str:
    """One more link to the invitation's page, for a mail of another feature; older ones stay good."""
    token = tokens.issue(purpose=Purpose.INVITATION, email=invitation.email, now=now, invitation=invitation)
    return messages.absolute_url("invitation", token, language=language)
