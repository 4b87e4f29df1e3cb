"""Static files as visitors get them: one stylesheet, names that change with the content, compressed copies.

The stylesheets are written as one file per subject and joined by `@import` in css/site.css. Browsers understand that as
it stands, but would ask for every file; so collecting static files puts the imported text in place of each import.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY = "css/site.css"
_IMPORT = re.compile(r'@import "([^"]+)" layer\((\w+)\);')
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def join_stylesheets(entry: str, read: Any) -> str:
    """The stylesheet `entry` with the text of its imports in their place, without comments.

    `read(path)` returns the text of a file. Imported files hold no imports and no relative `url()`, which would point
    elsewhere from here; one that does raises ValueError.
    """

    def imported(match: re.Match[str]) -> str:
        path = str(PurePosixPath(entry).parent / match[1])
        text = _COMMENT.sub("", read(path))
        if "@import" in text or "url(" in text:
            raise ValueError(f"{path} must not hold @import or url(), because it is joined into {entry}.")
        return f"@layer {match[2]} {{\n{text.strip()}\n}}"

    return _IMPORT.sub(imported, _COMMENT.sub("", read(entry)))


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage that joins the stylesheets first, and needs no collecting in a development tree."""

    def stored_name(self, name: str) -> str:
        """The name with its digest, or as it stands when nothing was collected, as in tests."""
        return str(super().stored_name(name)) if self.hashed_files else name

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Joins, then lets the parents name and compress."""
        if ENTRY in paths and not dry_run:
            joined = InMemoryStorage()
            joined.save(ENTRY, ContentFile(join_stylesheets(ENTRY, lambda path: _read(paths, path))))
            paths = {**paths, ENTRY: (joined, ENTRY)}
        yield from super().post_process(paths, dry_run, **options)  # type: ignore[no-untyped-call]


def _read(paths: dict[str, Any], path: str) -> str:
    storage, name = paths[path]
    with storage.open(name) as file:
        return str(file.read().decode())
