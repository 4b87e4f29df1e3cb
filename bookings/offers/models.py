"""The upstream's prices of slots that searches showed."""

from django.db import models

from bookings.catalog.models import Room


class SlotPrice(models.Model):
    """What the upstream asks for one slot and so many people; a row without `as_of` is a question not yet answered.

    `minor` is None where the price is on request, and while it isn't known; amounts are euro cents, as all of the
    upstream's. `is_named` is false when the upstream refused to name a price, so that the catalog's is shown.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    start = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    minor = models.PositiveIntegerField(null=True, blank=True)
    is_named = models.BooleanField(default=False)
    as_of = models.DateTimeField(null=True, blank=True)
    wanted_at = models.DateTimeField(null=True, blank=True, help_text="since when an answer is waited for")
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "start", "minutes", "people"], name="one_price_of_a_slot")
        ]
        indexes = [models.Index(fields=["start", "minutes", "people"]), models.Index(fields=["wanted_at"])]

    def __str__(self) -> str:
        return f"price of {self.room_id} at {self.start:%Y-%m-%dT%H:%MZ}"
