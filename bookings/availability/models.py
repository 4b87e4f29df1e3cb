"""Holds and their cells."""

from django.db import models

from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from portal import clock


class Hold(models.Model):
    """A slot kept for one browser for a while, or for as long as its request is open (`expires_at` None).

    How many live holds a browser, an address and a network have is counted here, so that nobody can empty a calendar.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="holds")
    start = models.DateTimeField()
    end = models.DateTimeField()
    browser_key = models.CharField(max_length=64)
    email = models.EmailField(max_length=254, blank=True)
    network = models.CharField(max_length=45, help_text="the address's /24 or /48")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    extended = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["room", "start"]),
            models.Index(fields=["expires_at"]),
            models.Index(fields=["browser_key"]),
            models.Index(fields=["network"]),
            models.Index(fields=["email"]),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"

    @property
    def span(self) -> TimeSpan:
        """The time it keeps."""
        return TimeSpan(self.start, self.end)


class HoldCell(models.Model):
    """Five minutes of one room. The unique constraint is what lets only one of two racing visitors win."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="cells")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    cell = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "cell"], name="one_hold_per_room_and_cell")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.cell:%Y-%m-%dT%H:%MZ}"
