"""Makes picture files as an upstream might hold them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw


def make_picture(
    *, format: str = "JPEG", size: tuple[int, int] = (1200, 800), mode: str = "RGB", **options: Any
) -> bytes:
    """A picture whose left half is red and whose right half is blue, where the mode has colors."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, size[0], size[1]), fill="blue")
    stream = io.BytesIO()
    image.convert(mode).save(stream, format, **options)
    return stream.getvalue()


def make_png_bomb(*, width: int, height: int) -> bytes:
    """A tiny PNG whose header announces so many pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
