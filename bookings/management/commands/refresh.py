"""Brings the mirror up to date now, in this process, and prints what changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bookings.catalog.actions import refresh_catalog
from bookings.catalog.models import Room
from bookings.catalog.pictures import PictureOutcome, refresh_picture
from bookings.catalog.sync import Changes, Tally
from bookings.core.identifiers import is_workways_id
from bookings.feeds.actions import ensure_feeds, refresh_feed
from bookings.feeds.models import Feed
from bookings.upstream_calls import recording
from portal import clock
from portal.workways.connect import workways


class Command(BaseCommand):
    """Reads the catalog, the room pictures and the calendars; with --room only that room's picture and calendar."""

    help = "Reads the catalog, the room pictures and the calendars of Workways now, in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--room."""
        parser.add_argument("--room", default="", metavar="ID", help="only this room's picture and calendar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when the catalog, or the one calendar asked for, can't be read."""
        self._is_quiet = options["verbosity"] == 0
        try:
            self._refresh(options["room"])
        finally:
            recording.write_tallies()

    def _refresh(self, room_id: str) -> None:
        self._read_catalog()
        rooms = Room.objects.filter(vanished_at=None).select_related("site", "picture").order_by("pk")
        if room_id:
            rooms = rooms.filter(workways_id=room_id) if is_workways_id(room_id) else rooms.none()
            if not rooms:
                raise CommandError(f"The catalog has no room {room_id}. Its page's address holds the right id.")
        self._read_pictures(list(rooms))
        ensure_feeds(now=clock.now())
        feeds = list(Feed.objects.filter(room__in=rooms).select_related("room__site").order_by("pk"))
        failures = self._read_feeds(feeds)
        if room_id and failures:
            raise CommandError(failures[0])

    def _read_catalog(self) -> None:
        result = refresh_catalog(client=workways(), now=clock.now())
        if result.failure:
            raise CommandError(f"The catalog could not be read: {result.failure}")
        self._say(f"Catalog: {_told(result.changes)}.")
        for id in result.changes.unusable:
            self._say(f"  left out: a room with the unusable id {id!r}")

    def _read_pictures(self, rooms: list[Room]) -> None:
        outcomes = {room: refresh_picture(room=room, client=workways(), now=clock.now()) for room in rooms}
        counted = [f"{list(outcomes.values()).count(outcome)} {outcome}" for outcome in PictureOutcome]
        self._say(f"Pictures: {', '.join(counted)}.")
        for room, outcome in outcomes.items():
            if outcome is PictureOutcome.FAILED:
                room.refresh_from_db()
                self._say(f"  {room} ({room.workways_id}): {room.picture.failure}")

    def _read_feeds(self, feeds: list[Feed]) -> list[str]:
        """Reads each calendar; returns a sentence for each that failed."""
        changed, failures = 0, []
        for feed in feeds:
            version = feed.version
            if refresh_feed(feed=feed, client=workways(), now=clock.now()):
                changed += feed.version != version
            else:
                failures.append(f"{feed.room} ({feed.room.workways_id}): {feed.failure}")
        unchanged = len(feeds) - changed - len(failures)
        self._say(f"Calendars: {changed} changed, {unchanged} unchanged, {len(failures)} failed.")
        for failure in failures:
            self._say(f"  {failure}")
        return failures

    def _say(self, text: str) -> None:
        if not self._is_quiet:
            self.stdout.write(text)


def _told(changes: Changes) -> str:
    parts = [
        part for name, tally in (("sites", changes.sites), ("rooms", changes.rooms)) for part in _counts(name, tally)
    ]
    return ", ".join(parts) or "nothing changed"


def _counts(name: str, tally: Tally) -> list[str]:
    numbers = {
        "added": tally.added,
        "changed": tally.changed,
        "vanished": tally.vanished,
        "returned": tally.returned,
    }
    return [f"{len(ids)} {name} {what}" for what, ids in numbers.items() if ids]
