"""Mirrored sites and rooms, the state of the mirror, and what the operator set."""

from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.catalog.own import OwnPlace, OwnSite, ShownPicture, VatWording
from bookings.core.money import Money
from bookings.core.zones import country_code, zone, zone_of_country
from portal import clock

MEETING_TYPE = "publicMeeting"
OFFICE_TYPE = "publicOffice"
# What is mirrored and shown; the upstream has more types, none of them meant for the public.
PUBLIC_TYPES = frozenset({MEETING_TYPE, OFFICE_TYPE})
# From a month to ten years. Nothing is kept for ever, because what nobody needs any more can only be lost.
LEAST_RETENTION_MONTHS, MOST_RETENTION_MONTHS = 1, 120
# A week; whoever needs to know earlier needs a calendar.
MOST_REMINDER_HOURS = 168


class Site(OwnSite):
    """A coworking site as the upstream last described it, and what the operator says of it."""

    workways_id = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=80)
    seen_at = models.DateTimeField(default=clock.now)
    vanished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "workways_id"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """Its name for visitors, in the language of the page."""
        return self.own_name or self.name

    @property
    def is_listed(self) -> bool:
        """Is it offered today? It neither vanished from the upstream nor is it hidden."""
        return self.vanished_at is None and not self.is_hidden

    @property
    def zone_name(self) -> str:
        """The name of the zone of the wall clock at this site."""
        return self.zone_override or zone_of_country(self.country)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the wall clock at this site."""
        return zone(self.zone_name)

    @property
    def country_code(self) -> str:
        """FR, BE, IE, or "" for another country."""
        return country_code(self.country)


class Room(OwnPlace):
    """A room as the upstream last described it, and what the operator says of it.

    Amounts are in minor units, None where the upstream gave none.
    """

    workways_id = models.CharField(max_length=24, unique=True)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(max_length=200)
    public_name = models.CharField(max_length=200)
    type = models.CharField(max_length=40)
    description = models.TextField(blank=True)
    actual_state = models.CharField(max_length=40, blank=True)
    surface = models.PositiveIntegerField(null=True, blank=True, help_text="m²")
    min_people = models.PositiveIntegerField(null=True, blank=True)
    max_people = models.PositiveIntegerField(null=True, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    configuration = models.CharField(max_length=100, blank=True)
    equipment = models.TextField(blank=True, help_text="otherConfiguration of the upstream")
    min_minutes = models.PositiveIntegerField(null=True, blank=True)
    max_minutes = models.PositiveIntegerField(null=True, blank=True)
    step_minutes = models.PositiveIntegerField(null=True, blank=True)
    hours_week = models.CharField(max_length=100, blank=True)
    hours_saturday = models.CharField(max_length=100, blank=True)
    hours_sunday = models.CharField(max_length=100, blank=True)
    hour_minor = models.PositiveIntegerField(null=True, blank=True)
    half_day_minor = models.PositiveIntegerField(null=True, blank=True)
    day_minor = models.PositiveIntegerField(null=True, blank=True)
    month_minor = models.PositiveIntegerField(null=True, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    seen_at = models.DateTimeField(default=clock.now)
    vanished_at = models.DateTimeField(null=True, blank=True)

    # All columns of the room, its site and its picture, set by who read them in one statement.
    row: tuple[object, ...] = ()

    class Meta:
        ordering = ["public_name", "workways_id"]
        indexes = [models.Index(fields=["site", "type"])]

    def __str__(self) -> str:
        return self.public_name

    @property
    def is_meeting_room(self) -> bool:
        """Booked by the hour, with a calendar."""
        return self.type == MEETING_TYPE

    @property
    def is_office(self) -> bool:
        """Rented by the month, through registration."""
        return self.type == OFFICE_TYPE

    @property
    def per_hour(self) -> Money | None:
        """The catalog's price of an hour, or None for "on request"."""
        return None if self.hour_minor is None else Money(self.hour_minor)

    @property
    def per_half_day(self) -> Money | None:
        """The catalog's price of half a day, or None where there is none."""
        return None if self.half_day_minor is None else Money(self.half_day_minor)

    @property
    def per_day(self) -> Money | None:
        """The catalog's price of a day, or None where there is none."""
        return None if self.day_minor is None else Money(self.day_minor)

    @property
    def per_month(self) -> Money | None:
        """Rent of a month, as the upstream gives it, or None for "on request"."""
        return None if self.month_minor is None else Money(self.month_minor)

    @property
    def is_listed(self) -> bool:
        """Is it offered today? Neither the room nor its site vanished from the upstream or is hidden."""
        return self.vanished_at is None and not self.is_hidden and self.site.is_listed

    @property
    def shown_name(self) -> str:
        """Its name for visitors, in the language of the page."""
        return self.own_name or self.public_name

    @property
    def shown_description(self) -> str:
        """What visitors read about it, in the language of the page where the operator wrote that."""
        return self.own_description or self.description

    @property
    def shown_rules(self) -> str:
        """Its own house rules, or those of its site."""
        return self.house_rules or self.site.house_rules

    @property
    def kept_picture(self) -> ShownPicture | None:
        """The picture that can be shown, ours before the upstream's; read it along with select_related("picture")."""
        return self.uploaded_picture or self.upstream_picture

    @property
    def as_read(self) -> tuple[object, ...]:
        """All that is known of the room, its site and its picture: rooms of which this is the same look the same."""
        if self.row:
            return self.row
        values = (getattr(place, field.attname) for place in (self, self.site) for field in place._meta.concrete_fields)
        return (*values, self.upstream_picture)

    @property
    def upstream_picture(self) -> ShownPicture | None:
        """What we keep of the upstream's picture, or None."""
        picture: RoomPicture | None = getattr(self, "picture", None)
        if picture is None or not picture.digest:
            return None
        return ShownPicture(picture.digest, picture.width, picture.height)


class RoomPicture(models.Model):
    """A room's picture as we keep and serve it: checked, measured, resized.

    `digest` is empty until a first good picture came; afterwards a failing source leaves it and the files.
    `width` and `height` are those of the source, so that a page can keep its place free.
    """

    room = models.OneToOneField(Room, on_delete=models.CASCADE, related_name="picture")
    source_url = models.CharField(max_length=500)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the source bytes")
    etag = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"picture of {self.room_id}"


class CatalogState(models.Model):
    """One row: when the catalog was last read, and what went wrong since."""

    refreshed_at = models.DateTimeField(null=True, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0, help_text="grows whenever a refresh changed something")

    def __str__(self) -> str:
        return "state of the catalog"


class CatalogStamp(models.Model):
    """One row: a random number that triggers of the database draw anew when anything in the directory changes."""

    stamp = models.BigIntegerField()

    def __str__(self) -> str:
        return f"stamp {self.stamp}"


class NamesShownTo(models.IntegerChoices):
    """Which roles of the team read in the panel's calendars whose meeting it is; the numbers are those of the roles."""

    VIEWERS = 10, _("Everybody on the team")
    FRONT_DESK = 20, _("Front desk and above")
    MANAGERS = 30, _("Managers and above")
    NOBODY = 99, _("Nobody")


class OperatorSettings(models.Model):
    """One row: who runs this portal and how prices are worded."""

    name = models.CharField(_("name of the portal"), max_length=100, default="Workways")
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    vat_wording = models.CharField(_("VAT"), max_length=10, choices=VatWording, default=VatWording.UNSAID)
    reminder_hours = models.PositiveSmallIntegerField(
        _("hours between a reminder and the meeting"),
        default=24,
        validators=[MaxValueValidator(MOST_REMINDER_HOURS)],
        help_text="0 sends none",
    )
    names_shown_to = models.PositiveSmallIntegerField(
        _("who reads names in the calendars"), choices=NamesShownTo, default=NamesShownTo.FRONT_DESK
    )
    retention_months = models.PositiveSmallIntegerField(
        _("months for which personal data is kept"),
        default=24,
        validators=[MinValueValidator(LEAST_RETENTION_MONTHS), MaxValueValidator(MOST_RETENTION_MONTHS)],
    )

    def __str__(self) -> str:
        return self.name
