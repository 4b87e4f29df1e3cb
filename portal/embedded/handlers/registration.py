"""POST /api/register."""

from typing import Any

from django.db import IntegrityError, transaction

from portal.embedded import accounts, companies, slots
from portal.embedded.answers import ApiResponse, Call, Refused, outcome
from portal.embedded.declarations import bookings, registering
from portal.embedded.handlers.meetings import default_language
from portal.embedded.models import (
    DEVELOPER_ROLES,
    PRINCIPAL_ROLE,
    Meeting,
    MeetingState,
    Membership,
    Organization,
    Room,
    Site,
    User,
)


class _Place:
    """Where the registration points to: the site, room and meeting it names, and their sites in the
    order of priority.
    """

    def __init__(self, values: Any) -> None:
        self.site = Site.objects.filter(pk=values["siteId"], is_archived=False).first()
        rooms = Room.objects.select_related("site").filter(is_archived=False)
        self.room = rooms.filter(pk=values["roomId"]).first()
        meetings = Meeting.objects.select_related("room__site", "user")
        self.meeting = meetings.filter(pk=values["meetingId"]).exclude(state=MeetingState.CANCELLED).first()
        for name, found, refusal in (
            ("siteId", self.site, "Site not found"),
            ("roomId", self.room, "Room not found"),
            ("meetingId", self.meeting, "Meeting request not found"),
        ):
            if values[name] and found is None:
                raise Refused(refusal)
        named = (
            self.site,
            self.room.site if self.room else None,
            self.meeting.room.site if self.meeting else None,
        )
        # A dictionary keeps the first of two equal sites, and the order.
        self.sites: list[Site] = list({site.pk: site for site in named if site is not None}.values())


def register(call: Call) -> ApiResponse:
    """Registers a company and its first person, links what they asked for, and mails the link that verifies the
    address.

    The status follows the organization, `userCreated` the user (W39). Archived people and organizations get the
    sentence of meeting-request (W79). An existing organization is only added to, never overwritten: whoever registers
    has proved nothing yet.
    """
    place = _Place(call.values)
    user, user_created = _user(call)
    if user.is_shut_out:
        raise Refused(bookings.ARCHIVED)
    if user.organization is not None:
        return _already_registered(user, call)
    organization, organization_created = _organization(place, call)
    if organization.is_archived:
        raise Refused(bookings.ARCHIVED)
    _join(user, organization, place, call, is_new=user_created)
    _add_sites(organization, place.sites)
    data = {
        "userId": user.pk,
        "userEmail": user.email,
        "userRole": user.role,
        "userCreated": user_created,
        "organizationId": organization.pk,
        "organizationName": organization.name,
        "organizationCreated": organization_created,
        "meetingsUpdated": _link_meetings(user, organization, place, call),
        "roomOfInterest": _room_of_interest(place.room),
        "identityVerification": _identity(organization, place, call),
    }
    accounts.send_link(user=user, now=call.now, mailer=call.mailer)
    if organization_created:
        return outcome("CREATED", registering.CREATED, data)
    return outcome("UPDATED", registering.UPDATED, data)


def _already_registered(user: User, call: Call) -> ApiResponse:
    """Nothing changes; but whoever has not verified yet gets another link, unless one left just now."""
    if user.verified_at is None:
        accounts.send_fresh_link(user=user, now=call.now, mailer=call.mailer)
    data = {"userId": user.pk, "organizationId": user.organization_id}
    return outcome("USER_EXISTS", registering.USER_EXISTS, data)


def _organization(place: _Place, call: Call) -> tuple[Organization, bool]:
    """The company by its number when one is given, else by its exact name in any case (W40); made
    when there is none.
    """
    values = call.values
    number = companies.comparable(values["companyNumber"] or "")
    folded = values["name"].casefold()
    if number:
        same = Organization.objects.filter(company_number=number)
    else:
        same = Organization.objects.filter(folded_name=folded)
    found = same.order_by("created_at", "pk").first()
    if found is not None:
        return _filled_up(found, call), False
    try:
        with transaction.atomic():
            created = Organization.objects.create(
                name=values["name"],
                folded_name=folded,
                country=_country(place, call),
                company_number=number,
                vat_number=values["vatNumber"] or "",
                address=values["address"] or "",
                email=values["email"],
                phone=values["phone"],
                max_resident_users=values["maxResidentUsers"],
                created_at=call.now,
            )
    except IntegrityError:
        # Somebody registered the same company number at this very moment; the constraint let one of the two through.
        return _filled_up(same.get(), call), False
    return created, True


def _filled_up(organization: Organization, call: Call) -> Organization:
    """Adds what was not known of an organization yet."""
    given = {"vat_number": "vatNumber", "address": "address", "phone": "phone", "email": "email"}
    news = {
        field: call.values[name]
        for field, name in given.items()
        if call.values[name] and not getattr(organization, field)
    }
    for field, value in news.items():
        setattr(organization, field, value)
    if news:
        organization.save(update_fields=list(news))
    return organization


def _country(place: _Place, call: Call) -> str:
    return call.values["country"] or place.sites[0].country


def _user(call: Call) -> tuple[User, bool]:
    """The person of the address, made when missing; locked, so that two calls for one address come one after the
    other.
    """
    email = call.values["email"]
    _user, created = User.objects.get_or_create(email=email, defaults={"created_at": call.now})
    locked = User.objects.select_for_update(of=("self",)).select_related("organization")
    return locked.get(email=email), created


def _join(user: User, organization: Organization, place: _Place, call: Call, *, is_new: bool) -> None:
    """Puts the person into the organization.

    The first of one is its principal admin, later ones are plain users: the document says "typically principal-admin",
    and a stranger must not become the administrator of a company that has one. A developer stays a developer.
    """
    values = call.values
    if user.role not in DEVELOPER_ROLES:
        has_principal = organization.users.filter(role=PRINCIPAL_ROLE, is_archived=False).exists()
        user.role = "user" if has_principal else PRINCIPAL_ROLE
    user.first_name = values["firstName"]
    user.last_name = values["lastName"] or ""
    user.phone = values["phone"]
    if values["language"] or is_new:
        user.language = values["language"] or default_language(place.sites[0].country)
    user.organization = organization
    user.save()


def _add_sites(organization: Organization, sites: list[Site]) -> None:
    known = list(organization.memberships.values_list("site_id", "position"))
    position = max((position for _, position in known), default=0)
    news = [site for site in sites if site.pk not in {site_id for site_id, _ in known}]
    Membership.objects.bulk_create(
        [
            Membership(organization=organization, site=site, position=position + step)
            for step, site in enumerate(news, start=1)
        ],
        ignore_conflicts=True,
    )


def _link_meetings(user: User, organization: Organization, place: _Place, call: Call) -> int:
    """Links the named meeting and the person's other waiting ones (W41); each keeps its slot anew while the mail is
    read.

    A named meeting that lapsed gets its slot back if it is still free; otherwise it isn't counted, and the page behind
    the verification mail says so.
    """
    named = place.meeting
    if named is not None and named.state == MeetingState.LAPSED:
        _revive(named, call)
    waiting = Meeting.objects.filter(user=user, state=MeetingState.PENDING, lapses_at__gt=call.now)
    ids = {*waiting.values_list("pk", flat=True)}
    if named is not None and named.state != MeetingState.CONFIRMED:
        ids.add(named.pk)
    linked = Meeting.objects.filter(pk__in=ids).exclude(state=MeetingState.CONFIRMED)
    linked.update(user=user, organization=organization)
    pending = list(linked.select_for_update().filter(state=MeetingState.PENDING).order_by("pk"))
    for meeting in pending:
        meeting.lapses_at = slots.lapse_of(meeting.start, call.now)
    Meeting.objects.bulk_update(pending, ["lapses_at"])
    return len(pending)


def _revive(meeting: Meeting, call: Call) -> None:
    if meeting.start <= call.now:
        return
    try:
        slots.take(meeting, now=call.now)
    except slots.SlotTaken:
        return
    meeting.state = MeetingState.PENDING
    meeting.lapses_at = slots.lapse_of(meeting.start, call.now)
    meeting.save(update_fields=["state", "lapses_at"])


def _room_of_interest(room: Room | None) -> dict[str, Any] | None:
    if room is None:
        return None
    return {"_id": room.pk, "name": room.shown_name, "siteName": room.site.name, "siteId": room.site_id}


def _identity(organization: Organization, place: _Place, call: Call) -> dict[str, Any] | None:
    number = call.values["companyNumber"]
    if not number:
        return None
    identity = companies.verify(number, country=organization.country or _country(place, call), name=organization.name)
    if identity != organization.identity:
        organization.identity = identity
        organization.save(update_fields=["identity"])
    return identity
