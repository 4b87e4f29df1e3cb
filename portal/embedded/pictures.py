"""A room's picture: the one that was uploaded, or a drawing, kept on disk and always the same for the same room."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings

from portal.embedded.drawing import VERSION, Subject, draw
from portal.embedded.files import keep_file
from portal.embedded.models import OFFICE_TYPES, Room
from portal.embedded.uploads import upload_path

_WEBP_QUALITY = 84


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is served."""

    content: bytes
    content_type: str
    etag: str


def picture_of(room: Room) -> Picture:
    """The uploaded picture of a room; without one, a drawing, made when it is first asked for.

    The name of its file tells all that it depends on, so a file is never out of date and may be thrown away at any
    time.
    """
    uploaded = _find_upload(room.picture_digest)
    if uploaded is not None:
        return uploaded
    subject = Subject(seed=room.picture_seed, is_office=room.type in OFFICE_TYPES, seats=room.nb_seat)
    name = hashlib.sha256(f"{VERSION} {subject}".encode()).hexdigest()[:24]
    file = Path(settings.MEDIA_ROOT) / "imageroom" / f"{name}.webp"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        content = _webp(subject)
        keep_file(file, content)
    return Picture(content, "image/webp", f'"{name}"')


def _find_upload(digest: str) -> Picture | None:
    """None without an upload, and when its file was lost: a drawing is better than no picture."""
    try:
        content = upload_path(digest).read_bytes() if digest else None
    except FileNotFoundError:
        return None
    return Picture(content, "image/webp", f'"{digest[:24]}"') if content is not None else None


def _webp(subject: Subject) -> bytes:
    stream = BytesIO()
    draw(subject).save(stream, "WEBP", quality=_WEBP_QUALITY, method=4)
    return stream.getvalue()
