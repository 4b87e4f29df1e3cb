"""A registration under way, or done."""

from typing import Any

from django.db import models

from bookings.booking_requests.models import BookingRequest, write_company_words
from bookings.catalog.models import Room, Site
from bookings.core.identifiers import new_reference
from bookings.registration.states import Event, RegistrationState, Trouble
from portal import clock

__all__ = ["Registration", "RegistrationEvent", "RegistrationState"]


class RegistrationRows(models.QuerySet["Registration"]):
    """Registrations; whatever changes the company changes the words that its booking request is found by."""

    def update(self, **fields: Any) -> int:
        """As always."""
        if "company" not in fields:
            return super().update(**fields)
        behind = list(self.exclude(booking_request=None).values_list("booking_request_id", flat=True))
        updated = super().update(**fields)
        for request_id in behind:
            write_company_words(request_id=request_id, company=fields["company"])
        return updated


class Registration(models.Model):
    """Everything a person typed so far, step by step; sent to the upstream once, after the address is proved.

    `state` moves only in `actions.move`, which writes the history. `identity` is what the upstream found of the company
    number: source, confidence, verified_name, verified_number.
    """

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
    trouble = models.CharField(max_length=20, blank=True, choices=Trouble)
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationRows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "settle_due_at"]),
            models.Index(fields=["-created_at"]),
            models.Index(fields=["email"]),
            models.Index(fields=["organization_id"]),
        ]
        # Two for one meeting would send the company twice.
        constraints = [
            models.UniqueConstraint(fields=["booking_request"], name="one_registration_per_booking_request"),
        ]

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As always, with the words of the company that the booking request is found by."""
        super().save(*args, **kwargs)
        fields = kwargs.get("update_fields")
        if self.booking_request_id is not None and (fields is None or "company" in fields):
            write_company_words(request_id=self.booking_request_id, company=self.company)

    @property
    def person(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


class RegistrationEvent(models.Model):
    """One line of a registration's history: what happened, by whom, when."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=150, help_text='"guest", "system", or the name of a member of staff')
    what = models.CharField(max_length=30, choices=Event)
    state = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.what)
