"""GET /api/contract-options, GET /api/organization-info and POST /api/merge-contract."""

from datetime import date
from typing import Any

import pytest

from portal.embedded import demo
from portal.embedded.models import Organization, Rate, Room, Site
from portal.embedded.seed import seed
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import World, make_rates, make_room

MERGE = "/api/merge-contract"


@pytest.fixture
def rates(world: World) -> dict[str, Rate]:
    """The options of Paris, by key."""
    return {rate.key: rate for rate in make_rates(world.paris)}


@pytest.fixture
def merge(world: World, post: Call) -> Any:
    """Changes Acme's contract, and gives the answer."""

    def call(**body: Any) -> Any:
        return post(MERGE, {"organizationId": world.acme.pk, **body})

    return call


@pytest.fixture
def told(world: World, get: Call) -> Any:
    """What organization-info tells of Acme."""
    return lambda: get("/api/organization-info", id=world.acme.pk).payload()["data"]


def option(rate: Rate, **more: Any) -> dict[str, Any]:
    return {"optionModelId": rate.pk, **more}


def test_options_of_another_site_and_archived_ones_are_left_out(world: World, get: Call, rates: Any) -> None:
    Rate.objects.filter(key="parking").update(is_archived=True)

    keys = [one["key"] for one in get("/api/contract-options", site=world.paris.pk).payload()["data"]]

    assert keys == ["service_by_month", "tv_rental"]
    assert get("/api/contract-options", site=world.dublin.pk).payload()["data"] == []


def test_quote_has_no_prices_and_quantity_belongs_to_two_types(clock: Any, db: None, get: Call) -> None:
    seed(clock())

    options = {one["type"]: one for one in get("/api/contract-options", site=demo.PARIS).payload()["data"]}

    assert {kind: one["supportsQuantity"] for kind, one in options.items()} == {
        "other": False,
        "quote": False,
        "quantity": True,
        "promo": False,
        "promoWithQuantity": True,
    }
    assert options["quote"]["pricing"]["publicBase"] is None
    assert options["promo"]["vat"] == {"type": "special", "rate": 10}
    assert options["promoWithQuantity"]["vat"] == {"type": "none", "rate": None}


def test_organization_is_told_with_rooms_sites_and_dates(world: World, told: Any) -> None:
    Organization.objects.filter(pk=world.acme.pk).update(rental_price="1300,50 € HT", rental_renewal_months=12)
    Room.objects.filter(pk=world.private_office.pk).update(rent_minor=85000, contract_end_on=date(2026, 3, 31))
    world.acme.memberships.create(site=world.dublin, position=1)

    assert told() == {
        "_id": world.acme.pk,
        "name": "Acme Corp",
        "isArchived": False,
        "contractEndDate": "2026-12-31",
        "renewalMonths": 12,
        "basePrice": 1300.5,
        "allocatedRooms": [
            {
                "_id": world.private_office.pk,
                "name": "Executive Suite",
                "contractEndDate": "2026-03-31",
                "price": 850,
                "siteId": world.paris.pk,
            }
        ],
        "accessibleSites": [{"_id": world.dublin.pk, "name": "Dublin Coworking Center", "country": "ie"}],
        "contractOptions": [],
    }


def test_organization_without_contract_has_nulls_and_empty_dates(world: World, get: Call) -> None:
    data = get("/api/organization-info", id=world.nord.pk).payload()["data"]

    assert (data["isArchived"], data["contractEndDate"], data["renewalMonths"], data["basePrice"]) == (
        True,
        "",
        None,
        None,
    )


def test_merge_sets_what_is_given_and_leaves_the_rest(world: World, merge: Any) -> None:
    merge(rentalPrice="1500€", rentalStartAt="2026-01-01", rentalUrl="https://drive.example/acme", rentalComment="hi")
    merge(rentalRenewal=6)

    world.acme.refresh_from_db()
    assert (world.acme.rental_price, world.acme.rental_start_on) == ("1500€", date(2026, 1, 1))
    assert (world.acme.rental_end_on, world.acme.rental_renewal_months) == (date(2026, 12, 31), 6)
    assert (world.acme.rental_url, world.acme.rental_comment) == ("https://drive.example/acme", "hi")


def test_option_takes_the_rates_name_and_no_price_of_its_own(merge: Any, told: Any, rates: Any) -> None:
    merge(contractOptionsToAdd=[option(rates["tv_rental"]), option(rates["tv_rental"], quantity=3, price=-1)])

    plain = {"key": "tv_rental", "name": "TV Rental", "price": None, "pricePromo": None, "startDate": "", "endDate": ""}
    assert told()["contractOptions"] == [{**plain, "id": 1, "quantity": 1}, {**plain, "id": 2, "quantity": 3}]


def test_option_keeps_its_own_price_promo_and_dates(merge: Any, told: Any, rates: Any) -> None:
    wish = option(
        rates["service_by_month"],
        name="Service",
        price=149.99,
        pricePromo=0,
        promoMonthDuration=3,
        startAt="2026-01-01",
        endAt="2026-06-30",
    )

    merge(contractOptions=[wish])

    (kept,) = told()["contractOptions"]
    assert (kept["name"], kept["price"], kept["pricePromo"]) == ("Service", 149.99, 0)
    assert (kept["startDate"], kept["endDate"]) == ("2026-01-01", "2026-06-30")


def test_unique_option_can_be_subscribed_once(merge: Any, told: Any, rates: Any) -> None:
    parking = option(rates["parking"], key="another word")
    assert merge(contractOptionsToAdd=[parking]).status == 200

    for body in ({"contractOptionsToAdd": [parking]}, {"contractOptions": [parking, parking]}):
        response = merge(**body, rentalComment="not kept")
        assert (response.status, response.payload()["message"]) == (400, "Contract option already subscribed: parking")

    assert [one["id"] for one in told()["contractOptions"]] == [1]
    assert not Organization.objects.filter(rental_comment="not kept").exists()


def test_lists_are_replaced_then_added_to_then_taken_from(merge: Any, told: Any, rates: Any) -> None:
    merge(contractOptionsToAdd=[option(rates["parking"]), option(rates["tv_rental"])])

    merge(
        contractOptionsToRemove=[4],
        contractOptionsToAdd=[option(rates["tv_rental"]), option(rates["service_by_month"])],
        contractOptions=[option(rates["parking"])],
    )

    assert [(one["id"], one["key"]) for one in told()["contractOptions"]] == [(3, "parking"), (5, "service_by_month")]


def test_option_is_removed_by_number_or_by_rate(merge: Any, told: Any, rates: Any) -> None:
    merge(contractOptionsToAdd=[option(rates[key]) for key in ("parking", "tv_rental", "service_by_month")])

    merge(contractOptionsToRemove=[1, rates["tv_rental"].pk])

    assert [one["key"] for one in told()["contractOptions"]] == ["service_by_month"]


def test_rooms_are_replaced_added_and_removed(world: World, merge: Any, told: Any) -> None:
    second, third = (make_room(world.paris, name, type="office", actual_state="forrent") for name in ("two", "three"))

    merge(rooms=[second.pk], roomsToAdd=[third.pk, world.liffey.pk], roomsToRemove=[second.pk])

    assert {room["_id"] for room in told()["allocatedRooms"]} == {third.pk, world.liffey.pk}
    states = dict(Room.objects.values_list("name", "actual_state"))
    assert (states["two"], states["three"], states["Private Office 101"]) == ("forrent", "rented", "forrent")
    assert states["Liffey"] == "bookable"


def test_empty_list_of_rooms_takes_all_away(merge: Any, told: Any) -> None:
    merge(rooms=[])

    assert told()["allocatedRooms"] == []


def test_room_of_another_organization_stays_there(world: World, merge: Any) -> None:
    Room.objects.filter(pk=world.office.pk).update(organization=world.nord)

    response = merge(roomsToAdd=[world.office.pk])

    assert (response.status, response.payload()["message"]) == (
        400,
        "Room is already allocated to another organization",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rentalPrice": 1500}, "Invalid rentalPrice format"),
        ({"rentalStartAt": "01/01/2026"}, "Invalid rentalStartAt format"),
        ({"rentalEndAt": "2026-02-30"}, "Invalid rentalEndAt format"),
        ({"rentalEndAt": 5}, "Invalid rentalEndAt format"),
        ({"rentalUrl": "javascript:alert(1)"}, "Invalid rentalUrl format"),
        ({"rentalRenewal": -1}, "Invalid rentalRenewal: must be a positive number"),
        ({"contractOptions": "parking"}, "Invalid contractOptions format"),
        ({"contractOptionsToAdd": ["parking"]}, "Invalid contractOptionsToAdd format"),
        ({"contractOptionsToAdd": [{"optionModelId": 5}]}, "Contract option not found"),
        (
            {"contractOptionsToAdd": [{"optionModelId": "f" * 24, "quantity": 0}]},
            "Invalid quantity: must be at least 1",
        ),
        (
            {"contractOptionsToAdd": [{"optionModelId": "f" * 24, "price": "5"}]},
            "Invalid price: must be a positive number",
        ),
        (
            {"contractOptionsToAdd": [{"optionModelId": "f" * 24, "price": -2}]},
            "Invalid price: must be a positive number",
        ),
        ({"contractOptionsToAdd": [{"optionModelId": "f" * 24, "endAt": "x"}]}, "Invalid endAt format"),
        ({"contractOptionsToRemove": [1.5]}, "Invalid contractOptionsToRemove format"),
        ({"contractOptionsToRemove": [10**40]}, "Contract option not found"),
        ({"contractOptionsToRemove": ["\0"]}, "Contract option not found"),
        ({"rooms": {}}, "Invalid rooms format"),
        ({"roomsToAdd": [5]}, "Room not found"),
        ({"roomsToRemove": ["\0"]}, "Room not found"),
    ],
)
def test_bad_body_is_refused_and_changes_nothing(
    world: World, merge: Any, told: Any, change: dict[str, Any], message: str
) -> None:
    before = told()

    response = merge(**{"rentalPrice": "1€", "rooms": [], **change})

    assert (response.status, response.payload()) == (400, {"retcode": -1, "message": message})
    assert told() == before


def test_archived_site_has_no_options(world: World, get: Call) -> None:
    Site.objects.filter(pk=world.paris.pk).update(is_archived=True)

    assert get("/api/contract-options", site=world.paris.pk).payload()["message"] == "Site not found"
