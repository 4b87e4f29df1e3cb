"""A watch on a time that is taken."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room
from bookings.core.identifiers import new_reference
from bookings.core.timespan import TimeSpan
from bookings.watching.states import LIVE, WatchState
from portal import clock


class SlotWatch(models.Model):
    """Somebody wants to be told when a room is free from `start` to `end`.

    `waiting_since` is the place in line: the instant at which the address was proved. An offer keeps the time through
    `hold` until `offered_until`. `booking_request` is what the watcher made of it.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    state = models.CharField(max_length=10, choices=WatchState, default=WatchState.UNPROVED)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="watches")
    start = models.DateTimeField()
    end = models.DateTimeField()
    zone_name = models.CharField(max_length=60)
    people = models.PositiveIntegerField()
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=2)
    browser_key = models.CharField(max_length=64)
    network = models.CharField(max_length=45, help_text="the address's /24 or /48")
    created_at = models.DateTimeField(default=clock.now)
    waiting_since = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    hold = models.OneToOneField(Hold, null=True, blank=True, on_delete=models.SET_NULL, related_name="watch")
    booking_request = models.ForeignKey(
        BookingRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="watches"
    )

    class Meta:
        indexes = [
            models.Index(fields=["state", "start"]),
            models.Index(fields=["room", "start"]),
            models.Index(fields=["email"]),
            models.Index(fields=["browser_key"]),
            models.Index(fields=["network"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "start", "end", "email"],
                condition=Q(state__in=sorted(LIVE)),
                name="one_live_watch_per_slot_and_address",
            ),
            models.UniqueConstraint(
                fields=["room", "start", "end", "email", "browser_key"],
                condition=Q(state="unproved"),
                name="one_unproved_watch_per_browser_slot_and_address",
            ),
            models.CheckConstraint(name="watch_ends_after_it_starts", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="offered_watch_has_an_end_of_its_offer",
                condition=~Q(state="offered") | Q(offered_at__isnull=False, offered_until__isnull=False),
            ),
            models.CheckConstraint(
                name="watch_in_line_has_its_place",
                condition=~Q(state__in=sorted(LIVE)) | Q(waiting_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def span(self) -> TimeSpan:
        """The time that is watched."""
        return TimeSpan(self.start, self.end)

    @property
    def zone(self) -> ZoneInfo:
        """The site's zone as it was when the watch was set."""
        return ZoneInfo(self.zone_name)
