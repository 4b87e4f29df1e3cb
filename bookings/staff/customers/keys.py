"""How a customer is named in addresses of pages and in the audit: never by the e-mail address itself.

A page's address holds the e-mail address encrypted (AES-SIV, RFC 5297: the same address makes the same text, and a text
that was altered opens nothing). The audit holds a keyed hash of it, from which nobody gets the address back.
"""

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.utils.crypto import salted_hmac

from bookings.links.rules import normalized_email

_SALT = "bookings.staff.customers"


@dataclass(frozen=True, slots=True, repr=False)
class CustomerKey:
    """An e-mail address as `normalized_email` writes it; as a text it is the reference that the audit keeps."""

    email: str

    def __str__(self) -> str:
        return _reference(self.email, settings.SECRET_KEY)

    def __repr__(self) -> str:
        return f"CustomerKey({self})"


def key_of(email: str) -> CustomerKey:
    """The key of whoever has this address, however it is written."""
    return CustomerKey(normalized_email(email))


def references_of(email: str) -> list[str]:
    """What the audit calls whoever has this address: by the present secret first, then by those before it."""
    address = normalized_email(email)
    return [_reference(address, secret) for secret in _secrets()]


class CustomerConverter:
    """The part of a page's address that names a customer."""

    regex = "[0-9A-Za-z_-]{24,480}"

    def to_python(self, value: str) -> CustomerKey:
        """Raises ValueError, which is a page that doesn't exist, for what none of the portal's secrets opens."""
        sealed = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        for secret in _secrets():
            try:
                return CustomerKey(_cipher(secret).decrypt(sealed, None).decode())
            except InvalidTag:
                continue
        raise ValueError("No address of a customer.")

    def to_url(self, value: CustomerKey) -> str:
        """The encrypted address, without padding."""
        sealed = _cipher(settings.SECRET_KEY).encrypt(value.email.encode(), None)
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *(str(secret) for secret in settings.SECRET_KEY_FALLBACKS)]


def _reference(address: str, secret: str) -> str:
    return salted_hmac(f"{_SALT}.reference", address, secret, algorithm="sha256").hexdigest()[:24]


def _cipher(secret: str) -> AESSIV:
    # 64 bytes are two keys of 256 bits, which is what AES-SIV wants.
    return AESSIV(salted_hmac(f"{_SALT}.address", "", secret, algorithm="sha512").digest())
