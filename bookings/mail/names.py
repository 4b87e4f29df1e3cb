"""What each kind of mail is called, for staff; nothing of it stands in a mail."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.mail.messages import FROM_WORKWAYS, MailKind

# In the order in which a guest may get them.
KIND_NAMES: dict[str, Promise] = {
    MailKind.PROVE_ADDRESS: _("Code and link to confirm the address"),
    MailKind.BOOKED: _("Booked"),
    MailKind.REGISTRATION_NEEDED: _("Taken, the company must register"),
    MailKind.VERIFICATION_NEEDED: _("Taken, the account must be verified"),
    MailKind.ARCHIVED: _("Not booked, the account is archived"),
    MailKind.REFUSED: _("Refused by Workways"),
    MailKind.BEING_CONFIRMED: _("Sent, no answer yet"),
    MailKind.KEPT: _("Kept for the team"),
    MailKind.REQUEST_EXPIRED: _("Ended without a booking"),
    MailKind.BOOKING_LINK: _("Fresh link to a booking"),
    MailKind.SLOT_INVITATION: _("Booking link to a time"),
    MailKind.SEARCH_INVITATION: _("Booking link to a search"),
    MailKind.FOUND_BOOKINGS: _("Everything an address has open"),
    MailKind.ASK_RECEIVED: _("Wish received"),
    MailKind.ASK_ANSWERED: _("Wish answered"),
    MailKind.MEETING_REMINDER: _("Reminder of a meeting"),
    MailKind.CONTACT_CHANGED: _("Contact changed, to the former address"),
    MailKind.MEETING_CANCELLING: _("Meeting is being cancelled"),
    MailKind.MEETING_MOVED: _("Meeting moved"),
    MailKind.MEETING_GONE: _("Meeting gone from the calendar"),
    MailKind.MEETING_BACK: _("Meeting back in the calendar"),
    MailKind.WATCH_PROOF: _("Code and link to wait for a time"),
    MailKind.WATCH_SET: _("In line for a time"),
    MailKind.WATCH_OFFER: _("The time is free"),
    MailKind.REGISTRATION_RESUME: _("Code and link to a registration"),
    MailKind.REGISTRATION_CREATED: _("Company registered"),
    MailKind.REGISTRATION_UPDATED: _("Company updated"),
    MailKind.REGISTRATION_EXISTS: _("Registered already"),
    MailKind.REGISTRATION_REFUSED: _("Registration refused"),
    MailKind.REGISTRATION_KEPT: _("Registration kept for the team"),
    MailKind.REGISTRATION_BEING_CONFIRMED: _("Registration sent, no answer yet"),
    MailKind.MEMBER_INVITED: _("Invitation to the team"),
    MailKind.MEMBER_PASSWORD: _("Link to choose a password"),
    FROM_WORKWAYS: _("Written by Workways itself"),
}
