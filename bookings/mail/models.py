"""One row per mail."""

from django.db import models

from portal import clock


class MailState(models.TextChoices):
    """Where a mail is on its way."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


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

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"]), models.Index(fields=["-created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"
