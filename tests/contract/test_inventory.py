"""No row of the document's tables is left out."""

import importlib
from types import SimpleNamespace

from tests.contract.coverage import CASES, summary
from tests.contract.inventory import KINDS, ROWS

for _name in ("test_reads", "test_refusals", "test_writes"):
    importlib.import_module(f"tests.contract.{_name}")


def test_every_row_of_the_document_is_covered_by_a_case() -> None:
    covered = {row for case in CASES for row in case.rows}

    assert [str(row) for row in ROWS if row not in covered] == []


def test_inventory_has_every_table_of_the_document() -> None:
    # As many as the document has: 51 parameters and the 9 fields of an option, 118 fields of answers.
    assert {kind: sum(row.kind == kind for row in ROWS) for kind in KINDS} == {
        "parameter": 60,
        "field": 118,
        "error": 43,
        "other": 46,
    }
    assert len({str(row) for row in ROWS}) == len(ROWS)


def test_summary_counts_what_passed_and_names_what_was_left_out() -> None:
    rows = [str(row) for row in ROWS[:-1]]
    reports = [
        SimpleNamespace(user_properties=[("rows of the Workways API document", {"leg": "a", "rows": rows})]),
        SimpleNamespace(user_properties=[("another", {})]),
    ]

    lines = list(summary(reports))

    assert (
        lines[0] == "covered 266 of 267 rows: parameters 60 of 60, fields 118 of 118, errors 43 of 43, others 45 of 46"
    )
    assert lines[1:] == ["  a: 266 of 267", f"  not covered: {ROWS[-1]}"]
    assert list(summary([])) == []
