"""Makes members of staff."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User

from portal.members.models import Member
from portal.members.roles import Role


def make_member(
    *,
    username: str = "sofia",
    role: Role = Role.ADMIN,
    sites: Iterable[str] | None = None,
    password: str | None = None,
    **fields: Any,
) -> Member:
    """A member with this role, an admin unless told otherwise; `sites` are the Workways ids of a limited one.

    `fields` are the user's. Without a password nobody can sign in by the form.
    """
    user = User.objects.create_user(username, password=password, is_staff=True, **fields)
    return Member.objects.create(user=user, role=role, is_limited=sites is not None, site_ids=list(sites or ()))
