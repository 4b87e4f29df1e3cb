"""Single calls, and how many there were of each kind."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class Outcome(models.TextChoices):
    """How a call ended: well, or with an error of `portal.workways.errors`, by its name."""

    OK = "ok", _("Answered")
    UNREACHABLE = "Unreachable", _("Not reached")
    UNAVAILABLE = "Unavailable", _("No usable answer")
    OUTCOME_UNKNOWN = "OutcomeUnknown", _("Sent, without a usable answer")
    UNAUTHORIZED = "Unauthorized", _("Token not accepted")
    THROTTLED = "Throttled", _("Too many calls")
    REJECTED = "Rejected", _("Refused")
    MISSING = "Missing", _("Not found")
    GARBLED = "Garbled", _("Unreadable answer")
    TOO_LARGE = "TooLarge", _("Answer too large")
    BROKEN_OFF = "broken_off", _("Broken off")


class UpstreamCall(models.Model):
    """One call that changed something, or served a booking or a registration; nobody's data is in it.

    `at` is when it began. `sent` and `answered` hold what the observer passes on, by the API's own names. `message` is
    what Workways said, in its own words. The row stays although what it served was rolled back, so no constraint ties
    them.
    """

    at = models.DateTimeField(default=clock.now)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=60)
    writes = models.BooleanField(default=False)
    milliseconds = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20, choices=Outcome)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)
    sent = models.JSONField(default=dict, blank=True)
    answered = models.JSONField(default=dict, blank=True)
    booking_request = models.ForeignKey(
        "bookings.BookingRequest",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="calls",
        db_constraint=False,
    )
    registration = models.ForeignKey(
        "bookings.Registration",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="calls",
        db_constraint=False,
    )

    class Meta:
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class CallTally(models.Model):
    """How many calls of an endpoint began within ten minutes, ended so and took no longer than `up_to_ms`.

    `up_to_ms` is one of `rules.BOUNDS`. `message` and `status` are those of the last of them, for calls that failed.
    """

    since = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=60)
    outcome = models.CharField(max_length=20, choices=Outcome)
    up_to_ms = models.PositiveIntegerField()
    calls = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["since", "method", "path", "outcome", "up_to_ms"], name="one_tally_of_a_kind_of_call"
            )
        ]

    def __str__(self) -> str:
        return f"{self.calls} {self.method} {self.path} {self.outcome}"
