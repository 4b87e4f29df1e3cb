"""GET /api/sites, /api/rooms, /api/countries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.embedded.models import Room, Site
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import World, make_room


def test_sites_without_token_show_public_rooms_only(world: World, get: Call) -> None:
    response = get("/api/sites", trusted=False)

    assert response.payload() == {
        "retcode": 1,
        "message": "OK",
        "data": [
            {
                "_id": world.dublin.pk,
                "name": "Dublin Coworking Center",
                "country": "Ireland",
                "roomCount": 0,
                "meetingRoomCount": 1,
                "publicRooms": [
                    {
                        "_id": world.liffey.pk,
                        "name": "Liffey",
                        "publicName": "Liffey view",
                        "type": "publicMeeting",
                        "surface": 25,
                    }
                ],
            },
            {
                "_id": world.paris.pk,
                "name": "Workways Paris",
                "country": "France",
                "roomCount": 1,
                "meetingRoomCount": 1,
                "publicRooms": [
                    {
                        "_id": world.office.pk,
                        "name": "Bureau",
                        "publicName": "Bureau",
                        "type": "publicOffice",
                        "surface": -1,
                    },
                    {
                        "_id": world.seine.pk,
                        "name": "Seine",
                        "publicName": "Seine",
                        "type": "publicMeeting",
                        "surface": 25,
                    },
                ],
            },
        ],
    }


def test_sites_with_token_add_other_rooms_and_states(world: World, get: Call) -> None:
    paris = get("/api/sites", country="fr").payload()["data"][0]

    assert [room["name"] for room in paris["otherRooms"]] == ["Archives", "Private Office 101"]
    assert paris["otherRooms"][1] == {
        "_id": world.private_office.pk,
        "name": "Private Office 101",
        "publicName": "Executive Suite",
        "type": "privateOffice",
        "surface": 25,
        "actualState": "rented",
    }
    assert {room["actualState"] for room in paris["publicRooms"]} == {"bookable"}
    assert (paris["roomCount"], paris["meetingRoomCount"]) == (2, 1)


def test_sites_type_all_is_the_same_as_no_type(world: World, get: Call) -> None:
    assert get("/api/sites", type="all").body == get("/api/sites").body
    assert get("/api/sites", type="all", trusted=False).body == get("/api/sites", trusted=False).body


def test_sites_type_filters_both_lists_and_keeps_the_sites(world: World, get: Call) -> None:
    dublin, paris = get("/api/sites", type="privateOffice").payload()["data"]

    assert (dublin["publicRooms"], dublin["otherRooms"]) == ([], [])
    assert paris["publicRooms"] == []
    assert [room["name"] for room in paris["otherRooms"]] == ["Private Office 101"]


def test_sites_private_type_without_token_gives_empty_rooms(world: World, get: Call) -> None:
    sites = get("/api/sites", type="privateOffice", trusted=False).payload()["data"]

    assert [site["publicRooms"] for site in sites] == [[], []]


def test_sites_without_public_room_are_not_listed(world: World, get: Call) -> None:
    closed = Site.objects.create(name="Nantes", country="FR", zone_name="Europe/Paris")
    make_room(closed, "Office", type="office")

    assert closed.pk not in {site["_id"] for site in get("/api/sites").payload()["data"]}


@pytest.mark.parametrize("written", ["IE", "ie", "Ireland", "ireland", "IRELAND", "Irlande", " irlande "])
def test_country_is_understood_in_every_form(world: World, get: Call, written: str) -> None:
    assert [site["name"] for site in get("/api/sites", country=written).payload()["data"]] == [
        "Dublin Coworking Center"
    ]
    assert [room["name"] for room in get("/api/rooms", country=written).payload()["data"]] == ["Liffey"]


@pytest.mark.parametrize("path", ["/api/sites", "/api/rooms"])
@pytest.mark.parametrize("written", ["XYZ", "Atlantis", "EU", "ZZ", "F\0R", "12"])
def test_unknown_country_is_refused_with_an_empty_list(world: World, get: Call, path: str, written: str) -> None:
    response = get(path, country=written)

    assert response.status == 400
    payload = response.payload()
    assert payload["retcode"] == -1
    assert payload["data"] == []
    assert payload["message"].endswith('Use ISO code (e.g., "FR", "BE") or country name (e.g., "France", "Belgium")')


def test_unknown_country_is_named_in_the_message(world: World, get: Call) -> None:
    assert get("/api/sites", country="XYZ").payload()["message"].startswith('Invalid country: "XYZ". Use ISO')


def test_real_country_without_sites_is_empty(world: World, get: Call) -> None:
    assert get("/api/sites", country="Allemagne").payload() == {"retcode": 1, "message": "OK", "data": []}


def test_rooms_without_token_hide_prices_but_the_month(world: World, get: Call) -> None:
    rooms = get("/api/rooms", trusted=False, site=world.paris.pk).payload()["data"]

    assert [room["name"] for room in rooms] == ["Bureau", "Seine"]
    assert rooms[0]["pricePerMonth"] == "1300"
    assert rooms[1] == {
        "_id": world.seine.pk,
        "name": "Seine",
        "publicName": "Seine",
        "type": "publicMeeting",
        "description": "Modern meeting room",
        "actualState": "bookable",
        "surface": 25,
        "siteId": world.paris.pk,
        "siteName": "Workways Paris",
        "country": "France",
        "minPerson": 2,
        "maxPerson": 8,
        "nbSeat": 8,
        "configuration": "boardroom",
        "otherConfiguration": "Whiteboard",
        "minDurationBooking": 60,
        "maxDurationBooking": 480,
        "stepDurationBooking": 30,
        "slotWeek": "09:00-18:00",
        "slotSaturday": "",
        "slotSunday": "",
        "pricePerHour": 0,
        "pricePerHalfDay": 0,
        "pricePerDay": 0,
        "pricePerMonth": "",
        "image": "https://api.example/imageroom?id=seine-picture",
    }


def test_rooms_with_token_show_prices_and_tenants(world: World, get: Call) -> None:
    rooms = {room["name"]: room for room in get("/api/rooms").payload()["data"]}

    seine = rooms["Seine"]
    assert (seine["pricePerHour"], seine["pricePerHalfDay"], seine["pricePerDay"]) == (45, 150, 270)
    assert "organizationId" not in seine
    rented = rooms["Private Office 101"]
    assert rented["organizationId"] == world.acme.pk
    assert rented["organizationName"] == "Acme Corp"
    assert rented["contractEndDate"] == "2026-12-31"


def test_contract_end_of_the_room_comes_before_the_organization(world: World, get: Call) -> None:
    Room.objects.filter(pk=world.private_office.pk).update(contract_end_on="2025-11-30")

    rooms = get("/api/rooms", type="privateOffice").payload()["data"]

    assert rooms[0]["contractEndDate"] == "2025-11-30"


def test_contract_without_an_end_is_an_empty_text(world: World, get: Call) -> None:
    Room.objects.filter(pk=world.private_office.pk).update(organization=world.nord)

    rooms = get("/api/rooms", type="privateOffice").payload()["data"]

    assert (rooms[0]["organizationName"], rooms[0]["contractEndDate"]) == ("Atelier Nord", "")


def test_price_with_cents_keeps_them(world: World, get: Call) -> None:
    Room.objects.filter(pk=world.seine.pk).update(hour_minor=4550)

    room = get("/api/rooms", type="publicMeeting", site=world.paris.pk).payload()["data"][0]

    assert room["pricePerHour"] == 45.5


@pytest.mark.parametrize("wrong", ["abc", "507f1f77bcf86cd79943901", "507f1f77bcf86cd79943901g", "1' OR '1'='1", "\0"])
def test_rooms_refuse_a_malformed_site(world: World, get: Call, wrong: str) -> None:
    response = get("/api/rooms", site=wrong)

    assert response.status == 400
    assert response.payload() == {"retcode": -1, "message": "Invalid site ID format."}


def test_rooms_of_an_unknown_site_are_none(world: World, get: Call) -> None:
    assert get("/api/rooms", site="f" * 24).payload()["data"] == []


def test_site_id_may_be_in_upper_case(world: World, get: Call) -> None:
    rooms = get("/api/rooms", site=world.dublin.pk.upper()).payload()["data"]

    assert [room["name"] for room in rooms] == ["Liffey"]


@pytest.mark.parametrize(("wanted", "names"), [("publicOffice", ["Bureau"]), ("nonsense", []), ("all", None)])
def test_rooms_type_filter(world: World, get: Call, wanted: str, names: list[str] | None) -> None:
    found = [room["name"] for room in get("/api/rooms", type=wanted).payload()["data"]]

    assert found == (names if names is not None else ["Archives", "Bureau", "Liffey", "Private Office 101", "Seine"])


def test_archived_room_is_gone(world: World, get: Call) -> None:
    Room.objects.filter(pk=world.seine.pk).update(is_archived=True)

    assert "Seine" not in {room["name"] for room in get("/api/rooms").payload()["data"]}


def test_countries_are_english_sorted_and_public(world: World, get: Call) -> None:
    closed = Site.objects.create(name="Ghent", country="BE", zone_name="Europe/Brussels")
    make_room(closed, "Office", type="office")

    assert get("/api/countries", trusted=False).payload() == {
        "retcode": 1,
        "message": "OK",
        "data": ["France", "Ireland"],
    }


@pytest.mark.parametrize("path", ["/api/sites", "/api/rooms"])
def test_number_of_queries_does_not_grow_with_the_rooms(world: World, get: Call, path: str) -> None:
    with CaptureQueriesContext(connection) as few:
        get(path)
    for number in range(20):
        make_room(world.dublin, f"More {number}", organization=world.acme)

    with CaptureQueriesContext(connection) as many:
        get(path)

    assert len(many) == len(few) <= 2
