"""A member of staff in front of the small world of the embedded API."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.members import make_member


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def operator(db: None, clock: Any) -> Client:
    """A browser in which a member of staff is signed in."""
    client = Client()
    client.force_login(make_member(first_name="Sofia").user)
    return client
