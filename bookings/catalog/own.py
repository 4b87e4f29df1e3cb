"""What the operator says of a site or a room: in place of what the upstream says, or beside it.

Every field says for itself whether it is ours: an empty one leaves the upstream's word. The refresh of the catalog
writes other columns, so nothing here is ever overwritten by it.
"""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.core.languages import in_page_language
from bookings.core.zones import is_zone

# The days of which the upstream tells opening hours.
HOURS = ("week", "saturday", "sunday")


def check_zone(name: str) -> None:
    """Raises ValidationError for a name that no time zone has."""
    if name and not is_zone(name):
        raise ValidationError(_("There is no time zone of this name."))


class VatWording(models.TextChoices):
    """What the operator says of VAT; the upstream doesn't say."""

    UNSAID = "unsaid", _("Say nothing of VAT")
    EXCLUDED = "excluded", _("Prices are without VAT")
    INCLUDED = "included", _("Prices include VAT")


class ShownPicture(NamedTuple):
    """A picture that can be shown: the digest that names its files, and its size in pixels."""

    digest: str
    width: int | None
    height: int | None


class OwnPlace(models.Model):
    """What a site and a room have in common here.

    `position` orders the places of a list, those without one last and by name. Hours are texts as the upstream's are.
    `closings` is a copy of the closures, so that pages get them along with the place: availability.closing_actions
    alone writes it.
    """

    is_hidden = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    own_name_en = models.CharField(max_length=200, blank=True)
    own_name_fr = models.CharField(max_length=200, blank=True)
    own_description_en = models.TextField(max_length=4000, blank=True)
    own_description_fr = models.TextField(max_length=4000, blank=True)
    house_rules_en = models.TextField(max_length=4000, blank=True)
    house_rules_fr = models.TextField(max_length=4000, blank=True)
    own_hours_week = models.CharField(max_length=100, blank=True)
    own_hours_saturday = models.CharField(max_length=100, blank=True)
    own_hours_sunday = models.CharField(max_length=100, blank=True)
    own_picture = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the uploaded bytes")
    own_picture_width = models.PositiveIntegerField(null=True, blank=True)
    own_picture_height = models.PositiveIntegerField(null=True, blank=True)
    closings = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def own_name(self) -> str:
        """The operator's name of it in the language of the page, or ""."""
        return in_page_language(self.own_name_en, self.own_name_fr)

    @property
    def own_description(self) -> str:
        """The operator's description in the language of the page, or ""."""
        return in_page_language(self.own_description_en, self.own_description_fr)

    @property
    def house_rules(self) -> str:
        """What guests should heed, in the language of the page, or ""."""
        return in_page_language(self.house_rules_en, self.house_rules_fr)

    @property
    def uploaded_picture(self) -> ShownPicture | None:
        """The operator's own picture, if there is one."""
        if not self.own_picture:
            return None
        return ShownPicture(self.own_picture, self.own_picture_width, self.own_picture_height)


class OwnSite(OwnPlace):
    """What only a site has. Of its holidays `holidays_open` excepts days, as dates like 2026-11-11 with blanks between.

    Contact and VAT wording stand in place of the operator's own for all that concerns the site.
    """

    zone_override = models.CharField(max_length=60, blank=True, validators=[check_zone])
    holidays_on = models.BooleanField(default=False)
    holidays_open = models.TextField(blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(max_length=400, blank=True)
    vat_wording = models.CharField(max_length=10, choices=VatWording, blank=True)

    class Meta:
        abstract = True
