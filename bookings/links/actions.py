"""Makes and checks one-time codes, and remembers what a browser proved.

Nothing here asks whether an address is known: known, new and archived addresses take the same path until the proof.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from bookings.core.answers import Standing
from bookings.links import rules
from bookings.links.models import AddressProof, ProvedAddress


@dataclass(frozen=True, slots=True)
class NewCode:
    """A fresh code to be mailed; earlier ones of this browser and address are dead. `serial` names just this code."""

    code: str
    expires_at: datetime
    serial: str


@dataclass(frozen=True, slots=True)
class JustSent:
    """A code left less than a minute ago and is still the right one; another can be had after `wait_seconds`."""

    wait_seconds: int


@dataclass(frozen=True, slots=True)
class Right:
    """The code was right; the address is proved."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The code was wrong; so many attempts are left."""

    left: int


@dataclass(frozen=True, slots=True)
class CodeExpired:
    """There is no live code for this browser and address."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """All attempts are used up; only a new code helps."""


CodeCheck = Right | Wrong | CodeExpired | TooMany


def _hash_code(code: str, browser_key: str, email: str) -> str:
    return salted_hmac("bookings.links.code", f"{browser_key}|{email}|{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def start_proof(*, browser_key: str, email: str, now: datetime) -> NewCode | JustSent:
    """Makes a code for this browser and address, unless one was made within the last minute.

    The caller counts against the limits first (`limits.wait_seconds`) and mails the code in the same transaction.
    """
    email = rules.normalized_email(email)
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
    fresh = {
        "code_hash": _hash_code(code, browser_key, email),
        "created_at": now,
        "expires_at": now + rules.CODE_LIFETIME,
        "attempts": 0,
        "proved_at": None,
    }
    mine = AddressProof.objects.filter(browser_key=browser_key, email=email)
    if not mine.filter(created_at__lte=now - rules.CODE_COOL_DOWN).update(sendings=F("sendings") + 1, **fresh):
        try:
            with transaction.atomic():
                AddressProof.objects.create(browser_key=browser_key, email=email, **fresh)
        except IntegrityError:
            made_at = mine.values_list("created_at", flat=True).get()
            wait = rules.CODE_COOL_DOWN - (now - made_at)
            return JustSent(wait_seconds=max(1, int(wait.total_seconds())))
    proof = mine.get()
    return NewCode(code=code, expires_at=proof.expires_at, serial=f"{proof.pk}.{proof.sendings}")


def check_code(*, browser_key: str, email: str, code: str, now: datetime) -> CodeCheck:
    """Compares a typed code; a right one proves the address for 30 days.

    The attempt is counted by one conditional update before anything is compared, so parallel guesses can't get more
    than five. Must not run inside another transaction, whose rollback would give the attempt back: raises RuntimeError.
    """
    email = rules.normalized_email(email)
    with transaction.atomic(durable=True):
        live = AddressProof.objects.filter(browser_key=browser_key, email=email, expires_at__gt=now)
        counted = live.filter(attempts__lt=rules.CODE_ATTEMPTS).update(attempts=F("attempts") + 1)
        proof = live.first()
        if proof is None:
            return CodeExpired()
        if not counted:
            return TooMany()
        typed = _hash_code(rules.normalized_code(code), browser_key, email)
        if not hmac.compare_digest(typed, proof.code_hash):
            left = rules.CODE_ATTEMPTS - proof.attempts
            return Wrong(left=left) if left > 0 else TooMany()
        AddressProof.objects.filter(pk=proof.pk, proved_at=None).update(proved_at=now)
        record_proof(browser_key=browser_key, email=email, now=now)
        return Right()


@transaction.atomic
def record_proof(*, browser_key: str, email: str, now: datetime) -> ProvedAddress:
    """Remembers for 30 days from now that this browser proved this address, by a code or by a mailed link's button."""
    proved, _created = ProvedAddress.objects.update_or_create(
        browser_key=browser_key,
        email=rules.normalized_email(email),
        defaults={"proved_at": now, "expires_at": now + rules.PROOF_LIFETIME},
    )
    return proved


@transaction.atomic
def record_standing(*, browser_key: str, email: str, standing: Standing, now: datetime) -> None:
    """Keeps what the upstream said of a proved address, so that calendars show what this person may book."""
    ProvedAddress.objects.filter(
        browser_key=browser_key, email=rules.normalized_email(email), expires_at__gt=now
    ).update(standing=standing, standing_at=now)


@transaction.atomic
def forget(*, browser_key: str) -> int:
    """Forgets everything that this browser proved, for somebody at a borrowed computer; says how many addresses."""
    AddressProof.objects.filter(browser_key=browser_key).delete()
    forgotten, _per_model = ProvedAddress.objects.filter(browser_key=browser_key).delete()
    return forgotten
