"""A change of a contract, from the form to what Workways shows afterwards."""

from django.db import models
from django.db.models import Q

from bookings.core.identifiers import new_reference
from bookings.staff.customers.plans import Plan
from bookings.staff.customers.states import ChangeState
from bookings.staff.customers.terms import Terms
from portal import clock


class ContractChange(models.Model):
    """What a member of staff wants to change in a company's contract, frozen against the contract as it was read.

    `plan` is what is wanted, `terms` what the contract said when the difference was shown, `fingerprint` is of these.
    `seen` is what Workways showed afterwards, null while nothing could be read. Companies and rooms stand here; of
    people only the members of staff who prepared and sent it.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    organization_id = models.CharField(max_length=24, db_index=True)
    organization_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.DRAFT)
    actor = models.CharField(max_length=150, help_text="the member of staff who prepared it")
    created_at = models.DateTimeField(default=clock.now)
    plan = models.JSONField()
    terms = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=150, blank=True)
    message = models.TextField(blank=True, help_text="what Workways answered, or why nothing was sent")
    seen = models.JSONField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id"],
                condition=Q(state=ChangeState.SENDING),
                name="one_change_of_a_contract_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def wanted(self) -> Plan:
        """What is to change."""
        return Plan.from_json(self.plan)

    @property
    def before(self) -> Terms:
        """What the contract said when the difference was shown."""
        return Terms.from_json(self.terms)

    @property
    def after(self) -> Terms | None:
        """What Workways showed afterwards; None while nothing could be read."""
        return None if self.seen is None else Terms.from_json(self.seen)
