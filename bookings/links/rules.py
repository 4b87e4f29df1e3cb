"""What links, codes and proofs go by: lifetimes, limits, and how an address is compared. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from bookings.core.answers import Standing

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=15)
CODE_ATTEMPTS = 5
# A second press of "send again" within this time gets no second code, so the first mail stays valid.
CODE_COOL_DOWN = timedelta(seconds=60)
PROOF_LIFETIME = timedelta(days=30)
# A link outlives the meeting, because people look for the bill afterwards.
BOOKING_LINK_AFTER_MEETING = timedelta(days=30)
REGISTRATION_LINK_LIFETIME = timedelta(days=30)

# The more a standing allows, the further on it is.
_ORDER = (Standing.UNKNOWN, Standing.ARCHIVED, Standing.NEW, Standing.KNOWN)


def normalized_email(email: str) -> str:
    """The form in which addresses are compared: trimmed, in lower case; the upstream ignores case too (user-info)."""
    return email.strip().lower()


def best_standing(standings: Iterable[Standing]) -> Standing:
    """The one that allows most; `UNKNOWN` when there is none."""
    return max(standings, key=_ORDER.index, default=Standing.UNKNOWN)


def booking_link_expiry(meeting_end: datetime) -> datetime:
    """When a link to a booking request ends."""
    return meeting_end + BOOKING_LINK_AFTER_MEETING


def normalized_code(typed: str) -> str:
    """The code without the blanks and dashes that people and mail programs put in."""
    return "".join(character for character in typed if character not in " \t\u00a0\u202f-–.")


def network_of_address(address: str) -> str:
    """The /24 or /48 that an address lies in, because one household or office changes its last digits at will.

    "" for a text that is no address.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    if ip.version == 6 and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    prefix = 24 if ip.version == 4 else 48
    return str(ip_network(f"{ip}/{prefix}", strict=False).network_address)


def is_nearby(address: str) -> bool:
    """Is this address inside the operator's own network, as a reverse proxy's is?"""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return ip.is_loopback or ip.is_private
