"""What the portal understands of one calendar file, for support."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from bookings.core.timespan import TimeSpan, merged
from bookings.core.zones import is_zone
from bookings.feeds.parse import read_feed
from bookings.feeds.readings import CAPS, FeedReading, FeedRejected, Flaw


class Command(BaseCommand):
    """Prints JSON: `status` ok, partial or rejected; `busy` as merged UTC intervals; `rejected` events with reasons."""

    help = "Reads one iCalendar file and prints as JSON what the portal takes as busy."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file, the room's zone, and the window."""
        parser.add_argument("file", help="the calendar file; - reads standard input")
        parser.add_argument("--timezone", required=True, help="the room's zone, such as Europe/Paris")
        parser.add_argument("--start", required=True, help="start of the window, such as 2026-01-05T00:00:00Z")
        parser.add_argument("--end", required=True, help="end of the window, which is left out, at most 400 days later")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits 0, 1 when the file is rejected as a whole, 2 for arguments that make no sense."""
        zone = _zone(options["timezone"])
        window = _window(_instant("--start", options["start"], zone), _instant("--end", options["end"], zone))
        content = _content(options["file"])
        try:
            reading = read_feed(content, zone=zone, window=window)
        except FeedRejected as refusal:
            answer: dict[str, Any] = {"status": "rejected", "reason": refusal.flaw.value, "busy": [], "rejected": []}
            self.stdout.write(json.dumps(answer, indent=2))
            raise SystemExit(1) from None
        self.stdout.write(json.dumps(_answer(reading, window), indent=2))


def _answer(reading: FeedReading, window: TimeSpan) -> dict[str, Any]:
    inside = [span for busy in reading.busy if (span := busy.span.clipped(window))]
    return {
        "status": reading.status,
        "busy": [{"start": _text(span.start), "end": _text(span.end)} for span in merged(inside)],
        "rejected": [{"uid": rejected.uid, "reason": rejected.reason.value} for rejected in reading.rejected],
    }


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _wrong(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=2)


def _zone(name: str) -> ZoneInfo:
    if not is_zone(name):
        raise _wrong(f"--timezone: there is no zone {name!r}. Use an IANA name such as Europe/Paris.")
    return ZoneInfo(name)


def _instant(option: str, text: str, zone: ZoneInfo) -> datetime:
    """An ISO date or time; without an offset it is on the room's wall clock."""
    try:
        instant = datetime.fromisoformat(text)
        instant = instant.replace(tzinfo=zone) if instant.tzinfo is None else instant
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(f"{option}: {text!r} is not a date or time. Write it as 2026-01-05T00:00:00Z.") from None


def _window(start: datetime, end: datetime) -> TimeSpan:
    if end <= start:
        raise _wrong("--end must be later than --start.")
    if end - start > CAPS.window:
        raise _wrong(f"{Flaw.WINDOW_TOO_LONG.value} Bring --start and --end closer together.")
    return TimeSpan(start, end)


def _content(name: str) -> bytes:
    path = Path("/dev/stdin") if name == "-" else Path(name)
    try:
        with path.open("rb") as stream:
            # One byte more than allowed is enough to be refused for its size.
            return stream.read(CAPS.size + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        raise _wrong(f"{name} can't be read: {reason}.") from None
