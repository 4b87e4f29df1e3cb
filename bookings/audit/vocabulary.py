"""What can be done, and to what: the words of the audit. A new act or subject is a line here, without a migration."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    """What somebody did."""

    SAW = "saw", _("Saw")
    EXPORTED = "exported", _("Exported")

    SENT_AGAIN = "sent_again", _("Sent to Workways")
    SETTLED = "settled", _("Noted the outcome")
    HANDLED = "handled", _("Took off the list")
    ANSWERED = "answered", _("Answered")
    MAIL_RESENT = "mail_resent", _("Sent the mail again")
    MAIL_CANCELLED = "mail_cancelled", _("Canceled the mail")
    LOOKED_UP = "looked_up", _("Looked up")
    CONTRACT_PREPARED = "contract_prepared", _("Prepared a change of the contract")
    CONTRACT_SENT = "contract_sent", _("Sent the change of the contract")
    CONTRACT_READ = "contract_read", _("Read the contract back")
    CALENDAR_READ = "calendar_read", _("Read the calendar")
    NOTED = "noted", _("Wrote a note")
    REQUEST_MAILED = "request_mailed", _("Sent the guest's mail again")
    CONTACT_CHANGED = "contact_changed", _("Changed the contact")
    CANCELLING = "cancelling", _("Began to cancel the meeting")
    VIEW_SAVED = "view_saved", _("Saved a view")
    VIEW_CHANGED = "view_changed", _("Changed a view")
    VIEW_DELETED = "view_deleted", _("Deleted a view")
    CATALOG_READ = "catalog_read", _("Read the catalog")
    SETTINGS_CHANGED = "settings_changed", _("Changed the settings")
    PLACE_CHANGED = "place_changed", _("Changed what visitors see")
    PLACE_MOVED = "place_moved", _("Moved in the order")
    PLACE_CLOSED = "place_closed", _("Closed for a while")
    PLACE_REOPENED = "place_reopened", _("Took a closure back")

    ERASED = "erased", _("Erased")
    ERASED_IN_WORKWAYS = "erased_in_workways", _("Erased in the Workways data")

    LINK_PREPARED = "link_prepared", _("Prepared a booking link")
    LINK_SENT = "link_sent", _("Sent a booking link")
    LINK_RENEWED = "link_renewed", _("Sent a fresh booking link")
    LINK_REVOKED = "link_revoked", _("Took a booking link back")
    LINK_DISCARDED = "link_discarded", _("Threw a prepared booking link away")

    SIGNED_IN = "signed_in", _("Signed in")
    PASSWORD_LINK_ASKED = "password_link_asked", _("Asked for a link to choose a password")
    PASSWORD_SET = "password_set", _("Set the password")
    TWO_FACTOR_BEGUN = "two_factor_begun", _("Began to set up two-factor sign-in")
    TWO_FACTOR_SET = "two_factor_set", _("Set up two-factor sign-in")
    TWO_FACTOR_REMOVED = "two_factor_removed", _("Removed two-factor sign-in")
    RECOVERY_CODES_MADE = "recovery_codes_made", _("Made recovery codes")
    RECOVERY_CODE_USED = "recovery_code_used", _("Used a recovery code")
    SESSIONS_ENDED = "sessions_ended", _("Signed browsers out")
    MEMBER_INVITED = "member_invited", _("Invited")
    MEMBER_CHANGED = "member_changed", _("Changed role or sites")
    MEMBER_SWITCHED_OFF = "member_switched_off", _("Switched off")
    MEMBER_SWITCHED_ON = "member_switched_on", _("Switched on")


class Subject(models.TextChoices):
    """What it was done to. Those in the plural are lists, of which no reference is kept."""

    REQUEST = "request", _("Request")
    REGISTRATION = "registration", _("Registration")
    BOOKING_LINK = "booking_link", _("Booking link")
    MAIL = "mail", _("Mail")
    CUSTOMER = "customer", _("Customer")
    CONTRACT = "contract", _("Change of a contract")
    PERSON = "person", _("Person")
    MEMBER = "member", _("Member of staff")
    SITE = "site", _("Site")
    ROOM = "room", _("Room")
    CALENDAR = "calendar", _("Calendar")
    SAVED_VIEW = "saved_view", _("Saved view")
    PORTAL = "portal", _("The portal")

    TO_DO = "to_do", _("To do")
    REQUESTS = "requests", _("Requests")
    REGISTRATIONS = "registrations", _("Registrations")
    BOOKING_LINKS = "booking_links", _("Booking links")
    MAILS = "mails", _("Outbox")
    MEMBERS = "members", _("Team")
    AUDIT = "audit", _("Audit")
    DATA_MAP = "data_map", _("Data map")

    # People and companies as Workways has them.
    ORGANIZATION = "organization", _("Organization in Workways")
    ORGANIZATIONS = "organizations", _("Organizations in Workways")
    ACCOUNT = "account", _("Account in Workways")
    ACCOUNTS = "accounts", _("Accounts in Workways")
    MEETING = "meeting", _("Meeting in Workways")
    MEETINGS = "meetings", _("Meetings in Workways")
    WORKWAYS_DATA = "workways_data", _("Data in Workways")
