"""Mails to members about their own account."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from bookings.catalog.queries import operator_settings
from bookings.mail.actions import enqueue
from bookings.mail.messages import MemberInvited, MemberPassword, absolute_url
from portal.access import Member
from portal.members.passwords import LIFETIMES, LinkPurpose, issue_link


@transaction.atomic
def send_invitation(*, member: Member, inviter: str, now: datetime) -> None:
    """Mails a fresh link to choose the first password; an earlier one is worthless."""
    link = _fresh_link(member, LinkPurpose.INVITATION, "staff-invitation", now)
    with override(member.language):
        role = str(member.rank.label)
    context = MemberInvited(
        operator=operator_settings(),
        person=member.user.get_full_name(),
        username=member.user.get_username(),
        link=link,
        inviter=inviter,
        role=role,
        days=LIFETIMES[LinkPurpose.INVITATION].days,
    )
    enqueue(to=member.user.email, language=member.language, context=context, repeat_key=_key(member))


@transaction.atomic
def send_password_link(*, member: Member, now: datetime) -> None:
    """Mails a fresh link to choose another password; an earlier one is worthless."""
    link = _fresh_link(member, LinkPurpose.RESET, "staff-password-link", now)
    context = MemberPassword(
        operator=operator_settings(),
        person=member.user.get_full_name(),
        username=member.user.get_username(),
        link=link,
        minutes=int(LIFETIMES[LinkPurpose.RESET].total_seconds() // 60),
    )
    enqueue(to=member.user.email, language=member.language, context=context, repeat_key=_key(member))


def _fresh_link(member: Member, purpose: LinkPurpose, route: str, now: datetime) -> str:
    return absolute_url(route, issue_link(member=member, purpose=purpose, now=now), language=member.language)


def _key(member: Member) -> str:
    return f"member:{member.pk}:{member.link_hash[:32]}"
