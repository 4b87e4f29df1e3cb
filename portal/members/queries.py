"""Who is who."""

from django.contrib.auth.models import AnonymousUser, User

from portal.members.models import Member, PanelRules
from portal.members.roles import Role


def find_member(user: User | AnonymousUser) -> Member | None:
    """What the account is to the panel, or None: not signed in, switched off, not of staff, or without a role.

    A superuser is an admin without further ado, so that `createsuperuser` opens the panel of a new installation.
    """
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        member, _made = Member.objects.get_or_create(user=user, defaults={"role": Role.ADMIN})
    else:
        found = Member.objects.filter(user=user, user__is_staff=True).first()
        if found is None:
            return None
        member = found
    # The account is at hand already; a member's name would ask for it again.
    member.user = user
    return member


def panel_rules() -> PanelRules:
    """What holds for the panel as a whole."""
    return PanelRules.objects.first() or PanelRules()


def list_admins() -> list[Member]:
    """Who can give a role: the first few active admins, by name."""
    members = Member.objects.select_related("user").filter(user__is_active=True)
    admins = members.filter(user__is_superuser=True) | members.filter(user__is_staff=True, role=Role.ADMIN)
    return sorted(admins.order_by("pk")[:20], key=lambda member: member.name.casefold())[:3]
