"""Fresh links for whoever lost theirs: the page takes the wish, the worker fulfils it.

Were the mails written while the visitor waits, the time that takes would tell whether an address has anything open.
"""

from datetime import datetime

from django.db import transaction

from bookings.booking_requests import actions
from bookings.booking_requests.models import LinkWish
from bookings.booking_requests.queries import list_by_address
from bookings.links.rules import normalized_email

_AT_ONCE = 100


def wish_for_links(*, email: str, now: datetime) -> None:
    """Writes the wish down, whoever the address belongs to."""
    LinkWish.objects.create(email=normalized_email(email), created_at=now)


def fulfil_wishes(*, now: datetime) -> int:
    """Mails a fresh link to each open request of the addresses that were asked for; how many wishes were taken on.

    A wish goes with its mails in one transaction, so of two workers one fulfils it, and a killed one leaves it.
    """
    taken = 0
    for wish in LinkWish.objects.order_by("pk")[:_AT_ONCE]:
        with transaction.atomic():
            deleted, _per_model = LinkWish.objects.filter(pk=wish.pk).delete()
            if not deleted:
                continue
            for request in list_by_address(email=wish.email, now=now):
                actions.send_fresh_link(request=request, now=now)
        taken += 1
    return taken
