"""The figures' page: its numbers are those of statements written by hand, for everybody's own sites."""

import csv
import io
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.catalog.models import Room, Site
from bookings.staff.figures.charts import LEAD_LIMITS, Charts
from bookings.staff.figures.queries import Asked, fates, hours, mails, pages, rooms
from bookings.staff.figures.ranges import Preset, days_of
from bookings.staff.figures.views import FILES
from portal.access import Role
from portal.members.models import Member
from portal.members.queries import find_member
from tests.bookings.staff.figures.days import fill
from tests.conftest import StoppedClock
from tests.factories import make_room, make_site
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2025, 12, 1), date(2026, 1, 3)


@pytest.fixture
def sites(clock: StoppedClock) -> list[Site]:
    """Two sites with three rooms each, and figures of ten weeks."""
    made = [make_site(name="Workways Bastille"), make_site(name="Workways Dublin", country="Ireland")]
    every = [make_room(site=site, name=f"Room {number} {site.name[9]}") for site in made for number in range(3)]
    fill(every, date(2025, 11, 1), 68)
    return made


@pytest.fixture
def member(sites: list[Site]) -> Member:
    """A viewer of all sites."""
    return as_seen(make_member(role=Role.VIEWER))


def as_seen(member: Any) -> Any:
    found = find_member(member.user)
    assert found is not None
    return found


def by_hand(statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [tuple(row) for row in cursor.fetchall()]


def test_occupancy_of_rooms_equals_a_statement_by_hand(member: Member) -> None:
    shares = rooms(Asked(member, FIRST, LAST))

    assert {(share.site, share.room, share.open_minutes, share.busy_minutes) for share in shares} == {
        (site, room, int(opened), int(busy))
        for site, room, opened, busy in by_hand(
            """SELECT s.name, r.public_name, sum(d.open_minutes), sum(d.busy_minutes)
            FROM bookings_roomday d, bookings_room r, bookings_site s
            WHERE d.room_id = r.id AND r.site_id = s.id AND d.day BETWEEN %s AND %s
            GROUP BY r.id, s.name, r.public_name""",
            FIRST,
            LAST,
        )
    }


def test_heat_map_equals_a_statement_by_hand(member: Member) -> None:
    weekday = "extract(dow FROM h.day)" if connection.vendor == "postgresql" else "CAST(strftime('%%w', h.day) AS int)"

    assert hours(Asked(member, FIRST, LAST)) == {
        (int(day) or 7, hour): (int(opened), int(busy))
        for day, hour, opened, busy in by_hand(
            f"""SELECT {weekday} AS w, h.hour, sum(h.open_minutes), sum(h.busy_minutes) FROM bookings_sitehour h
            WHERE h.day BETWEEN %s AND %s GROUP BY w, h.hour""",  # noqa: S608  Our own words.
            FIRST,
            LAST,
        )
    }


def test_steps_lead_and_refusals_equal_statements_by_hand(member: Member) -> None:
    asked = Asked(member, FIRST, LAST)
    found, charts = fates(asked, LEAD_LIMITS), Charts("en")

    steps = dict(charts.steps(pages(asked), found).file_rows)
    lead = [number for _, number in charts.lead(found).file_rows]
    refusals = dict(charts.refusals(found).file_rows)

    [(begun, proved, sent, booked)] = by_hand(
        """SELECT count(*), sum(CASE WHEN is_proved THEN 1 ELSE 0 END), sum(CASE WHEN is_sent THEN 1 ELSE 0 END),
        sum(CASE WHEN is_booked THEN 1 ELSE 0 END) FROM bookings_requestfigure WHERE day BETWEEN %s AND %s""",
        FIRST,
        LAST,
    )
    counted = by_hand(
        "SELECT step, sum(number) FROM bookings_pagecount WHERE day BETWEEN %s AND %s GROUP BY step", FIRST, LAST
    )
    assert steps == {
        **{step: int(n) for step, n in counted},
        "begun": begun,
        "proved": proved,
        "sent": sent,
        "booked": booked,
    }
    limits = [0, 240, 1440, 2880, 5760, 11520, 21600, 44640, 131040, 10**9]
    assert lead == [
        by_hand(
            """SELECT count(*) FROM bookings_requestfigure WHERE is_booked AND day >= %s AND day <= %s
            AND lead_minutes >= %s AND lead_minutes < %s""",
            FIRST,
            LAST,
            *edges,
        )[0][0]
        for edges in pairwise(limits)
    ]
    ended = by_hand(
        """SELECT ending || '_' || reason, count(*) FROM bookings_requestfigure
        WHERE ending <> '' AND day BETWEEN %s AND %s GROUP BY ending, reason""",
        FIRST,
        LAST,
    )
    assert refusals == dict(ended)
    assert sum(lead) == booked


def test_mails_equal_statements_by_hand(member: Member) -> None:
    told = dict(Charts("en").mails(mails(Asked(member, FIRST, LAST))).file_rows)

    counted = "SELECT count(*) FROM bookings_mailfigure WHERE outcome = %s AND day BETWEEN %s AND %s"
    [(sent,)], [(failed,)] = (by_hand(counted, outcome, FIRST, LAST) for outcome in ("sent", "failed"))
    ranks = [
        by_hand(
            """SELECT min(seconds) FROM bookings_mailfigure m WHERE outcome = 'sent' AND day BETWEEN %s AND %s AND (
                SELECT count(*) FROM bookings_mailfigure o WHERE o.outcome = 'sent' AND o.day BETWEEN %s AND %s
                AND o.seconds <= m.seconds
            ) * 100 >= %s * %s""",
            *(FIRST, LAST, FIRST, LAST, share, sent),
        )[0][0]
        for share in (50, 95)
    ]
    assert told == {
        "sent": sent,
        "refused": failed,
        "canceled": 0,
        "waiting": 0,
        "p50_seconds": ranks[0],
        "p95_seconds": ranks[1],
    }


def test_page_shows_every_chart_with_its_table_in_both_languages(client: Client, member: Member) -> None:
    client.force_login(member.user)

    english, french = (client.get(f"{prefix}/staff/figures/").content.decode() for prefix in ("", "/fr"))

    for page in (english, french):
        assert page.count('role="img"') == page.count("<details>") == page.count("?chart=") == 7
        assert page.count("<title id=") == page.count("<desc id=") == 7
        assert "<script>" not in page
        assert " style=" not in page
    assert "How full each site was" in english
    assert "Occupation de chaque site" in french


def test_member_of_one_site_sees_its_figures_only(client: Client, sites: list[Site]) -> None:
    bastille, dublin = sites
    limited = make_member(username="lou", role=Role.VIEWER, sites=[dublin.workways_id])
    client.force_login(limited.user)

    page = client.get("/staff/figures/").content.decode()
    other = client.get("/staff/figures/", {"site": bastille.workways_id})
    asked = Asked(as_seen(limited), FIRST, LAST)

    assert "Workways Dublin" in page
    assert "Bastille" not in page
    assert other.status_code == 400
    assert {share.site for share in rooms(asked)} == {"Workways Dublin"}
    # Searches that named no site are for members of all sites.
    assert pages(asked)["looked"] < pages(Asked(as_seen(make_member(role=Role.VIEWER)), FIRST, LAST))["looked"] / 2


def test_one_site_can_be_chosen(client: Client, member: Member, sites: list[Site]) -> None:
    client.force_login(member.user)

    page = client.get("/staff/figures/", {"site": sites[1].workways_id}).content.decode()

    assert "Room 0 D" in page
    assert "Room 0 B" not in page


@pytest.mark.parametrize("chart", FILES)
def test_file_holds_plain_numbers_of_the_days_asked_for(client: Client, member: Member, chart: str) -> None:
    client.force_login(member.user)

    response = client.get("/fr/staff/figures/file/", {"chart": chart, "since": str(FIRST), "until": str(LAST)})

    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == f'attachment; filename="{chart}-2025-12-01-2026-01-03.csv"'
    assert len(rows) > 1
    assert all(cell.isdecimal() for row in rows[1:] for cell in row[1:])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "2026-01-05", "until": "2026-01-01"}, "The last day is before the first."),
        ({"since": "1990-01-01"}, "At most three years"),
        ({"since": "yesterday"}, "This is no date."),
        ({"until": "9999-99-99"}, "This is no date."),
        ({"site": "f" * 24}, "This site isn&#39;t among those you see."),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(
    client: Client, member: Member, query: dict[str, str], sentence: str
) -> None:
    client.force_login(member.user)

    for path in ("/staff/figures/", "/staff/figures/file/"):
        response = client.get(path, {"chart": "rooms", **query})

        assert response.status_code == 400
        assert sentence in response.content.decode()


def test_unknown_chart_has_no_file(client: Client, member: Member) -> None:
    client.force_login(member.user)

    assert client.get("/staff/figures/file/?chart=faces").status_code == 400


def test_nothing_counted_is_said(client: Client, clock: StoppedClock) -> None:
    make_room()
    client.force_login(make_member(role=Role.VIEWER).user)

    page = client.get("/staff/figures/").content.decode()

    assert page.count("Nothing was counted in these days.") == 7
    assert '<svg class="chart"' not in page


def test_statements_dont_grow(client: Client, clock: StoppedClock) -> None:
    client.force_login(make_member(role=Role.VIEWER).user)
    counts = []
    for rooms_more in (1, 2, 25):
        site = make_site(name=f"Site {rooms_more}")
        made: list[Room] = [make_room(site=site) for _ in range(rooms_more)]
        fill(made, date(2026, 1, 1), 7, with_other_pages=not counts)
        client.get("/staff/figures/")
        with CaptureQueriesContext(connection) as found:
            client.get("/staff/figures/")
        counts.append(len(found))

    assert len(set(counts)) == 1
    assert counts[0] <= 12


@pytest.mark.parametrize("preset", Preset)
@pytest.mark.parametrize("today", [date(2026, 1, 7), date(2024, 2, 29), date(2026, 3, 1)])
def test_named_ranges_are_in_order_and_end_by_today(preset: Preset, today: date) -> None:
    first, last = days_of(preset, today)

    assert first <= last <= today
    assert last == today or (preset == Preset.LAST_MONTH and (last + timedelta(days=1)).day == 1 and first.day == 1)
