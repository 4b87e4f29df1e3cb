"""A member's authenticator app. It goes by the machine's own clock, as the library does."""

import time

from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.members.models import Member


def app_code(member: Member, *, later: int = 0) -> str:
    """What the app shows now, or `later` half minutes from now."""
    device = TOTPDevice.objects.filter(user=member.user).order_by("pk")[0]
    totp = TOTP(device.bin_key)
    totp.time = time.time() + 30 * later
    return f"{totp.token():06d}"


def set_up(member: Member, client: Client) -> str:
    """Sets the second factor up in this browser; the page with the recovery codes."""
    client.post("/staff/account/two-factor/begin/")
    response = client.post("/staff/account/two-factor/confirm/", {"code": app_code(member)})
    member.refresh_from_db()
    return response.content.decode()
