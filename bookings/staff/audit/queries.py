"""What the audit's page reads beside the audit itself."""

from collections.abc import Iterable

from bookings.audit.vocabulary import Subject
from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room
from bookings.links.rules import normalized_email
from bookings.mail.models import OutboxMail
from bookings.registration.models import Registration
from bookings.staff.customers.keys import references_of
from portal.members.models import Member


def things_of(email: str) -> dict[Subject, list[str]]:
    """The references of all that belongs to an address: requests, registrations, mails, a member's account, itself."""
    address = normalized_email(email)
    requests = BookingRequest.objects.filter(email__iexact=address)
    registrations = Registration.objects.filter(email__iexact=address)
    mails = OutboxMail.objects.filter(to__iexact=address)
    members = Member.objects.filter(user__email__iexact=address)
    return {
        Subject.REQUEST: list(requests.values_list("reference", flat=True)),
        Subject.REGISTRATION: list(registrations.values_list("reference", flat=True)),
        Subject.MAIL: [str(pk) for pk in mails.values_list("pk", flat=True)],
        Subject.CUSTOMER: references_of(address),
        Subject.MEMBER: [str(pk) for pk in members.values_list("pk", flat=True)],
    }


def names_of_rooms(references: Iterable[str]) -> dict[str, str]:
    """What these rooms are called, by their Workways ids. One query."""
    return dict(Room.objects.filter(workways_id__in=list(references)).values_list("workways_id", "public_name"))


def names_of_members(references: Iterable[str]) -> dict[str, str]:
    """What these members are called today, by the references of their rows. One query."""
    members = Member.objects.select_related("user").filter(pk__in=[int(one) for one in references if one.isdecimal()])
    return {str(member.pk): member.name for member in members}
