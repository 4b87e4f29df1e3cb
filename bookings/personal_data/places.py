"""The data map's part about places, calendars and prices, which say nothing of guests, and about the operator."""

from django.utils.translation import gettext_lazy as _

from portal.data_map import How, Table, Whose

# What the operator says of a site or a room.
_OWN = (
    "is_hidden position own_name_en own_name_fr own_description_en own_description_fr house_rules_en house_rules_fr "
    "own_picture own_picture_width own_picture_height own_hours_week own_hours_saturday own_hours_sunday closings"
)

TABLES = [
    Table(
        model="bookings.OperatorSettings",
        whose=Whose.MEMBER,
        title=_("The operator"),
        why=_("The operator's own contact, which is public."),
        personal={"contact_email": How.KEPT, "contact_phone": How.KEPT},
        plain="id name vat_wording reminder_hours names_shown_to retention_months",
    ),
    Table(
        model="bookings.AuditRow",
        whose=Whose.MEMBER,
        title=_("The audit"),
        why=_("To prove who saw or changed whose data. It holds references of guests, never an address or a name."),
        personal={"user_id": How.KEPT, "actor": How.KEPT, "network": How.KEPT},
        plain="id at role act subject reference details",
    ),
    Table(
        model="bookings.SavedView",
        whose=Whose.MEMBER,
        title=_("Saved views of the panel"),
        why=_("What a member of staff narrows the list of requests down to; it goes with the member."),
        personal={"owner": How.KEPT, "name": How.KEPT},
        plain="id filters is_shared created_at",
    ),
    Table(
        model="bookings.ContractChange",
        whose=Whose.MEMBER,
        title=_("Changes of contracts"),
        why=_("To tell who changed what in a company's contract, and what Workways made of it."),
        personal={"actor": How.KEPT, "sent_by": How.KEPT, "message": How.KEPT},
        plain="id reference organization_id organization_name state created_at plan terms fingerprint sent_at seen "
        "seen_at",
    ),
    Table(
        model="bookings.Site",
        whose=Whose.MEMBER,
        title=_("The sites"),
        why=_("The operator's own contact, which is public."),
        personal={"contact_email": How.KEPT, "contact_phone": How.KEPT},
        plain="id workways_id name country zone_override seen_at vanished_at address vat_wording holidays_on "
        "holidays_open " + _OWN,
    ),
    Table(
        model="bookings.Room",
        whose=Whose.NOBODY,
        plain="id workways_id site name public_name type description actual_state surface min_people max_people seats "
        "configuration equipment min_minutes max_minutes step_minutes hours_week hours_saturday hours_sunday "
        "hour_minor half_day_minor day_minor month_minor image_url seen_at vanished_at " + _OWN,
    ),
    Table(
        model="bookings.RoomPicture",
        whose=Whose.NOBODY,
        plain="id room source_url digest etag width height checked_at failure",
    ),
    Table(
        model="bookings.CatalogState",
        whose=Whose.NOBODY,
        plain="id refreshed_at attempted_at failure failures_in_a_row version",
    ),
    Table(
        model="bookings.Closure",
        whose=Whose.NOBODY,
        plain="id site room first_day from_time last_day until_time reason_en reason_fr created_at",
    ),
    Table(model="bookings.CatalogStamp", whose=Whose.NOBODY, plain="id stamp"),
    Table(model="bookings.HoldCell", whose=Whose.NOBODY, plain="id hold room cell"),
    Table(
        model="bookings.Feed",
        whose=Whose.NOBODY,
        plain="id room etag last_modified digest version read_at covers_until zone_name attempted_at looked_at due_at "
        "claimed_until failures_in_a_row failure events milliseconds answer_ms",
    ),
    Table(model="bookings.BusySpan", whose=Whose.NOBODY, plain="id room start end uid"),
    Table(model="bookings.RejectedEvent", whose=Whose.NOBODY, plain="id feed uid reason"),
    Table(model="bookings.Upstream", whose=Whose.NOBODY, plain="id host failures_in_a_row rests_until"),
    Table(
        model="bookings.CallTally",
        whose=Whose.NOBODY,
        plain="id since method path outcome up_to_ms calls last_at status message",
    ),
    Table(
        model="bookings.RoomDay",
        whose=Whose.NOBODY,
        plain="id room day open_minutes busy_minutes hours counted_until",
    ),
    Table(model="bookings.SiteHour", whose=Whose.NOBODY, plain="id site day hour open_minutes busy_minutes"),
    Table(model="bookings.PageCount", whose=Whose.NOBODY, plain="id day step site number"),
    Table(
        model="bookings.RequestFigure",
        whose=Whose.NOBODY,
        plain="id request site day lead_minutes is_proved is_sent is_booked ending reason is_settled",
    ),
    Table(model="bookings.MailFigure", whose=Whose.NOBODY, plain="id mail site day outcome seconds"),
    Table(model="bookings.CountingState", whose=Whose.NOBODY, plain="id requests_at mails_at pages_until"),
    Table(model="bookings.UpstreamConnection", whose=Whose.NOBODY, plain="id upstream number taken_until"),
    Table(
        model="bookings.SlotPrice",
        whose=Whose.NOBODY,
        plain="id room start minutes people minor is_named as_of wanted_at claimed_until",
    ),
]
