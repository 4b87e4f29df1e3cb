"""The second factor: a code of an authenticator app (RFC 6238), or one of ten recovery codes.

django-otp keeps the devices, counts wrong codes (each one doubles the wait before the next) and takes no code twice.
It would keep recovery codes as they are; here it is given their hashes in the codes' place, keyed with the secret key.
The app's own secret can't be hashed, since codes are computed from it.
"""

import base64
import math
import secrets
from datetime import datetime
from enum import Enum
from typing import cast

import segno
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.members.models import Member, TwoFactorFor
from portal.members.queries import panel_rules
from portal.members.roles import Role

RECOVERY_CODES = 10
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_SESSION_KEY = "second_factor"


class Passage(Enum):
    """How far a signed-in browser may go."""

    OPEN = "open"
    CODE = "code"
    SET_UP = "set_up"


class Proof(Enum):
    """What a code turned out to be."""

    APP = "app"
    RECOVERY = "recovery"
    WRONG = "wrong"


def passage(request: HttpRequest, member: Member) -> Passage:
    """May this browser go on, must it give a code first, or must its member set the second factor up?"""
    if member.two_factor_at is not None:
        return Passage.OPEN if request.session.get(_SESSION_KEY) == _seal(member) else Passage.CODE
    return Passage.SET_UP if is_required(member) else Passage.OPEN


def is_required(member: Member) -> bool:
    """Do the panel's rules ask a second factor of this member? One query."""
    asked = TwoFactorFor(panel_rules().two_factor_for)
    return asked == TwoFactorFor.EVERYBODY or (asked == TwoFactorFor.ADMINS and member.rank == Role.ADMIN)


def let_pass(request: HttpRequest, member: Member) -> None:
    """This browser gave the second factor; its session gets another key, since the old one was worth less."""
    request.session[_SESSION_KEY] = _seal(member)
    request.session.cycle_key()


@transaction.atomic
def begin(*, member: Member) -> TOTPDevice:
    """A secret for an authenticator app, which counts once a code of it was given; an earlier one is forgotten."""
    TOTPDevice.objects.filter(user=member.user, confirmed=False).delete()
    return cast("TOTPDevice", TOTPDevice.objects.create(user=member.user, name="app", confirmed=False))


def find_begun(member: Member) -> TOTPDevice | None:
    """The secret that waits for its first code, or None."""
    return cast("TOTPDevice | None", TOTPDevice.objects.filter(user=member.user, confirmed=False).first())


def qr_code(device: TOTPDevice) -> str:
    """The secret as a drawing for the app's camera: SVG without anything from elsewhere, dark on light in any theme."""
    code = segno.make_qr(device.config_url, error="m")
    return code.svg_inline(svgclass="qr", lineclass=None, border=4, light="white", omitsize=True)


def secret_in_words(device: TOTPDevice) -> str:
    """The secret to type into an app without a camera, in groups of four."""
    letters = base64.b32encode(device.bin_key).decode()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


@transaction.atomic
def confirm(*, member: Member, code: str, now: datetime) -> list[str] | None:
    """The first code of the app makes it the member's second factor: the recovery codes. None for a wrong code."""
    device = TOTPDevice.objects.select_for_update().filter(user=member.user, confirmed=False).first()
    if device is None or not device.verify_token(_plain(code)):
        return None
    TOTPDevice.objects.filter(user=member.user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    member.two_factor_at = now
    member.save(update_fields=["two_factor_at"])
    return make_recovery_codes(member=member)


@transaction.atomic
def make_recovery_codes(*, member: Member) -> list[str]:
    """Ten fresh codes, told this once; earlier ones are worthless."""
    StaticDevice.objects.filter(user=member.user).delete()
    device = StaticDevice.objects.create(user=member.user, name="recovery")
    codes = ["".join(secrets.choice(_CODE_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(member: Member) -> int:
    """How many recovery codes were not used yet."""
    return int(StaticToken.objects.filter(device__user=member.user).count())


@transaction.atomic
def check(*, member: Member, code: str) -> Proof:
    """What this code of the member's is; a right one is used up, a wrong one makes the next wait longer."""
    plain = _plain(code)
    if plain.isdigit():
        app = TOTPDevice.objects.select_for_update().filter(user=member.user, confirmed=True).first()
        return Proof.APP if app is not None and app.verify_token(plain) else Proof.WRONG
    codes = StaticDevice.objects.select_for_update().filter(user=member.user, confirmed=True).first()
    return Proof.RECOVERY if codes is not None and codes.verify_token(_digest(plain)) else Proof.WRONG


def wait_seconds(member: Member, code: str) -> int:
    """How long to wait before the next code of this kind is looked at; 0 for not at all."""
    kind = TOTPDevice if _plain(code).isdigit() else StaticDevice
    device = kind.objects.filter(user=member.user, confirmed=member.two_factor_at is not None).first()
    if device is None:
        return 0
    is_allowed, why = device.verify_is_allowed()
    if is_allowed:
        return 0
    # The library counts by the machine's own clock.
    locked_until: datetime = why["locked_until"]
    return max(1, math.ceil((locked_until - timezone.now()).total_seconds()))


@transaction.atomic
def remove(*, member: Member) -> None:
    """Takes the second factor away: app and recovery codes."""
    TOTPDevice.objects.filter(user=member.user).delete()
    StaticDevice.objects.filter(user=member.user).delete()
    member.two_factor_at = None
    member.save(update_fields=["two_factor_at"])


def _seal(member: Member) -> list[object]:
    """What a session holds once its browser gave the second factor; setting it up anew makes it worthless."""
    return [member.pk, member.two_factor_at.isoformat() if member.two_factor_at else ""]


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())[:32]


def _digest(code: str) -> str:
    """Sixteen letters, for so many fit into the library's column: 80 bits of a keyed hash."""
    digest = salted_hmac("portal.members.two_factor", code, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode()
