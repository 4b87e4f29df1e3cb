"""The tables of the embedded Workways API. Amounts are minor units of the euro; instants are UTC."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from portal import clock
from portal.embedded.ids import new_id

PUBLIC_OFFICE = "publicOffice"
PUBLIC_TYPES = (PUBLIC_OFFICE, "publicMeeting")
MEETING_TYPES = ("publicMeeting", "meeting", "privateMeeting", "sharedMeeting", "conference")
OFFICE_TYPES = ("publicOffice", "office", "privateOffice", "sharedOffice")
DEVELOPER_ROLES = ("api-developer", "app-admin")
TEMPORARY_ROLE = "temp"
PRINCIPAL_ROLE = "principal-admin"


class WorkwaysId(models.CharField):  # type: ignore[type-arg]  # the stubs' generic can't be subscripted at run time
    """A primary key of 24 hex digits."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"max_length": 24, "primary_key": True, "default": new_id, "editable": False, **options})  # type: ignore[arg-type]


class Site(models.Model):
    """A coworking site."""

    id = WorkwaysId()
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO code in upper case")
    zone_name = models.CharField(max_length=60, help_text="the zone of the wall clock at this site")
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the wall clock at this site."""
        return ZoneInfo(self.zone_name)


class Organization(models.Model):
    """A company. It is pending until somebody of it verified an address (`activated_at`)."""

    id = WorkwaysId()
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=400, db_index=True, help_text="the name as it is compared: case folded")
    country = models.CharField(max_length=2, blank=True)
    company_number = models.CharField(max_length=40, blank=True, help_text="letters and digits only")
    vat_number = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    max_resident_users = models.PositiveIntegerField(default=1)
    identity = models.JSONField(null=True, blank=True, help_text="what the check of the company number said")
    is_archived = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    activated_at = models.DateTimeField(null=True, blank=True)
    rental_price = models.CharField(max_length=100, blank=True, help_text="as written, such as 1500€")
    rental_comment = models.TextField(blank=True)
    rental_start_on = models.DateField(null=True, blank=True)
    rental_end_on = models.DateField(null=True, blank=True)
    rental_url = models.CharField(max_length=500, blank=True)
    rental_renewal_months = models.PositiveIntegerField(null=True, blank=True)
    has_member_prices = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company_number"], condition=~Q(company_number=""), name="one_organization_per_company_number"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A site that an organization may use: the document's `memberOf`, whose order means something."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="memberships")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["organization", "site"], name="one_membership_per_site")]

    def __str__(self) -> str:
        return f"{self.organization_id} in {self.site_id}"


class Room(models.Model):
    """A room, of any type; an organization that rents it is named here."""

    id = WorkwaysId()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=200)
    public_name = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=40)
    default_state = models.CharField(max_length=40)
    actual_state = models.CharField(max_length=40)
    surface = models.PositiveIntegerField(null=True, blank=True, help_text="m², commercial or computed")
    description = models.TextField(blank=True)
    min_person = models.PositiveIntegerField(default=0)
    max_person = models.PositiveIntegerField(default=0)
    nb_seat = models.PositiveIntegerField(default=0)
    configuration = models.CharField(max_length=100, blank=True)
    other_configuration = models.CharField(max_length=500, blank=True)
    min_minutes = models.PositiveIntegerField(default=0)
    max_minutes = models.PositiveIntegerField(default=0)
    step_minutes = models.PositiveIntegerField(default=0)
    slot_week = models.CharField(max_length=100, blank=True)
    slot_saturday = models.CharField(max_length=100, blank=True)
    slot_sunday = models.CharField(max_length=100, blank=True)
    hour_minor = models.PositiveIntegerField(default=0)
    half_day_minor = models.PositiveIntegerField(default=0)
    day_minor = models.PositiveIntegerField(default=0)
    price_per_month = models.CharField(max_length=100, blank=True, help_text="text, as the document has it")
    image_id = models.CharField(max_length=24, blank=True, db_index=True)
    picture_seed = models.PositiveIntegerField(default=0, help_text="chooses the drawing")
    picture_digest = models.CharField(max_length=64, blank=True, help_text="names the uploaded picture, if any")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.SET_NULL, related_name="rooms"
    )
    contract_end_on = models.DateField(null=True, blank=True)
    rent_minor = models.PositiveIntegerField(null=True, blank=True, help_text="what the organization pays per month")
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["site", "type"])]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The public name, or the internal one where there is none."""
        return self.public_name or self.name

    @property
    def is_public(self) -> bool:
        """May anybody see and book it?"""
        return self.type in PUBLIC_TYPES


class User(models.Model):
    """A person: a member of an organization, a temporary user on the way to one, or a developer with API tokens."""

    id = WorkwaysId()
    email = models.CharField(max_length=254, unique=True, help_text="in lower case")
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, default="en")
    role = models.CharField(max_length=20, default=TEMPORARY_ROLE)
    password = models.CharField(max_length=200, blank=True, help_text="a hash; empty until one was chosen")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.SET_NULL, related_name="users"
    )
    is_archived = models.BooleanField(default=False)
    is_api_disabled = models.BooleanField(default=False, help_text="the account behind the tokens is closed")
    daily_quota = models.PositiveIntegerField(null=True, blank=True)
    monthly_quota = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    verified_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"user {self.id}"

    @property
    def is_known(self) -> bool:
        """May this person's bookings be confirmed at once? Not before registration and verification are done."""
        return self.role != TEMPORARY_ROLE and self.verified_at is not None

    @property
    def is_shut_out(self) -> bool:
        """Is the person, or the organization they belong to, archived?"""
        return self.is_archived or (self.organization is not None and self.organization.is_archived)


class ApiToken(models.Model):
    """A developer's token; only its SHA-256 hash is kept."""

    id = WorkwaysId()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20, help_text="the first characters, to tell tokens apart")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"


class ApiUse(models.Model):
    """One call of a user who has a quota. Rows are only added, so that counting a call never waits for another one.

    Those of a day that is over are summed up in `ApiUseDay`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "at"])]

    def __str__(self) -> str:
        return f"use {self.pk}"


class ApiUseDay(models.Model):
    """The calls of one user on a day that is over (by UTC), in place of their rows of `ApiUse`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    calls = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_sum_of_uses_per_day")]

    def __str__(self) -> str:
        return f"{self.calls} calls of {self.user_id} on {self.day}"


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class Closure(models.Model):
    """A span in which a room, or every room of a site, can't be booked; each room's part of it is a meeting."""

    id = WorkwaysId()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="closures")
    room = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.CASCADE, related_name="closures", help_text="none: the whole site"
    )
    start = models.DateTimeField()
    end = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="closure_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"closure {self.id}"


class Meeting(models.Model):
    """A booking of a room; a pending one keeps its slot until `lapses_at`, and loses it then to whoever asks."""

    id = WorkwaysId()
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="meetings")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings")
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    state = models.CharField(max_length=10, choices=MeetingState)
    start = models.DateTimeField()
    end = models.DateTimeField()
    people = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    contact_email = models.CharField(max_length=254, blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    lapses_at = models.DateTimeField(null=True, blank=True)
    closure = models.ForeignKey(
        Closure,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="meetings",
        help_text="the room is closed, nobody meets",
    )

    class Meta:
        indexes = [
            models.Index(fields=["room", "state", "start"]),
            models.Index(fields=["room", "state", "updated_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="meeting_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"meeting {self.id}"

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.end - self.start).total_seconds()) // 60


class MeetingCell(models.Model):
    """Five minutes of one room; the unique constraint is what makes two overlapping meetings impossible."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="cells")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+", db_index=False)
    cell = models.BigIntegerField(help_text="five-minute periods since 1970")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "cell"], name="one_meeting_per_room_and_cell")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.cell}"


class RateType(models.TextChoices):
    """How an option is priced."""

    OTHER = "other"
    QUOTE = "quote"
    QUANTITY = "quantity"
    PROMO = "promo"
    PROMO_WITH_QUANTITY = "promoWithQuantity"


class Rate(models.Model):
    """A contract option that a site offers, and its prices per month; null where there is no price of that kind."""

    id = WorkwaysId()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rates")
    key = models.CharField(max_length=60)
    name_en = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=RateType)
    is_unique = models.BooleanField(default=False, help_text="once per organization; otherwise any number of times")
    public_base_minor = models.PositiveIntegerField(null=True, blank=True)
    member_base_minor = models.PositiveIntegerField(null=True, blank=True)
    public_promo_minor = models.PositiveIntegerField(null=True, blank=True)
    member_promo_minor = models.PositiveIntegerField(null=True, blank=True)
    promo_months = models.PositiveIntegerField(null=True, blank=True)
    setup_minor = models.PositiveIntegerField(default=0)
    vat_type = models.CharField(max_length=10, default="standard", help_text="standard, none or special")
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["key", "id"]

    def __str__(self) -> str:
        return self.name_en


class Subscription(models.Model):
    """An option in an organization's contract. A price of None is the rate's own; a date of None the organization's."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="subscriptions")
    rate = models.ForeignKey(Rate, on_delete=models.PROTECT, related_name="subscriptions")
    number = models.PositiveIntegerField(help_text="the document's numeric id, unique within the organization")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField(default=1)
    price_minor = models.PositiveBigIntegerField(null=True, blank=True)
    promo_minor = models.PositiveBigIntegerField(null=True, blank=True)
    promo_months = models.PositiveIntegerField(null=True, blank=True)
    start_on = models.DateField(null=True, blank=True)
    end_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="one_subscription_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.organization_id}"


class Verification(models.Model):
    """A mailed link that verifies an address and lets its owner choose a password; only the hash of
    its token is kept.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="verifications")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(
        default=dict, help_text="ids of the meetings that using it confirmed, and that were lost"
    )

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"])]

    def __str__(self) -> str:
        return f"verification {self.pk}"


class AppendOnly(Exception):
    """The record of what was done is only ever added to."""


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Entries that can be read and added, never changed or removed."""

    def update(self, **values: object) -> int:
        """Raises AppendOnly."""
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises AppendOnly."""
        raise AppendOnly


class AuditEntry(models.Model):
    """Who did what to which thing, and when; names are kept as they were, so that it can be read on its own."""

    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=150, help_text="the member of staff, by name")
    act = models.CharField(max_length=30)
    kind = models.CharField(max_length=30, help_text="what kind of thing it was done to")
    thing_id = models.CharField(max_length=24, blank=True)
    thing = models.CharField(max_length=300, help_text="the thing's name at that time")
    details = models.JSONField(default=dict, help_text="what changed; never a secret")

    objects = AuditEntries.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"]), models.Index(fields=["thing_id"])]

    def __str__(self) -> str:
        return f"{self.actor}: {self.act} {self.thing}"

    def save(self, *args: Any, **options: Any) -> None:
        """Adds the entry. Raises AppendOnly for one that is there already."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Raises AppendOnly."""
        raise AppendOnly
