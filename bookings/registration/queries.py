"""Reads registrations."""

from datetime import datetime

from django.db.models import Q, QuerySet

from bookings.catalog.models import Room, Site
from bookings.links.rules import REGISTRATION_LINK_LIFETIME
from bookings.registration.models import Registration
from bookings.registration.rules import Progress
from bookings.registration.states import DONE, EDITABLE, NEEDS_STAFF, RegistrationState


def registrations() -> QuerySet[Registration]:
    """All of them, with what a page about one needs."""
    return Registration.objects.select_related("site", "room__site", "booking_request__room__site")


def find_own(*, reference: str, browser_key: str) -> Registration | None:
    """The registration of this reference if it belongs to this browser; a reference alone opens nothing."""
    if not browser_key:
        return None
    return registrations().filter(reference=reference.upper(), browser_key=browser_key).first()


def find_open(*, browser_key: str, email: str, site: Site | None, room: Room | None) -> Registration | None:
    """What this browser has begun for this address and place and not yet sent."""
    mine = registrations().filter(browser_key=browser_key, email=email, state__in=EDITABLE, booking_request=None)
    return mine.filter(site=site, room=room).order_by("-created_at").first()


def list_by_address(*, email: str, now: datetime) -> list[Registration]:
    """Registrations of an address that are not done, begun within the last 30 days, the newest first.

    Those that belong to a booking request are left out once its time is over.
    """
    recent = registrations().filter(email=email, created_at__gt=now - REGISTRATION_LINK_LIFETIME)
    over = Q(booking_request__isnull=False, booking_request__end__lte=now)
    return list(recent.exclude(state__in=DONE).exclude(over).order_by("-created_at", "-pk"))


def progress_of(registration: Registration) -> Progress:
    """Which steps are filled in."""
    return Progress(
        is_proved=registration.proved_at is not None,
        has_person=bool(registration.first_name and registration.phone),
        has_company=bool(registration.company and registration.country),
        has_users=bool(registration.users),
    )


def country_of(registration: Registration) -> str:
    """The country of the place it is for: FR, BE, IE, or "" for another."""
    site = site_of(registration)
    return site.country_code if site else ""


def site_of(registration: Registration) -> Site | None:
    """The site it is for, be it named itself or through a room or a meeting."""
    if registration.booking_request is not None:
        return registration.booking_request.room.site
    return registration.room.site if registration.room is not None else registration.site


def place_of(registration: Registration) -> str:
    """The site, or the room and its site, in words."""
    site = site_of(registration)
    room = registration.booking_request.room if registration.booking_request is not None else registration.room
    return ", ".join([*([room.shown_name] if room else []), *([site.shown_name] if site else [])])


def waiting_for_staff() -> QuerySet[Registration]:
    """What needs a person: kept, never confirmed, or an enquiry for an office by somebody who is registered already.

    The upstream takes no enquiry of a registered person, so that one is for staff to pass on.
    """
    enquiry = Q(state=RegistrationState.USER_EXISTS, room__isnull=False)
    return registrations().filter(Q(state__in=NEEDS_STAFF) | enquiry, handled_at=None).order_by("created_at")


def due_for_settling(*, now: datetime) -> QuerySet[Registration]:
    """What was sent and has no answer, and should be looked up now."""
    unsettled = (RegistrationState.SENDING, RegistrationState.BEING_CONFIRMED)
    return registrations().filter(state__in=unsettled, settle_due_at__lte=now).order_by("settle_due_at")
