"""Tokens: how one is made, and who a call comes from."""

import hashlib
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Sum

from portal.embedded.answers import Caller, Refused
from portal.embedded.models import DEVELOPER_ROLES, ApiToken, ApiUse, ApiUseDay, User
from portal.embedded.questions import GIVEN, Question

_MARK = "ww_dev_"
_HEADER_MISSING = "Unauthorized: Authorization header is required. Use: Authorization: Bearer <your_token>"
_HEADER_MALFORMED = "Unauthorized: Invalid authorization format. Use: Authorization: Bearer <your_token>"
_TOKEN_UNKNOWN = "Unauthorized: Invalid or revoked token"  # noqa: S105  a sentence, not a secret
_TOKEN_INACTIVE = "Votre token est expiré, connectez-vous à votre compte pour le renouveler"  # noqa: S105  a sentence
_ACCOUNT_CLOSED = "Votre compte est désactivé, contactez Workways"
_USER_ARCHIVED = "Unauthorized: User account is archived"
QUOTA_USED_UP = "API quota exceeded"
# Every sentence of a 401.
REFUSALS = (_HEADER_MISSING, _HEADER_MALFORMED, _TOKEN_UNKNOWN, _TOKEN_INACTIVE, _ACCOUNT_CLOSED, _USER_ARCHIVED)
# `last_used_at` is for people, so it needn't be written at each call.
_LAST_USE_PRECISION = timedelta(minutes=1)
_MOST_SUMMED_UP = 20_000


def new_token() -> str:
    """A token in the document's form; show it once, keep only its hash."""
    return _MARK + secrets.token_hex(32)


def hash_of(token: str) -> str:
    """What is kept of a token. No salt is needed: it holds 256 bits of chance."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def create_token(*, user: User, name: str, now: datetime) -> tuple[ApiToken, str]:
    """A token for a developer: the row, and the text that nobody can read again afterwards."""
    token = new_token()
    row = ApiToken.objects.create(
        user=user, name=name, prefix=_prefix_of(token), token_hash=hash_of(token), created_at=now
    )
    return row, token


def renew(row: ApiToken) -> str:
    """Another text for a token, which works from now on and alone; id, name and creation date stay."""
    token = new_token()
    row.prefix, row.token_hash, row.is_active = _prefix_of(token), hash_of(token), True
    row.save(update_fields=["prefix", "token_hash", "is_active"])
    return token


def _prefix_of(token: str) -> str:
    return token[: len(_MARK) + 4]


def ensure_developer(*, email: str, now: datetime) -> User:
    """The account for an address, made when missing, with the right to have tokens.

    A member of an organization who becomes a developer keeps their place in it.
    """
    user, created = User.objects.get_or_create(
        email=email.strip().lower(), defaults={"role": DEVELOPER_ROLES[0], "verified_at": now, "created_at": now}
    )
    if not created and user.role not in DEVELOPER_ROLES:
        user.role = DEVELOPER_ROLES[0]
        user.verified_at = user.verified_at or now
        user.save(update_fields=["role", "verified_at"])
    return user


def identify(header: str | None, *, now: datetime) -> Caller:
    """Who a header speaks for. Raises Refused (401, or 429 for a used-up quota).

    Checked in the order of W7: header, form, look-up, active token, account, user. The look-up is by hash, so its time
    says nothing about tokens that are nearly right.
    """
    if header is None:
        raise Refused(_HEADER_MISSING, status=401)
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(_HEADER_MALFORMED, status=401)
    holder = _HOLDERS.find(hash_of(token.strip()))
    if holder is None:
        raise Refused(_TOKEN_UNKNOWN, status=401)
    _refuse_unfit(holder)
    _count_use(holder, now)
    if holder.last_used_at is None or now - holder.last_used_at >= _LAST_USE_PRECISION:
        ApiToken.objects.filter(pk=holder.id).update(last_used_at=now)
    return Caller(holder.user_id)


class _Holder(NamedTuple):
    """A token and what decides about its owner; the names are the columns. Each call reads one, so no more is read."""

    id: str
    is_active: bool
    last_used_at: datetime | None
    user_id: str
    user__role: str
    user__is_archived: bool
    user__is_api_disabled: bool
    user__daily_quota: int | None
    user__monthly_quota: int | None
    user__organization__is_archived: bool | None


_HOLDERS = Question(_Holder, lambda: ApiToken.objects.filter(token_hash=GIVEN))


def _refuse_unfit(holder: _Holder) -> None:
    if not holder.is_active:
        raise Refused(_TOKEN_INACTIVE, status=401)
    is_closed = holder.user__is_api_disabled or bool(holder.user__organization__is_archived)
    if is_closed or holder.user__role not in DEVELOPER_ROLES:
        raise Refused(_ACCOUNT_CLOSED, status=401)
    if holder.user__is_archived:
        raise Refused(_USER_ARCHIVED, status=401)


def _count_use(holder: _Holder, now: datetime) -> None:
    """Counts a call of somebody who has a quota, per calendar day and month of UTC (W71: none by default).

    The call is written down first and counted then, each in a transaction of its own: of calls at the same time, each
    sees all that were written before itself, so never more than the quota get through, and no lock is waited for. Of
    calls that race for the very last places a few too many may be refused; what is refused is not counted.
    """
    daily, monthly = holder.user__daily_quota, holder.user__monthly_quota
    if daily is None and monthly is None:
        return
    use = ApiUse.objects.create(user_id=holder.user_id, at=now)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for quota, since in ((daily, today), (monthly, today.replace(day=1))):
        if quota is not None and _count_since(holder.user_id, since) > quota:
            use.delete()
            raise Refused(QUOTA_USED_UP, status=429)


def _count_since(user_id: str, since: datetime) -> int:
    # In this order a day that is summed up in between is counted twice rather than not at all.
    single = ApiUse.objects.filter(user=user_id, at__gte=since).count()
    summed_up = ApiUseDay.objects.filter(user=user_id, day__gte=since.date()).aggregate(calls=Sum("calls"))
    return single + (summed_up["calls"] or 0)


@transaction.atomic
def sum_up_uses(*, now: datetime) -> int:
    """Puts one row per user and day in place of the single calls of days that are over; gives the number of calls.

    So a call's counting stays as quick at the end of a busy month. Sums of earlier months decide nothing any more and
    are dropped.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    # Locked, so that two who sum up at once never count a call twice.
    over = list(ApiUse.objects.select_for_update().filter(at__lt=today).order_by("pk")[:_MOST_SUMMED_UP])
    for (user_id, day), calls in Counter((use.user_id, use.at.astimezone(UTC).date()) for use in over).items():
        row, created = ApiUseDay.objects.get_or_create(user_id=user_id, day=day, defaults={"calls": calls})
        if not created:
            ApiUseDay.objects.filter(pk=row.pk).update(calls=F("calls") + calls)
    ApiUse.objects.filter(pk__in=[use.pk for use in over]).delete()
    ApiUseDay.objects.filter(day__lt=today.date().replace(day=1)).delete()
    return len(over)
