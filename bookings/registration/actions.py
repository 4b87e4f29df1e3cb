"""Moves a registration along. `move` is the only place that sets a state, and every move writes the history."""

from datetime import datetime
from typing import Any

from django.db import transaction

from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room, Site
from bookings.links.actions import NewCode, record_proof, start_proof
from bookings.links.queries import is_proved
from bookings.links.rules import normalized_email
from bookings.registration import companies, notices, queries, rules
from bookings.registration.errors import ForbiddenMove, MovedMeanwhile, NotOpen
from bookings.registration.models import Registration, RegistrationEvent
from bookings.registration.states import EDITABLE, MOVES, Event, RegistrationState

GUEST = "guest"
SYSTEM = "system"


@transaction.atomic
def move(
    *,
    registration: Registration,
    to: RegistrationState,
    actor: str,
    what: Event,
    now: datetime,
    note: str = "",
    **fields: Any,
) -> Registration:
    """Moves the registration, with further `fields` in the same statement; of two movers one wins.

    Raises ForbiddenMove for a move that the table doesn't have, MovedMeanwhile for the loser.
    """
    come_from = RegistrationState(registration.state)
    if to not in MOVES[come_from]:
        raise ForbiddenMove(f"{registration.reference}: {come_from} doesn't lead to {to}.")
    # Whoever was erased meanwhile has another address; what this mover has in hand must not come back.
    mine = Registration.objects.filter(pk=registration.pk, state=come_from, email=registration.email)
    moved = mine.update(state=to, **fields)
    if moved != 1:
        raise MovedMeanwhile(registration.reference)
    record(registration=registration, actor=actor, what=what, now=now, note=note, state=to)
    registration.refresh_from_db()
    return registration


def record(
    *,
    registration: Registration,
    actor: str,
    what: Event,
    now: datetime,
    note: str = "",
    state: RegistrationState | None = None,
) -> RegistrationEvent:
    """Writes a line of history; one that tells of no move carries no state."""
    return RegistrationEvent.objects.create(
        registration=registration, at=now, actor=actor, what=what, state=state or "", note=note[:2000]
    )


@transaction.atomic
def begin(
    *, email: str, site: Site | None, room: Room | None, language: str, browser_key: str, now: datetime
) -> Registration:
    """Begins a registration for a site or a room, with a code on its way unless this browser proved the address.

    The same browser beginning again for the same address and place goes on with what it has.
    """
    email = normalized_email(email)
    kept = queries.find_open(browser_key=browser_key, email=email, site=site, room=room)
    if kept is not None:
        if kept.proved_at is None:
            send_code(registration=kept, now=now)
        return kept
    place = site or (room.site if room is not None else None)
    registration = Registration.objects.create(
        language=language,
        browser_key=browser_key,
        email=email,
        site=site,
        room=room,
        country=companies.country_of_site(place.country_code) if place else "",
        created_at=now,
    )
    record(registration=registration, actor=GUEST, what=Event.BEGUN, now=now, state=RegistrationState.DRAFT)
    if is_proved(browser_key=browser_key, email=email, now=now):
        return prove(registration=registration, now=now)
    send_code(registration=registration, now=now)
    return registration


@transaction.atomic
def begin_from_request(*, request: BookingRequest, browser_key: str, now: datetime) -> Registration:
    """The registration of a booking request that waits for its company, prefilled with what the request knows.

    There is one for a request, however often the button is pressed; the browser that has the request has it too.
    Raises NotOpen when the request's address is not proved.
    """
    if request.proved_at is None:
        raise NotOpen(request.reference)
    first_name, last_name = rules.split_name(request.name)
    registration, created = Registration.objects.get_or_create(
        booking_request=request,
        defaults={
            "language": request.language,
            "browser_key": browser_key,
            "email": request.email,
            "proved_at": request.proved_at,
            "first_name": first_name,
            "last_name": last_name,
            "country": companies.country_of_site(request.room.site.country_code),
            "created_at": now,
        },
    )
    if created:
        record(registration=registration, actor=GUEST, what=Event.BEGUN, now=now, state=RegistrationState.DRAFT)
    elif registration.browser_key != browser_key:
        _hand_over(registration, browser_key, now=now)
    return registration


@transaction.atomic
def send_code(*, registration: Registration, now: datetime) -> int:
    """Mails a code, unless one left less than a minute ago: then the seconds until another can be had, else 0."""
    made = start_proof(browser_key=registration.browser_key, email=registration.email, now=now)
    if not isinstance(made, NewCode):
        return made.wait_seconds
    notices.mail_code(registration, made, now=now)
    return 0


@transaction.atomic
def prove(*, registration: Registration, now: datetime) -> Registration:
    """The address is proved for this browser, so the steps are open. Proving it again changes nothing."""
    if Registration.objects.filter(pk=registration.pk, proved_at=None).update(proved_at=now):
        record(registration=registration, actor=GUEST, what=Event.PROVED, now=now)
        registration.refresh_from_db()
    return registration


@transaction.atomic
def adopt(*, registration: Registration, browser_key: str, now: datetime) -> Registration:
    """Somebody pressed the button behind the mailed link: this browser goes on, its address proved.

    The browser that had it before has it no more.
    """
    record_proof(browser_key=browser_key, email=registration.email, now=now)
    if registration.browser_key != browser_key:
        _hand_over(registration, browser_key, now=now)
    return prove(registration=registration, now=now)


def _hand_over(registration: Registration, browser_key: str, *, now: datetime) -> None:
    Registration.objects.filter(pk=registration.pk).update(browser_key=browser_key)
    record(registration=registration, actor=GUEST, what=Event.ADOPTED, now=now)
    registration.refresh_from_db()


@transaction.atomic
def save_step(*, registration: Registration, values: dict[str, Any], now: datetime) -> Registration:
    """Keeps what a step's form brought; after the first one the way back is mailed, once.

    Raises NotOpen when the registration was sent meanwhile, in another tab perhaps.
    """
    saved = Registration.objects.filter(pk=registration.pk, state__in=EDITABLE).update(**values)
    if not saved:
        raise NotOpen(registration.reference)
    registration.refresh_from_db()
    notices.mail_resume(registration, now=now)
    return registration


@transaction.atomic
def send_fresh_link(*, registration: Registration, now: datetime) -> None:
    """Mails a new link to the registration's own address, whoever asked; older links end."""
    notices.mail_fresh_link(registration, now=now)


@transaction.atomic
def mark_handled(*, registration: Registration, actor: str, now: datetime, note: str = "") -> None:
    """Staff have seen to it; it leaves the list of what waits for a person."""
    Registration.objects.filter(pk=registration.pk).update(handled_at=now)
    record(registration=registration, actor=actor, what=Event.HANDLED, now=now, note=note)
    registration.refresh_from_db()
