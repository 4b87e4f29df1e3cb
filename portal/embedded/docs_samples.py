"""Values that work on this very server, for the forms of /api/docs.

Only what anybody may read without a token is shown anywhere; the invented people and contracts of the demo are shown in
the demo.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from portal.embedded.models import MEETING_TYPES, PUBLIC_TYPES, Organization, Rate, Room, User

Samples = dict[tuple[str, str], Any]
_LEAST_NOTICE = timedelta(days=3)
_SATURDAY = 5


def list_samples(*, now: datetime, is_demo: bool) -> Samples:
    """Values by path and parameter; nothing for what this server doesn't have."""
    samples: Samples = {("/api/meeting-request", "bookedAt"): f"{_next_workday(now):%Y-%m-%dT%H:%M:%SZ}"}
    room = _first_room(MEETING_TYPES)
    if room is not None:
        samples |= {
            ("/api/icsfeed", "rooms"): room.pk,
            ("/api/room-price", "roomId"): room.pk,
            ("/api/room-price", "duration"): 120,
            ("/api/meeting-request", "bookedRoom"): room.pk,
            ("/api/register", "roomId"): room.pk,
            ("/api/register", "siteId"): room.site_id,
            ("/api/contract-options", "site"): room.site_id,
            ("/imageroom", "id"): room.image_id,
        }
    return samples | (_demo_samples() if is_demo else {})


def _first_room(types: tuple[str, ...]) -> Room | None:
    public = Room.objects.filter(is_archived=False, site__is_archived=False, type__in=PUBLIC_TYPES)
    return public.filter(type__in=types).exclude(image_id="").order_by("site__name", "name", "pk").first()


def _demo_samples() -> Samples:
    """People and contracts of the demo, which are nobody's secret."""
    user = User.objects.filter(role="principal-admin", is_archived=False, organization__is_archived=False).first()
    if user is None or user.organization is None:
        return {}
    samples: Samples = {
        ("/api/user-info", "email"): user.email,
        ("/api/check-email", "email"): user.email,
        ("/api/meeting-request", "contactEmail"): user.email,
        ("/api/organization-info", "id"): user.organization.pk,
        ("/api/merge-contract", "organizationId"): user.organization.pk,
        ("/api/merge-contract", "roomsToAdd"): _rooms_of(user.organization),
    }
    rate = Rate.objects.filter(is_unique=False, is_archived=False).first()
    if rate is not None:
        order = {"optionModelId": rate.pk, "key": rate.key, "name": rate.name_en, "quantity": 2, "price": 150}
        samples["/api/merge-contract", "contractOptionsToAdd"] = [order]
    return samples


def _rooms_of(organization: Organization) -> list[str]:
    return list(organization.rooms.order_by("name").values_list("pk", flat=True)[:1])


def _next_workday(now: datetime) -> datetime:
    """Two in the afternoon of a day that anybody may still book, and that is no weekend."""
    day = (now.astimezone(UTC) + _LEAST_NOTICE).date()
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, time(14), UTC)
