"""A second engine, ical.js, understands our calendar files as we do, except where a case says why not.

It comes from npm, pinned, into a folder that git ignores, the first time these tests run.
"""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bookings.core.timespan import TimeSpan, merged
from tests.bookings.feeds.corpus import FOLDER, Case, cases

pytestmark = pytest.mark.node

VERSION = "2.2.1"
KEPT = Path(__file__).parents[3] / ".node"
PROGRAM = Path(__file__).with_name("second_engine.mjs")
VALID = [case for case in cases() if case.status == "ok"]


@pytest.fixture(scope="session")
def ical_js() -> Path:
    """The engine's module, installed when it isn't there yet."""
    folder = KEPT / f"ical.js-{VERSION}"
    module = folder / "node_modules" / "ical.js" / "dist" / "ical.js"
    if not module.exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
        done = subprocess.run(
            ["npm", "install", *options, f"ical.js@{VERSION}"], capture_output=True, text=True, timeout=120, check=False
        )
        if not module.exists():
            shutil.rmtree(folder)
            if "node" in os.environ.get("PORTAL_TESTS_NEED", "").split(","):
                pytest.fail(f"ical.js could not be installed:\n{done.stderr}")
            pytest.skip("ical.js could not be installed; npm has no way to its registry.")
    return module


@pytest.fixture(scope="session")
def answers(ical_js: Path) -> dict[str, Any]:
    """What ical.js makes of every valid file, in one run."""
    windows = [
        {
            "file": case.file,
            "zone": case.zone.key,
            "start": case.window.start.isoformat(),
            "end": case.window.end.isoformat(),
        }
        for case in VALID
    ]
    done = subprocess.run(
        ["node", str(PROGRAM), str(ical_js)],
        input=json.dumps({"folder": str(FOLDER), "cases": windows}),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _spans(answer: dict[str, Any], case: Case) -> list[TimeSpan] | None:
    """The merged busy time inside the window, or None when the engine refused the file."""
    if "error" in answer:
        return None
    spans = [TimeSpan(*(datetime.fromtimestamp(at, UTC) for at in pair)) for pair in answer["busy"]]
    return merged(clipped for span in spans if (clipped := span.clipped(case.window)))


@pytest.mark.parametrize("case", [case for case in VALID if not case.ical_js], ids=lambda case: case.file)
def test_second_engine_agrees(case: Case, answers: dict[str, Any]) -> None:
    assert _spans(answers[case.file], case) == case.busy, answers[case.file].get("error", case.why)


@pytest.mark.parametrize("case", [case for case in VALID if case.ical_js], ids=lambda case: case.file)
def test_differences_that_are_listed_exist(case: Case, answers: dict[str, Any]) -> None:
    assert _spans(answers[case.file], case) != case.busy, "The engine agrees by now, so its reason can go."


def test_nearly_all_valid_files_are_compared() -> None:
    assert len([case for case in VALID if not case.ical_js]) >= 120
