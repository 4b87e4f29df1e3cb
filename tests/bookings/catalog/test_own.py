"""What the operator says of places: shown everywhere, never overwritten, at once."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from bookings.catalog.directory import current_directory
from bookings.catalog.models import OperatorSettings, Room, RoomPicture, Site
from bookings.catalog.own_actions import change_place, drop_picture, move_place, set_picture
from bookings.catalog.pictures import PictureRefused, drop_unused_files, picture_path
from bookings.catalog.queries import forget_operator_settings, list_places, list_rooms, list_sites, operator_of
from bookings.catalog.sync import apply_snapshot
from portal import clock
from tests.conftest import StoppedClock
from tests.factories import make_room, make_site
from tests.factories.pictures import make_picture
from tests.factories.upstream import make_upstream_room, make_upstream_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_change_tells_what_was_before_and_only_what_changed() -> None:
    site = make_site()
    change_place(place=site, values={"own_name_en": "Old", "address": "1 rue A"})

    changes = change_place(place=site, values={"own_name_en": "New", "address": "1 rue A", "is_hidden": True})

    assert changes == {"own_name_en": ("Old", "New"), "is_hidden": (False, True)}
    assert change_place(place=site, values={"own_name_en": "New"}) == {}


def test_each_language_has_its_own_name_or_the_upstreams() -> None:
    room = make_room(
        name="Pasteur", own_name_fr="Salle Pasteur", site=make_site(name="Bastille", own_name_en="The Bastille")
    )
    (listed,) = current_directory().rooms

    with override("en"):
        english = [(one.shown_name, one.site.shown_name) for one in (room, listed)]
    with override("fr"):
        french = [(one.shown_name, one.site.shown_name) for one in (room, listed)]

    assert english == [("Pasteur", "The Bastille")] * 2
    assert french == [("Salle Pasteur", "Bastille")] * 2


@pytest.mark.parametrize("what", ["room", "site"])
def test_hidden_place_is_in_no_list_and_back_again(what: str) -> None:
    room = make_room()
    place: Any = room if what == "room" else room.site

    change_place(place=place, values={"is_hidden": True})
    hidden = [current_directory().rooms, list_rooms(), list_sites(), list_places(current_directory())]
    change_place(place=place, values={"is_hidden": False})

    assert hidden == [[], [], [], []]
    assert [one.pk for one in current_directory().rooms] == [one.pk for one in list_rooms()] == [room.pk]


def test_hidden_room_and_site_say_so_kindly(client: Client) -> None:
    room = make_room(name="Curie", is_hidden=True)
    elsewhere = make_room(name="Pasteur", site=make_site(is_hidden=True))

    pages = [client.get(f"/rooms/{one.workways_id}/") for one in (room, elsewhere)]

    assert [page.status_code for page in pages] == [404, 404]
    assert all("can&#39;t be booked online at the moment" in page.content.decode() for page in pages)
    assert f"/sites/{room.site.workways_id}/" in pages[0].content.decode()
    assert elsewhere.site.workways_id not in pages[1].content.decode()
    assert client.get(f"/sites/{elsewhere.site.workways_id}/").status_code == 404
    assert (
        client.get(
            f"/rooms/{room.workways_id}/availability.json?start=2026-11-10T00:00Z&end=2026-11-11T00:00Z"
        ).status_code
        == 404
    )


def test_places_stand_in_the_order_that_staff_gave_them() -> None:
    site = make_site(name="B")
    other = make_site(name="A")
    rooms = [make_room(site=site, name=name) for name in "XYZ"]
    make_room(site=other)

    assert move_place(place=rooms[2], is_up=True)
    assert not move_place(place=rooms[0], is_up=True)
    assert move_place(place=site, is_up=True)

    expected = ["X", "Z", "Y"]
    assert [room.public_name for room in list_rooms(site=site)] == expected
    assert [room.public_name for room in current_directory().rooms][:3] == expected
    names = [one.site.name for one in list_sites()]
    assert names == [one.site.name for one in list_places(current_directory())] == ["B", "A"]
    newcomer = make_room(site=site, name="A")
    assert list_rooms(site=site)[-1] == newcomer


def test_refresh_of_the_catalog_leaves_what_is_ours(clock: StoppedClock) -> None:
    room = make_room(name="Old name", own_name_en="Ours", own_hours_week="10:00-12:00", is_hidden=True, position=3)
    site = room.site
    change_place(place=site, values={"own_name_en": "Our site", "holidays_on": True, "address": "1 rue A"})

    upstream_site = make_upstream_site(id=site.workways_id, name="Upstream's")
    upstream = make_upstream_room(id=room.workways_id, name="New", public_name="New name", site_id=site.workways_id)
    apply_snapshot([upstream_site], [upstream], clock.instant)

    room.refresh_from_db()
    site.refresh_from_db()
    assert (room.public_name, room.own_name_en, room.own_hours_week, room.is_hidden, room.position) == (
        "New name",
        "Ours",
        "10:00-12:00",
        True,
        3,
    )
    assert (site.name, site.own_name_en, site.holidays_on, site.address) == ("Upstream's", "Our site", True, "1 rue A")


def test_own_picture_stands_before_the_upstreams_and_goes_again(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    room = make_room()
    RoomPicture.objects.create(room=room, source_url="https://example.org/a.jpg", digest="b" * 64, width=3, height=2)

    set_picture(place=room, content=make_picture())
    ours = Room.objects.get().kept_picture
    listed = current_directory().rooms[0].kept_picture
    drop_unused_files(now=clock.now())
    file = picture_path(room, 480)
    drop_picture(place=room)

    assert ours is not None
    assert ours == listed
    assert file is not None
    assert file.read_bytes()[8:12] == b"WEBP"
    assert Room.objects.select_related("picture").get().kept_picture == ("b" * 64, 3, 2)
    assert current_directory().rooms[0].kept_picture == ("b" * 64, 3, 2)


def test_upload_that_is_no_picture_changes_nothing(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    site = make_site()

    with pytest.raises(PictureRefused):
        set_picture(place=site, content=b"<svg onload=alert(1)>")

    assert Site.objects.get().own_picture == ""
    assert not list(tmp_path.rglob("*.webp"))


def test_site_speaks_for_itself_where_it_has_its_own_contact_and_wording() -> None:
    OperatorSettings.objects.create(name="Desks", contact_email="all@example.org", vat_wording="excluded")
    forget_operator_settings()
    plain, own = make_site(), make_site(contact_phone="+33 1 23", vat_wording="included")

    assert operator_of(None) == operator_of(plain)
    told = operator_of(own)

    assert (told.name, told.contact_email, told.contact_phone, told.vat_wording) == (
        "Desks",
        "all@example.org",
        "+33 1 23",
        "included",
    )


def test_texts_of_staff_are_plain_text_on_public_pages(client: Client) -> None:
    evil = "<script>alert(1)</script>"
    site = make_site(own_name_en=evil, own_description_en=evil, house_rules_en=evil, address=evil)
    room = make_room(site=site, own_name_en=evil, own_description_en=f"Line\n{evil}")

    for path in (f"/sites/{site.workways_id}/", f"/rooms/{room.workways_id}/", "/sites/", "/", "/search/"):
        page = client.get(path).content.decode()

        assert evil not in page
    assert "&lt;script&gt;" in client.get(f"/rooms/{room.workways_id}/").content.decode()


def test_vat_wording_of_a_site_stands_on_its_pages(client: Client) -> None:
    room = make_room(site=make_site(vat_wording="included"))
    other = make_room()

    assert "Prices include VAT." in client.get(f"/rooms/{room.workways_id}/").content.decode()
    assert "VAT included" in client.get(f"/sites/{room.site.workways_id}/").content.decode()
    assert "VAT" not in client.get(f"/rooms/{other.workways_id}/").content.decode()
