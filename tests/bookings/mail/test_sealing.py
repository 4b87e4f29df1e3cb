"""Bodies of mails are unreadable without the site's secret, and survive a change of it."""

from typing import Any

import pytest

from bookings.mail.sealing import SealBroken, seal, unseal


def test_sealed_bytes_come_back_and_show_nothing(settings: Any) -> None:
    settings.SECRET_KEY = "first secret"

    sealed = seal(b"Your code is 042917")

    assert b"042917" not in sealed
    assert unseal(sealed) == b"Your code is 042917"


def test_earlier_secret_among_the_fallbacks_still_opens(settings: Any) -> None:
    settings.SECRET_KEY = "first secret"
    sealed = seal(b"body")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second secret", ["first secret"]

    assert unseal(sealed) == b"body"


def test_lost_secret_is_told_as_such(settings: Any) -> None:
    settings.SECRET_KEY = "first secret"
    sealed = seal(b"body")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second secret", []

    with pytest.raises(SealBroken):
        unseal(sealed)


def test_damaged_bytes_are_told_as_such() -> None:
    sealed = seal(b"body")

    with pytest.raises(SealBroken):
        unseal(sealed[:-4] + b"AAAA")
