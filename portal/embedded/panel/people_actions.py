"""Keeping organizations, users, developers and their tokens."""

from datetime import date, datetime

from django.db import transaction

from portal.embedded import auth
from portal.embedded.models import OFFICE_TYPES, TEMPORARY_ROLE, ApiToken, Organization, Room, User
from portal.embedded.panel.audit import Act, record
from portal.embedded.panel.people_forms import OrganizationForm, QuotaForm, UserForm


@transaction.atomic
def save_organization(*, form: OrganizationForm, actor: str, now: datetime) -> Organization:
    """Keeps what a valid form says, the sites and their order included. One that staff make is active at once."""
    is_new = form.instance._state.adding
    organization = form.save(commit=False)
    organization.folded_name = organization.name.casefold()
    if is_new:
        organization.created_at = organization.activated_at = now
    organization.save()
    organization.memberships.all().delete()
    for membership in form.build_memberships(organization):
        membership.save()
    if is_new or form.changed_data:
        act = Act.CREATED if is_new else Act.CHANGED
        record(actor=actor, act=act, thing=organization, now=now, fields=[] if is_new else form.changed_data)
    return organization


@transaction.atomic
def rent_room(
    *, organization: Organization, room: Room, until: date | None, rent_minor: int | None, actor: str, now: datetime
) -> bool:
    """Gives a room to an organization; false when somebody else was faster."""
    free = Room.objects.filter(pk=room.pk, organization=None)
    state = "rented" if room.type in OFFICE_TYPES else room.actual_state
    agreed = {"contract_end_on": until, "rent_minor": rent_minor, "actual_state": state}
    if free.update(organization=organization, **agreed) != 1:
        return False
    record(actor=actor, act=Act.RENTED, thing=room, now=now, organization=organization.name)
    return True


@transaction.atomic
def give_room_back(*, organization: Organization, room: Room, actor: str, now: datetime) -> bool:
    """Ends that an organization rents a room; false when it doesn't."""
    rented = Room.objects.filter(pk=room.pk, organization=organization)
    state = "forrent" if room.type in OFFICE_TYPES else room.actual_state
    if rented.update(organization=None, contract_end_on=None, rent_minor=None, actual_state=state) != 1:
        return False
    record(actor=actor, act=Act.GIVEN_BACK, thing=room, now=now, organization=organization.name)
    return True


@transaction.atomic
def save_user(*, form: UserForm, actor: str, now: datetime) -> User:
    """Keeps what a valid form says. Whoever staff give a role is vouched for, and needs no verification mail."""
    is_new = form.instance._state.adding
    user = form.save(commit=False)
    if is_new:
        user.created_at = now
    if user.role != TEMPORARY_ROLE and user.verified_at is None:
        user.verified_at = now
    user.save()
    if is_new or form.changed_data:
        act = Act.CREATED if is_new else Act.CHANGED
        fields = [] if is_new else form.changed_data
        record(actor=actor, act=act, thing=user, now=now, fields=fields)
    return user


@transaction.atomic
def make_developer(*, email: str, actor: str, now: datetime) -> User:
    """The account for an address, made when missing, with the right to have tokens."""
    user = auth.ensure_developer(email=email, now=now)
    record(actor=actor, act=Act.DEVELOPER_MADE, thing=user, now=now)
    return user


@transaction.atomic
def create_token(*, user: User, name: str, actor: str, now: datetime) -> str:
    """A token for a developer; the text is told once and kept nowhere."""
    row, token = auth.create_token(user=user, name=name, now=now)
    record(actor=actor, act=Act.TOKEN_CREATED, thing=row, name=_told(row), now=now, owner=user.pk)
    return token


@transaction.atomic
def regenerate_token(*, token: ApiToken, actor: str, now: datetime) -> str:
    """Another text for somebody's token, told once: id, name and creation date stay, the old text is worthless at once.

    One that was deactivated works again, as when its owner regenerates it.
    """
    row = ApiToken.objects.select_for_update().get(pk=token.pk)
    text = auth.renew(row)
    record(actor=actor, act=Act.TOKEN_REGENERATED, thing=row, name=_told(row), now=now, owner=row.user_id)
    return text


@transaction.atomic
def deactivate_token(*, token: ApiToken, actor: str, now: datetime) -> bool:
    """Makes a token worthless and keeps its row, as the document says of an admin; false when it was so already."""
    if ApiToken.objects.filter(pk=token.pk, is_active=True).update(is_active=False) != 1:
        return False
    record(actor=actor, act=Act.TOKEN_DEACTIVATED, thing=token, name=_told(token), now=now, owner=token.user_id)
    return True


@transaction.atomic
def set_quotas(*, form: QuotaForm, actor: str, now: datetime) -> None:
    """Limits how much a developer may call."""
    user = form.save()
    quotas = {"daily": user.daily_quota, "monthly": user.monthly_quota}
    record(actor=actor, act=Act.QUOTA_SET, thing=user, now=now, **quotas)


def _told(token: ApiToken) -> str:
    return f"{token.name} ({token.prefix}…)"
