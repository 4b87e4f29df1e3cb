"""Uploaded room pictures: untrusted bytes, checked and encoded anew before anything of them is kept.

A file is opened only as one of four formats and refused when its header announces more pixels than a page could use.
What is kept is a WebP of our own making, so no metadata and no bytes hidden behind the image get through.
"""

import hashlib
import io
import struct
import warnings
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageOps

from portal.embedded.files import keep_file

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000
_ENOUGH = (1920, 1920)
_QUALITY = 84
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
    """The bytes are no picture that we would show."""


def keep(content: bytes) -> str:
    """Checks a picture, keeps it at a size for pages, and returns the digest that names it. Raises PictureRefused."""
    if len(content) > MOST_BYTES:
        raise PictureRefused(f"The picture has {len(content)} bytes, more than {MOST_BYTES}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            encoded = _encode(content)
    except _DECODING_ERRORS as error:
        raise PictureRefused(f"The picture can't be read ({type(error).__name__}).") from error
    digest = hashlib.sha256(encoded).hexdigest()
    keep_file(upload_path(digest), encoded)
    return digest


def upload_path(digest: str) -> Path:
    """Where the picture of a digest lies."""
    return Path(settings.MEDIA_ROOT) / "uploads" / f"{digest}.webp"


def _encode(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=FORMATS) as source:
        # The size stands in the header; nothing is unpacked before it is known to be sane.
        if source.width * source.height > MOST_PIXELS:
            raise PictureRefused(f"The picture is {source.width} by {source.height} pixels, more than {MOST_PIXELS}.")
        # A camera's JPEG is decoded at a fraction of its size where that is enough; other formats ignore the request.
        source.draft("RGB", _ENOUGH)
        drawn = source.convert("RGBA" if source.has_transparency_data else "RGB")
        upright = ImageOps.exif_transpose(drawn)
    upright.thumbnail(_ENOUGH)
    stream = io.BytesIO()
    upright.save(stream, "WEBP", quality=_QUALITY, method=4)
    return stream.getvalue()
