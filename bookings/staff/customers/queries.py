"""What the portal itself has of a customer."""

from dataclasses import dataclass

from bookings.booking_requests.models import BookingRequest
from bookings.links.models import Link
from bookings.mail.models import OutboxMail
from bookings.registration.models import Registration
from bookings.staff.customers.models import ContractChange
from bookings.staff.limits import visible_to
from bookings.staff.queries import Some, some
from bookings.watching.models import SlotWatch
from portal.access import Member
from portal.workways import Organization


@dataclass(frozen=True, slots=True)
class OwnSide:
    """The newest of each kind that belong to an address, as far as the member may see them."""

    requests: Some[BookingRequest]
    registrations: Some[Registration]
    watches: Some[SlotWatch]
    mails: Some[OutboxMail]
    links: Some[Link]

    def __bool__(self) -> bool:
        return bool(self.requests or self.registrations or self.watches or self.mails or self.links)

    @property
    def name(self) -> str:
        """What the person last called themselves, or ""."""
        if self.requests:
            return self.requests.rows[0].name
        return self.registrations.rows[0].person if self.registrations else ""


def own_side(member: Member, email: str) -> OwnSide:
    """Everything of an address, the newest first. Five queries."""
    requests = BookingRequest.objects.filter(email=email).select_related("room__site")
    registrations = Registration.objects.filter(email=email)
    watches = SlotWatch.objects.filter(email=email).select_related("room__site", "booking_request")
    mails = OutboxMail.objects.filter(to=email).defer("sealed")
    links = Link.objects.filter(email=email).select_related("booking_request", "registration", "watch__room")
    return OwnSide(
        requests=some(visible_to(member, requests).order_by("-created_at", "-pk")),
        registrations=some(visible_to(member, registrations).order_by("-created_at", "-pk")),
        watches=some(visible_to(member, watches).order_by("-created_at", "-pk")),
        mails=some(visible_to(member, mails).order_by("-created_at", "-pk")),
        links=some(visible_to(member, links).order_by("-created_at", "-pk")),
    )


def registrations_of(member: Member, organization_id: str) -> Some[Registration]:
    """The registrations through which people came to a company by way of the portal. One query."""
    found = Registration.objects.filter(organization_id=organization_id)
    return some(visible_to(member, found).order_by("-created_at", "-pk"))


def changes_of(organization_id: str) -> Some[ContractChange]:
    """What was done to a company's contract from here, the newest first. One query."""
    return some(ContractChange.objects.filter(organization_id=organization_id).order_by("-created_at", "-pk"))


def sites_of(organization: Organization) -> list[str]:
    """The Workways ids of the sites that a contract reaches: those it may enter, and those of its rooms."""
    entered = [site.id for site in organization.accessible_sites]
    rented = [room.site_id for room in organization.allocated_rooms if room.site_id]
    return list(dict.fromkeys([*entered, *rented]))


def may_see(member: Member, organization: Organization) -> bool:
    """A member who is limited to some sites sees the contracts that reach one of them."""
    return member.sites is None or not member.sites.isdisjoint(sites_of(organization))
