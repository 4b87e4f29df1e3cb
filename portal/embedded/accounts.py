"""What happens behind the verification mail: the address is verified, a password set, waiting meetings confirmed."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from portal.embedded import slots
from portal.embedded.answers import Mailer
from portal.embedded.auth import hash_of
from portal.embedded.mails import send_password, send_verification
from portal.embedded.models import Meeting, MeetingState, Organization, User, Verification

LINK_LIFE = timedelta(days=7)
# How soon a person may ask for another link.
FRESH_LINK_PAUSE = timedelta(minutes=5)


class LinkNotUsable(Exception):
    """The link was used, replaced or has expired; nothing was changed."""


def find_verification(token: str) -> Verification | None:
    """The link of a token, in whatever state; None when nobody was ever sent it."""
    found = Verification.objects.select_related("user", "user__organization")
    return found.filter(token_hash=hash_of(token)).first()


def is_usable(verification: Verification, *, now: datetime) -> bool:
    """Can it still set a password? An archived person's link can't."""
    is_open = verification.used_at is None and verification.revoked_at is None and verification.expires_at > now
    return is_open and not verification.user.is_shut_out


@transaction.atomic
def send_link(*, user: User, now: datetime, mailer: Mailer, is_for_password: bool = False) -> None:
    """Mails a link; older ones of the same user stop working. Somebody who only wants another password is told so."""
    Verification.objects.filter(user=user, used_at=None, revoked_at=None).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    Verification.objects.create(user=user, token_hash=hash_of(token), created_at=now, expires_at=now + LINK_LIFE)
    if is_for_password:
        send_password(mailer, to=user.email, token=token, language=user.language, days=LINK_LIFE.days)
        return
    waiting = list_waiting(user)
    send_verification(mailer, to=user.email, token=token, language=user.language, days=LINK_LIFE.days, meetings=waiting)


@transaction.atomic
def send_fresh_link(*, user: User, now: datetime, mailer: Mailer, is_for_password: bool = False) -> bool:
    """Mails another link to the same address, unless one left only minutes ago; says whether it did."""
    # The user's row is the queue in which two impatient clicks stand.
    User.objects.select_for_update().get(pk=user.pk)
    if Verification.objects.filter(user=user, created_at__gt=now - FRESH_LINK_PAUSE).exists():
        return False
    send_link(user=user, now=now, mailer=mailer, is_for_password=is_for_password)
    return True


def list_waiting(user: User) -> list[Meeting]:
    """The registered meetings that wait for this person, or lapsed while they waited."""
    return list(_waiting(user).select_related("room__site").order_by("start", "pk"))


@transaction.atomic
def verify(*, verification: Verification, password: str, now: datetime) -> None:
    """Sets the password, activates user and organization, confirms the waiting meetings whose slot is still free for
    them.

    What became of each meeting is kept in `outcome`, for the page. Raises LinkNotUsable when another click was faster.
    """
    # The user first, then the link, then the meetings: whoever needs several of them locks them in this order.
    user = User.objects.select_for_update().get(pk=verification.user_id)
    still_open = Verification.objects.filter(pk=verification.pk, used_at=None, revoked_at=None, expires_at__gt=now)
    if still_open.update(used_at=now) != 1:
        raise LinkNotUsable
    user.password = make_password(password)
    user.verified_at = user.verified_at or now
    user.save(update_fields=["password", "verified_at"])
    Organization.objects.filter(pk=user.organization_id, activated_at=None).update(activated_at=now)
    # Locked in the order of their ids, as everybody locks them: a slot can't be given away while it is confirmed.
    waiting = _waiting(user).select_for_update().order_by("pk")
    verification.outcome = _confirm(waiting, now)
    verification.used_at = now
    verification.save(update_fields=["outcome"])


def list_outcome(verification: Verification, key: str) -> list[Meeting]:
    """The meetings that using the link "confirmed", or that were "lost"."""
    found = Meeting.objects.filter(pk__in=verification.outcome.get(key, ()))
    return list(found.select_related("room__site").order_by("start", "pk"))


def _waiting(user: User) -> QuerySet[Meeting]:
    # Registering writes the organization into the meetings it links; a request without one was given up.
    states = (MeetingState.PENDING, MeetingState.LAPSED)
    return Meeting.objects.filter(user=user, state__in=states, organization__isnull=False)


def _confirm(waiting: Iterable[Meeting], now: datetime) -> dict[str, list[str]]:
    confirmed, lost = [], []
    # Slots are taken by ascending time in each room, like the cells of one meeting: so nobody waits in a circle.
    for meeting in sorted(waiting, key=lambda one: (one.room_id, one.start)):
        if meeting.start > now and _has_slot(meeting, now):
            meeting.state = MeetingState.CONFIRMED
            confirmed.append(meeting.pk)
        else:
            meeting.state = MeetingState.LAPSED
            slots.give_back([meeting])
            lost.append(meeting.pk)
        meeting.updated_at = now
        meeting.lapses_at = None
        meeting.save(update_fields=["state", "updated_at", "lapses_at"])
    return {"confirmed": confirmed, "lost": lost}


def _has_slot(meeting: Meeting, now: datetime) -> bool:
    """A pending meeting holds its slot until somebody else takes it; a lapsed one may find it free again."""
    if meeting.state == MeetingState.PENDING:
        return True
    try:
        slots.take(meeting, now=now)
    except slots.SlotTaken:
        return False
    return True
