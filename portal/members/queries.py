"""Who is who."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

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


def list_members() -> QuerySet[Member]:
    """The team: active ones first, the highest role first, then by name."""
    members = Member.objects.select_related("user").filter(Q(user__is_staff=True) | Q(user__is_superuser=True))
    return members.order_by("-user__is_active", "-user__is_superuser", "-role", "user__first_name", "user__username")


def list_by_name(name: str) -> list[Member]:
    """The active members with this e-mail address or user name, in any case of letters; rarely more than one."""
    wanted = Q(user__email__iexact=name) | Q(user__username__iexact=name)
    return list(list_members().filter(wanted, user__is_active=True).exclude(user__email="")[:5])


def is_address_taken(email: str) -> bool:
    """Does somebody have this address, as an address or as a user name?"""
    return User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists()
