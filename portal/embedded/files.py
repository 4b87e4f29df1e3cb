"""Writing files that other processes may be reading."""

import os
import tempfile
from pathlib import Path


def keep_file(file: Path, content: bytes) -> None:
    """In one move, so that a second process never reads half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(file)
