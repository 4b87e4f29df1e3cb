"""What the portal counts, read from the database at each scrape, so that every web process tells the same."""

from collections.abc import Iterator

from django.db.models import Count, Min
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.catalog.models import CatalogState, Site
from bookings.catalog.queries import listed_rooms
from bookings.feeds.models import BusySpan, Feed
from bookings.mail.models import MailState, OutboxMail
from bookings.registration.models import Registration, RegistrationState
from portal import clock


class PortalCollector:
    """A collector of prometheus-client: gauges over the portal's own tables, ages in seconds."""

    def collect(self) -> Iterator[Metric]:
        """One family per fact."""
        now = clock.now()
        yield _by_state("portal_booking_requests", "Booking requests by state", BookingRequest, State.values)
        yield _by_state("portal_registrations", "Registrations by state", Registration, RegistrationState.values)
        yield _by_state("portal_mails", "Mails in the outbox by state", OutboxMail, MailState.values)
        yield GaugeMetricFamily("portal_holds", "Slots that are kept for somebody", Hold.objects.count())
        yield GaugeMetricFamily(
            "portal_sites", "Sites shown", Site.objects.filter(vanished_at=None, is_hidden=False).count()
        )
        yield GaugeMetricFamily("portal_rooms", "Rooms shown", listed_rooms().count())
        yield GaugeMetricFamily("portal_busy_spans", "Busy spans mirrored", BusySpan.objects.count())
        failing = Feed.objects.filter(failures_in_a_row__gt=0).count()
        yield GaugeMetricFamily("portal_feeds_failing", "Feeds whose last reading failed", failing)
        refreshed_at = CatalogState.objects.values_list("refreshed_at", flat=True).first()
        if refreshed_at:
            age = (now - refreshed_at).total_seconds()
            yield GaugeMetricFamily("portal_catalog_age_seconds", "Since the catalog was last read", age)
        oldest = Feed.objects.filter(room__vanished_at=None).aggregate(oldest=Min("read_at"))["oldest"]
        if oldest:
            age = (now - oldest).total_seconds()
            yield GaugeMetricFamily("portal_oldest_feed_age_seconds", "Since the stalest feed was last read", age)


def _by_state(name: str, text: str, model: type, states: list[str]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["state"])
    rows = model._default_manager.values_list("state").annotate(rows=Count("pk")).order_by()  # type: ignore[attr-defined]
    counts = dict(rows)
    for state in states:
        family.add_metric([state], counts.get(state, 0))
    return family
