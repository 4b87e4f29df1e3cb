"""The worker's part of "find my bookings"; the page only writes a wish down.

Nothing that a visitor typed stands in the mail, because anybody may have asked for it, with anybody's address.
"""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import override

from bookings.booking_requests import notices as booking_notices
from bookings.booking_requests.models import BookingRequest, LinkWish
from bookings.booking_requests.pages import page_of
from bookings.booking_requests.queries import list_by_address as list_requests
from bookings.catalog.queries import operator_settings
from bookings.core import formats
from bookings.inviting import notices as invitation_notices
from bookings.inviting.models import Invitation
from bookings.inviting.places import place_in_words
from bookings.inviting.queries import list_by_address as list_invitations
from bookings.mail import actions as mail
from bookings.mail.messages import FoundBookings, FoundThing, absolute_url
from bookings.mail.models import OutboxMail
from bookings.registration import notices as registration_notices
from bookings.registration.models import Registration
from bookings.registration.pages import PAGES
from bookings.registration.queries import list_by_address as list_registrations
from bookings.registration.queries import place_of
from bookings.registration.states import RegistrationState
from bookings.watching import notices as watch_notices
from bookings.watching.models import SlotWatch
from bookings.watching.pages import PAGES as WATCH_PAGES
from bookings.watching.queries import list_by_address as list_watches
from bookings.watching.states import WatchState

_AT_ONCE = 100
_SALT = "bookings.finding"


def fulfil_wishes(*, now: datetime) -> int:
    """Mails each address that was asked for what it has open, if anything; how many wishes were taken on.

    A wish goes with its mail in one transaction, so of two workers one fulfils it, and a killed one leaves it.
    """
    taken = 0
    for wish in LinkWish.objects.order_by("pk")[:_AT_ONCE]:
        with transaction.atomic():
            deleted, _per_model = LinkWish.objects.filter(pk=wish.pk).delete()
            if not deleted:
                continue
            _mail_everything(wish, now=now)
        taken += 1
    return taken


def _mail_everything(wish: LinkWish, *, now: datetime) -> None:
    """At most one mail a minute; earlier links stay good, because anybody may ask in anybody's name."""
    # The address itself stands in no key, so that it can be erased.
    digest = salted_hmac(_SALT, wish.email, algorithm="sha256").hexdigest()[:24]
    repeat_key = f"found:{digest}:{now:%Y%m%d%H%M}"
    if OutboxMail.objects.filter(repeat_key=repeat_key).exists():
        return
    with override(wish.language):
        things = (
            *(_request(found, wish.language, now=now) for found in list_requests(email=wish.email, now=now)),
            *(_registration(found, wish.language, now=now) for found in list_registrations(email=wish.email, now=now)),
            *(_invitation(found, wish.language, now=now) for found in list_invitations(email=wish.email, now=now)),
            *(_watch(found, wish.language, now=now) for found in list_watches(email=wish.email, now=now)),
        )
    if not things:
        return
    mail.enqueue(
        to=wish.email,
        language=wish.language,
        context=FoundBookings(
            operator=operator_settings(),
            things=things,
            find_url=absolute_url("booking-link-lost", language=wish.language),
        ),
        repeat_key=repeat_key,
    )


def _request(found: BookingRequest, language: str, *, now: datetime) -> FoundThing:
    return FoundThing(
        what=f"{found.room.shown_name}, {found.room.site.shown_name}",
        when=formats.span(found.span, found.zone, language),
        state=str(page_of(found, None).badge),
        reference=found.reference,
        url=booking_notices.status_link(found, language=language, now=now),
    )


def _registration(found: Registration, language: str, *, now: datetime) -> FoundThing:
    return FoundThing(
        what=place_of(found),
        when="",
        state=str(PAGES[RegistrationState(found.state)].title),
        reference=found.reference,
        url=registration_notices.status_link(found, language=language, now=now),
    )


def _invitation(found: Invitation, language: str, *, now: datetime) -> FoundThing:
    return FoundThing(
        what=place_in_words(found, language),
        when=formats.span(found.span, found.zone, language) if found.span else "",
        state=str(_("Ready to book")),
        reference=found.reference,
        url=invitation_notices.status_link(found, language=language, now=now),
    )


def _watch(found: SlotWatch, language: str, *, now: datetime) -> FoundThing:
    return FoundThing(
        what=f"{found.room.shown_name}, {found.room.site.shown_name}",
        when=formats.span(found.span, found.zone, language),
        state=str(WATCH_PAGES[WatchState(found.state)].badge),
        reference=found.reference,
        url=watch_notices.status_link(found, language=language, now=now),
    )
