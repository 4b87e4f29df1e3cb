"""Names of things: Workways ids and our own references."""

import re
import secrets

_WORKWAYS_ID = re.compile(r"[0-9a-f]{24}")
# Without letters and digits that look or sound alike, because people read a reference out on the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def is_workways_id(text: str) -> bool:
    """Is this the form of a Workways id: 24 hex digits in lower case?"""
    return _WORKWAYS_ID.fullmatch(text) is not None


def new_reference() -> str:
    """A reference such as "K7QM-2XTR": 39 bits of chance, no secret, never a proof."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def new_browser_key() -> str:
    """What tells one browser from another; it is a secret and lives in a signed, http-only cookie."""
    return secrets.token_urlsafe(24)
