"""Who may open what of the operator's side, and what its pages cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User as Staff
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.embedded.auth import create_token
from portal.embedded.models import (
    ApiToken,
    AuditEntry,
    Closure,
    Meeting,
    Organization,
    Rate,
    Room,
    Site,
    User,
)
from portal.embedded.panel.urls import urlpatterns
from tests.portal.embedded.world import World, make_meeting, make_rates, make_room, utc

THINGS: dict[str, Callable[[], Any]] = {
    "site_id": Site.objects.first,
    "room_id": Room.objects.first,
    "rate_id": Rate.objects.first,
    "organization_id": Organization.objects.first,
    "meeting_id": Meeting.objects.filter(closure=None).first,
    "closure_id": Closure.objects.first,
    "token_id": ApiToken.objects.first,
    "user_id": User.objects.filter(role="api-developer").first,
    "thing_id": Site.objects.first,
    "kind": lambda: None,
}
KINDS = {
    "operator-archive": "sites",
    "operator-export": "rooms",
    "operator-check-import": "rooms",
    "operator-import": "rooms",
}
NAMES = sorted(str(route.name) for route in urlpatterns)
LISTS = [
    "sites",
    "rooms",
    "rates",
    "organizations",
    "users",
    "meetings",
    "closures",
    "tokens",
    "history",
    "files",
    "home",
]
THINGS_PAGES = ["site", "room", "rate", "organization", "user", "meeting", "developer", "room-week"]
NEW_PAGES = ["site-new", "room-new", "rate-new", "organization-new", "user-new", "meeting-new"]


def address(name: str) -> str:
    route = next(route for route in urlpatterns if route.name == name)
    values = {}
    for part in route.pattern.converters:
        thing = THINGS[part]()
        values[part] = KINDS[name] if part == "kind" else thing.pk
    return reverse(name, kwargs=values)


@pytest.fixture
def full(world: World) -> World:
    """One of everything."""
    return fill(world)


def fill(world: World) -> World:
    """Adds to the world what it has none of, so that each address leads to something."""
    make_rates(world.paris)
    make_meeting(world.seine, utc(12, 14), name="Board")
    Closure.objects.create(site=world.paris, room=world.seine, start=utc(20, 8), end=utc(20, 18))
    AuditEntry.objects.create(actor="Sofia", act="created", kind="site", thing="Paris")
    return world


@pytest.mark.once
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", NAMES)
def test_stranger_is_sent_to_sign_in(client: Client, full: World, name: str, method: str) -> None:
    path = address(name)

    response = getattr(client, method)(path)

    assert response.status_code == 302
    assert response["Location"] == f"/staff/login/?next={path}"


@pytest.mark.once
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", NAMES)
def test_ordinary_user_is_refused(client: Client, full: World, name: str, method: str) -> None:
    client.force_login(Staff.objects.create_user("olaf", password="x"))

    response = getattr(client, method)(address(name))

    assert response.status_code == 403


@pytest.mark.parametrize("name", [*LISTS, *THINGS_PAGES, *NEW_PAGES])
def test_staff_read_every_page_in_both_languages(operator: Client, full: World, name: str) -> None:
    path = address(f"operator-{name}")

    answers = [operator.get(path), operator.get(f"/fr{path}")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(answer["Cache-Control"] == "no-store" for answer in answers)


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("-new")])
def test_opening_a_page_changes_nothing(operator: Client, full: World, name: str) -> None:
    path = address(name)

    with CaptureQueriesContext(connection) as queries:
        response = operator.get(path)

    assert response.status_code in (200, 405)
    writes = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    # Who is there, and who saw what, is written down; of the API's own data nothing is touched.
    kept = ('"django_session"', '"members_membersession"', '"bookings_auditrow"')
    assert [write for write in writes if not any(table in write for table in kept)] == []


@pytest.mark.parametrize(
    "name", ["sites", "rooms", "rates", "organizations", "users", "meetings", "closures", "tokens", "history"]
)
def test_lists_cost_the_same_for_one_thing_and_for_three(operator: Client, full: World, name: str) -> None:
    path = address(f"operator-{name}") + "?state="
    operator.get(path)
    with CaptureQueriesContext(connection) as few:
        operator.get(path)
    for number in range(3):
        site = Site.objects.create(name=f"Site {number}", country="FR", zone_name="Europe/Paris")
        company = Organization.objects.create(name=f"Company {number}", folded_name=f"company {number}")
        room = make_room(site, f"Room {number}", organization=company)
        make_rates(site)
        user = User.objects.create(email=f"{number}@x.example", role="api-developer", organization=company)
        create_token(user=user, name="More", now=utc(7, 9))
        make_meeting(room, utc(12, 9), user=user, organization=company)
        Closure.objects.create(site=site, room=room, start=utc(21, 8), end=utc(21, 18))
        AuditEntry.objects.create(actor="Sofia", act="created", kind="site", thing=site.name)

    with CaptureQueriesContext(connection) as many:
        operator.get(path)

    assert len(many) == len(few) <= 12


def test_panel_leads_to_the_data_only_where_it_is_ours(operator: Client, world: World, settings: Any) -> None:
    here = operator.get("/staff/").content.decode()
    settings.WORKWAYS_IS_EMBEDDED = False
    elsewhere = operator.get("/staff/").content.decode()

    assert "/staff/workways/" in here
    assert "/staff/workways/" not in elsewhere


@pytest.mark.parametrize("kind", ["meetings", "tokens", "auditentry"])
def test_only_what_can_be_archived_is(operator: Client, full: World, kind: str) -> None:
    response = operator.post(f"/staff/workways/{kind}/{'f' * 24}/archive/", {"act": "archive"})

    assert response.status_code == 404


@pytest.mark.parametrize(
    "query",
    ["page=99999999999999999999", "page=x", "words=%00", "words=%ff", "state=nothing", "room=%00&since=9999-12-31"],
)
@pytest.mark.parametrize("name", ["rooms", "meetings", "history", "tokens"])
def test_nonsense_in_a_list_is_no_error(operator: Client, full: World, name: str, query: str) -> None:
    assert operator.get(f"{address(f'operator-{name}')}?{query}").status_code == 200


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31", "x", "", "2026-02-30", "2026-W02-3"])
def test_a_week_that_makes_no_sense_is_this_week(operator: Client, full: World, written: str) -> None:
    page = operator.get(reverse("operator-room-week", args=[full.seine.pk]), {"date": written})

    assert "Monday 5 January 2026" in page.content.decode()
