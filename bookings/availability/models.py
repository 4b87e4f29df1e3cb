"""Holds and their cells; closures."""

from django.db import models

from bookings.catalog.models import Room, Site
from bookings.core.languages import in_page_language
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


class Closure(models.Model):
    """A site, or one room of it, is closed for a while, by the wall clock of the site.

    From `from_time` of the first day (None: from its beginning) until `until_time` of the last (None: until its end).
    Wall time, as opening hours are: a closed day stays that day when staff correct the site's time zone.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="closures")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, blank=True, related_name="closures")
    first_day = models.DateField()
    from_time = models.TimeField(null=True, blank=True)
    last_day = models.DateField()
    until_time = models.TimeField(null=True, blank=True)
    reason_en = models.CharField(max_length=200, blank=True)
    reason_fr = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["first_day", "pk"]

    def __str__(self) -> str:
        return f"closure {self.pk}"

    @property
    def reason(self) -> str:
        """Why, in the language of the page, or ""."""
        return in_page_language(self.reason_en, self.reason_fr)
