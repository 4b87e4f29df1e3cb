"""A booking link that the team sends to somebody."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from bookings.availability.models import Hold
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.catalog.models import Room, Site
from bookings.core.identifiers import new_reference
from bookings.core.timespan import TimeSpan
from bookings.inviting.states import LinkState, Step
from portal import clock


class Invitation(models.Model):
    """Somebody is invited to book: one time of one room, or a search that is filled in.

    With `start` and `end` one press books; else `room` leads to its calendar, `site` or `country` to the search, on
    `day` for so many `minutes` if they are given. `hold` keeps the time until `held_until`. `used_at` is the first
    press of the button, `booking_request` what came of it. `opened_at` and `openings` tell of persons, not of programs
    (see the folder's introduction). `fresh_asked_at`: the recipient asks for a fresh link.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    step = models.CharField(max_length=10, choices=Step, default=Step.DRAFT)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    country = models.CharField(max_length=80, blank=True)
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    start = models.DateTimeField(null=True, blank=True)
    end = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    people = models.PositiveIntegerField()
    zone_name = models.CharField(max_length=60)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2)
    note = models.TextField(blank=True)
    life_hours = models.PositiveIntegerField()
    wants_hold = models.BooleanField(default=False)
    renews_itself = models.BooleanField(default=False)
    hold = models.OneToOneField(Hold, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitation")
    held_until = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    sendings = models.PositiveIntegerField(default=0)
    self_renewals = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    openings = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    booking_request = models.ForeignKey(
        BookingRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True)
    fresh_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["email"]),
            models.Index(fields=["step", "expires_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="invitation_has_a_whole_time_of_a_room_or_none",
                condition=Q(start=None, end=None)
                | Q(start__isnull=False, end__isnull=False, room__isnull=False, end__gt=F("start")),
            ),
            models.CheckConstraint(
                name="sent_invitation_has_its_end",
                condition=Q(step="draft") | Q(sent_at__isnull=False, expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def span(self) -> TimeSpan | None:
        """The time that one press books; None for a search."""
        return None if self.start is None or self.end is None else TimeSpan(self.start, self.end)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its times, as it was when it was written."""
        return ZoneInfo(self.zone_name)

    @property
    def is_used(self) -> bool:
        """Did somebody press the button, and didn't what came of it end unsent?"""
        came_to_nothing = self.booking_request is not None and self.booking_request.state == State.EXPIRED
        return self.used_at is not None and not came_to_nothing

    @property
    def is_passed_on(self) -> bool:
        """Did somebody else book it, under an address of their own?"""
        return self.booking_request is not None and self.booking_request.email != self.email

    def state_at(self, now: datetime) -> LinkState:
        """How it stands at that moment; `queries.in_state` asks the database the same."""
        if self.step == Step.DRAFT:
            return LinkState.DRAFT
        if self.is_used:
            return LinkState.USED
        if self.step == Step.REVOKED:
            return LinkState.REVOKED
        return LinkState.EXPIRED if self.expires_at is None or self.expires_at <= now else LinkState.OPEN

    def is_held_at(self, now: datetime) -> bool:
        """Is its time kept at that moment, for the link and nobody else?"""
        return self.hold is not None and self.held_until is not None and self.held_until > now and not self.is_used
