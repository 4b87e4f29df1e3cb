"""What admins do with members."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from portal.members import two_factor
from portal.members.models import Member, PanelRules, TwoFactorFor
from portal.members.roles import Role
from portal.members.sessions import end_sessions


class NoAdminLeft(Exception):
    """Nobody could give roles any more."""


@transaction.atomic
def create_member(
    *,
    email: str,
    first_name: str,
    last_name: str,
    language: str,
    role: Role,
    site_ids: Sequence[str] | None,
) -> Member:
    """A new account with this role, for all sites when `site_ids` is None; it has no password yet."""
    user = User.objects.create_user(email, email=email, first_name=first_name, last_name=last_name, is_staff=True)
    return Member.objects.create(
        user=user,
        role=role,
        language=language,
        is_limited=site_ids is not None,
        site_ids=list(site_ids or ()),
    )


@transaction.atomic
def set_role(*, member: Member, role: Role, site_ids: Sequence[str] | None) -> bool:
    """Changes role and sites, from the member's next page on. False when nothing changed. Raises NoAdminLeft."""
    _queue_for_admins()
    before = (member.role, member.is_limited, sorted(member.site_ids))
    member.role, member.is_limited, member.site_ids = role, site_ids is not None, sorted(site_ids or ())
    member.save(update_fields=["role", "is_limited", "site_ids"])
    _demand_an_admin()
    return before != (member.role, member.is_limited, member.site_ids)


@transaction.atomic
def switch_off(*, member: Member) -> None:
    """The account opens nothing any more, and its browsers are signed out. Raises NoAdminLeft."""
    _queue_for_admins()
    member.user.is_active = False
    member.user.save(update_fields=["is_active"])
    member.link_hash = ""
    member.save(update_fields=["link_hash"])
    end_sessions(member=member)
    _demand_an_admin()


@transaction.atomic
def switch_on(*, member: Member) -> None:
    """The account opens again what it opened before."""
    member.user.is_active = True
    member.user.save(update_fields=["is_active"])


@transaction.atomic
def take_second_factor_away(*, member: Member) -> None:
    """For a lost telephone: the member signs in with the password alone, anew in each browser."""
    two_factor.remove(member=member)
    end_sessions(member=member)


@transaction.atomic
def set_rules(*, two_factor_for: TwoFactorFor) -> None:
    """What holds for the whole team, from everybody's next page on."""
    PanelRules.objects.update_or_create(pk=1, defaults={"two_factor_for": two_factor_for})


def _queue_for_admins() -> None:
    # Two admins who lower each other at once would both see the other's role; so one waits for the other here.
    list(Member.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk"))


def _demand_an_admin() -> None:
    active = Member.objects.filter(user__is_active=True)
    if not (active.filter(user__is_superuser=True) | active.filter(user__is_staff=True, role=Role.ADMIN)).exists():
        raise NoAdminLeft
