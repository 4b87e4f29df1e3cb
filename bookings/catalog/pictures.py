"""Pictures of rooms and sites: from the upstream or from staff, checked, measured, kept as small WebP files of our own.

A picture from outside is untrusted bytes. It is opened only as one of four formats, refused when its header announces
more pixels than a page could use, and served only as what we encoded anew, so that nothing of the source's metadata or
of bytes hidden behind the image gets through. The files lie in the data folder as pictures/<digest>-<width>.webp, the
digest being that of the source, so an address never changes its content.
"""

import hashlib
import io
import os
import re
import struct
import tempfile
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q
from PIL import Image, ImageOps

from bookings.catalog.models import Room, RoomPicture, Site
from bookings.catalog.own import ShownPicture
from portal.workways import NotModified, Workways, WorkwaysError

WIDTHS = (480, 960)
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000

_ENOUGH = (2 * max(WIDTHS), 2 * max(WIDTHS))
_QUALITY = 80
_CHECK_AGAIN = timedelta(hours=12)
_TRY_AGAIN = timedelta(hours=1)
_KEEP_UNUSED = timedelta(days=2)
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Pillow has no root for what its decoders raise on a damaged or hostile file; these are the kinds they use.
_DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class PictureRefused(Exception):
    """The bytes are no picture that we would show; the message says why, in English, for staff."""


class PictureOutcome(StrEnum):
    """What became of one look at a room's picture."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """A checked picture: its size in pixels, upright, and a WebP for each of WIDTHS; never wider than the source."""

    width: int
    height: int
    files: dict[int, bytes]


def encode_picture(content: bytes) -> EncodedPicture:
    """Checks untrusted bytes and encodes them anew. Raises PictureRefused."""
    if len(content) > MOST_BYTES:
        raise PictureRefused(f"The picture has {len(content)} bytes, more than {MOST_BYTES}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encode(content)
    except _DECODING_ERRORS as error:
        raise PictureRefused(
            f"The picture can't be read as JPEG, PNG, WebP or GIF ({type(error).__name__})."
        ) from error


def _encode(content: bytes) -> EncodedPicture:
    with Image.open(io.BytesIO(content), formats=FORMATS) as source:
        # The size stands in the header; nothing is unpacked before it is known to be sane.
        if source.width * source.height > MOST_PIXELS:
            raise PictureRefused(f"The picture is {source.width} by {source.height} pixels, more than {MOST_PIXELS}.")
        full_size = source.size
        # A camera's JPEG is decoded at a fraction of its size where that is enough; other formats ignore the request.
        source.draft("RGB", _ENOUGH)
        drawn = source.convert("RGBA" if source.has_transparency_data else "RGB")
    drawn.thumbnail(_ENOUGH)
    upright = ImageOps.exif_transpose(drawn)
    width, height = full_size[::-1] if upright.size == drawn.size[::-1] else full_size
    return EncodedPicture(width, height, {wanted: _webp(upright, wanted) for wanted in WIDTHS})


def _webp(picture: Image.Image, width: int) -> bytes:
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=_QUALITY, method=4)
    return stream.getvalue()


def picture_file(digest: str, width: int) -> Path | None:
    """The kept file, or None when there is none; safe for a digest and a width that came from an address."""
    if width not in WIDTHS or not _DIGEST.fullmatch(digest):
        return None
    path = _path(digest, width)
    return path if path.is_file() else None


def picture_path(room: Room, width: int) -> Path | None:
    """The file of the room's picture in that width, or None when the room has no picture yet."""
    picture = room.kept_picture
    return picture_file(picture.digest, width) if picture else None


def list_rooms_due(now: datetime, *, most: int = 20) -> list[Room]:
    """The rooms whose picture is new, has moved, or was not looked at for a while; failing ones sooner. One query."""
    unseen = Q(picture=None) | Q(picture__checked_at=None) | ~Q(picture__source_url=F("image_url"))
    stale = Q(picture__checked_at__lte=now - _CHECK_AGAIN)
    failing = ~Q(picture__failure="") & Q(picture__checked_at__lte=now - _TRY_AGAIN)
    gone = Q(image_url="", picture__isnull=False)
    due = Room.objects.filter(vanished_at=None).filter(gone | (~Q(image_url="") & (unseen | stale | failing)))
    return list(due.select_related("picture").order_by("picture__checked_at", "pk")[:most])


def refresh_picture(*, room: Room, client: Workways, now: datetime) -> PictureOutcome:
    """Looks at the room's picture and keeps it if it is new and good; a failing one leaves the last good one in place.

    Safe to run twice at once: both write the same files, each in one step.
    """
    if not room.image_url:
        RoomPicture.objects.filter(room=room).delete()
        return PictureOutcome.NONE
    picture, _ = RoomPicture.objects.get_or_create(room=room, defaults={"source_url": room.image_url})
    moved = picture.source_url != room.image_url
    if moved or not _is_complete(picture.digest):
        picture.etag = ""
    picture.source_url = room.image_url
    picture.checked_at = now
    picture.failure = ""
    try:
        outcome = _fetch(picture, client)
    except (WorkwaysError, PictureRefused) as error:
        picture.failure = str(error)[:200]
        outcome = PictureOutcome.FAILED
    picture.save()
    return outcome


def _fetch(picture: RoomPicture, client: Workways) -> PictureOutcome:
    answer = client.room_image(picture.source_url, etag=picture.etag)
    if isinstance(answer, NotModified):
        return PictureOutcome.UNCHANGED
    digest = hashlib.sha256(answer.content).hexdigest()
    picture_is_kept = digest == picture.digest and _is_complete(digest)
    if not picture_is_kept:
        encoded = encode_picture(answer.content)
        for width, content in encoded.files.items():
            _write(_path(digest, width), content)
        picture.digest, picture.width, picture.height = digest, encoded.width, encoded.height
    # An entity tag too long for the column is left out: half of one would never match.
    picture.etag = answer.etag if len(answer.etag) <= 200 else ""
    return PictureOutcome.UNCHANGED if picture_is_kept else PictureOutcome.STORED


def keep_upload(content: bytes) -> ShownPicture:
    """Checks an uploaded picture and keeps it as the upstream's are kept. Raises PictureRefused."""
    digest = hashlib.sha256(content).hexdigest()
    encoded = encode_picture(content)
    for width, file in encoded.files.items():
        _write(_path(digest, width), file)
    return ShownPicture(digest, encoded.width, encoded.height)


def drop_unused_files(*, now: datetime) -> int:
    """Removes files that no place has any more, once no cached page can still ask for them; returns how many."""
    kept = set(RoomPicture.objects.exclude(digest="").values_list("digest", flat=True))
    for model in (Site, Room):
        kept |= set(model._default_manager.exclude(own_picture="").order_by().values_list("own_picture", flat=True))
    oldest = (now - _KEEP_UNUSED).timestamp()
    unused = [file for file in _folder().glob("*") if file.name[:64] not in kept and file.stat().st_mtime < oldest]
    for file in unused:
        file.unlink(missing_ok=True)
    return len(unused)


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "pictures"


def _path(digest: str, width: int) -> Path:
    return _folder() / f"{digest}-{width}.webp"


def _is_complete(digest: str) -> bool:
    return bool(digest) and all(_path(digest, width).is_file() for width in WIDTHS)


def _write(path: Path, content: bytes) -> None:
    """Writes the file in one step, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix="unfinished-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
