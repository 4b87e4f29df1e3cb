"""What is read from an account has the document's fields, and each parameter does what its row says."""

from collections.abc import Iterable
from typing import Any

import icalendar
import pytest

from tests.contract import document
from tests.contract.accounts import PICTURES, Account
from tests.contract.coverage import Fact, covers
from tests.contract.document import mismatch
from tests.contract.inventory import errors, fields, fields_for_all, others, parameters

# The three forms of a country that the document takes, by its English name.
FORMS = {"Ireland": ("IE", "Irlande"), "Belgium": ("BE", "Belgique"), "France": ("FR", "France")}
PUBLIC_TYPES = {"publicOffice", "publicMeeting"}
NO_PRICE = "Price calculation not available for this room state/type"


@covers(fields_for_all("sites"), parameters("sites", "country"), errors("HTTP status", "200"))
def test_sites_for_everybody(account: Account) -> None:
    sites = account.data(account.get("sites", stranger=True), [document.PUBLIC_SITE], table="sites")

    country = sites[0]["country"]
    code, french = FORMS[country]
    told = [
        account.data(account.get("sites", stranger=True, country=form), [document.PUBLIC_SITE])
        for form in (country, code, french, country.lower())
    ]
    assert told == [[site for site in sites if site["country"] == country]] * 4
    for site in sites:
        types = [room["type"] for room in site["publicRooms"]]
        assert set(types) <= PUBLIC_TYPES
        assert types
        assert (site["roomCount"], site["meetingRoomCount"]) == (
            types.count("publicOffice"),
            types.count("publicMeeting"),
        )
        assert all(room["surface"] > 0 or room["surface"] == -1 for room in site["publicRooms"])


@covers(fields("sites"), parameters("sites", "type"))
def test_sites_with_a_token_and_all_types(account: Account) -> None:
    sites = account.data(account.get("sites", type="all"), [document.SITE], table="sites")

    public = account.data(account.get("sites", stranger=True), [document.PUBLIC_SITE])
    assert [site["_id"] for site in sites] == [site["_id"] for site in public]
    assert any(site["otherRooms"] for site in sites)
    others_ = [room["type"] for site in sites for room in site["otherRooms"]]
    assert not PUBLIC_TYPES & set(others_)


@covers(parameters("sites", "type"), needs={Fact.OURS})
def test_sites_by_type_of_room(account: Account) -> None:
    everything = account.data(account.get("sites"), [document.SITE])
    offices = account.data(account.get("sites", type="privateOffice"), [document.SITE])
    hidden = account.data(account.get("sites", stranger=True, type="privateOffice"), [document.PUBLIC_SITE])

    assert account.data(account.get("sites", type="all"), [document.SITE]) == everything
    assert {room["type"] for site in offices for room in site["otherRooms"]} == {"privateOffice"}
    assert {len(site["publicRooms"]) for site in [*offices, *hidden]} == {0}


@covers(fields_for_all("rooms"), parameters("rooms"))
def test_rooms_for_everybody(account: Account) -> None:
    rooms = account.data(account.get("rooms", stranger=True), [document.ROOM], table="rooms")

    assert {room["type"] for room in rooms} <= PUBLIC_TYPES
    assert {room[price] for room in rooms for price in ("pricePerHour", "pricePerHalfDay", "pricePerDay")} == {0}
    country, site = rooms[0]["country"], rooms[0]["siteId"]
    code, french = FORMS[country]
    for form in (country, code, french, country.lower()):
        told = account.data(account.get("rooms", stranger=True, country=form), [document.ROOM])
        assert told == [room for room in rooms if room["country"] == country]
    of_site = account.data(account.get("rooms", stranger=True, site=site), [document.ROOM])
    assert of_site == [room for room in rooms if room["siteId"] == site]


@covers(fields("rooms"))
def test_rooms_with_a_token(account: Account) -> None:
    # A list with a token is mixed, so each room is held to its own shape below.
    rooms = account.data(account.get("rooms"), [object], table="rooms")

    rented = [room for room in rooms if "organizationId" in room]
    assert rented
    assert mismatch([document.RENTED_ROOM], rented) == ""
    assert mismatch([document.ROOM], [room for room in rooms if room not in rented]) == ""
    assert {room["type"] for room in rooms} - PUBLIC_TYPES


@covers(fields("rooms", "pricePerHour", "pricePerHalfDay", "pricePerDay"), needs={Fact.OURS})
def test_prices_are_for_callers_with_a_token(account: Account) -> None:
    seine = next(room for room in account.get("rooms").json()["data"] if room["_id"] == account.world.seine.pk)

    account.data(account.get("rooms", stranger=True), [document.ROOM], table="rooms")
    assert (seine["pricePerHour"], seine["pricePerHalfDay"], seine["pricePerDay"]) == (45, 150, 270)


@covers(needs={Fact.OURS})
def test_rooms_of_one_type_and_of_both_filters(account: Account) -> None:
    dublin = account.world.dublin.pk

    offices = account.data(account.get("rooms", stranger=True, type="publicOffice"), [document.ROOM])
    none = account.data(account.get("rooms", stranger=True, country="belgique", site=dublin), [document.ROOM])

    assert {room["type"] for room in offices} == {"publicOffice"}
    assert none == []


@covers(needs={Fact.OURS})
def test_picture_is_where_the_room_says(account: Account) -> None:
    rooms = account.data(account.get("rooms", stranger=True, type="publicMeeting"), [document.ROOM])
    room = next(room for room in rooms if room["image"])

    picture = account.stranger.get(room["image"])

    assert f"{PICTURES}?id=" in room["image"]
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")


@covers(fields("countries"))
def test_countries(account: Account) -> None:
    told = account.data(account.get("countries", stranger=True), [str], table="countries")

    assert told == sorted(told)
    listed = {site["country"] for site in account.data(account.get("sites", stranger=True), [document.PUBLIC_SITE])}
    assert listed <= set(told)


@covers(parameters("icsfeed"))
def test_feed_is_a_calendar(account: Account) -> None:
    rooms = [room["_id"] for room in account.stranger.get("/api/rooms").json()["data"]]

    one = account.get("icsfeed", stranger=True, rooms=rooms[0])
    several = account.get("icsfeed", stranger=True, rooms=",".join([*rooms, document.UNKNOWN_ID]))

    for feed in (one, several):
        assert (feed.status_code, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        calendar = icalendar.Calendar.from_ical(feed.content)
        assert (calendar["VERSION"], calendar["CALSCALE"]) == ("2.0", "GREGORIAN")
        assert all({"UID", "DTSTART", "DTEND", "SUMMARY", "LOCATION"} <= set(event) for event in calendar.events)


@covers(needs={Fact.OURS})
def test_feed_is_not_sent_twice_without_a_change(account: Account) -> None:
    query = {"rooms": f"{account.world.seine.pk},{account.world.liffey.pk}"}
    first = account.stranger.get("/api/icsfeed", params=query)

    again = account.stranger.get("/api/icsfeed", params=query, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    account.post("meeting-request", account.booking())
    changed = account.stranger.get("/api/icsfeed", params=query, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


@covers(
    parameters("room-price of a meeting room"),
    (row for row in fields("room-price") if row.name != "data.period"),
)
def test_price_of_a_meeting_room(account: Account) -> None:
    room = account.room("meeting")
    wanted = {"roomId": room, "startDate": "2025-01-18T10:00:00", "duration": "120", "nbPersons": "4"}

    response = account.get("room-price", table="room-price of a meeting room", **wanted)

    told = account.data(response, document.MEETING_PRICE_WITH_START, table="room-price")
    assert (told["roomId"], told["startDate"]) == (room, "2025-01-18T10:00:00")
    assert (told["duration"], told["nbPersons"]) == (120, 4)
    assert told["price"] > 0


@covers(parameters("room-price of an office"), fields("room-price", "data.period", "data.price"))
def test_price_of_an_office(account: Account) -> None:
    office = account.room("office")

    response = account.get("room-price", table="room-price of an office", roomId=office, period="month")

    told = account.data(response, document.OFFICE_PRICE, table="room-price")
    assert (told["roomId"], told["period"]) == (office, "month")
    assert told["price"] > 0


@pytest.mark.parametrize(
    ("room", "query", "shape", "price"),
    [
        ("meeting", {}, document.MEETING_PRICE, 45),
        ("meeting", {"duration": "120", "nbPersons": "4"}, document.MEETING_PRICE, 90),
        ("meeting", {"duration": "240"}, document.MEETING_PRICE, 150),
        ("meeting", {"startDate": "2025-01-18T10:00:00"}, document.MEETING_PRICE_WITH_START, 45),
        ("office", {}, document.OFFICE_PRICE, 1300),
        ("office", {"period": "week"}, document.OFFICE_PRICE, 300),
        ("private", {}, document.OFFICE_PRICE, 1500),
    ],
)
@covers(needs={Fact.OURS})
def test_price_by_rule(account: Account, room: str, query: dict[str, str], shape: Any, price: int) -> None:
    told = account.data(account.get("room-price", roomId=account.room(room), **query), shape)

    assert told["price"] == price
    assert (told.get("duration", 60), told.get("nbPersons", 2), told.get("period", "month")) == (
        int(query.get("duration", 60)),
        int(query.get("nbPersons", 2)),
        query.get("period", "month"),
    )


@covers(others("answer", f"room-price: {NO_PRICE}"), fields("room-price", "retcode", "message", "data.price"))
def test_price_that_is_unavailable_is_a_success_and_minus_one(account: Account) -> None:
    room = account.room("unpriced")

    response = account.get("room-price", roomId=room)

    told = account.data(response, document.NO_PRICE, table="room-price", retcode=-1)
    assert (told["roomId"], told["price"], response.json()["message"]) == (room, -1, NO_PRICE)
    account.saw("answer", f"room-price: {NO_PRICE}")


@covers(fields("contract-options"), parameters("contract-options"))
def test_contract_options(account: Account) -> None:
    site = account.site()["_id"]

    options = account.data(
        account.get("contract-options", site=site), [document.CONTRACT_OPTION], table="contract-options"
    )

    assert options
    for option in options:
        assert option["isUnique"] is not option["isGeneric"]
        assert option["supportsQuantity"] == (option["type"] in ("quantity", "promoWithQuantity"))
        assert (option["vat"]["rate"] is not None) == (option["vat"]["type"] == "special")
        has_promo = option["pricing"]["publicPromo"] is not None
        assert has_promo == (option["pricing"]["promoMonthDuration"] is not None)


@covers(
    others("option that is unique"),
    others("option that is generic"),
    others("type of rate"),
    needs={Fact.OURS},
)
def test_contract_options_of_every_key_and_type(account: Account) -> None:
    response = account.get("contract-options", site=account.world.paris.pk)

    options = account.data(response, [document.CONTRACT_OPTION])
    unique = {option["key"] for option in options if option["isUnique"]}
    assert unique == _names(others("option that is unique"))
    assert {option["key"] for option in options} - unique == _names(others("option that is generic"))
    assert {option["type"] for option in options} == _names(others("type of rate"))
    for option in options:
        account.saw("option that is unique" if option["isUnique"] else "option that is generic", option["key"])
        account.saw("type of rate", option["type"])
        prices = [option["pricing"][name] for name in ("publicBase", "memberBase", "publicPromo", "memberPromo")]
        assert prices == {
            "quote": [None] * 4,
            "promo": [200, 180, 150, 135],
            "promoWithQuantity": [200, 180, 150, 135],
        }.get(option["type"], [200, 180, None, None])


@covers(fields("user-info"), parameters("user-info"), needs={Fact.PERSON})
def test_user_by_address_in_any_case_and_by_id(account: Account) -> None:
    person = account.people["known"]
    user = account.data(account.get("user-info", email=person), document.USER, table="user-info")

    assert account.data(account.get("user-info", email=person.upper()), document.USER) == user
    assert account.data(account.get("user-info", id=user["_id"]), document.USER) == user
    assert user["email"] == person
    assert (user["organizationId"] is None) == (user["organizationName"] is None)
    # Of two the id counts, and the address isn't looked at.
    assert account.data(account.get("user-info", id=user["_id"], email="x"), document.USER) == user


@covers(others("role", "temp"), needs={Fact.PEOPLE})
def test_user_without_an_organization(account: Account) -> None:
    user = account.data(account.get("user-info", email=account.people["temp"]), document.USER)

    account.saw("role", user["role"])
    assert [user[name] for name in ("organizationId", "organizationName", "isOrganizationArchived")] == [None] * 3


@covers(others("role"), needs={Fact.OURS})
def test_user_of_every_role(account: Account) -> None:
    roles = [row.name for row in others("role")]

    told = [account.data(account.get("user-info", email=account.people[role]), document.USER) for role in roles]

    account.saw("role", *[user["role"] for user in told])
    assert [user["role"] for user in told] == roles


@covers(fields("organization-info"), parameters("organization-info"))
def test_organization(account: Account) -> None:
    if Fact.OURS in account.facts:
        _subscribe(account)
    key = account.organization()

    told = account.data(account.get("organization-info", id=key), document.ORGANIZATION, table="organization-info")

    assert told["_id"] == key
    assert all(site["country"] == site["country"].lower() for site in told["accessibleSites"])
    numbers = [option["id"] for option in told["contractOptions"]]
    assert len(set(numbers)) == len(numbers)


def _subscribe(account: Account) -> None:
    """Gives the organization of our own account a site and an option, so that all fields can be seen."""
    account.world.acme.memberships.create(site=account.world.paris, position=1)
    options = account.get("contract-options", site=account.world.paris.pk).json()["data"]
    order = {"optionModelId": options[0]["_id"], "quantity": 2}
    account.post("merge-contract", {"organizationId": account.world.acme.pk, "contractOptionsToAdd": [order]})


@pytest.mark.parametrize("who", ["known", "new"])
@covers(needs={Fact.OURS})
def test_check_email(account: Account, who: str) -> None:
    address = account.people.get(who, account.new_person)

    told = account.data(account.post("check-email", {"email": address}), document.EMAIL_STANDING)

    assert (told["exists"], told["hasOrganization"]) == (who == "known", who == "known")


def _names(rows: Iterable[Any]) -> set[str]:
    return {row.name for row in rows}
