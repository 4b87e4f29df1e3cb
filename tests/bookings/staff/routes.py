"""The routes of the panel, both of the domain and of the embedded API, and how to get to each of them."""

from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from bookings.staff.customers.keys import CustomerKey
from bookings.staff.requests.models import SavedView
from portal.members.models import Member
from tests.bookings.staff.customers.companies import change_at, company_at
from tests.bookings.staff.world import World
from tests.portal.embedded.panel.test_access import address as operator_address

ARGUMENTS: dict[str, Callable[[World], list[object]]] = {
    "staff-request": lambda world: [world.request.reference],
    "staff-request-send": lambda world: [world.request.reference],
    "staff-request-settle": lambda world: [world.request.reference],
    "staff-request-mail": lambda world: [world.request.reference],
    "staff-request-contact": lambda world: [world.request.reference],
    "staff-request-note": lambda world: [world.request.reference],
    "staff-request-cancel": lambda world: [world.request.reference],
    "staff-request-handled": lambda world: [world.request.reference],
    "staff-ask": lambda world: [world.request.reference, world.ask.pk],
    "staff-registration": lambda world: [world.registration.reference],
    "staff-registration-send": lambda world: [world.registration.reference],
    "staff-registration-settle": lambda world: [world.registration.reference],
    "staff-registration-handled": lambda world: [world.registration.reference],
    "staff-booking-link-room": lambda world: [world.request.room.workways_id],
    "staff-booking-link-request": lambda world: [world.request.reference],
    "staff-booking-link": lambda world: [world.invitation.reference],
    "staff-booking-link-change": lambda world: [world.invitation.reference],
    "staff-booking-link-mail": lambda world: [world.invitation.reference],
    "staff-booking-link-send": lambda world: [world.invitation.reference],
    "staff-booking-link-fresh": lambda world: [world.invitation.reference],
    "staff-booking-link-revoke": lambda world: [world.invitation.reference],
    "staff-booking-link-discard": lambda world: [world.invitation.reference],
    "staff-mail": lambda world: [world.mail.pk],
    "staff-mail-html": lambda world: [world.mail.pk],
    "staff-mail-resend": lambda world: [world.mail.pk],
    "staff-mail-cancel": lambda world: [world.mail.pk],
    "staff-template": lambda world: ["booked", "en"],
    "staff-template-html": lambda world: ["booked", "en"],
    "staff-attachment": lambda world: [world.mail.pk, 1],
    "staff-feed": lambda world: [world.feed.pk],
    "staff-feed-refresh": lambda world: [world.feed.pk],
    "staff-customer": lambda world: [CustomerKey(world.request.email)],
    "staff-organization": lambda world: [company_at(world.request.room.site).pk],
    "staff-contract": lambda world: [company_at(world.request.room.site).pk],
    "staff-change": lambda world: [change_at(world.request.room.site).reference],
    "staff-change-send": lambda world: [change_at(world.request.room.site).reference],
    "staff-change-look": lambda world: [change_at(world.request.room.site).reference],
    "staff-options": lambda world: [company_at(world.request.room.site).memberships.get().site_id],
    "staff-calendar-site": lambda world: [world.request.room.site.workways_id],
    "staff-calendar-room": lambda world: [world.request.room.workways_id],
    "staff-place": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-preview": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-save": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-revert": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-picture": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-shown": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-holidays": lambda world: ["sites", world.request.room.site.workways_id],
    "staff-place-move": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-close": lambda world: ["rooms", world.request.room.workways_id],
    "staff-place-reopen": lambda world: ["rooms", world.request.room.workways_id, world.closure.pk],
}
# Of a saved view of the requests: the newest, or one that nobody has.
VIEW_ROUTES = ("staff-view-change", "staff-view-delete")
# Of somebody on the team: whoever comes first.
MEMBER_ROUTES = (
    "staff-member",
    "staff-member-role",
    "staff-member-link",
    "staff-member-browsers",
    "staff-member-two-factor",
    "staff-member-off",
    "staff-member-on",
)


def staff_routes(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Everything mounted that carries the mark for staff."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from staff_routes(entry)
        elif getattr(entry.callback, "access", None) == "staff":
            yield entry


ROUTES: dict[str, Any] = {str(route.name): route.callback for route in staff_routes()}


def address(name: str, world: World) -> str:
    """Where the route leads in this world; those of the embedded API need its world as well."""
    if name.startswith("operator-"):
        return operator_address(name)
    if name in MEMBER_ROUTES:
        return reverse(name, args=[Member.objects.order_by("pk").values_list("pk", flat=True)[0]])
    if name in VIEW_ROUTES:
        return reverse(name, args=[SavedView.objects.order_by("-pk").values_list("pk", flat=True).first() or 1])
    return reverse(name, args=ARGUMENTS[name](world) if name in ARGUMENTS else [])


def methods(client: Client, path: str) -> set[str]:
    """What the address can be asked for; the client must be let in."""
    return {word.strip() for word in client.put(path)["Allow"].split(",")}
