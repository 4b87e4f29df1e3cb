"""Every place where the portal could have left a word, to be searched for one that nothing else holds."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings as portal_settings
from django.contrib.sessions.models import Session
from django.db import connection

from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body


def as_text(value: Any) -> str:
    """Any value of a row or a log record, so that a word in it can be found."""
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def rows(*, of_embedded: bool = False) -> Iterator[tuple[str, str]]:
    """Every value of every table, mails unsealed and sessions decoded; of the embedded API's tables when asked."""
    embedded = {model._meta.db_table for model in apps.get_app_config("embedded").get_models()}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if of_embedded or table not in embedded:
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (the name of a table of ours)
                yield from ((f"table {table}", as_text(value)) for row in cursor.fetchall() for value in row)
    for mail in OutboxMail.objects.all():
        body = open_body(mail)
        attached = b"".join(attachment.content for attachment in body.attachments)
        yield f"mail {mail.kind}", f"{body.text}{body.html}{as_text(attached)}"
    for session in Session.objects.all():
        yield "session", str(session.get_decoded())


def files() -> Iterator[tuple[str, str]]:
    """What lies in the data folder: pictures, messages to the worker, the cache's files, unpacked where packed."""
    for path in Path(portal_settings.DATA_DIR).rglob("*"):
        if not path.is_file() or "sqlite3" in path.name:
            continue
        content = path.read_bytes()
        yield f"file {path.name}", as_text(content)
        # Django's cache of files: a pickled instant of expiry, then the packed value.
        for start in (at for at in range(min(len(content), 64)) if content[at : at + 1] == b"\x78"):
            try:
                yield f"packed file {path.name}", as_text(zlib.decompress(content[start:]))
            except zlib.error:
                continue


def kept_in_redis() -> Iterator[tuple[str, str]]:
    """Keys and values, where there is a Redis."""
    if not portal_settings.REDIS_URL:
        return
    server = redis.Redis.from_url(portal_settings.REDIS_URL)
    for key in server.scan_iter():
        yield "redis", as_text(key)
        if server.type(key) == b"string":
            yield f"redis {as_text(key)}", as_text(server.get(key))
        elif server.type(key) == b"list":
            yield f"redis {as_text(key)}", as_text(b"".join(server.lrange(key, 0, -1)))


def logged(heard: pytest.LogCaptureFixture) -> Iterator[tuple[str, str]]:
    """Every record with everything that hangs on it, its traceback included."""
    for record in heard.records:
        yield f"log {record.name}", f"{record.getMessage()} {record.__dict__}"
    yield "log", heard.text


def places_with(word: str, *searched: Iterator[tuple[str, str]]) -> list[str]:
    """Where the word turned up."""
    found = [(place, text) for places in searched for place, text in places if word in text.lower()]
    return [f"{place}: …{text[max(0, text.lower().index(word) - 60) :][:140]}…" for place, text in found]
