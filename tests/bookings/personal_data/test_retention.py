"""What is old enough goes by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookings.audit.models import AuditRow
from bookings.booking_requests.models import BookingRequest, LinkWish
from bookings.booking_requests.states import State
from bookings.catalog.models import OperatorSettings
from bookings.core.pseudonyms import is_pseudonym
from bookings.links.models import AddressProof, ProvedAddress
from bookings.mail.models import MailState, OutboxMail
from bookings.personal_data import retention
from bookings.personal_data.rules import months_before
from bookings.personal_data.tasks import erase_old
from bookings.registration.models import Registration
from bookings.registration.states import RegistrationState
from portal.celery import TIMETABLE, app
from tests.bookings.personal_data.people import CAMILLE, kept_of, make_person
from tests.bookings.staff.world import make_mail
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_registration, make_room
from tests.support.traces import places_with, rows


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        (datetime(2026, 1, 7, 9, tzinfo=UTC), 24, datetime(2024, 1, 7, 9, tzinfo=UTC)),
        (datetime(2026, 1, 31, tzinfo=UTC), 2, datetime(2025, 11, 30, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), 12, datetime(2023, 2, 28, tzinfo=UTC)),
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), 120, datetime(2016, 12, 31, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(now: datetime, months: int, then: datetime) -> None:
    assert months_before(now, months) == then


@pytest.mark.django_db
def test_what_is_older_than_two_years_goes_and_its_figures_stay(clock: StoppedClock) -> None:
    make_person()
    figures = BookingRequest.objects.values("room", "start", "end", "state", "price_minor", "people", "created_at")
    before = list(figures)
    clock.forward(days=729)
    OutboxMail.objects.update(state=MailState.SENT)
    retention.erase_old(now=clock.instant)
    early = kept_of(CAMILLE)
    clock.forward(days=8)

    erase_old()

    assert early["requests"] == 1
    assert places_with("canari", rows()) == []
    assert list(figures) == before


@pytest.mark.django_db
def test_operator_says_how_long(clock: StoppedClock) -> None:
    OperatorSettings.objects.create(retention_months=3)
    make_booking_request(email=CAMILLE, start=clock.instant - timedelta(days=85), state=State.BOOKED)
    BookingRequest.objects.update(created_at=clock.instant - timedelta(days=100))

    kept = retention.erase_old(now=clock.instant)
    clock.forward(days=10)

    assert (kept, retention.erase_old(now=clock.instant)) == (0, 1)


@pytest.mark.django_db
def test_meeting_counts_and_not_the_day_it_was_asked_for(clock: StoppedClock) -> None:
    make_booking_request(email=CAMILLE, start=clock.instant + timedelta(days=2), state=State.BOOKED)
    BookingRequest.objects.update(created_at=clock.instant - timedelta(days=3 * 365))

    assert retention.erase_old(now=clock.instant) == 0


@pytest.mark.django_db
def test_younger_things_of_the_same_person_stay(clock: StoppedClock) -> None:
    make_person()
    clock.forward(days=735)
    young = make_booking_request(email=CAMILLE, state=State.BOOKED)
    kept_mail = make_mail(to=CAMILLE, state=MailState.SENT, booking_request=young)

    erase_old()

    assert kept_of(CAMILLE) == {"requests": 1, "mails": 1}
    kept_mail.refresh_from_db()
    assert kept_mail.to == CAMILLE


@pytest.mark.django_db
def test_batches_are_bounded_and_counted_in_the_audit(clock: StoppedClock) -> None:
    room = make_room()
    for number in range(5):
        make_booking_request(room=room, email=f"guest{number}@example.org", state=State.BOOKED)
    clock.forward(days=800)

    batches = [retention.erase_old(now=clock.instant, batch=2) for _ in range(4)]

    assert batches == [2, 2, 1, 0]
    told = [(row.actor, row.details["reason"], row.details["people"]) for row in AuditRow.objects.order_by("pk")]
    assert told == [("system", "age", 2), ("system", "age", 2), ("system", "age", 1)]
    assert not AuditRow.objects.exclude(reference="").exists()


@pytest.mark.django_db
def test_what_waits_for_an_answer_is_left_for_people(clock: StoppedClock) -> None:
    make_booking_request(email=CAMILLE, state=State.BEING_CONFIRMED, start=clock.instant + timedelta(days=1))
    clock.forward(days=800)

    assert retention.erase_old(now=clock.instant) == 0


@pytest.mark.django_db
def test_request_that_nobody_ever_settled_ends(clock: StoppedClock) -> None:
    request = make_booking_request(email=CAMILLE, state=State.KEPT, start=clock.instant + timedelta(days=1))
    clock.forward(days=800)

    retention.erase_old(now=clock.instant)

    request.refresh_from_db()
    assert (request.state, request.refusal, request.hold) == (State.EXPIRED, "start_passed", None)


@pytest.mark.django_db
def test_what_was_typed_with_an_unproved_address_goes_after_a_week(clock: StoppedClock) -> None:
    request = make_booking_request(email=CAMILLE, state=State.EXPIRED)
    proof = make_mail(to=CAMILLE, kind="prove_address", state=MailState.SENT, booking_request=request)
    proved = make_booking_request(email=CAMILLE, state=State.EXPIRED, proved_at=clock.instant)
    clock.forward(days=6)
    early = retention.erase_old(now=clock.instant)
    clock.forward(days=2)

    retention.erase_old(now=clock.instant)

    for row in (request, proof, proved):
        row.refresh_from_db()
    assert early == 0
    assert (is_pseudonym(request.email), is_pseudonym(proof.to), proved.email) == (True, True, CAMILLE)


@pytest.mark.django_db
@pytest.mark.parametrize(("fields", "days"), [({"proved_at": None}, 7), ({}, 60)])
def test_registration_that_nobody_finished_goes(clock: StoppedClock, fields: dict[str, Any], days: int) -> None:
    registration = make_registration(email=CAMILLE, **fields)
    clock.forward(days=days - 1)
    early = retention.erase_old(now=clock.instant)
    clock.forward(days=2)

    retention.erase_old(now=clock.instant)

    registration.refresh_from_db()
    assert early == 0
    assert is_pseudonym(registration.email)
    assert (registration.phone, registration.state) == ("", RegistrationState.DRAFT)


@pytest.mark.django_db
def test_registration_of_a_booking_that_waits_for_it_stays(clock: StoppedClock) -> None:
    request = make_booking_request(
        email=CAMILLE, state=State.REGISTRATION_NEEDED, start=clock.instant + timedelta(days=90)
    )
    make_registration(booking_request=request)
    clock.forward(days=70)

    assert retention.erase_old(now=clock.instant) == 0
    assert Registration.objects.filter(email=CAMILLE).exists()


@pytest.mark.django_db
def test_codes_proofs_and_wishes_go_once_they_ended(clock: StoppedClock) -> None:
    make_person()
    clock.forward(hours=12)
    erase_old()
    early = (AddressProof.objects.count(), ProvedAddress.objects.count(), LinkWish.objects.count())
    clock.forward(days=1)
    erase_old()
    later = (AddressProof.objects.count(), ProvedAddress.objects.count(), LinkWish.objects.count())
    clock.forward(days=30)
    erase_old()

    assert early == (1, 1, 1)
    assert later == (0, 1, 0)
    assert ProvedAddress.objects.count() == 0


def test_task_stands_in_the_timetable_of_which_a_worker_knows_all() -> None:
    app.loader.import_default_modules()

    assert set(TIMETABLE) <= set(app.tasks)
    assert timedelta(minutes=5) <= TIMETABLE[erase_old.name] <= timedelta(hours=6)
