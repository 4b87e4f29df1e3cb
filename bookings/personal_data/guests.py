"""The data map's part about guests: what booking, registering, waiting and mailing keep of them.

Of these tables a person is erased and exported. A new table about guests, or a new field, gets its line here.
"""

import json

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.mail.sealing import seal
from portal.data_map import How, Person, Table, Whose


def _of_requests(person: Person) -> Q:
    return Q(request__in=person.of("requests"))


def _of_links(person: Person) -> Q:
    return (
        Q(email__iexact=person.email, booking_request=None, registration=None, watch=None, invitation=None)
        | Q(booking_request__in=person.of("requests"))
        | Q(registration__in=person.of("registrations"))
        | Q(watch__in=person.of("watches"))
        | Q(invitation__in=person.of("invitations"))
    )


def _of_holds(person: Person) -> Q:
    of_things = Q(request__in=person.of("requests")) | Q(watch__in=person.of("watches"))
    return Q(pk__in=person.of("holds")) | of_things | Q(invitation__in=person.of("invitations"))


def _of_things(person: Person) -> Q:
    return Q(booking_request__in=person.of("requests")) | Q(registration__in=person.of("registrations"))


def _of_mails(person: Person) -> Q:
    return Q(pk__in=person.of("mails")) | _of_things(person) | Q(invitation__in=person.of("invitations"))


def _of_mail_events(person: Person) -> Q:
    return (
        Q(mail__in=person.of("mails"))
        | Q(mail__booking_request__in=person.of("requests"))
        | Q(mail__registration__in=person.of("registrations"))
        | Q(mail__invitation__in=person.of("invitations"))
    )


def empty_body() -> bytes:
    """What an erased mail says: nothing."""
    return seal(json.dumps({"text": "", "html": "", "reply_to": "", "attachments": []}).encode())


TABLES = [
    Table(
        model="bookings.BookingRequest",
        whose=Whose.GUEST,
        title=_("Booking requests"),
        why=_("To book a room for somebody, to tell them of it, and to answer what they ask afterwards."),
        find=lambda person: Q(pk__in=person.of("requests")),
        personal={
            "email": How.ADDRESS,
            "name": How.NAME,
            "subject": How.BLANK,
            "notes": How.BLANK,
            "browser_key": How.BLANK,
            "upstream_message": How.BLANK,
            "workways_id": How.BLANK,
            "meeting_uid": How.BLANK,
        },
        plain="id reference state room start end zone_name people language hold price_minor price_is_exact "
        "price_fingerprint standing created_at proved_at sent_at known_uids person_existed settle_due_at "
        "settle_attempts refusal handled_at calendar_sequence booked_at presence presence_at feed_version "
        "former_start former_end changed_at reminded_at cancelling_at proof_is_due",
        hidden="browser_key known_uids price_fingerprint",
    ),
    Table(
        model="bookings.RequestWord",
        whose=Whose.GUEST,
        title=_("Words that requests are found by"),
        why=_(
            "So that staff find a request by a guest's name, address or company; written anew whenever these change."
        ),
        find=_of_requests,
        rows_go=True,
        personal={"word": How.BLANK},
        plain="id request of_company",
        hidden="word",
    ),
    Table(
        model="bookings.RequestEvent",
        whose=Whose.GUEST,
        title=_("What happened to booking requests"),
        why=_("So that staff can tell what happened to a request."),
        find=_of_requests,
        personal={"note": How.BLANK, "actor": How.KEPT},
        plain="id request at what state shown",
    ),
    Table(
        model="bookings.GuestAsk",
        whose=Whose.GUEST,
        title=_("Questions to the team"),
        why=_("What a guest asked, until it is answered, and the answer."),
        find=_of_requests,
        personal={"message": How.BLANK, "answer": How.BLANK, "handled_by": How.KEPT},
        plain="id request kind created_at handled_at",
    ),
    Table(
        model="bookings.Registration",
        whose=Whose.GUEST,
        title=_("Registrations"),
        why=_("To register somebody's company with Workways, and to tell them how that went."),
        find=lambda person: Q(pk__in=person.of("registrations")),
        personal={
            "email": How.ADDRESS,
            "first_name": How.NAME,
            "last_name": How.BLANK,
            "phone": How.BLANK,
            "company": How.NAME,
            "company_number": How.BLANK,
            "vat_number": How.BLANK,
            "address": How.BLANK,
            "identity": How.BLANK,
            "browser_key": How.BLANK,
            "organization_id": How.BLANK,
            "user_id": How.BLANK,
            "upstream_message": How.BLANK,
        },
        plain="id reference state language proved_at country users site room booking_request created_at sent_at "
        "settle_due_at settle_attempts meetings_updated trouble handled_at",
        hidden="browser_key",
    ),
    Table(
        model="bookings.RegistrationEvent",
        whose=Whose.GUEST,
        title=_("What happened to registrations"),
        why=_("So that staff can tell what happened to a registration."),
        find=lambda person: Q(registration__in=person.of("registrations")),
        personal={"note": How.BLANK, "actor": How.KEPT},
        plain="id registration at what state",
    ),
    Table(
        model="bookings.SlotWatch",
        whose=Whose.GUEST,
        title=_("Times waited for"),
        why=_("To tell somebody when a time frees up."),
        find=lambda person: Q(pk__in=person.of("watches")),
        personal={"email": How.ADDRESS, "browser_key": How.BLANK, "network": How.BLANK},
        plain="id reference state room start end zone_name people language created_at waiting_since offered_at "
        "offered_until ended_at hold booking_request",
        hidden="browser_key",
    ),
    Table(
        model="bookings.Invitation",
        whose=Whose.GUEST,
        title=_("Booking links of the team"),
        why=_("To send somebody a link that books, and to tell the team whether it was used."),
        find=lambda person: Q(pk__in=person.of("invitations")),
        personal={
            "email": How.ADDRESS,
            "name": How.BLANK,
            "note": How.BLANK,
            "created_by": How.KEPT,
            "revoked_by": How.KEPT,
        },
        plain="id reference step site country room start end day minutes people zone_name language life_hours "
        "wants_hold renews_itself hold held_until created_at sent_at sendings self_renewals expires_at opened_at "
        "openings used_at booking_request revoked_at fresh_asked_at",
    ),
    Table(
        model="bookings.Hold",
        whose=Whose.GUEST,
        title=_("Times kept"),
        why=_("To keep a time while somebody books it, and to count how many one person keeps."),
        find=_of_holds,
        personal={"email": How.BLANK, "browser_key": How.BLANK, "network": How.BLANK},
        plain="id room start end created_at expires_at extended",
        hidden="browser_key",
    ),
    Table(
        model="bookings.Link",
        whose=Whose.GUEST,
        title=_("Mailed links"),
        why=_("To know whose mailed link was opened."),
        find=_of_links,
        personal={"email": How.ADDRESS},
        plain="id token_hash purpose booking_request registration watch invitation created_at expires_at revoked_at "
        "used_at",
        hidden="token_hash",
    ),
    Table(
        model="bookings.AddressProof",
        whose=Whose.GUEST,
        title=_("One-time codes"),
        why=_("A one-time code on its way; deleted a day after it ended."),
        find=lambda person: Q(pk__in=person.of("proofs")),
        rows_go=True,
        personal={"email": How.ADDRESS, "browser_key": How.BLANK, "code_hash": How.BLANK},
        plain="id created_at expires_at attempts sendings proved_at",
        hidden="browser_key code_hash",
    ),
    Table(
        model="bookings.ProvedAddress",
        whose=Whose.GUEST,
        title=_("Browsers that proved an address"),
        why=_("So that a browser need not prove the same address again for 30 days; deleted then."),
        find=lambda person: Q(pk__in=person.of("proved")),
        rows_go=True,
        personal={"email": How.ADDRESS, "browser_key": How.BLANK},
        plain="id proved_at expires_at standing standing_at",
        hidden="browser_key",
    ),
    Table(
        model="bookings.LinkWish",
        whose=Whose.GUEST,
        title=_("Wishes for fresh links"),
        why=_("Somebody asked for fresh links; gone once they are mailed."),
        find=lambda person: Q(pk__in=person.of("wishes")),
        rows_go=True,
        personal={"email": How.ADDRESS},
        plain="id language created_at",
    ),
    Table(
        model="bookings.UpstreamCall",
        whose=Whose.GUEST,
        title=_("Calls to Workways"),
        why=_("So that staff can tell what Workways was asked and answered; nobody's data is in it but its own words."),
        find=_of_things,
        personal={"message": How.BLANK, "answered": How.BLANK, "sent": How.BLANK},
        plain="id at method path writes milliseconds outcome status booking_request registration",
    ),
    Table(
        model="bookings.OutboxMail",
        whose=Whose.GUEST,
        title=_("Mails"),
        why=_("Every mail, until it is sent and as a proof of what was told."),
        find=_of_mails,
        personal={"to": How.ADDRESS, "subject": How.NAME, "sealed": How.BLANK, "last_error": How.BLANK},
        plain="id kind language repeat_key message_id state attempts created_at due_at claimed_until sent_at "
        "booking_request registration invitation",
        hidden="sealed repeat_key message_id",
        empty={"sealed": empty_body},
    ),
    Table(
        model="bookings.MailEvent",
        whose=Whose.GUEST,
        title=_("What happened to mails"),
        why=_("Each try of a mail with the mail server's words, and what staff did with it."),
        find=_of_mail_events,
        personal={"note": How.BLANK, "actor": How.KEPT},
        plain="id mail at what",
    ),
]
