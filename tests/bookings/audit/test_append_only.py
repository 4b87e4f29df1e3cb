"""Rows of the audit are only added: the database itself refuses everything else."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from bookings.audit.actions import SYSTEM, Actor, record
from bookings.audit.models import AuditRow
from bookings.audit.queries import list_rows
from bookings.audit.rules import problem_of
from bookings.audit.vocabulary import Act, Subject

NOW = datetime(2026, 1, 7, 9, tzinfo=UTC)
IS_SQLITE = connection.vendor == "sqlite"


def a_row(reference: str = "ABCD-EFGH") -> AuditRow:
    actor = Actor(name="Sofia Keller", user_id=7, role=20, network="192.0.2.0")
    return record(by=actor, act=Act.SETTLED, subject=Subject.REQUEST, reference=reference, now=NOW)


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def change_by_hand(row: AuditRow) -> None:
    run("UPDATE bookings_auditrow SET actor = 'Nobody' WHERE id = %s", row.pk)


def delete_by_hand(row: AuditRow) -> None:
    run("DELETE FROM bookings_auditrow WHERE id = %s", row.pk)


def write_over_by_hand(row: AuditRow) -> None:
    """SQLite's INSERT OR REPLACE deletes without calling it so; PostgreSQL's upsert is an update."""
    columns = ", ".join(field.column for field in AuditRow._meta.fields)
    copied = f"SELECT {columns} FROM bookings_auditrow WHERE id = %s"  # noqa: S608  The model's own columns.
    if IS_SQLITE:
        run(f"INSERT OR REPLACE INTO bookings_auditrow ({columns}) {copied}", row.pk)
    else:
        run(
            f"INSERT INTO bookings_auditrow ({columns}) {copied} ON CONFLICT (id) DO UPDATE SET actor = 'Nobody'",
            row.pk,
        )


def empty_by_hand(row: AuditRow) -> None:
    run("DELETE FROM bookings_auditrow" if IS_SQLITE else "TRUNCATE bookings_auditrow")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attempt",
    [
        lambda row: AuditRow.objects.filter(pk=row.pk).update(actor="Nobody"),
        lambda row: AuditRow.objects.filter(pk=row.pk).delete(),
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: AuditRow.objects.bulk_update([row], ["actor"]),
        change_by_hand,
        delete_by_hand,
        write_over_by_hand,
        empty_by_hand,
    ],
    ids=["update", "delete", "save", "delete it", "bulk", "SQL update", "SQL delete", "SQL overwrite", "SQL empty"],
)
def test_database_refuses_to_change_or_delete_a_row(attempt: Callable[[AuditRow], object]) -> None:
    row = a_row()
    before = list(AuditRow.objects.values())

    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        attempt(row)

    assert list(AuditRow.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_emptying_the_whole_database_empties_the_audit_and_keeps_it_guarded() -> None:
    a_row()

    call_command("flush", verbosity=0, interactive=False)

    assert AuditRow.objects.count() == 0
    with pytest.raises(IntegrityError):
        delete_by_hand(a_row())


@pytest.mark.parametrize(
    ("reference", "details"),
    [
        ("jean.dupont@acme.example", {}),
        ("Jean Dupont", {}),
        ("x" * 65, {}),
        ("", {"for": "jean@acme.example"}),
        ("", {"note": "Called him twice"}),
        ("", {"sites": ["0" * 24, "the big one"]}),
    ],
)
def test_what_could_be_personal_is_refused(reference: str, details: dict[str, object]) -> None:
    assert problem_of(reference, details)  # type: ignore[arg-type]


@pytest.mark.parametrize("reference", ["", "ABCD-EFGH", "12", "0123456789abcdef01234567"])
def test_references_and_words_of_ours_are_taken(reference: str) -> None:
    assert problem_of(reference, {"role": "front_desk", "rows": 3, "sites": ["0" * 24], "is_new": True}) == ""


@pytest.mark.django_db
def test_refused_words_leave_no_row() -> None:
    with pytest.raises(ValueError, match="personal"):
        a_row("jean.dupont@acme.example")

    assert AuditRow.objects.count() == 0


@pytest.mark.django_db
def test_rows_are_found_by_who_what_whom_and_when() -> None:
    sofia = a_row()
    portal = record(by=SYSTEM, act=Act.EXPORTED, subject=Subject.AUDIT, now=NOW.replace(day=9))

    found = {
        "member": list(list_rows(user_id=7)),
        "act": list(list_rows(act="exported")),
        "subject": list(list_rows(subject="request")),
        "about": list(list_rows(about={Subject.REQUEST: ["ABCD-EFGH"]})),
        "about another kind": list(list_rows(about={Subject.MAIL: ["ABCD-EFGH"]})),
        "about nothing": list(list_rows(about={})),
        "reference": list(list_rows(reference="abcd-efgh")),
        "since": list(list_rows(since=NOW.replace(day=8))),
        "until": list(list_rows(until=NOW.replace(day=8))),
        "all": list(list_rows()),
    }

    assert found == {
        "member": [sofia],
        "act": [portal],
        "subject": [sofia],
        "about": [sofia],
        "about another kind": [],
        "about nothing": [],
        "reference": [sofia],
        "since": [portal],
        "until": [sofia],
        "all": [portal, sofia],
    }
