"""A room's picture: drawn, kept on disk, always the same for the same room. Not a photograph of anything."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings

from portal.embedded.drawing import VERSION, Subject, draw
from portal.embedded.models import OFFICE_TYPES, Room

_WEBP_QUALITY = 84


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is served."""

    content: bytes
    content_type: str
    etag: str


def picture_of(room: Room) -> Picture:
    """The picture of a room, drawn when it is first asked for.

    The name of its file tells all that it depends on, so a file is never out of date and may be thrown away at any
    time.
    """
    subject = Subject(seed=room.picture_seed, is_office=room.type in OFFICE_TYPES, seats=room.nb_seat)
    name = hashlib.sha256(f"{VERSION} {subject}".encode()).hexdigest()[:24]
    file = Path(settings.MEDIA_ROOT) / "imageroom" / f"{name}.webp"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        content = _webp(subject)
        _keep(file, content)
    return Picture(content, "image/webp", f'"{name}"')


def _webp(subject: Subject) -> bytes:
    stream = BytesIO()
    draw(subject).save(stream, "WEBP", quality=_WEBP_QUALITY, method=4)
    return stream.getvalue()


def _keep(file: Path, content: bytes) -> None:
    """In one move, so that a second process never reads half a picture."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(file)
