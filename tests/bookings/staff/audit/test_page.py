"""The audit's page and file."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.audit.actions import SYSTEM, Actor, record
from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.staff.csv_files import csv_response
from portal.access import Role
from tests.bookings.staff.world import make_world
from tests.conftest import StoppedClock
from tests.factories.members import make_member
from tests.support.html import read_html

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def browser(db: None) -> Client:
    client = Client()
    client.force_login(make_member(username="ada", first_name="Ada").user)
    return client


def note(clock: StoppedClock, **fields: Any) -> AuditRow:
    known: dict[str, Any] = {
        "by": Actor(name="Sofia Keller", user_id=77, role=Role.FRONT_DESK, network="192.0.2.0"),
        "act": Act.SETTLED,
        "subject": Subject.REQUEST,
        "reference": "ABCD-EFGH",
        "now": clock.instant,
    }
    return record(**{**known, **fields})


def listed(client: Client, query: str) -> set[str]:
    """The references on the page."""
    page = client.get(f"/staff/audit/?{query}").content.decode().split("<tbody>")
    return {word for word in ("ABCD-EFGH", "MNPQ-RSTU", "4711") if len(page) > 1 and word in page[1]}


def exported(client: Client, **data: str) -> list[dict[str, str]]:
    response = client.post("/staff/audit/export/", data)
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(content.splitlines()))


def test_rows_are_shown_in_words(browser: Client, clock: StoppedClock) -> None:
    note(clock, details={"outcome": "booked"})
    note(clock, by=SYSTEM, act=Act.EXPORTED, subject=Subject.AUDIT, reference="")

    page = browser.get("/staff/audit/").content.decode()

    for words in ("Sofia Keller", "Front desk", "Noted the outcome", "192.0.2.0", "outcome: booked", "the portal"):
        assert words in page
    assert 'href="/staff/requests/ABCD-EFGH/"' in page


def test_audit_is_narrowed_by_member_act_kind_reference_and_day(browser: Client, clock: StoppedClock) -> None:
    note(clock)
    note(clock, act=Act.SAW, reference="MNPQ-RSTU", by=Actor(name="Otto", user_id=78))
    note(clock, subject=Subject.MAIL, reference="4711", now=clock.instant - timedelta(days=3))

    assert listed(browser, "") == {"ABCD-EFGH", "MNPQ-RSTU", "4711"}
    assert listed(browser, "member=78") == {"MNPQ-RSTU"}
    assert listed(browser, "act=saw") == {"MNPQ-RSTU"}
    assert listed(browser, "subject=mail") == {"4711"}
    assert listed(browser, "about=mnpq-rstu") == {"MNPQ-RSTU"}
    assert listed(browser, "since=2026-01-07") == {"ABCD-EFGH", "MNPQ-RSTU"}
    assert listed(browser, "until=2026-01-04") == {"4711"}
    assert listed(browser, "since=2026-01-05&until=2026-01-06") == set()


def test_days_are_those_of_the_sites(browser: Client, clock: StoppedClock) -> None:
    """23:30 on the 6th in London is half past midnight on the 7th in Paris."""
    note(clock, now=clock.instant.replace(day=6, hour=23, minute=30))

    assert listed(browser, "since=2026-01-07&until=2026-01-07") == {"ABCD-EFGH"}
    assert listed(browser, "until=2026-01-06") == set()


def test_who_saw_anything_of_a_person(browser: Client, clock: StoppedClock) -> None:
    world, other = make_world(), make_world()
    type(world.registration).objects.filter(pk=world.registration.pk).update(email="jean@acme.example")
    type(world.request).objects.filter(pk=world.request.pk).update(email="Jean@acme.example")
    seen = [
        note(clock, reference=world.request.reference),
        note(clock, subject=Subject.REGISTRATION, reference=world.registration.reference),
    ]
    note(clock, reference=other.request.reference)

    rows = exported(browser, about=" JEAN@acme.example ")

    assert {row["reference"] for row in rows} == {row.reference for row in seen}
    assert exported(browser, about="nobody@acme.example") == []


@pytest.mark.parametrize(
    "query", ["member=x", "member=999", "act=nonsense", "subject=%00", "about=%00", "since=never", "until=2026-99-99"]
)
def test_nonsense_narrows_nothing_and_breaks_nothing(browser: Client, clock: StoppedClock, query: str) -> None:
    note(clock)

    assert browser.get(f"/staff/audit/?{query}").status_code == 200


@pytest.mark.parametrize("data", [{"member": "x"}, {"act": "nonsense"}, {"about": "\x00"}, {"since": "never"}])
def test_nonsense_is_asked_again_before_everything_is_taken_away(browser: Client, data: dict[str, str]) -> None:
    answer = browser.post("/staff/audit/export/", data)

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not AuditRow.objects.filter(act=Act.EXPORTED).exists()


def test_button_takes_along_what_the_page_shows(browser: Client, clock: StoppedClock) -> None:
    note(clock)
    page = read_html(browser.get("/staff/audit/?act=settled&about=ABCD-EFGH"))

    form = page.get('form[action="/staff/audit/export/"]')
    fields = {name: form.get(f"input[name={name}]")["value"] for name in ("act", "about", "member")}

    assert fields == {"act": "settled", "about": "ABCD-EFGH", "member": ""}


def test_file_says_what_the_page_says_and_is_noted(browser: Client, clock: StoppedClock) -> None:
    note(clock, details={"role": "viewer", "sites": ["0" * 24, "1" * 24]})
    note(clock, act=Act.SAW, reference="MNPQ-RSTU")

    rows = exported(browser, act="settled")

    assert [(row["member"], row["user_id"], row["role"], row["act"]) for row in rows] == [
        ("Sofia Keller", "77", "front_desk", "settled")
    ]
    assert rows[0]["details"] == f"role=viewer sites={'0' * 24}+{'1' * 24}"
    assert rows[0]["at"] == "2026-01-07T09:00:00+00:00"
    left = AuditRow.objects.get(act=Act.EXPORTED)
    assert (left.actor, left.subject, left.details) == ("Ada", Subject.AUDIT, {"rows": 1})


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx"])
def test_no_cell_is_a_formula(name: str) -> None:
    response = csv_response("x", ["name"], [[name]])

    rows = list(csv.reader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()))  # type: ignore[arg-type]
    assert rows[1] == [f"'{name}"]


def test_page_asks_as_often_for_one_row_as_for_thirty(browser: Client, clock: StoppedClock) -> None:
    counts = []
    for more in (1, 2, 27):
        for _ in range(more):
            note(clock)
        browser.get("/staff/audit/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/staff/audit/").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2] <= 12
