"""One row per act, for ever."""

from django.db import models

from portal import clock


class AuditRow(models.Model):
    """Somebody did something to somebody's data. Triggers of the database refuse to change or delete a row.

    `user_id` is no foreign key: the row outlives the account. `actor` is the name at the time, "system" for the portal
    itself. `reference` is what the subject is called by (a reference, a number, a Workways id), never an address or a
    name. `details` hold numbers, ids and words of ours. `network` is the /24 or /48 of the address.
    """

    at = models.DateTimeField(default=clock.now)
    user_id = models.PositiveBigIntegerField(null=True)
    actor = models.CharField(max_length=150)
    role = models.PositiveSmallIntegerField(null=True)
    act = models.CharField(max_length=40)
    subject = models.CharField(max_length=30)
    reference = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)
    network = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["user_id", "-at"]),
            models.Index(fields=["subject", "reference", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject} {self.reference}".strip()
