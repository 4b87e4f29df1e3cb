"""What is counted. Days are those of the site's wall clock; no row tells whose meeting, request or mail it was."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room, Site
from bookings.mail.models import OutboxMail


class RoomDay(models.Model):
    """How many minutes a room was open on a day, and how many of those it was busy.

    `hours` has a list for each hour of the day that is over and in which the room opens: its number since midnight,
    what the wall clock shows, open minutes, busy minutes. A day on which the clocks change has 23 or 25 hours.
    `counted_until` is how far the calendar was known.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="counted_days")
    day = models.DateField()
    open_minutes = models.PositiveIntegerField(default=0)
    busy_minutes = models.PositiveIntegerField(default=0)
    hours = models.JSONField(default=list)
    counted_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "day"], name="one_count_per_room_and_day"),
            models.CheckConstraint(
                name="room_is_busy_only_while_open", condition=models.Q(busy_minutes__lte=models.F("open_minutes"))
            ),
        ]
        # Each holds all that a range of days asks for, so that its rows need not be read: a short range goes by the
        # days, a long one by the rooms, which then come sorted.
        indexes = [
            models.Index(fields=["day", "room", "open_minutes", "busy_minutes"]),
            models.Index(fields=["room", "day", "open_minutes", "busy_minutes"]),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.day}"


class SiteHour(models.Model):
    """The same of all rooms of a site together, by what the wall clock shows: 0 to 23."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="counted_hours")
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    open_minutes = models.PositiveIntegerField()
    busy_minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "day", "hour"], name="one_count_per_site_and_hour")]
        indexes = [models.Index(fields=["day", "site", "hour", "open_minutes", "busy_minutes"])]

    def __str__(self) -> str:
        return f"{self.site_id} {self.day} {self.hour:02}"


class Step(models.TextChoices):
    """What somebody did before there was a request; counted as pages, because nobody is recognized."""

    LOOKED = "looked", _("Looked for a room")
    ROOM = "room", _("Opened a room")
    TIME = "time", _("Chose a time")


class PageCount(models.Model):
    """How often pages of a step were shown on a day; `site` is None for a search that named none."""

    day = models.DateField()
    step = models.CharField(max_length=10, choices=Step)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="page_counts")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "step", "site"], name="one_page_count_per_site"),
            models.UniqueConstraint(
                fields=["day", "step"], condition=models.Q(site=None), name="one_page_count_of_no_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.step}: {self.number}"


class RequestFigure(models.Model):
    """What became of one request. `request` is None once that row is deleted.

    `day` is the one on which it was begun, `lead_minutes` lie between that and the meeting. `ending` is the state of
    one that came to nothing, `reason` a code of `states.Why`. A settled one is not looked at again.
    """

    request = models.OneToOneField(
        BookingRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="figure"
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="request_figures")
    day = models.DateField()
    lead_minutes = models.PositiveIntegerField()
    is_proved = models.BooleanField(default=False)
    is_sent = models.BooleanField(default=False)
    is_booked = models.BooleanField(default=False)
    ending = models.CharField(max_length=24, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    is_settled = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                name="request_figures_of_days",
                fields=["day", "site", "is_proved", "is_sent", "is_booked", "ending", "reason", "lead_minutes"],
            ),
            models.Index(name="request_figure_open", fields=["request"], condition=models.Q(is_settled=False)),
        ]

    def __str__(self) -> str:
        return f"request of {self.day}"


class MailFigure(models.Model):
    """What became of one mail. `mail` is None once that row is deleted; `outcome` is a state of the outbox.

    `seconds` lie between writing it and the mail server's taking it the first time. A mail that belongs to no site is
    counted on its day in UTC.
    """

    mail = models.OneToOneField(OutboxMail, null=True, blank=True, on_delete=models.SET_NULL, related_name="figure")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="mail_figures")
    day = models.DateField()
    outcome = models.CharField(max_length=10)
    seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["day", "site", "outcome", "seconds"]),
            models.Index(name="mail_figure_open", fields=["mail"], condition=~models.Q(outcome="sent")),
        ]

    def __str__(self) -> str:
        return f"mail of {self.day}"


class CountingState(models.Model):
    """One row: how far was counted. `pages_until` is the number of the next ten minutes to collect."""

    requests_at = models.DateTimeField(null=True, blank=True)
    mails_at = models.DateTimeField(null=True, blank=True)
    pages_until = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return "state of the counting"
