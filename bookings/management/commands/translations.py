"""`manage.py translations`: keeps the French catalog in step with the texts in the code and the templates."""

import io
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.checkers import python_format
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

_METHODS = [
    ("portal/**.py", "python"),
    ("bookings/**.py", "python"),
    ("templates/**.html", "jinja2.ext:babel_extract"),
    ("templates/**.txt", "jinja2.ext:babel_extract"),
]
_JINJA = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",
    "extensions": "jinja2.ext.i18n,jinja2.ext.do,portal.kept_blocks.KeptBlocks",
}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def catalog_path() -> Path:
    """Where the French texts stand."""
    return Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / "django.po"


def extracted() -> Catalog:
    """Every translatable text of the code and the templates."""
    template = Catalog(domain="django", charset="utf-8")
    found = extract_from_dir(
        settings.BASE_DIR,
        method_map=_METHODS,
        options_map={"templates/**.html": _JINJA, "templates/**.txt": _JINJA},
        keywords=_KEYWORDS,
        comment_tags=("Translators:",),
        directory_filter=lambda folder: not Path(folder).name.startswith((".", "__")),
    )
    for file, _line, message, comments, context in found:
        # Line numbers would change the catalog with every edit of the code.
        template.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return template


def updated() -> Catalog:
    """The French catalog with every present text: new ones empty, gone ones left out."""
    path = catalog_path()
    french = Catalog(
        locale="fr",
        domain="django",
        project="Workways booking portal",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# The portal's French texts; `manage.py translations` keeps the list in step with the code.",
        last_translator="the maintainers",
        language_team="French",
    )
    if path.exists():
        with path.open("rb") as stream:
            french = read_po(stream, locale="fr", domain="django")
    french.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    french.obsolete.clear()
    return french


def problems(french: Catalog) -> list[str]:
    """What keeps the catalog from being complete: empty texts, and placeholders that differ."""
    found: list[str] = []
    for message in french:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if not all(texts) or message.fuzzy:
            found.append(f"not translated: {_shown(message)}")
            continue
        try:
            python_format(french, message)
        except ValueError as error:
            found.append(f"{error}: {_shown(message)}")
    return found


def compiled(french: Catalog) -> bytes:
    """The catalog as the program reads it."""
    stream = io.BytesIO()
    write_mo(stream, french)
    return stream.getvalue()


def _shown(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


class Command(BaseCommand):
    """Updates the French catalog and compiles it; with --check it only says what is missing."""

    help = "Updates and compiles the French texts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check changes nothing."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a text is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with --check when a text is missing or the compiled file is old."""
        french = updated()
        found = problems(french)
        path = catalog_path()
        if options["check"]:
            compiled_path = path.with_suffix(".mo")
            if not found and (not compiled_path.exists() or compiled_path.read_bytes() != compiled(french)):
                found = ["the compiled catalog is older than the texts: run manage.py translations"]
            if found:
                raise CommandError("\n".join(found))
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_po(stream, french, sort_output=True, width=120, omit_header=False)
        path.with_suffix(".mo").write_bytes(compiled(french))
        self.stdout.write(f"{len(french)} texts, {len(found)} to be translated.")
        sys.stdout.flush()
