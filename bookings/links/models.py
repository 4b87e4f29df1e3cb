"""Links, one-time codes and the browsers that proved an address."""

from django.db import models
from django.db.models import F, Q

from bookings.core.answers import Standing
from portal import clock


class Purpose(models.TextChoices):
    """What a link is for; a token of one purpose opens nothing else."""

    BOOKING = "booking"
    REGISTRATION = "registration"
    WATCH = "watch"
    INVITATION = "invitation"


_THINGS = ("booking_request", "registration", "watch", "invitation")


def _only(thing: str, purpose: Purpose) -> Q:
    """A link of this purpose speaks for this thing and for none of the others."""
    return Q(purpose=purpose.value, **{f"{name}__isnull": name != thing for name in _THINGS})


class Link(models.Model):
    """One mailed link: it speaks for one request, registration, watch or invitation, expires, and can be revoked."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose)
    email = models.EmailField(max_length=254)
    booking_request = models.ForeignKey(
        "bookings.BookingRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    registration = models.ForeignKey(
        "bookings.Registration", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    watch = models.ForeignKey(
        "bookings.SlotWatch", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    invitation = models.ForeignKey(
        "bookings.Invitation", null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["email"])]
        constraints = [
            models.CheckConstraint(
                name="link_speaks_for_one_thing",
                condition=_only("booking_request", Purpose.BOOKING)
                | _only("registration", Purpose.REGISTRATION)
                | _only("watch", Purpose.WATCH)
                | _only("invitation", Purpose.INVITATION),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link {self.pk}"


class AddressProof(models.Model):
    """The one-time code on its way to an address: one row per browser and address, so only the newest code is alive."""

    email = models.EmailField(max_length=254)
    browser_key = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=128)
    created_at = models.DateTimeField(default=clock.now, help_text="when the present code was made")
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sendings = models.PositiveIntegerField(default=1, help_text="codes made for this browser and address so far")
    proved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["browser_key", "email"], name="one_live_code_per_browser_and_address"),
        ]

    def __str__(self) -> str:
        return f"proof {self.pk}"


class ProvedAddress(models.Model):
    """This browser proved this address; remembered for 30 days, with what the upstream then said of the address."""

    browser_key = models.CharField(max_length=64)
    email = models.EmailField(max_length=254)
    proved_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    standing = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Standing], default=Standing.UNKNOWN)
    standing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["browser_key", "email"], name="one_proof_per_browser_and_address"),
            models.CheckConstraint(name="proof_expires_after_it_was_made", condition=Q(expires_at__gt=F("proved_at"))),
        ]

    def __str__(self) -> str:
        return f"proved address {self.pk}"
