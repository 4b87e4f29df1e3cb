"""A room's feed, its busy spans and the events that could not be read; and what all workers know of the upstream."""

from django.db import models
from django.utils.translation import gettext

from bookings.catalog.models import Room
from portal import clock


class Feed(models.Model):
    """One room's calendar as we know it. `read_at` is when we last knew it to be right, changed or not."""

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="feed")
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="grows whenever the busy spans change")
    read_at = models.DateTimeField(null=True, blank=True)
    covers_until = models.DateTimeField(null=True, blank=True)
    zone_name = models.CharField(max_length=60, blank=True, help_text="zone of its days and floating times")
    attempted_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=clock.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    events = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(null=True, blank=True, help_text="what reading the file took")
    answer_ms = models.PositiveIntegerField(null=True, blank=True, help_text="what Workways took to answer")

    class Meta:
        indexes = [
            models.Index(fields=["due_at"]),
            # A search asks which calendars don't reach far enough, and which were never read: a few of thousands.
            models.Index(fields=["covers_until", "room"]),
            models.Index(name="feed_never_read", fields=["room"], condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"feed of {self.room_id}"

    @property
    def failure_in_words(self) -> str:
        """Why the last reading failed, in the language of the page; "" after a good one."""
        return gettext(self.failure) if self.failure else ""


class BusySpan(models.Model):
    """A stretch of a room's busy time; nothing says whose.

    Those longer than a day have an index of their own (migration 0003_directory), so that a search need look back only
    a day for all others.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="busy_spans")
    start = models.DateTimeField()
    end = models.DateTimeField()
    uid = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["room", "start", "end"]), models.Index(fields=["start", "end", "room"])]
        constraints = [
            models.CheckConstraint(
                name="busy_span_ends_after_it_starts", condition=models.Q(end__gt=models.F("start"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%MZ}/{self.end:%Y-%m-%dT%H:%MZ}"


class RejectedEvent(models.Model):
    """An event that could not be read, and why; its title is never kept."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="rejected")
    uid = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.reason

    @property
    def reason_in_words(self) -> str:
        """Why it could not be read, in the language of the page."""
        return gettext(self.reason)


class Upstream(models.Model):
    """A host that gives calendars, and how it has been doing; while it rests nobody asks it."""

    host = models.CharField(max_length=255, unique=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.host


class UpstreamConnection(models.Model):
    """The right to have one request under way at a host; a worker that dies gives it back when its time is over."""

    upstream = models.ForeignKey(Upstream, on_delete=models.CASCADE, related_name="connections")
    number = models.PositiveSmallIntegerField()
    taken_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upstream", "number"], name="upstream_connection_once")]

    def __str__(self) -> str:
        return f"{self.upstream_id}/{self.number}"
