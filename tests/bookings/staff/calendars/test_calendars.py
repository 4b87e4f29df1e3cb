"""The panel's calendars: what takes a room's time, who reads whose it is, and what nobody ever reads."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import Presence, State
from bookings.catalog.models import NamesShownTo, OperatorSettings, Room
from bookings.catalog.queries import forget_operator_settings
from bookings.core.timespan import TimeSpan
from bookings.feeds.models import BusySpan
from bookings.staff.calendars.entries import Kind, read_contents
from bookings.watching.models import SlotWatch
from bookings.watching.states import WatchState
from portal.access import Role
from tests.conftest import StoppedClock
from tests.factories import (
    make_booking_request,
    make_busy_span,
    make_hold,
    make_registration,
    make_room,
    make_site,
)
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 7) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def room(clock: StoppedClock) -> Room:
    """A room with somebody's meeting, a booked request of ours, one that waits, a hold and a watch."""
    made = make_room(name="Salle Seine", site=make_site(name="Workways Bastille"))
    make_busy_span(room=made, start=at(8), minutes=60, uid="stranger@workways.com")
    booked = make_booking_request(
        room=made,
        start=at(10),
        state=State.BOOKED,
        name="Jean Dupont",
        subject="Board",
        meeting_uid="ours@workways.com",
    )
    make_registration(booking_request=booked, company="Atelier Dupont")
    make_busy_span(room=made, start=at(10), minutes=60, uid="ours@workways.com")
    make_booking_request(room=made, start=at(12), state=State.AWAITING_PROOF, name="Nina Neuf")
    make_hold(room=made, start=at(14), expires_at=at(9, 7))
    SlotWatch.objects.create(
        room=made,
        start=at(8),
        end=at(9),
        state=WatchState.WAITING,
        waiting_since=at(7),
        zone_name="Europe/Paris",
        people=2,
        email="watcher@example.org",
        language="en",
        browser_key="somebody",
        network="192.0.2.0/24",
    )
    return made


def paths(room: Room) -> list[str]:
    return [f"/staff/calendars/sites/{room.site.workways_id}/", f"/staff/calendars/rooms/{room.workways_id}/"]


def let_in(client: Client, role: Role = Role.FRONT_DESK) -> None:
    client.force_login(make_member(username=f"m{role}", role=role).user)


def test_front_desk_reads_who_what_and_until_when(client: Client, room: Room) -> None:
    let_in(client)
    told = ["Jean Dupont", "Atelier Dupont", "Board", "Nina Neuf", "Waiting for the e-mail address", "kept until 10:07"]
    told += ["watcher@example.org", "In line", *BookingRequest.objects.values_list("reference", flat=True)]

    for path in paths(room):
        page = client.get(path).content.decode()

        assert [one for one in told if one not in page] == []
        assert "stranger" not in page
        # The stranger's meeting, and nobody's name with it.
        assert page.count('class="cell busy') == 1
        assert page.count('class="cell ours') == 2


def test_viewer_reads_busy_and_free_only(client: Client, room: Room) -> None:
    let_in(client, Role.VIEWER)

    for path in paths(room):
        page = client.get(path).content.decode()

        for secret in ("Jean", "Atelier", "Board", "Nina", "watcher@", BookingRequest.objects.all()[0].reference):
            assert secret not in page
        assert 'class="cell ours' not in page
        assert page.count('class="cell busy') == 3
        assert page.count('class="cell held') == 1


@pytest.mark.parametrize("shown_to", NamesShownTo)
@pytest.mark.parametrize("role", Role)
def test_operator_says_from_which_role_on_names_are_read(
    client: Client, room: Room, shown_to: NamesShownTo, role: Role
) -> None:
    OperatorSettings.objects.create(names_shown_to=shown_to)
    forget_operator_settings()
    let_in(client, role)

    page = client.get(paths(room)[0]).content.decode()

    assert ("Jean Dupont" in page) == (role >= shown_to)


def test_setting_is_one_of_the_portals(client: Client, clock: StoppedClock) -> None:
    let_in(client, Role.MANAGER)

    client.post(
        "/staff/settings/",
        {"name": "Desks", "vat_wording": "unsaid", "reminder_hours": "24", "names_shown_to": str(NamesShownTo.NOBODY)},
    )

    assert OperatorSettings.objects.get().names_shown_to == NamesShownTo.NOBODY


def test_seeing_a_calendar_leaves_a_row(client: Client, room: Room) -> None:
    let_in(client)

    for path in paths(room):
        client.get(path)

    rows = AuditRow.objects.filter(act=Act.SAW).order_by("pk").values_list("subject", "reference")
    assert list(rows) == [
        (Subject.CALENDAR, room.site.workways_id),
        (Subject.CALENDAR, room.workways_id),
    ]


def test_meeting_that_moved_is_ours_where_it_stands_now(clock: StoppedClock) -> None:
    room = make_room()
    make_booking_request(room=room, start=at(10), state=State.BOOKED, meeting_uid="a@w", presence=Presence.SHOWN)
    make_busy_span(room=room, start=at(13), minutes=60, uid="a@w")

    contents = read_contents([room], TimeSpan(at(0), at(23)), now=at(9))

    assert [(entry.kind, entry.span.start) for entry in contents.taking[room.pk]] == [(Kind.OURS, at(13))]


def test_meeting_that_is_gone_takes_no_time(clock: StoppedClock) -> None:
    room = make_room()
    make_booking_request(room=room, start=at(10), state=State.BOOKED, presence=Presence.GONE)

    assert read_contents([room], TimeSpan(at(0), at(23)), now=at(9)).taking[room.pk] == []


def test_what_is_over_or_refused_takes_no_time(clock: StoppedClock) -> None:
    room = make_room()
    for state in (State.REFUSED, State.EXPIRED, State.ARCHIVED):
        make_booking_request(room=room, start=at(10), state=state)
    make_hold(room=room, start=at(14), expires_at=at(8, 59))

    assert read_contents([room], TimeSpan(at(0), at(23)), now=at(9)).taking[room.pk] == []


def test_past_days_are_shown_as_they_were(client: Client, room: Room) -> None:
    make_busy_span(room=room, start=at(9, day=5), minutes=60)
    let_in(client)

    page = client.get(paths(room)[0], {"date": "2026-01-05"}).content.decode()

    assert "Monday 5 January 2026" in page
    assert page.count('class="cell busy') == 1


def test_free_time_leads_on(client: Client, room: Room) -> None:
    let_in(client)
    path = paths(room)[0]

    page = client.get(path, {"date": "2026-01-08"}).content.decode()
    chosen = client.get(path, {"date": "2026-01-08", "room": room.workways_id, "start": "09:00"}).content.decode()

    assert f"?date=2026-01-08&amp;room={room.workways_id}&amp;start=09%3A00" in page
    slot = "?date=2026-01-08&amp;start=09:00&amp;duration=60&amp;people=2"
    assert f'href="/rooms/{room.workways_id}/{slot}' in chosen
    assert f'href="/staff/booking-links/new/{room.workways_id}/{slot}' in chosen
    assert f'href="/staff/upstream/explain/{slot}&amp;room={room.workways_id}' in chosen
    for way in (f"booking-links/new/{room.workways_id}/{slot}", f"upstream/explain/{slot}&room={room.workways_id}"):
        assert client.get(f"/staff/{way.replace('&amp;', '&')}").status_code == 200


def test_viewer_is_offered_what_a_viewer_may(client: Client, room: Room) -> None:
    let_in(client, Role.VIEWER)

    page = client.get(
        paths(room)[1], {"date": "2026-01-08", "room": room.workways_id, "start": "09:00"}
    ).content.decode()

    assert "/staff/booking-links/" not in page.split("<main", 1)[1]
    assert "/staff/upstream/explain/" in page


@pytest.mark.parametrize(
    "query",
    [
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"date": "2026-03-29"},
        {"date": "2026-01-08", "start": "99:99"},
        {"date": "2026-01-08", "start": "x" * 3000},
        {"start": "10:00", "page": "many"},
    ],
)
def test_odd_addresses_show_some_day(client: Client, room: Room, query: dict[str, str]) -> None:
    let_in(client)

    for path in paths(room):
        assert client.get(path, {"room": room.workways_id, **query}).status_code == 200


def test_date_that_is_none_gets_a_sentence(client: Client, room: Room) -> None:
    let_in(client)

    for path in paths(room):
        response = client.get(path, {"date": "soon"})

        assert response.status_code == 400
        assert "This is no date." in response.content.decode()
        assert "January 2026" in response.content.decode() or "7 Jan" in response.content.decode()


def test_limited_member_finds_own_sites_only(client: Client, room: Room) -> None:
    other = make_room(site=make_site(name="Workways Nation"))
    client.force_login(make_member(role=Role.FRONT_DESK, sites=[other.site.workways_id]).user)

    page = client.get("/staff/calendars/").content.decode()

    assert "Workways Nation" in page
    assert "Bastille" not in page
    assert [client.get(path).status_code for path in paths(room)] == [404, 404]


def test_office_and_vanished_room_have_no_calendar(client: Client, clock: StoppedClock) -> None:
    let_in(client)
    rooms = [make_room(type="publicOffice"), make_room(vanished_at=clock())]

    assert [client.get(paths(room)[1]).status_code for room in rooms] == [404, 404]
    assert "no meeting room at the moment" in client.get(paths(rooms[0])[0]).content.decode()


@pytest.mark.parametrize("place", [0, 1])
def test_statements_dont_grow(client: Client, clock: StoppedClock, place: int) -> None:
    let_in(client)
    site = make_site()
    counts = []
    for more in (1, 2, 20):
        made = [make_room(site=site) for _ in range(more)]
        for room in made:
            make_busy_span(room=room, start=at(8))
            booked = make_booking_request(room=room, start=at(10), state=State.BOOKED)
            make_registration(booking_request=booked)
            make_hold(room=room, start=at(13))
        client.get(paths(made[0])[place])
        with CaptureQueriesContext(connection) as found:
            client.get(paths(made[0])[place])
        counts.append(len(found))

    assert len(set(counts)) == 1
    assert counts[0] <= 12


def test_day_of_the_clock_change_is_drawn_without_gaps(client: Client, clock: StoppedClock) -> None:
    hours = dict.fromkeys(("hours_week", "hours_saturday", "hours_sunday"), "00:00-24:00")
    room = make_room(**hours)
    BusySpan.objects.create(
        room=room, start=datetime(2026, 3, 29, 0, 30, tzinfo=UTC), end=datetime(2026, 3, 29, 1, 30, tzinfo=UTC), uid="x"
    )
    let_in(client)

    page = client.get(paths(room)[0], {"date": "2026-03-29"}).content.decode()

    assert "01:30–03:30" in page
