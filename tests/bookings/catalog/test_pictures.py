"""Room pictures: what is taken, what is refused, and what is kept when the upstream fails."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bookings.catalog.pictures import (
    MOST_BYTES,
    WIDTHS,
    PictureRefused,
    encode_picture,
    picture_file,
)
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
