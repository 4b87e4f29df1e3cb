"""The 2-day rule on every calendar: who looks decides what is shown, at one and the same address.

Workways takes a meeting at short notice only from a company that it knows, and none from an archived account. Who
somebody is, is known once they proved an address; until then nothing may tell one address from another.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room
from bookings.core.answers import Standing
from bookings.links.browser import COOKIE
from tests.bookings.booking_requests.guests import Guest
from tests.factories import make_room
from tests.portal.embedded.world import ARCHIVED, KNOWN, NEW
from tests.support.html import Element, read_html
from tests.support.people import proved_client
from tests.support.transports import Recording

pytestmark = pytest.mark.usefixtures("clock")

THURSDAY, FRIDAY = "2026-01-08", "2026-01-09"  # Tomorrow and the day after: too soon, and just late enough.
QUERY = f"date={THURSDAY}&duration=60&people=2"


def someone(standing: Standing) -> Client:
    """A browser of which so much is known."""
    return Client() if standing is Standing.UNKNOWN else proved_client(f"{standing}@example.org", standing)


def week_of(page: Element) -> tuple[str, str]:
    def kind(number: int) -> str:
        kinds = [cell["class"].split()[1] for cell in page.find_all(".day")[number].find_all("li")]
        return next(one for one in kinds if one in ("free", "known", "too_soon"))

    return kind(3), kind(4)


def month_of(page: Element) -> tuple[str, str]:
    days = page.find_all("ol.month li")
    return days[7]["class"].split()[1], days[8]["class"].split()[1]


def list_of(page: Element) -> tuple[str, str]:
    days = page.find_all(".listed-day")
    return tuple(day.find_all(".stretch")[0]["class"].split()[1] for day in days[:2])  # type: ignore[return-value]


def day_of(page: Element) -> str:
    return page.find_all(".site-row-times li")[0]["class"].split()[1]


@dataclass(frozen=True)
class Person:
    """What somebody of this standing sees of tomorrow; the day after tomorrow is free for all."""

    standing: Standing
    week: str
    month: str
    listed: str
    is_warned: bool = False


PEOPLE = [
    Person(Standing.UNKNOWN, "known", "known", "known_only"),
    Person(Standing.KNOWN, "free", "free", "free"),
    Person(Standing.NEW, "too_soon", "too_soon", "too_soon"),
    Person(Standing.ARCHIVED, "known", "known", "known_only", is_warned=True),
]
people = pytest.mark.parametrize("person", PEOPLE, ids=[str(one.standing) for one in PEOPLE])
WARNING = (
    "The Workways account of archived@example.org is archived, so this address can't book. "
    "Please ask us to restore it, or book with another e-mail address."
)


def warning_on(page: Element) -> str:
    found = page.find(".standing-note")
    return found.text if found else ""


@pytest.mark.django_db
@people
def test_week_month_and_list_show_each_person_their_own_two_days(person: Person) -> None:
    room, client = make_room(), someone(person.standing)

    def view(name: str) -> Element:
        return read_html(client.get(f"/rooms/{room.workways_id}/?{QUERY}&view={name}"))

    week, month, listing = view("week"), view("month"), view("list")

    assert week_of(week) == (person.week, "free")
    assert month_of(month) == (person.month, "free")
    assert list_of(listing) == (person.listed, "free")
    for page in (week, month, listing):
        assert warning_on(page) == (WARNING if person.is_warned else "")


@pytest.mark.django_db
@people
def test_day_of_all_rooms_shows_each_person_their_own_two_days(person: Person) -> None:
    room, client = make_room(), someone(person.standing)
    address = f"/sites/{room.site.workways_id}/day/?duration=60&people=2"

    tomorrow = read_html(client.get(f"{address}&date={THURSDAY}"))
    after = read_html(client.get(f"{address}&date={FRIDAY}"))

    assert (day_of(tomorrow), day_of(after)) == (person.week, "free")
    assert warning_on(tomorrow) == (WARNING if person.is_warned else "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("standing", "fits", "badge"),
    [
        (Standing.UNKNOWN, True, True),
        (Standing.KNOWN, True, False),
        (Standing.NEW, False, False),
        (Standing.ARCHIVED, True, True),
    ],
)
def test_search_finds_for_each_person_what_they_may_book(standing: Standing, fits: bool, badge: bool) -> None:
    make_room(name="Canal")

    page = read_html(someone(standing).get(f"/search/?{QUERY}&start=10:00"))

    found = page.get("section[aria-labelledby=fits]")
    assert bool(found.find_all(".result")) is fits
    assert ("For registered companies only, so soon" in found.text) is badge
    assert warning_on(page) == (WARNING if standing is Standing.ARCHIVED else "")


@pytest.mark.django_db
@people
def test_chosen_slot_is_offered_to_each_person_as_they_may_have_it(person: Person) -> None:
    room = make_room()

    panel = read_html(someone(person.standing).get(f"/rooms/{room.workways_id}/?{QUERY}&start=10:00")).get("#booking")

    form = panel.find("form.begin-form")
    assert (form is not None) is (person.standing is not Standing.NEW)
    if form is not None:
        proved = {Standing.KNOWN: "known@example.org"}
        assert form.values()["email"] == proved.get(person.standing, ""), "An archived address is not offered again."
        assert ("only companies that already have a Workways account" in panel.text) is (person.week == "known")


@pytest.mark.django_db
def test_files_for_programs_say_the_same_to_everybody() -> None:
    room = make_room()
    addresses = (
        f"/rooms/{room.workways_id}/availability.json?start={THURSDAY}T00:00:00Z&end={FRIDAY}T00:00:00Z",
        f"/rooms/{room.workways_id}/busy.ics",
    )

    for address in addresses:
        assert len({someone(standing).get(address).content for standing in Standing}) == 1


@pytest.mark.django_db
def test_no_link_of_a_calendar_carries_who_looks() -> None:
    room = make_room()
    address = f"/rooms/{room.workways_id}/?{QUERY}"

    def questions(client: Client, view: str) -> set[str]:
        page = read_html(client.get(f"{address}&view={view}"))
        links = [link["href"] for link in page.find_all("#calendar a")]
        return {name for link in links for name in re.findall(r"[?&](\w+)=", link)}

    for standing in Standing:
        for view in ("week", "month", "list"):
            assert questions(someone(standing), view) <= {"date", "start", "duration", "people", "view"}


def without_tokens(content: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", content.decode())


ViewAddress = Callable[[Room], str]
CALENDARS: dict[str, ViewAddress] = {
    "week": lambda room: f"/rooms/{room.workways_id}/?{QUERY}",
    "month": lambda room: f"/rooms/{room.workways_id}/?{QUERY}&view=month",
    "list": lambda room: f"/rooms/{room.workways_id}/?{QUERY}&view=list",
    "slot": lambda room: f"/rooms/{room.workways_id}/?{QUERY}&start=10:00",
    "day": lambda room: f"/sites/{room.site.workways_id}/day/?{QUERY}",
    "search": lambda room: f"/search/?{QUERY}&start=10:00",
}


@pytest.mark.parametrize("calendar", list(CALENDARS))
def test_before_the_proof_every_address_gets_the_same_calendar(
    room: Room, upstream: Recording, no_limits: None, calendar: str
) -> None:
    address = CALENDARS[calendar](room)
    seen = set()

    for email in (KNOWN, NEW, ARCHIVED):
        guest = Guest(email).begin(room, date="2026-01-12")
        assert BookingRequest.objects.get(reference=guest.reference).email == email
        guest.post("release")
        seen.add(without_tokens(guest.client.get(address).content))

    assert len(seen) == 1


def test_after_the_proof_three_people_see_three_calendars_at_one_address(
    room: Room, upstream: Recording, no_limits: None
) -> None:
    address = f"/rooms/{room.workways_id}/?{QUERY}"
    stranger = read_html(Client().get(address))
    people = {
        email: Guest(email).begin(room, date="2026-01-12", start=start)
        for email, start in ((KNOWN, "10:00"), (ARCHIVED, "14:00"))
    }
    for guest in people.values():
        guest.book()

    known, archived = (read_html(people[email].client.get(address)) for email in (KNOWN, ARCHIVED))

    assert week_of(stranger) == ("known", "free")
    assert week_of(known) == ("free", "free")
    assert week_of(archived) == ("known", "free")
    assert [bool(warning_on(page)) for page in (stranger, known, archived)] == [False, False, True]
    assert ARCHIVED in warning_on(archived)
    assert COOKIE in people[KNOWN].client.cookies
