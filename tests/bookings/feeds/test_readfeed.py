"""`manage.py readfeed`: what support sees of one file."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bookings.management.commands.readfeed import Command
from tests.bookings.feeds.corpus import FOLDER

WINDOW = {"timezone": "Europe/Paris", "start": "2026-01-05T00:00:00Z", "end": "2026-02-02T00:00:00Z"}


def test_readable_file_is_ok(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("readfeed", str(FOLDER / "workways-back-to-back.ics"), **WINDOW)

    assert json.loads(capsys.readouterr().out) == {
        "status": "ok",
        "busy": [
            {"start": "2026-01-12T09:00:00Z", "end": "2026-01-12T11:00:00Z"},
            {"start": "2026-01-12T13:00:00Z", "end": "2026-01-12T14:00:00Z"},
        ],
        "rejected": [],
    }


def test_unreadable_event_is_partial_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("readfeed", str(FOLDER / "start-is-words.ics"), **WINDOW)

    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "partial"
    assert answer["rejected"] == [{"uid": "a@rooms.example", "reason": "Its start is not a date or time."}]
    assert len(answer["busy"]) == 1


def test_useless_file_is_rejected_with_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "login.ics"
    file.write_text("<html>Please sign in</html>")

    with pytest.raises(SystemExit) as end:
        call_command("readfeed", str(file), **WINDOW)

    assert end.value.code == 1
    assert json.loads(capsys.readouterr().out) == {
        "status": "rejected",
        "reason": "This is a web page, not a calendar.",
        "busy": [],
        "rejected": [],
    }


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("timezone", "Europe/Pariss", "--timezone"),
        ("timezone", "../../etc/passwd", "--timezone"),
        ("start", "tomorrow", "--start"),
        ("end", "0001-01-01T00:00:00+14:00", "--end"),
        ("end", "2026-01-05T00:00:00Z", "--end"),
        ("end", "2027-03-01", "400 days"),
    ],
)
def test_senseless_argument_is_a_sentence_and_exit_2(option: str, value: str, word: str) -> None:
    with pytest.raises(CommandError, match=word) as error:
        call_command("readfeed", str(FOLDER / "all-day.ics"), **{**WINDOW, option: value})

    assert error.value.returncode == 2


@pytest.mark.parametrize("name", ["missing.ics", ".", "a\x00b"])
def test_file_that_cannot_be_opened_is_a_sentence_and_exit_2(name: str) -> None:
    with pytest.raises(CommandError, match="can't be read") as error:
        call_command("readfeed", name, **WINDOW)

    assert error.value.returncode == 2


def test_missing_arguments_end_with_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        Command().run_from_argv(["manage.py", "readfeed", "some.ics"])

    assert end.value.code == 2
    assert "--timezone" in capsys.readouterr().err
