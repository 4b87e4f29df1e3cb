"""The data map's part about the embedded Workways API: the operator's own record of companies, people and meetings.

It is what a remote Workways account would keep, so erasing a guest from the portal leaves it alone. An operator who
runs the embedded API erases the person here in a step of its own (portal.embedded.erasing).
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.data_map import How, Table, Whose

TABLES = [
    Table(
        model="embedded.User",
        whose=Whose.WORKWAYS,
        title=_("People in Workways"),
        why=_("Who may book at once, in whose name, and who has tokens of the API."),
        find=lambda person: Q(pk__in=person.of("users")),
        personal={
            "email": How.ADDRESS,
            "first_name": How.NAME,
            "last_name": How.BLANK,
            "phone": How.BLANK,
            "password": How.BLANK,
        },
        plain="id language role organization is_archived is_api_disabled daily_quota monthly_quota created_at "
        "verified_at",
        hidden="password",
    ),
    Table(
        model="embedded.Organization",
        whose=Whose.WORKWAYS,
        title=_("Companies in Workways"),
        why=_("The companies that rent and book. One to which nobody else belongs is erased with its only person."),
        find=lambda person: Q(pk__in=person.of("organizations")),
        personal={
            "name": How.NAME,
            "folded_name": How.NAME,
            "company_number": How.BLANK,
            "vat_number": How.BLANK,
            "address": How.BLANK,
            "email": How.BLANK,
            "phone": How.BLANK,
            "identity": How.BLANK,
            "rental_comment": How.BLANK,
            "rental_url": How.BLANK,
        },
        plain="id country max_resident_users is_archived created_at activated_at rental_price rental_start_on "
        "rental_end_on rental_renewal_months has_member_prices",
    ),
    Table(
        model="embedded.Meeting",
        whose=Whose.WORKWAYS,
        title=_("Meetings in Workways"),
        why=_("Who meets when, and where."),
        find=lambda person: Q(pk__in=person.of("meetings")),
        personal={
            "name": How.BLANK,
            "description": How.BLANK,
            "contact_email": How.BLANK,
            "contact_name": How.BLANK,
        },
        plain="id room user organization state start end people created_at updated_at lapses_at closure",
    ),
    Table(
        model="embedded.ApiToken",
        whose=Whose.WORKWAYS,
        title=_("Tokens of the API"),
        why=_("Who may call the API."),
        find=lambda person: Q(user__in=person.of("users")),
        rows_go=True,
        personal={"user": How.BLANK, "name": How.BLANK, "prefix": How.BLANK, "token_hash": How.BLANK},
        plain="id created_at last_used_at is_active",
        hidden="token_hash prefix",
    ),
    Table(
        model="embedded.Verification",
        whose=Whose.WORKWAYS,
        title=_("Links of the Workways data"),
        why=_("A mailed link to verify an address or to choose a password."),
        find=lambda person: Q(user__in=person.of("users")),
        rows_go=True,
        personal={"user": How.BLANK, "token_hash": How.BLANK, "outcome": How.BLANK},
        plain="id created_at expires_at used_at revoked_at",
        hidden="token_hash",
    ),
    Table(
        model="embedded.AuditEntry",
        whose=Whose.MEMBER,
        title=_("The record of the Workways data"),
        why=_("To prove who changed what in the Workways data. People of the API stand in it by their id only."),
        personal={"actor": How.KEPT},
        plain="id at act kind thing_id thing details",
    ),
    Table(model="embedded.ApiUse", whose=Whose.NOBODY, plain="id user at"),
    Table(model="embedded.ApiUseDay", whose=Whose.NOBODY, plain="id user day calls"),
    Table(model="embedded.Site", whose=Whose.NOBODY, plain="id name country zone_name is_archived"),
    Table(model="embedded.Membership", whose=Whose.NOBODY, plain="id organization site position"),
    Table(
        model="embedded.Room",
        whose=Whose.NOBODY,
        plain="id site name public_name type default_state actual_state surface description min_person max_person "
        "nb_seat configuration other_configuration min_minutes max_minutes step_minutes slot_week slot_saturday "
        "slot_sunday hour_minor half_day_minor day_minor price_per_month image_id picture_seed picture_digest "
        "organization contract_end_on rent_minor is_archived",
    ),
    Table(
        model="embedded.Closure",
        whose=Whose.NOBODY,
        plain="id site room start end reason created_at lifted_at",
    ),
    Table(model="embedded.MeetingCell", whose=Whose.NOBODY, plain="id meeting room cell"),
    Table(
        model="embedded.Rate",
        whose=Whose.NOBODY,
        plain="id site key name_en name_fr type is_unique public_base_minor member_base_minor public_promo_minor "
        "member_promo_minor promo_months setup_minor vat_type vat_rate is_archived",
    ),
    Table(
        model="embedded.Subscription",
        whose=Whose.NOBODY,
        plain="id organization rate number key name quantity price_minor promo_minor promo_months start_on end_on",
    ),
]
