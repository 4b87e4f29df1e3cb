"""Every refusal has its sentence, its status and its two keys; a refusal changes nothing, so a test may send many."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.contract import document
from tests.contract.accounts import Account
from tests.contract.coverage import Fact, covers
from tests.contract.inventory import HEADER_MISSING, NO_COUNTRY, errors, others
from tests.portal.embedded.world import KNOWN, booking, enrolment

UNKNOWN = document.UNKNOWN_ID


@covers(errors("general", NO_COUNTRY, "Invalid site ID format."), errors("HTTP status", "400"))
def test_lists_refuse(account: Account) -> None:
    told = [
        account.refusal(account.get(call, stranger=True, **query), "general")
        for call, query in (
            ("sites", {"country": "XYZ"}),
            ("rooms", {"country": "XYZ"}),
            ("rooms", {"site": "x"}),
        )
    ]

    assert told == [(400, NO_COUNTRY), (400, NO_COUNTRY), (400, "Invalid site ID format.")]


@covers(errors("icsfeed"))
def test_feed_refuses(account: Account) -> None:
    told = [
        account.refusal(account.get("icsfeed", stranger=True, **query), "icsfeed")
        for query in ({}, {"rooms": ""}, {"rooms": "x"})
    ]

    assert set(told) == {(400, document.BAD_ROOMS)}


@covers(row for row in errors("room-price") if row.name != HEADER_MISSING)
def test_price_refuses(account: Account) -> None:
    queries = (
        {},
        {"roomId": "x"},
        {"roomId": UNKNOWN},
        {"roomId": account.room("technical")},
        {"roomId": account.room("office"), "period": "year"},
        {"roomId": account.room("meeting"), "duration": "-1"},
    )

    told = [account.refusal(account.get("room-price", **query), "room-price") for query in queries]

    assert told == [(400, row.name) for row in errors("room-price")[:6]]


@covers(
    (row for call in ("contract-options", "user-info", "organization-info") for row in errors(call)[:-1]),
)
def test_other_reads_refuse(account: Account) -> None:
    queries: dict[str, tuple[dict[str, str], ...]] = {
        "contract-options": ({}, {"site": "x"}, {"site": UNKNOWN}),
        "user-info": ({}, {"id": "x"}, {"email": "x"}, {"id": UNKNOWN}),
        "organization-info": ({}, {"id": "x"}, {"id": UNKNOWN}),
    }
    for call, of_call in queries.items():
        told = [account.refusal(account.get(call, **query), call) for query in of_call]

        assert told == [(400, row.name) for row in errors(call)[:-1]]


# A refusal books nothing; but what a remote account refuses is what is to be found out, so these wait for the switch
# that lets the suite write there.


@covers(
    errors("meeting-request", "Room not found", "This room is not available for public booking"), needs={Fact.WRITES}
)
def test_bookings_of_rooms_that_can_not_be_booked(account: Account) -> None:
    person = {"contactEmail": account.people.get("known", account.new_person)}
    rooms = ("x", UNKNOWN, account.room("private"))

    told = [
        account.refusal(account.post("meeting-request", account.booking(**person, bookedRoom=room)), "meeting-request")
        for room in rooms
    ]

    assert told == [(400, row.name) for row in (errors("meeting-request")[4],) * 2 + (errors("meeting-request")[3],)]


@covers(errors("meeting-request")[:2], needs={Fact.WRITES})
def test_somebody_new_needs_two_days(account: Account) -> None:
    told = []
    for days in (0.25, -365, 1):
        at = f"{account.now + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"
        body = account.booking(contactEmail=account.new_person, bookedAt=at)
        told.append(account.refusal(account.post("meeting-request", body), "meeting-request"))

    today, soon = ((400, row.name) for row in errors("meeting-request")[:2])
    assert told == [today, today, soon]


@covers(errors("meeting-request", "Cannot book meetings for past dates"), needs={Fact.WRITES, Fact.PERSON})
def test_nobody_books_the_past(account: Account) -> None:
    at = f"{account.now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"

    response = account.post("meeting-request", account.booking(bookedAt=at))

    assert account.refusal(response, "meeting-request") == (400, "Cannot book meetings for past dates")


@covers(errors("merge-contract")[:-1], needs={Fact.WRITES})
def test_contract_refuses(account: Account) -> None:
    told = [
        account.refusal(account.post("merge-contract", {"organizationId": key, "rentalPrice": "1€"}), "merge-contract")
        for key in (None, "x", UNKNOWN)
    ]

    assert told == [(400, row.name) for row in errors("merge-contract")[:-1]]


@covers(errors("general", "Internal server error"), errors("HTTP status", "500"), needs={Fact.FAILS, Fact.WRITES})
def test_failure_nobody_foresaw(account: Account) -> None:
    body = account.booking(bookedRoom=account.room("failing"), contactEmail=account.new_person)

    response = account.post("meeting-request", body)

    assert account.refusal(response, "general") == (500, "Internal server error")


def _without_token(account: Account, call: str, header: str | None = None) -> httpx.Response:
    """Asks `call`, written as its method and path, as a stranger; with what else it needs."""
    method, path = call.split()
    headers = {} if header is None else {"Authorization": header}
    # Only calls that need no token are answered, and of those one needs to know the room.
    params = {"rooms": account.room("meeting")} if path == "/api/icsfeed" else {}
    return account.stranger.request(method, path, params=params, headers=headers)


_TELL_OF_IT = ("authentication", "room-price", "contract-options", "user-info", "organization-info", "merge-contract")


@covers(
    others("token"),
    errors("HTTP status", "401"),
    (row for table in _TELL_OF_IT for row in errors(table, HEADER_MISSING)),
)
def test_token_is_asked_for_where_the_table_says_so(account: Account) -> None:
    for row in others("token"):
        call, _, rule = row.name.partition(": ")
        response = _without_token(account, call)

        account.saw("token", row.name)
        if rule == "yes":
            assert account.refusal(response, call.rpartition("/")[2], "authentication") == (401, HEADER_MISSING)
        else:
            assert response.status_code == 200


@covers(errors("authentication")[1:3])
def test_bad_headers(account: Account) -> None:
    calls = [row.name.partition(":")[0] for row in others("token") if row.name.endswith("yes")]
    headers = ("ww_dev_x", account.tokens["revoked"])
    for header, row in zip(headers, errors("authentication")[1:3], strict=True):
        told = [account.refusal(_without_token(account, call, header), "authentication") for call in calls]

        assert told == [(401, row.name)] * len(calls)


@covers(errors("authentication")[2:], needs={Fact.DEAD_TOKENS})
def test_tokens_that_were_good_once(account: Account) -> None:
    told = [
        account.refusal(_without_token(account, call, account.tokens[what]), "authentication")
        for what in ("revoked", "inactive", "closed", "archived")
        for call in ("GET /api/user-info", "POST /api/register")
    ]

    assert told == [(401, row.name) for row in errors("authentication")[2:] for _ in range(2)]


@covers(needs={Fact.OURS})
def test_bad_header_is_never_taken_for_none(account: Account) -> None:
    told = [
        account.refusal(_without_token(account, call, account.tokens["revoked"]))
        for call in ("GET /api/sites", "GET /api/rooms")
    ]

    assert told == [(401, "Unauthorized: Invalid or revoked token")] * 2


# What the document is silent about is answered in its manner; only an API of ours can be held to these sentences.


def filled(account: Account, values: dict[str, Any]) -> dict[str, Any]:
    """The values, with the id of a room in place of its name in braces."""
    names = {name: getattr(account.world, name).pk for name in ("seine", "office", "technical", "private_office")}
    return {name: value.format(**names) if isinstance(value, str) else value for name, value in values.items()}


@covers(needs={Fact.OURS})
def test_reads_refuse_in_our_words(account: Account) -> None:
    told = [
        account.refusal(account.member.get(path, params=filled(account, query)))
        for path, query, _ in document.READ_REFUSALS
    ]

    assert told == [(400, message) for _, _, message in document.READ_REFUSALS]


@pytest.mark.parametrize("table", ["meeting-request", "register", "check-email", "merge-contract"])
@covers(needs={Fact.OURS})
def test_writes_refuse_in_our_words(account: Account, table: str) -> None:
    good, changes = {
        "meeting-request": (booking(account.world.seine), document.MEETING_REFUSALS),
        "register": (enrolment(siteId=account.world.paris.pk), document.REGISTER_REFUSALS),
        "check-email": ({"email": KNOWN}, document.EMAIL_REFUSALS),
        "merge-contract": ({"organizationId": account.world.acme.pk, "rentalPrice": "1€"}, document.MERGE_REFUSALS),
    }[table]

    told = [account.refusal(account.post(table, filled(account, {**good, **one}))) for one, _ in changes]

    assert told == [(400, message) for _, message in changes]


@covers(needs={Fact.OURS})
def test_taken_slot(account: Account) -> None:
    account.post("meeting-request", account.booking())

    response = account.post("meeting-request", account.booking(contactEmail=account.new_person))

    assert account.refusal(response) == (400, "Room is not available for the selected time slot")


@covers(needs={Fact.OURS})
def test_bodies_that_are_no_json(account: Account) -> None:
    told = [
        account.refusal(account.member.post(path, content=body))
        for path in document.WRITES
        for body in document.NO_JSON
    ]

    assert set(told) == {(400, "Invalid JSON body")}


@covers(needs={Fact.OURS})
def test_unknown_addresses_and_wrong_methods(account: Account) -> None:
    assert account.refusal(account.member.get("/api/nothing")) == (404, "Not found")
    assert account.refusal(account.member.get("/imageroom?id=nothing")) == (404, "Image not found")
    for method, path in (("POST", "/api/sites"), ("GET", "/api/register"), ("DELETE", "/api/rooms")):
        assert account.refusal(account.member.request(method, path)) == (405, "Method not allowed")
