"""What is known of a browser: which addresses it proved, and what the upstream said of them."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest

from bookings.core.answers import Standing
from bookings.links import rules
from bookings.links.browser import browser_key
from bookings.links.models import ProvedAddress
from portal import clock


def live_proofs(*, browser_key: str, now: datetime) -> QuerySet[ProvedAddress]:
    """The addresses that this browser proved and that are still remembered, newest first."""
    return ProvedAddress.objects.filter(browser_key=browser_key, expires_at__gt=now).order_by("-proved_at", "-pk")


def is_proved(*, browser_key: str, email: str, now: datetime) -> bool:
    """Has this browser proved this address within the last 30 days?"""
    if not browser_key:
        return False
    return live_proofs(browser_key=browser_key, now=now).filter(email=rules.normalized_email(email)).exists()


def proved_addresses(request: HttpRequest) -> list[str]:
    """The addresses that the asking browser proved, newest first; none and no query for a browser without a key."""
    key = browser_key(request)
    if not key:
        return []
    return list(live_proofs(browser_key=key, now=clock.now()).values_list("email", flat=True))


def standing_of(request: HttpRequest) -> Standing:
    """The best standing of the addresses that the asking browser proved; `UNKNOWN` when it proved none."""
    key = browser_key(request)
    if not key:
        return Standing.UNKNOWN
    kept = live_proofs(browser_key=key, now=clock.now()).values_list("standing", flat=True)
    return rules.best_standing(Standing(standing) for standing in kept)


def standing_of_address(*, browser_key: str, email: str, now: datetime) -> Standing:
    """What the upstream said of this one address, if this browser proved it; else `UNKNOWN`."""
    kept = live_proofs(browser_key=browser_key, now=now).filter(email=rules.normalized_email(email)).first()
    return Standing(kept.standing) if kept and browser_key else Standing.UNKNOWN
