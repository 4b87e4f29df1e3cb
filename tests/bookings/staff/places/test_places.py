"""Staff change what visitors see of a place, field by field, and see both sides' words."""

from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.availability.models import Closure
from bookings.booking_requests.states import State
from bookings.catalog.models import Room, Site
from bookings.core.timespan import TimeSpan
from portal.access import Role
from tests.conftest import StoppedClock
from tests.factories import coming_slot, make_booking_request, make_closure, make_room, make_site
from tests.factories.members import make_member
from tests.factories.pictures import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def manager(client: Client) -> Client:
    """A browser in which a manager of all sites is signed in."""
    client.force_login(make_member(role=Role.MANAGER).user)
    return client


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return unescape(response.content.decode())


def at(place: Site | Room, act: str = "") -> str:
    kind = "rooms" if isinstance(place, Room) else "sites"
    return f"/staff/places/{kind}/{place.workways_id}/" + (f"{act}/" if act else "")


def form_of(place: Site | Room, **typed: str) -> dict[str, str]:
    """The whole form of a place, as its page would send it, with what was typed."""
    names = ["own_name_en", "own_name_fr", "own_description_en", "own_description_fr", "house_rules_en"]
    names += ["house_rules_fr", "own_hours_week", "own_hours_saturday", "own_hours_sunday"]
    if isinstance(place, Site):
        names += ["zone_override", "address", "contact_email", "contact_phone", "vat_wording"]
    return {**{name: getattr(place, name) for name in names}, **typed}


def changes() -> list[dict[str, Any]]:
    return [row.details.get("changes", {}) for row in AuditRow.objects.order_by("pk")]


def test_both_sides_stand_beside_each_other_and_ours_can_be_dropped_by_itself(manager: Client) -> None:
    room = make_room(name="Pasteur", description="Bright.")

    manager.post(at(room, "save"), form_of(room, own_name_fr="Salle Pasteur", own_hours_week="10:00-12:00"))
    page = read(manager, at(room))
    public = read(manager, f"/fr/rooms/{room.workways_id}/")
    manager.post(at(room, "revert"), {**form_of(room, own_name_en="Typed, not saved"), "field": "own_name_fr"})
    room.refresh_from_db()

    assert "Workways says" in page
    assert "Pasteur" in page
    assert "Drop ours: Name in French" in page
    assert "Drop ours: Name in English" not in page
    assert "Salle Pasteur" in public
    assert "10:00–12:00" in public
    assert (room.own_name_fr, room.own_name_en, room.own_hours_week) == ("", "", "10:00-12:00")
    assert changes() == [
        {"own_name_fr": ["", "Salle Pasteur"], "own_hours_week": ["", "10:00-12:00"]},
        {"own_name_fr": ["Salle Pasteur", ""]},
    ]


def test_sites_zone_is_set_here_and_dropped_again(manager: Client) -> None:
    site = make_site(country="France")

    manager.post(at(site, "save"), form_of(site, zone_override="Indian/Reunion"))
    own = Site.objects.get().zone_name
    page = read(manager, at(site))
    manager.post(at(site, "revert"), {"field": "zone_override"})

    assert own == "Indian/Reunion"
    assert "Europe/Paris" in page
    assert Site.objects.get().zone_name == "Europe/Paris"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"zone_override": "Mars/Olympus"}, "There is no time zone of this name."),
        ({"zone_override": "../etc/passwd"}, "There is no time zone of this name."),
        ({"own_hours_week": "mornings"}, "These hours can't be read."),
        ({"own_hours_sunday": "18:00-09:00"}, "These hours can't be read."),
        ({"contact_email": "nobody"}, "e-mail"),
        ({"vat_wording": "perhaps"}, ""),
        ({"own_name_en": "x" * 201}, ""),
        ({"address": "Rue\x00"}, ""),
    ],
)
def test_what_makes_no_sense_is_asked_again_and_nothing_is_kept(
    manager: Client, typed: dict[str, str], told: str
) -> None:
    site = make_site()

    response = manager.post(at(site, "save"), form_of(site, own_name_fr="Le site", **typed))

    page = unescape(response.content.decode())
    assert response.status_code == 400
    assert told in page
    assert "Le site" in page
    assert Site.objects.get().own_name_fr == ""
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize("hours", ["closed", "09:00-18:00", "9h-12h, 14h-18h", "00:00-24:00"])
def test_hours_that_can_be_read_are_kept(manager: Client, hours: str) -> None:
    room = make_room()

    assert manager.post(at(room, "save"), form_of(room, own_hours_saturday=hours)).status_code == 302
    assert Room.objects.get().own_hours_saturday == hours


def test_contact_of_a_site_changes_without_standing_in_the_audit(manager: Client) -> None:
    site = make_site()

    manager.post(
        at(site, "save"), form_of(site, contact_email="marie@example.org", contact_phone="+33 1", address="1 rue A")
    )

    row = AuditRow.objects.get()
    assert (row.act, row.subject, row.reference) == (Act.PLACE_CHANGED, Subject.SITE, site.workways_id)
    assert row.details == {"fields": ["contact_email", "contact_phone"], "changes": {"address": ["", "1 rue A"]}}
    assert "marie@example.org" in read(manager, f"/sites/{site.workways_id}/")


def test_text_with_an_address_in_it_is_kept_from_the_audit(manager: Client) -> None:
    site = make_site()

    manager.post(
        at(site, "save"), form_of(site, house_rules_en="Call Jo, jo@example.org", own_description_en="y" * 900)
    )

    (told,) = changes()
    assert told["house_rules_en"] == ["", "@"]
    assert len(told["own_description_en"][1]) == 300


def test_same_words_again_leave_no_row(manager: Client) -> None:
    room = make_room(own_name_en="Ours")

    response = manager.post(at(room, "save"), form_of(room), follow=True)

    assert "Nothing was changed." in response.content.decode()
    assert not AuditRow.objects.exists()


def test_place_is_hidden_and_shown_again_and_can_be_previewed_meanwhile(manager: Client) -> None:
    room = make_room(name="Curie", description="A hidden gem.")

    manager.post(at(room, "shown"), {"shown": "no"})
    hidden = Client().get(f"/rooms/{room.workways_id}/").status_code
    preview = read(manager, at(room, "preview"))
    site_preview = read(manager, at(room.site, "preview"))
    manager.post(at(room.site, "shown"), {"shown": "no"})
    both = read(manager, at(room, "preview"))
    listed = read(manager, "/staff/places/")
    for place in (room, room.site):
        manager.post(at(place, "shown"), {"shown": "yes"})

    assert hidden == 404
    assert "This is how visitors will see it; at the moment it is hidden." in preview
    assert "A hidden gem." in preview
    assert "start=" in preview
    assert "Curie" not in site_preview
    assert "A hidden gem." in both
    assert "Hidden" in listed
    assert Client().get(f"/rooms/{room.workways_id}/").status_code == 200
    assert changes()[0] == {"is_hidden": ["False", "True"]}


def test_preview_of_a_shown_place_is_kept_by_no_cache(manager: Client) -> None:
    response = manager.get(at(make_room(), "preview"))

    assert "This is how visitors see it." in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_picture_of_ours_is_uploaded_shown_and_dropped(manager: Client, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    site = make_site()
    make_room(site=site)

    manager.post(at(site, "picture"), {"picture": SimpleUploadedFile("a.jpg", make_picture())})
    digest = Site.objects.get().own_picture
    public = read(manager, f"/sites/{site.workways_id}/")
    file = manager.get(f"/pictures/{digest}/480.webp")
    content = file.getvalue()
    page = read(manager, at(site))
    manager.post(at(site, "revert"), {"field": "own_picture"})

    assert digest in public
    assert content[8:12] == b"WEBP"
    assert "This picture is ours." in page
    assert digest not in read(manager, f"/sites/{site.workways_id}/")
    assert [sorted(told) for told in changes()] == [["own_picture", "own_picture_height", "own_picture_width"]] * 2


@pytest.mark.parametrize("content", [b"<svg/>", b"GIF89a", b"\xff\xd8\xff" + b"0" * 5_000_001])
def test_file_that_is_no_picture_is_refused_with_a_sentence(manager: Client, content: bytes) -> None:
    room = make_room()

    response = manager.post(at(room, "picture"), {"picture": SimpleUploadedFile("a.jpg", content)})

    assert response.status_code == 400
    assert "This is no picture we can use." in response.content.decode()
    assert not AuditRow.objects.exists()


def test_rooms_and_sites_are_moved_with_buttons(manager: Client) -> None:
    site, other = make_site(name="A"), make_site(name="B")
    rooms = [make_room(site=site, name=name) for name in "XYZ"]
    make_room(site=other)

    manager.post(at(rooms[2], "move"), {"to": "up"})
    stuck = manager.post(at(rooms[0], "move"), {"to": "up"}, follow=True)
    manager.post(at(other, "move"), {"to": "up"})

    page = read(manager, f"/sites/{site.workways_id}/")
    assert page.index("X</a>") < page.index("Z</a>") < page.index("Y</a>")
    assert "It stands at the end of the list already." in stuck.content.decode()
    listed = read(manager, "/sites/")
    assert listed.index(f"/sites/{other.workways_id}/") < listed.index(f"/sites/{site.workways_id}/")
    assert [row.act for row in AuditRow.objects.all()] == [Act.PLACE_MOVED] * 2


def test_limited_manager_keeps_own_rooms_but_not_the_order_of_sites(client: Client) -> None:
    mine, other = make_room(name="Mine"), make_room(name="Other")
    client.force_login(make_member(role=Role.MANAGER, sites=[mine.site.workways_id]).user)

    assert client.post(at(mine, "save"), form_of(mine, own_name_en="Ours")).status_code == 302
    assert client.post(at(mine.site, "save"), form_of(mine.site, address="1 rue A")).status_code == 302
    assert client.post(at(mine.site, "move"), {"to": "up"}).status_code == 403
    assert "↑" not in read(client, "/staff/places/")
    for place in (other, other.site):
        for act in ("", "preview"):
            assert client.get(at(place, act)).status_code == 404
        for act in ("save", "revert", "picture", "shown", "holidays", "move", "close"):
            assert client.post(at(place, act)).status_code == 404, act
    closure = make_closure(room=other)
    assert client.post(at(mine, f"closures/{closure.pk}/reopen")).status_code == 404
    assert Closure.objects.exists()
    listed = read(client, "/staff/places/?words=o")
    assert other.workways_id not in listed
    assert other.site.workways_id not in listed


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FRONT_DESK])
def test_whoever_may_only_look_sees_words_and_no_buttons(client: Client, role: Role) -> None:
    room = make_room(own_name_en="Ours")
    make_closure(room=room)
    client.force_login(make_member(role=role).user)

    pages = [read(client, path) for path in ("/staff/places/", at(room), at(room.site), at(room, "preview"))]

    assert "Ours" in pages[1]
    assert "Painting" in pages[1]
    for page in pages[:3]:
        main = page.partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main
        assert "<textarea" not in main


def test_closure_is_made_told_and_taken_back(manager: Client) -> None:
    room = make_room()
    span = coming_slot(room)
    make_booking_request(room=room, span=TimeSpan(span.start, span.end), state=State.BOOKED)
    day = span.start.astimezone(room.site.zone).date().isoformat()
    typed = {"closure-first_day": day, "closure-reason_en": "Renovation", "closure-reason_fr": "Travaux"}

    response = manager.post(at(room.site, "close"), typed, follow=True)
    page = unescape(response.content.decode())
    public = read(manager, f"/rooms/{room.workways_id}/?date={day}")
    of_room = read(manager, at(room))
    closure = Closure.objects.get()
    manager.post(at(room, f"closures/{closure.pk}/reopen"))

    assert "1 booked meeting lies in that time and stays booked" in page
    assert "Renovation" in public
    assert "Renovation" in of_room
    assert "the whole site" in of_room
    assert not Closure.objects.exists()
    assert "Renovation" not in read(manager, f"/rooms/{room.workways_id}/?date={day}")
    rows = list(AuditRow.objects.order_by("pk"))
    assert [(row.act, row.subject, row.reference) for row in rows] == [
        (Act.PLACE_CLOSED, Subject.SITE, room.site.workways_id),
        (Act.PLACE_REOPENED, Subject.SITE, room.site.workways_id),
    ]
    assert rows[0].details["changes"]["from"] == ["", day]
    assert rows[1].details["changes"]["reason_fr"] == ["Travaux", ""]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Choose the first day."),
        ({"first_day": "tomorrow"}, "Write the day as 2026-12-24."),
        ({"first_day": "2026-01-06"}, "This day has passed."),
        ({"first_day": "2062-02-02"}, "more than three years ahead"),
        ({"first_day": "2026-02-02", "last_day": "9999-12-31"}, "more than three years ahead"),
        ({"first_day": "2026-02-02", "last_day": "2026-02-01"}, "It would end before it begins."),
        ({"first_day": "2026-02-02", "from_time": "12:00", "until_time": "11:00"}, "It would end before it begins."),
        ({"first_day": "2026-02-02", "from_time": "noon"}, "Write the time as 14:00."),
        ({"first_day": "2026-03-29", "from_time": "02:05", "until_time": "02:35"}, "It would end before it begins."),
    ],
)
def test_closure_that_makes_no_sense_is_asked_again(manager: Client, typed: dict[str, str], told: str) -> None:
    room = make_room()

    response = manager.post(at(room, "close"), {f"closure-{name}": value for name, value in typed.items()})

    assert response.status_code == 400
    assert told in unescape(response.content.decode())
    assert not Closure.objects.exists()


def test_closure_of_the_past_is_gone_from_the_list(manager: Client, clock: StoppedClock) -> None:
    room = make_room()
    make_closure(room=room)
    before = read(manager, at(room))
    clock.forward(days=181)
    manager.force_login(make_member(username="later", role=Role.MANAGER).user)

    assert "Painting" in before
    assert "Painting" not in read(manager, at(room))


def test_holidays_are_switched_per_site_and_days_excepted(manager: Client) -> None:
    room = make_room()
    site = room.site
    Site.objects.update(holidays_open="2025-11-11")

    page = read(manager, at(site))
    manager.post(at(site, "holidays"), {"holidays-holidays_on": "on", "holidays-open_days": ["2026-05-08"]})
    site.refresh_from_db()
    french = read(manager, f"/fr/staff/places/sites/{site.workways_id}/")

    assert "Friday 1 May 2026: Labor Day" in page
    assert "vendredi 1er mai 2026: Fête du Travail" in french
    assert (site.holidays_on, site.holidays_open) == (True, "2025-11-11 2026-05-08")
    assert "Labor Day" in read(manager, f"/rooms/{room.workways_id}/?date=2026-05-01")
    assert "Victory Day" not in read(manager, f"/rooms/{room.workways_id}/?date=2026-05-08")
    assert changes() == [
        {"holidays_on": ["False", "True"], "holidays_open": ["2025-11-11", "2025-11-11 2026-05-08"]},
    ]
    assert manager.post(at(site, "holidays"), {"holidays-open_days": ["2026-05-09"]}).status_code == 400
    assert manager.post(at(room, "holidays"), {}).status_code == 404


def test_site_of_a_country_without_known_holidays_has_no_switch(manager: Client) -> None:
    page = read(manager, at(make_site(country="Germany")))

    assert "Public holidays" not in page


@pytest.mark.parametrize("field", ["", "is_hidden", "name", "closings", "pk", "own_picture_width"])
def test_field_that_is_not_ours_to_drop_is_none(manager: Client, field: str) -> None:
    room = make_room(is_hidden=True)
    before = Room.objects.values().get()

    response = manager.post(at(room, "revert"), {"field": field}, follow=True)

    assert "Nothing was changed." in response.content.decode()
    assert Room.objects.values().get() == before
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize("count", [1, 3, 60])
def test_pages_ask_a_fixed_number_of_times(manager: Client, django_assert_num_queries: Any, count: int) -> None:
    site = make_site()
    for number in range(count):
        room = make_room(site=site, name=f"Room {number}", feed=number == 0)
        make_closure(room=room)
        make_site(name=f"Site {number}")
    manager.get("/staff/places/")
    paths = {"/staff/places/?words=room": 7, at(site): 7, at(room): 6}

    for path, queries in paths.items():
        with django_assert_num_queries(queries):
            read(manager, path)
