"""The mailed link by which a member chooses a password: one purpose, one use, an end, kept as a hash only."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from portal.members.models import Member
from portal.members.sessions import end_sessions


class LinkPurpose(StrEnum):
    """Why somebody gets such a link."""

    INVITATION = "invitation"
    RESET = "reset"


LIFETIMES = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.RESET: timedelta(hours=1)}


@transaction.atomic
def issue_link(*, member: Member, purpose: LinkPurpose, now: datetime) -> str:
    """A token for a fresh link; an earlier one of the same member is worthless from now on."""
    token = secrets.token_urlsafe(32)
    member.link_hash = _hash(token)
    member.link_purpose = purpose
    member.link_expires_at = now + LIFETIMES[purpose]
    member.save(update_fields=["link_hash", "link_purpose", "link_expires_at"])
    return token


def find_by_link(*, token: str, purpose: LinkPurpose, now: datetime) -> Member | None:
    """Whose living link this is; None for one that was used, replaced, is over, or for something else."""
    living = Member.objects.select_related("user").filter(link_purpose=purpose, link_expires_at__gt=now)
    is_staff = Q(user__is_staff=True) | Q(user__is_superuser=True)
    return living.filter(is_staff, link_hash=_hash(token), user__is_active=True).first()


@transaction.atomic
def choose_password(*, token: str, purpose: LinkPurpose, password: str, now: datetime) -> Member | None:
    """Sets the password of whose link this is, uses the link up, and signs all their browsers out.

    None when the link is not living any more; of two presses at once, one gets None.
    """
    member = find_by_link(token=token, purpose=purpose, now=now)
    if member is None or not Member.objects.filter(pk=member.pk, link_hash=_hash(token)).update(link_hash=""):
        return None
    member.user.set_password(password)
    member.user.save(update_fields=["password"])
    end_sessions(member=member)
    return member


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
