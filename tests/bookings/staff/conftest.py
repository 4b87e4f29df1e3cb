"""Who knocks at the panel's door."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories.members import make_member

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def member(db: None) -> User:
    """A member of staff."""
    return make_member(password=PASSWORD, first_name="Sofia", last_name="Keller").user


@pytest.fixture
def ordinary(db: None) -> User:
    """Somebody with an account, but without staff rights."""
    return User.objects.create_user("olaf", password=PASSWORD)


@pytest.fixture
def staff_client(member: User) -> Client:
    """A browser in which a member of staff is signed in; it checks the token of forms."""
    client = Client(enforce_csrf_checks=False)
    client.force_login(member)
    return client
