"""Encrypts what the outbox keeps, with keys that come from the site's secret."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """The secret that sealed this is neither SECRET_KEY nor one of its fallbacks, or the bytes are damaged."""


def seal(content: bytes) -> bytes:
    """Encrypts with the present SECRET_KEY."""
    return _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Decrypts what `seal` made, also under an earlier secret that is still among the fallbacks. Raises SealBroken."""
    try:
        return _keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed)
    except InvalidToken as error:
        raise SealBroken from error


@lru_cache(maxsize=4)
def _keys(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    # A key of its own for this one use (RFC 5869), so that nothing signed elsewhere says anything about it.
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"portal outbox body").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
