"""What became of requests and mails, noted so that it stays when they go."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State, Why
from bookings.figures.models import MailFigure, RequestFigure
from bookings.figures.outcomes import count_outcomes
from bookings.mail.models import MailState, OutboxMail
from tests.bookings.staff.world import make_mail
from tests.conftest import StoppedClock
from tests.factories import make_booking_request, make_registration, make_room, make_site

pytestmark = pytest.mark.django_db


def test_each_request_has_its_figure_and_nothing_of_the_person(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.BOOKED, proved_at=clock(), sent_at=clock(), refusal="", subject="Secret")

    count_outcomes(now=clock())

    figure = RequestFigure.objects.get()
    assert (figure.request, figure.site, figure.day) == (request, request.room.site, date(2026, 1, 7))
    # From Wednesday 10:00 to Friday 10:00.
    assert figure.lead_minutes == 48 * 60
    assert (figure.is_proved, figure.is_sent, figure.is_booked, figure.ending, figure.reason) == (
        True,
        True,
        True,
        "",
        "",
    )
    told = {str(value) for value in RequestFigure.objects.values().get().values()}
    assert not told & {request.email, request.name, request.reference, request.subject}


def test_figure_follows_the_request_until_it_is_settled(clock: StoppedClock) -> None:
    request = make_booking_request()
    count_outcomes(now=clock())
    states = []
    for state, refusal in ((State.REFUSED, Why.OTHER), (State.BOOKED, ""), (State.EXPIRED, Why.GIVEN_UP)):
        BookingRequest.objects.filter(pk=request.pk).update(state=state, refusal=refusal)
        clock.forward(minutes=5)
        count_outcomes(now=clock())
        figure = RequestFigure.objects.get()
        states.append((figure.is_booked, figure.ending, figure.reason, figure.is_settled))

    # What is booked is done; later changes of the meeting are no change of what became of the request.
    assert states == [(False, "refused", "other", False), (True, "", "", True), (True, "", "", True)]


@pytest.mark.parametrize(("country", "day"), [("France", 8), ("Ireland", 7)])
def test_day_is_that_of_the_site(clock: StoppedClock, country: str, day: int) -> None:
    clock.set(datetime(2026, 1, 7, 23, 30, tzinfo=UTC))
    request = make_booking_request(room=make_room(site=make_site(country=country)))
    mail = make_mail(booking_request=request)
    OutboxMail.objects.filter(pk=mail.pk).update(created_at=clock())

    count_outcomes(now=clock())

    assert RequestFigure.objects.get().day == MailFigure.objects.get().day == date(2026, 1, day)


def test_figures_stay_when_their_rows_are_deleted(clock: StoppedClock) -> None:
    request = make_booking_request(state=State.REFUSED, refusal=Why.OTHER)
    make_mail(booking_request=request, state=MailState.SENT, sent_at=clock())
    count_outcomes(now=clock())

    BookingRequest.objects.all().delete()
    clock.forward(days=3)
    count_outcomes(now=clock())

    assert not OutboxMail.objects.exists()
    assert RequestFigure.objects.values_list("request", "ending", "reason").get() == (None, "refused", "other")
    assert MailFigure.objects.values_list("mail", "outcome").get() == (None, "sent")


def test_mail_is_of_the_site_of_what_it_speaks_of(clock: StoppedClock) -> None:
    site = make_site()
    room = make_room(site=site)
    of_site = [
        make_mail(booking_request=make_booking_request(room=room)),
        make_mail(registration=make_registration(site=site)),
        make_mail(registration=make_registration(site=None, room=room)),
        make_mail(registration=make_registration(booking_request=make_booking_request(room=room, state=State.EXPIRED))),
    ]
    of_none = make_mail()

    count_outcomes(now=clock())

    assert {figure.mail_id for figure in MailFigure.objects.filter(site=site)} == {mail.pk for mail in of_site}
    assert MailFigure.objects.get(site=None).mail_id == of_none.pk


def test_time_to_leave_is_that_of_the_first_time(clock: StoppedClock) -> None:
    mail = make_mail(created_at=clock())
    count_outcomes(now=clock())
    waiting = MailFigure.objects.values_list("outcome", "seconds").get()
    OutboxMail.objects.filter(pk=mail.pk).update(
        state=MailState.SENT, sent_at=datetime(2026, 1, 7, 9, 1, 5, tzinfo=UTC)
    )
    count_outcomes(now=clock())
    OutboxMail.objects.filter(pk=mail.pk).update(sent_at=datetime(2026, 1, 9, tzinfo=UTC))
    count_outcomes(now=clock())

    assert waiting == ("queued", None)
    assert MailFigure.objects.values_list("outcome", "seconds").get() == ("sent", 65)


def rows_of(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return sorted(tuple(row) for row in cursor.fetchall())


def test_figures_equal_a_statement_by_hand_over_the_rows_themselves(clock: StoppedClock) -> None:
    rooms = [make_room(), make_room()]
    for number, (state, refusal) in enumerate(
        [
            (State.BOOKED, ""),
            (State.BOOKED, ""),
            (State.REFUSED, Why.SLOT_TAKEN),
            (State.REFUSED, Why.OTHER),
            (State.REFUSED, Why.OTHER),
            (State.ARCHIVED, ""),
            (State.EXPIRED, Why.HOLD_RAN_OUT),
            (State.AWAITING_PROOF, ""),
            (State.KEPT, Why.UNREACHABLE),
        ]
    ):
        request = make_booking_request(
            room=rooms[number % 2],
            state=state,
            refusal=refusal,
            proved_at=None if state == State.AWAITING_PROOF else clock(),
            sent_at=clock() if state in (State.BOOKED, State.REFUSED) else None,
        )
        make_mail(booking_request=request, state=MailState.FAILED if number % 3 else MailState.SENT, sent_at=clock())

    count_outcomes(now=clock())

    assert rows_of(
        """SELECT site_id, ending, reason, count(*), sum(CASE WHEN is_proved THEN 1 ELSE 0 END),
        sum(CASE WHEN is_sent THEN 1 ELSE 0 END), sum(CASE WHEN is_booked THEN 1 ELSE 0 END)
        FROM bookings_requestfigure GROUP BY site_id, ending, reason"""
    ) == rows_of(
        """SELECT room.site_id, CASE WHEN state IN ('refused', 'archived', 'expired') THEN state ELSE '' END AS ending,
        CASE WHEN state IN ('refused', 'archived', 'expired') THEN refusal ELSE '' END AS reason, count(*),
        count(proved_at), count(sent_at), sum(CASE WHEN state = 'booked' THEN 1 ELSE 0 END)
        FROM bookings_bookingrequest request JOIN bookings_room room ON room.id = request.room_id
        GROUP BY room.site_id, 2, 3"""
    )
    assert rows_of("SELECT site_id, outcome, count(*) FROM bookings_mailfigure GROUP BY site_id, outcome") == rows_of(
        """SELECT room.site_id, mail.state, count(*) FROM bookings_outboxmail mail
        JOIN bookings_bookingrequest request ON request.id = mail.booking_request_id
        JOIN bookings_room room ON room.id = request.room_id GROUP BY room.site_id, mail.state"""
    )
    assert (
        len(rows_of("SELECT id FROM bookings_requestfigure")) == len(rows_of("SELECT id FROM bookings_mailfigure")) == 9
    )
