"""`manage.py refresh`: everything now, in this process, in words."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from bookings.catalog.models import Room, RoomPicture
from bookings.feeds.models import Feed
from tests.conftest import StoppedClock
from tests.factories.pictures import make_picture
from tests.support.transports import Recording, server_error

pytestmark = pytest.mark.django_db

SITE = {"_id": "a" * 24, "name": "Bastille", "country": "France", "publicRooms": [], "otherRooms": []}


def upstream_room(id: str, **fields: Any) -> dict[str, Any]:
    return {
        "_id": id,
        "name": f"Room {id[0]}",
        "publicName": f"Room {id[0]}",
        "type": "publicMeeting",
        "siteId": "a" * 24,
        "siteName": "Bastille",
        "country": "France",
        "image": "",
        **fields,
    }


class Account(httpx.BaseTransport):
    """A Workways account with two rooms, one of which has a picture."""

    def __init__(self) -> None:
        self.rooms = [upstream_room("1" * 24, image="pictureOne"), upstream_room("2" * 24)]
        self.broken_feed = ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/api/sites":
                return self._json([SITE])
            case "/api/rooms":
                return self._json(self.rooms)
            case "/imageroom":
                return httpx.Response(200, content=make_picture(size=(60, 40)), headers={"Content-Type": "image/jpeg"})
            case _ if request.url.params["rooms"] == self.broken_feed:
                return httpx.Response(404, text="gone")
            case _:
                uid = request.url.params["rooms"]
                event = (
                    f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20260109T100000Z\r\nDTEND:20260109T110000Z\r\nEND:VEVENT\r\n"
                )
                calendar = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n{event}END:VCALENDAR\r\n"
                return httpx.Response(200, text=calendar, headers={"Content-Type": "text/calendar"})

    def _json(self, data: list[dict[str, Any]]) -> httpx.Response:
        return httpx.Response(200, content=json.dumps({"retcode": 1, "message": "OK", "data": data}))


@pytest.fixture
def account(settings: Any, clock: StoppedClock, tmp_path: Path) -> Account:
    settings.DATA_DIR = tmp_path
    settings.WORKWAYS_TRANSPORT = account = Account()
    return account


def run(**options: Any) -> list[str]:
    stream = io.StringIO()
    call_command("refresh", stdout=stream, **options)
    return stream.getvalue().splitlines()


def test_everything_is_read_and_told(account: Account) -> None:
    told = run()

    assert told == [
        "Catalog: 1 sites added, 2 rooms added.",
        "Pictures: 1 stored, 0 unchanged, 0 failed, 1 none.",
        "Calendars: 2 changed, 0 unchanged, 0 failed.",
    ]
    assert Room.objects.count() == Feed.objects.exclude(read_at=None).count() == 2
    assert RoomPicture.objects.get().width == 60


def test_second_run_finds_nothing_new(account: Account) -> None:
    run()

    assert run() == [
        "Catalog: nothing changed.",
        "Pictures: 0 stored, 1 unchanged, 0 failed, 1 none.",
        "Calendars: 0 changed, 2 unchanged, 0 failed.",
    ]


def test_one_room_only(account: Account, settings: Any) -> None:
    run()
    settings.WORKWAYS_TRANSPORT = recording = Recording(account)

    told = run(room="2" * 24)

    assert told[1:] == [
        "Pictures: 0 stored, 0 unchanged, 0 failed, 1 none.",
        "Calendars: 0 changed, 1 unchanged, 0 failed.",
    ]
    assert recording.calls == ["GET /api/sites", "GET /api/rooms", "GET /api/icsfeed"]


def test_failing_calendar_is_named_and_the_others_are_read(account: Account) -> None:
    account.broken_feed = "1" * 24

    told = run()

    assert "Calendars: 1 changed, 0 unchanged, 1 failed." in told
    assert told[-1].startswith(f"  Room 1 ({'1' * 24}): ")


def test_failing_calendar_of_the_one_room_is_an_error(account: Account) -> None:
    account.broken_feed = "1" * 24

    with pytest.raises(CommandError, match="Room 1"):
        run(room="1" * 24)


@pytest.mark.parametrize("id", ["3" * 24, "nonsense", "\x00"])
def test_unknown_room_is_an_error(account: Account, id: str) -> None:
    with pytest.raises(CommandError, match="has no room"):
        run(room=id)


def test_unreadable_catalog_is_an_error(account: Account, settings: Any) -> None:
    settings.WORKWAYS_TRANSPORT = server_error(inner=account)

    with pytest.raises(CommandError, match="The catalog could not be read"):
        run()


def test_unusable_room_is_named(account: Account) -> None:
    account.rooms.append(upstream_room("imageId"))

    assert "  left out: a room with the unusable id 'imageId'" in run()


def test_nothing_is_said_when_told_to_be_quiet(account: Account) -> None:
    assert run(verbosity=0) == []
    assert Room.objects.count() == 2
