"""Room pictures: what is taken, what is refused, and what is kept when the upstream fails."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from bookings.catalog.models import Room, RoomPicture
from bookings.catalog.pictures import (
    MOST_BYTES,
    WIDTHS,
    PictureOutcome,
    PictureRefused,
    drop_unused_files,
    encode_picture,
    list_rooms_due,
    picture_file,
    picture_path,
    refresh_picture,
)
from bookings.catalog.tasks import refresh_pictures
from portal.workways.connect import workways
from tests.conftest import StoppedClock
from tests.factories import make_room
from tests.factories.pictures import make_picture, make_png_bomb


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def redder_half(image: Image.Image) -> str:
    pixels = image.convert("RGB")
    left, right = pixels.getpixel((image.width // 8, image.height // 2)), pixels.getpixel((image.width * 7 // 8, 5))
    return "left" if left[0] > right[0] else "right"  # type: ignore[index]


@pytest.mark.parametrize(
    ("format", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
    ],
)
def test_picture_of_each_format_becomes_webp_in_each_width(format: str, mode: str) -> None:
    content = make_picture(format=format, mode="L") if mode == "I;16" else make_picture(format=format, mode=mode)

    encoded = encode_picture(content)

    assert (encoded.width, encoded.height) == (1200, 800)
    assert {width: opened(file).size for width, file in encoded.files.items()} == {480: (480, 320), 960: (960, 640)}
    assert {opened(file).format for file in encoded.files.values()} == {"WEBP"}


def test_small_picture_is_not_blown_up() -> None:
    encoded = encode_picture(make_picture(size=(300, 200)))

    assert [opened(encoded.files[width]).size for width in WIDTHS] == [(300, 200), (300, 200)]


def test_camera_sized_picture_keeps_its_measures() -> None:
    encoded = encode_picture(make_picture(size=(6000, 4000)))

    assert (encoded.width, encoded.height) == (6000, 4000)
    assert opened(encoded.files[960]).size == (960, 640)


def test_picture_lying_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3

    upside_down = opened(encode_picture(make_picture(exif=exif)).files[960])
    exif[0x0112] = 6
    sideways = encode_picture(make_picture(exif=exif))

    assert redder_half(upside_down) == "right"
    assert (sideways.width, sideways.height) == (800, 1200)
    assert opened(sideways.files[480]).size == (480, 720)


def test_metadata_is_stripped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary-description"
    content = make_picture(exif=exif, comment=b"canary-comment") + b"canary-trailer"

    encoded = encode_picture(content)

    assert content.count(b"canary") == 3
    assert not any(b"canary" in file or b"EXIF" in file for file in encoded.files.values())


def test_first_frame_of_an_animation_is_taken() -> None:
    stream = io.BytesIO()
    frames = [Image.new("P", (40, 30), color) for color in range(5)]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])

    encoded = encode_picture(stream.getvalue())

    assert getattr(opened(encoded.files[480]), "n_frames", 1) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a",
        b"\xff\xd8\xff",
        b"RIFF\x00\x00\x00\x00WEBP",
        make_picture(format="BMP"),
        make_picture(format="TIFF"),
        make_picture(format="PPM"),
        make_picture(format="ICO", size=(64, 64)),
        make_picture()[:2000],
        make_picture(format="PNG")[:500],
        make_png_bomb(width=100, height=100),
    ],
    ids=[
        "empty",
        "text",
        "html",
        "svg",
        "gif head",
        "jpeg head",
        "webp head",
        "bmp",
        "tiff",
        "ppm",
        "ico",
        "half jpeg",
        "half png",
        "hollow png",
    ],
)
def test_what_is_no_whole_picture_of_a_known_format_is_refused(content: bytes) -> None:
    with pytest.raises(PictureRefused):
        encode_picture(content)


@pytest.mark.parametrize(
    ("width", "height"), [(10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (2**31 - 1, 1)]
)
def test_picture_bomb_is_refused_by_its_header(width: int, height: int) -> None:
    with pytest.raises(PictureRefused):
        encode_picture(make_png_bomb(width=width, height=height))


def test_every_cut_and_every_flipped_byte_is_taken_or_refused() -> None:
    whole = {
        format: make_picture(format=format, size=(40, 30), mode="P" if format == "GIF" else "RGB")
        for format in ("JPEG", "PNG", "WEBP", "GIF")
    }
    outcomes = set()
    for content in whole.values():
        for position in range(0, len(content), 3):
            for damaged in (
                content[:position],
                content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :],
            ):
                try:
                    encode_picture(damaged)
                except PictureRefused:
                    outcomes.add("refused")
                else:
                    outcomes.add("taken")

    assert outcomes == {"refused", "taken"}


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureRefused, match="bytes"):
        encode_picture(make_picture() + b"\0" * MOST_BYTES)


@pytest.mark.parametrize(
    ("digest", "width"),
    [("0" * 64, 480), ("0" * 64, 481), ("", 480), ("../" * 21 + "a", 480), ("A" * 64, 480), ("0" * 63 + "\n", 480)],
)
def test_address_that_names_no_kept_picture_finds_no_file(digest: str, width: int) -> None:
    assert picture_file(digest, width) is None


class Gallery:
    """An upstream that has one picture, with an entity tag."""

    def __init__(self) -> None:
        self.content = make_picture()
        self.etag = '"first"'
        self.status = 200
        self.statuses: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        is_known = request.headers.get("If-None-Match") == self.etag
        status = 304 if is_known and self.status == 200 else self.status
        self.statuses.append(status)
        content = self.content if status == 200 else b""
        return httpx.Response(status, content=content, headers={"ETag": self.etag, "Content-Type": "image/jpeg"})


@pytest.fixture
def gallery(settings: Any, tmp_path: Path) -> Gallery:
    settings.DATA_DIR = tmp_path
    upstream = Gallery()
    settings.WORKWAYS_TRANSPORT = httpx.MockTransport(upstream)
    return upstream


@pytest.fixture
def room(clock: StoppedClock, db: None) -> Room:
    return make_room(feed=False, image_url="imageId123")


def look(room: Room, clock: StoppedClock) -> PictureOutcome:
    return refresh_picture(
        room=Room.objects.select_related("picture").get(pk=room.pk), client=workways(), now=clock.instant
    )


def kept(room: Room) -> RoomPicture:
    return RoomPicture.objects.get(room=room)


def test_new_picture_is_kept_and_measured(gallery: Gallery, room: Room, clock: StoppedClock) -> None:
    outcome = look(room, clock)

    picture = kept(room)
    files = [picture_path(Room.objects.get(pk=room.pk), width) for width in WIDTHS]
    assert outcome == PictureOutcome.STORED
    assert (picture.width, picture.height, picture.failure) == (1200, 800, "")
    assert picture.checked_at == clock.instant
    assert [opened(file.read_bytes()).width for file in files if file] == list(WIDTHS)


def test_unchanged_picture_costs_no_bytes(gallery: Gallery, room: Room, clock: StoppedClock) -> None:
    look(room, clock)
    clock.forward(days=1)

    outcome = look(room, clock)

    assert outcome == PictureOutcome.UNCHANGED
    assert gallery.statuses == [200, 304]
    assert kept(room).checked_at == clock.instant


def test_same_bytes_under_a_new_tag_are_unchanged(gallery: Gallery, room: Room, clock: StoppedClock) -> None:
    look(room, clock)
    gallery.etag = '"second"'

    outcome = look(room, clock)

    assert outcome == PictureOutcome.UNCHANGED
    assert kept(room).etag == '"second"'


def test_lost_files_are_fetched_again(gallery: Gallery, room: Room, clock: StoppedClock, tmp_path: Path) -> None:
    look(room, clock)
    for file in (tmp_path / "pictures").iterdir():
        file.unlink()

    outcome = look(room, clock)

    assert outcome == PictureOutcome.STORED
    assert picture_file(kept(room).digest, 480) is not None


@pytest.mark.parametrize(
    ("status", "content"),
    [(500, b""), (404, b""), (200, b"not a picture"), (200, make_png_bomb(width=60_000, height=60_000))],
)
def test_failing_picture_leaves_the_last_good_one(
    gallery: Gallery, room: Room, clock: StoppedClock, status: int, content: bytes
) -> None:
    look(room, clock)
    digest = kept(room).digest
    gallery.status, gallery.content, gallery.etag = status, content, '"second"'
    clock.forward(days=1)

    outcome = look(room, clock)

    assert outcome == PictureOutcome.FAILED
    assert kept(room).failure
    assert kept(room).digest == digest
    assert picture_path(Room.objects.get(pk=room.pk), 960) is not None


def test_failure_ends_when_the_picture_is_good_again(gallery: Gallery, room: Room, clock: StoppedClock) -> None:
    gallery.status = 500
    look(room, clock)
    gallery.status = 200

    outcome = look(room, clock)

    assert outcome == PictureOutcome.STORED
    assert kept(room).failure == ""


def test_moved_picture_is_asked_for_without_the_old_tag(gallery: Gallery, room: Room, clock: StoppedClock) -> None:
    look(room, clock)
    Room.objects.update(image_url="imageId456")

    look(room, clock)

    assert gallery.statuses == [200, 200]
    assert kept(room).source_url == "imageId456"


def test_room_that_lost_its_picture_shows_none(gallery: Gallery, room: Room, clock: StoppedClock) -> None:
    look(room, clock)
    Room.objects.update(image_url="")

    due = list_rooms_due(clock.instant)
    outcome = look(room, clock)

    assert due == [room]
    assert outcome == PictureOutcome.NONE
    assert Room.objects.get(pk=room.pk).kept_picture is None
    assert list_rooms_due(clock.instant) == []


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1/a.jpg", "ftp://example.org/a.jpg", "http://[", "https://10.0.0.1/a.jpg"]
)
def test_address_that_must_not_be_fetched_is_a_failure(
    gallery: Gallery, room: Room, clock: StoppedClock, address: str
) -> None:
    Room.objects.update(image_url=address)

    outcome = look(room, clock)

    assert outcome == PictureOutcome.FAILED
    assert gallery.statuses == []


def test_picture_is_due_when_new_then_after_hours_and_sooner_when_failing(
    gallery: Gallery, room: Room, clock: StoppedClock
) -> None:
    assert list_rooms_due(clock.instant) == [room]

    look(room, clock)
    assert list_rooms_due(clock.instant + timedelta(hours=11)) == []
    assert list_rooms_due(clock.instant + timedelta(hours=12)) == [room]

    gallery.status = 500
    look(room, clock)
    assert list_rooms_due(clock.instant + timedelta(minutes=59)) == []
    assert list_rooms_due(clock.instant + timedelta(hours=1)) == [room]

    Room.objects.update(vanished_at=clock.instant)
    assert list_rooms_due(clock.instant + timedelta(days=9)) == []


def test_task_looks_at_what_is_due_and_is_safe_to_run_twice(gallery: Gallery, room: Room, clock: StoppedClock) -> None:
    refresh_pictures()
    refresh_pictures()

    assert gallery.statuses == [200]
    assert kept(room).width == 1200


def test_files_of_no_room_are_removed_after_a_while(
    gallery: Gallery, room: Room, clock: StoppedClock, tmp_path: Path
) -> None:
    look(room, clock)
    unused = tmp_path / "pictures" / ("f" * 64 + "-480.webp")
    unused.write_bytes(b"old")
    for file in unused.parent.iterdir():
        os.utime(file, (clock.instant.timestamp(), clock.instant.timestamp()))

    assert drop_unused_files(now=clock.instant + timedelta(days=1)) == 0
    assert drop_unused_files(now=clock.instant + timedelta(days=3)) == 1
    assert not unused.exists()
    assert picture_file(kept(room).digest, 480) is not None


def test_picture_is_served_for_ever_and_as_it_is(
    gallery: Gallery, room: Room, clock: StoppedClock, client: Client
) -> None:
    look(room, clock)
    address = reverse("room-picture", args=[kept(room).digest, 480])

    response = client.get(address, headers={"Accept-Encoding": "gzip, br"})

    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Content-Encoding" not in response
    assert "Set-Cookie" not in response
    assert opened(content).size == (480, 320)


def test_unknown_picture_is_not_found(gallery: Gallery, client: Client, db: None) -> None:
    addresses = [reverse("room-picture", args=["0" * 64, 480]), reverse("room-picture", args=["..", 480])]

    assert [client.get(address).status_code for address in addresses] == [404, 404]
