"""What pages read of the catalog, and in how many queries."""

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.catalog import queries
from bookings.catalog.models import OFFICE_TYPE, CatalogState, OperatorSettings, Room, RoomPicture, Site
from bookings.catalog.own import ShownPicture
from bookings.core.money import Money
from tests.conftest import StoppedClock
from tests.factories import make_room, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def make_gone_room(clock: StoppedClock, site: Site) -> Room:
    return make_room(site=site, feed=False, vanished_at=clock.instant)


def test_site_list_counts_rooms_and_names_the_lowest_prices(clock: StoppedClock) -> None:
    site = make_site(name="Bastille")
    make_room(site=site, feed=False, hour_minor=4500)
    make_room(site=site, feed=False, hour_minor=2000)
    make_room(site=site, type=OFFICE_TYPE, hour_minor=100, month_minor=90_000)
    make_room(site=site, feed=False, hour_minor=1, vanished_at=clock.instant)

    (overview,) = queries.list_sites()

    assert overview.site == site
    assert (overview.meeting_rooms, overview.offices) == (2, 1)
    assert (overview.lowest_per_hour, overview.lowest_per_month) == (Money(2000), Money(90_000))


def test_site_list_leaves_out_sites_without_anything_to_offer(clock: StoppedClock) -> None:
    shown = make_room(feed=False).site
    make_site(name="Empty")
    make_gone_room(clock, make_site(name="All gone"))
    make_room(site=make_site(name="Vanished", vanished_at=clock.instant), feed=False)

    sites = queries.list_sites()

    assert [overview.site for overview in sites] == [shown]


@pytest.mark.parametrize("country", ["IE", "ie", "Ireland", "irlande"])
def test_site_list_of_one_country(country: str) -> None:
    make_room(site=make_site(name="Paris", country="France"), feed=False)
    dublin = make_room(site=make_site(name="Dublin", country="Ireland"), feed=False).site

    sites = queries.list_sites(country=country)

    assert [overview.site for overview in sites] == [dublin]


def test_site_list_of_an_unknown_country_is_empty() -> None:
    make_room(feed=False)

    assert queries.list_sites(country="Atlantis") == []


def test_rooms_of_a_site(clock: StoppedClock) -> None:
    site = make_site()
    room = make_room(site=site, name="B", feed=False)
    office = make_room(site=site, name="A", type=OFFICE_TYPE)
    make_gone_room(clock, site)
    make_room(feed=False)

    assert queries.list_rooms(site=site) == [office, room]
    assert queries.list_rooms(site=site, type=OFFICE_TYPE) == [office]


def test_room_is_found_until_it_vanishes(clock: StoppedClock) -> None:
    room = make_room(feed=False)

    assert queries.find_room(room.workways_id) == room

    Room.objects.update(vanished_at=clock.instant)

    assert queries.find_room(room.workways_id) is None
    assert queries.find_room(room.workways_id, even_vanished=True) == room
    with pytest.raises(Room.DoesNotExist):
        queries.get_room(room.workways_id)


def test_room_of_a_vanished_site_is_hidden(clock: StoppedClock) -> None:
    room = make_room(feed=False)
    Site.objects.update(vanished_at=clock.instant)

    assert queries.find_room(room.workways_id) is None
    assert queries.list_rooms() == []
    assert not queries.get_room(room.workways_id, even_vanished=True).is_listed


@pytest.mark.parametrize("id", ["", "x", "é" * 24, "\x00" * 24, "0" * 24, "F" * 24])
def test_id_that_is_none_or_unknown_finds_nothing(id: str) -> None:
    assert queries.find_room(id) is None
    assert queries.find_site(id) is None
    with pytest.raises(Site.DoesNotExist):
        queries.get_site(id)


def test_countries_are_named_in_the_language() -> None:
    for country in ("Ireland", "France", "Belgium", "France", "Narnia"):
        make_room(site=make_site(country=country), feed=False)
    make_site(country="Spain")

    english = [(country.key, country.name) for country in queries.list_countries("en")]
    french = [(country.key, country.name) for country in queries.list_countries("fr")]

    assert english == [("BE", "Belgium"), ("FR", "France"), ("IE", "Ireland"), ("Narnia", "Narnia")]
    assert french == [("BE", "Belgique"), ("FR", "France"), ("IE", "Irlande"), ("Narnia", "Narnia")]


READS: dict[str, Callable[[], object]] = {
    "list_sites": queries.list_sites,
    "list_rooms": lambda: [(room.site.name, room.kept_picture) for room in queries.list_rooms()],
    "list_countries": lambda: queries.list_countries("fr"),
}


@pytest.mark.parametrize("most", [1, 3, 30])
@pytest.mark.parametrize("read", READS)
def test_reading_is_one_query_for_any_number_of_rooms(
    read: str, most: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(most):
        RoomPicture.objects.create(room=make_room(feed=False), source_url="https://example.org/a", digest="0" * 64)

    with django_assert_num_queries(1):
        READS[read]()


def test_room_without_a_good_picture_has_none() -> None:
    bare, failing, shown = make_room(feed=False), make_room(feed=False), make_room(feed=False)
    RoomPicture.objects.create(room=failing, source_url="https://example.org/a", failure="gone")
    picture = RoomPicture.objects.create(room=shown, source_url="https://example.org/a", digest="0" * 64)

    assert bare.kept_picture is None
    assert failing.kept_picture is None
    assert shown.kept_picture == ShownPicture(picture.digest, picture.width, picture.height)


def test_operator_settings_are_read_once_and_again_when_told(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert queries.operator_settings().name == "Workways"
    OperatorSettings.objects.create(name="Lindenhof")

    with django_assert_num_queries(0):
        assert queries.operator_settings().name == "Workways"

    queries.forget_operator_settings()

    assert queries.operator_settings().name == "Lindenhof"


def test_catalog_is_ready_while_it_is_young(clock: StoppedClock) -> None:
    assert queries.why_not_ready() == "the catalog was never read"

    CatalogState.objects.create(refreshed_at=clock.instant)
    clock.forward(minutes=119)
    assert queries.why_not_ready() is None

    clock.forward(minutes=2)
    assert queries.why_not_ready() == "the catalog was last read 121 minutes ago"


def test_state_of_the_catalog_before_the_first_reading() -> None:
    assert queries.catalog_state().refreshed_at is None
