"""A contract is merged as a whole or not at all, wherever the call breaks off."""

from typing import Any

import pytest
from django.db import connection

from portal.embedded.models import Organization, Room, Subscription
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import World, make_rates, make_room, whole_database

MERGE = "/api/merge-contract"

# The steps of one merge in their order: what the database is asked to do, on which table, and with which row.
STEPS = [
    ("the organization", "UPDATE", Organization, "NEW.rental_comment = 'all at once'"),
    ("what is replaced goes", "DELETE", Subscription, "OLD.number = 1"),
    ("the first that replaces it comes", "INSERT", Subscription, "NEW.number = 3"),
    ("the last that replaces it comes", "INSERT", Subscription, "NEW.number = 4"),
    ("the first that is added comes", "INSERT", Subscription, "NEW.number = 5"),
    ("what is removed goes", "DELETE", Subscription, "OLD.number = 5"),
    ("the room that is replaced goes", "UPDATE", Room, "NEW.name = 'Private Office 101'"),
    ("the room that replaces it comes", "UPDATE", Room, "NEW.name = 'Bureau'"),
    ("the room that is added comes", "UPDATE", Room, "NEW.name = 'Added' AND NEW.organization_id IS NOT NULL"),
    ("the room that is removed goes", "UPDATE", Room, "NEW.name = 'Added' AND NEW.organization_id IS NULL"),
]


@pytest.fixture
def body(world: World, post: Call) -> dict[str, Any]:
    """A merge that does everything a merge can do, to a contract with two options and a room."""
    parking, service, television = make_rates(world.paris)
    added = make_room(world.paris, "Added", type="office", image_id="")
    options = [{"optionModelId": rate.pk} for rate in (parking, service)]
    assert post(MERGE, {"organizationId": world.acme.pk, "contractOptions": options}).status == 200
    return {
        "organizationId": world.acme.pk,
        "rentalPrice": "1500€",
        "rentalComment": "all at once",
        "rentalStartAt": "2026-01-01",
        "contractOptions": options,
        "contractOptionsToAdd": [{"optionModelId": television.pk}, {"optionModelId": television.pk}],
        "contractOptionsToRemove": [5],
        "rooms": [world.office.pk],
        "roomsToAdd": [added.pk],
        "roomsToRemove": [added.pk],
    }


def break_at(act: str, model: Any, row: str) -> None:
    """From now on the database fails where such a row is written."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER broken BEFORE {act} ON {table} WHEN {row} BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )
            return
        cursor.execute("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$")
        cursor.execute(
            f"CREATE TRIGGER broken BEFORE {act} ON {table} FOR EACH ROW WHEN ({row}) EXECUTE FUNCTION broken()"
        )


@pytest.mark.parametrize(("act", "model", "row"), [step[1:] for step in STEPS], ids=[step[0] for step in STEPS])
def test_failure_at_any_step_undoes_the_others(
    body: dict[str, Any], post: Call, act: str, model: Any, row: str
) -> None:
    before = whole_database()
    break_at(act, model, row)

    response = post(MERGE, body)

    assert (response.status, response.payload()["message"]) == (500, "Internal server error")
    assert whole_database() == before


@pytest.mark.parametrize(
    "fault",
    [
        {"contractOptionsToAdd": [{"optionModelId": "f" * 24}]},
        {"contractOptionsToRemove": [99]},
        {"rooms": ["f" * 24]},
        {"roomsToAdd": ["f" * 24]},
        {"roomsToRemove": ["f" * 24]},
    ],
    ids=lambda fault: next(iter(fault)),
)
def test_refusal_in_any_list_undoes_the_others(body: dict[str, Any], post: Call, fault: dict[str, Any]) -> None:
    before = whole_database()

    response = post(MERGE, {**body, **fault})

    assert (response.status, response.payload()["retcode"]) == (400, -1)
    assert whole_database() == before


def test_the_same_merge_does_all_of_it_when_nothing_breaks(world: World, body: dict[str, Any], post: Call) -> None:
    assert post(MERGE, body).status == 200

    world.acme.refresh_from_db()
    assert (world.acme.rental_price, world.acme.rental_comment) == ("1500€", "all at once")
    assert list(world.acme.subscriptions.values_list("number", "key")) == [
        (3, "parking"),
        (4, "service_by_month"),
        (6, "tv_rental"),
    ]
    assert list(world.acme.rooms.values_list("name", flat=True)) == ["Bureau"]
