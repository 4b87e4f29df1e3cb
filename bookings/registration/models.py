"""A registration under way, or done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room, Site
from bookings.core.identifiers import new_reference
from portal import clock


class RegistrationState(models.TextChoices):
    """Where a registration stands."""

    DRAFT = "draft", _("Being filled in")
    SENDING = "sending", _("Being sent")
    BEING_CONFIRMED = "being_confirmed", _("Being confirmed")
    KEPT = "kept", _("Kept for the team")
    CREATED = "created", _("Registered")
    UPDATED = "updated", _("Company updated")
    USER_EXISTS = "user_exists", _("Already registered")
    REFUSED = "refused", _("Refused")


class Registration(models.Model):
    """Everything a person typed so far, step by step; sent to the upstream once, after the address is proved."""

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    state = models.CharField(max_length=20, choices=RegistrationState, default=RegistrationState.DRAFT)
    language = models.CharField(max_length=2)
    browser_key = models.CharField(max_length=64, db_index=True)
    email = models.EmailField(max_length=254)
    proved_at = models.DateTimeField(null=True, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    company = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="fr, be or ie")
    company_number = models.CharField(max_length=40, blank=True)
    vat_number = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    users = models.PositiveIntegerField(null=True, blank=True)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    booking_request = models.ForeignKey(
        BookingRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="registrations"
    )
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    settle_due_at = models.DateTimeField(null=True, blank=True)
    settle_attempts = models.PositiveIntegerField(default=0)
    organization_id = models.CharField(max_length=24, blank=True)
    user_id = models.CharField(max_length=24, blank=True)
    meetings_updated = models.PositiveIntegerField(null=True, blank=True)
    identity = models.JSONField(null=True, blank=True)
    upstream_message = models.TextField(blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "settle_due_at"]), models.Index(fields=["-created_at"])]

    def __str__(self) -> str:
        return self.reference
