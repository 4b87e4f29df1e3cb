"""Links for whoever lost theirs: the page takes the wish, the worker fulfils it (`bookings.finding`).

Were the mail written while the visitor waits, the time that takes would tell whether an address has anything open.
"""

from datetime import datetime

from bookings.booking_requests.models import LinkWish
from bookings.links.rules import normalized_email


def wish_for_links(*, email: str, language: str, now: datetime) -> None:
    """Writes the wish down, whoever the address belongs to; the mail will be in this language."""
    LinkWish.objects.create(email=normalized_email(email), language=language, created_at=now)
