"""A browser that has proved an address, and what Workways said of it."""

from django.core.signing import get_cookie_signer
from django.test import Client

from bookings.core.answers import Standing
from bookings.links.actions import record_proof, record_standing
from bookings.links.browser import COOKIE
from portal import clock


def proved_client(email: str, standing: Standing) -> Client:
    """The browser of somebody who proved this address a moment ago."""
    client, key = Client(), f"browser-of-{email}"
    client.cookies[COOKIE] = get_cookie_signer(salt=f"{COOKIE}bookings.links.browser").sign(key)
    record_proof(browser_key=key, email=email, now=clock.now())
    record_standing(browser_key=key, email=email, standing=standing, now=clock.now())
    return client
