"""The tokens of mailed links: random, stored only as a hash, good for one purpose, revocable."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from bookings.core.pseudonyms import present_address
from bookings.links import rules
from bookings.links.models import Link, Purpose

if TYPE_CHECKING:
    from django.db.models import Model

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Valid:
    """The link may show its page."""

    link: Link


@dataclass(frozen=True, slots=True)
class Expired:
    """It was right once; a fresh one may be sent to the same address."""

    link: Link


@dataclass(frozen=True, slots=True)
class Revoked:
    """A newer link has taken its place, or staff ended it."""

    link: Link


@dataclass(frozen=True, slots=True)
class Invalid:
    """No such token for this purpose: cut off, altered, or invented."""


Reading = Valid | Expired | Revoked | Invalid


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _pk(thing: "Model | None") -> int | None:
    return None if thing is None else int(thing.pk)


@transaction.atomic
def issue(
    *,
    purpose: Purpose,
    email: str,
    now: datetime,
    booking_request: "Model | None" = None,
    registration: "Model | None" = None,
    watch: "Model | None" = None,
    invitation: "Model | None" = None,
    revoke_older: bool = False,
) -> str:
    """Makes a link for one request, registration, watch or invitation and returns its token, which is nowhere else.

    A booking link lives until 30 days after the meeting, a registration link 30 days, a watch's link as long as the
    time that is watched, an invitation's link as long as the invitation. `revoke_older` ends every earlier link of the
    same purpose to the same thing.
    """
    things: dict[Purpose, Any] = {
        Purpose.BOOKING: booking_request,
        Purpose.REGISTRATION: registration,
        Purpose.WATCH: watch,
        Purpose.INVITATION: invitation,
    }
    thing = things[purpose]
    if thing is None:
        raise ValueError(f"A {purpose} link needs its {purpose}.")
    if revoke_older:
        revoke(
            purpose=purpose,
            booking_request=booking_request,
            registration=registration,
            watch=watch,
            invitation=invitation,
            now=now,
        )
    match purpose:
        case Purpose.BOOKING:
            expires_at = rules.booking_link_expiry(thing.end)
        case Purpose.REGISTRATION:
            expires_at = now + rules.REGISTRATION_LINK_LIFETIME
        case Purpose.WATCH:
            expires_at = thing.end
        case Purpose.INVITATION:
            expires_at = thing.expires_at
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    Link.objects.create(
        token_hash=_hash(token),
        purpose=purpose,
        email=rules.normalized_email(present_address(thing, email)),
        booking_request_id=_pk(booking_request),
        registration_id=_pk(registration),
        watch_id=_pk(watch),
        invitation_id=_pk(invitation),
        created_at=now,
        expires_at=expires_at,
    )
    return token


def revoke(
    *,
    purpose: Purpose,
    now: datetime,
    booking_request: "Model | None" = None,
    registration: "Model | None" = None,
    watch: "Model | None" = None,
    invitation: "Model | None" = None,
) -> int:
    """Ends the live links of this purpose to this thing; says how many there were."""
    of_thing = {
        "booking_request_id": _pk(booking_request),
        "registration_id": _pk(registration),
        "watch_id": _pk(watch),
        "invitation_id": _pk(invitation),
    }
    return Link.objects.filter(purpose=purpose, revoked_at=None, **of_thing).update(revoked_at=now)


def read(token: str, purpose: Purpose, *, now: datetime) -> Reading:
    """What this token is worth now. Changes nothing, so a mail scanner may open the link as often as it likes.

    The look-up goes by the token's hash, so its timing tells nothing about a token that somebody guesses at; a token of
    another purpose is as good as none.
    """
    digest = _hash(token)
    links = Link.objects.select_related("booking_request__room__site", "registration", "watch")
    link = links.filter(token_hash=digest).first()
    if link is None or not hmac.compare_digest(link.token_hash, digest) or link.purpose != purpose:
        return Invalid()
    if link.revoked_at is not None:
        return Revoked(link)
    if link.expires_at <= now:
        return Expired(link)
    return Valid(link)


def mark_used(*, link: Link, now: datetime) -> None:
    """Notes the first time that somebody pressed the link's button; a link may be used again until it expires."""
    Link.objects.filter(pk=link.pk, used_at=None).update(used_at=now)
