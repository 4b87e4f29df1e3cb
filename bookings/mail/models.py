"""One row per mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import clock


class MailState(models.TextChoices):
    """Where a mail is on its way."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Canceled")


class OutboxMail(models.Model):
    """A mail, rendered when it was written; `sealed` holds its text, HTML and attachments, encrypted.

    Sealed because the body contains live links and codes, which nothing else in the database gives away.
    `repeat_key` is unique: the same fact is never mailed twice.
    """

    kind = models.CharField(max_length=40)
    to = models.EmailField(max_length=254)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    sealed = models.BinaryField()
    repeat_key = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    booking_request = models.ForeignKey(
        "bookings.BookingRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    registration = models.ForeignKey(
        "bookings.Registration", null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    invitation = models.ForeignKey(
        "bookings.Invitation", null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )

    class Meta:
        # The kinds that not everybody may read are told apart without opening the rows.
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["-created_at"]),
            models.Index(fields=["kind", "-created_at"]),
            models.Index(fields=["state", "-created_at", "kind"]),
            models.Index(fields=["to", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"


class MailStep(models.TextChoices):
    """What happened to a mail."""

    SENT = "sent", _("The mail server took it")
    DEFERRED = "deferred", _("Not sent, tried again later")
    FAILED = "failed", _("Given up")
    RESENT = "resent", _("Sent again")
    CANCELLED = "cancelled", _("Canceled")


class MailEvent(models.Model):
    """One line of a mail's history: a try with the mail server's words, or what a person did and why."""

    mail = models.ForeignKey(OutboxMail, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=150, help_text='"guest", "system", or the name of a member of staff')
    what = models.CharField(max_length=10, choices=MailStep)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.what)
