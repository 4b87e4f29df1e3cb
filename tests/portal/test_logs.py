"""What the log and an error report say of a mailed link."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.test import Client
from pythonjsonlogger.json import JsonFormatter

from portal.logs import without_tokens

TOKEN = "Zx9_kQ-0123456789abcdefABCDEF"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What our own handler writes, as JSON, which is the more talkative of the two formats."""
    handler = next(one for one in logging.getLogger().handlers if one.name == "console")
    assert isinstance(handler, logging.StreamHandler)
    stream, formatter = StringIO(), handler.formatter
    handler.setFormatter(JsonFormatter(settings.LOGGING["formatters"]["json"]["fmt"]))
    former = handler.setStream(stream)
    yield stream
    handler.setFormatter(formatter)
    if former is not None:
        handler.setStream(former)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/l/{TOKEN}/"),
        ("GET", f"/fr/r/{TOKEN}/"),
        ("PUT", f"/l/{TOKEN}/"),
        ("GET", f"/account/verify/{TOKEN}/fresh/"),
        ("PUT", f"/w/{TOKEN}/"),
        ("POST", f"/l/{TOKEN}/continue/"),
    ],
)
def test_token_of_a_link_is_not_logged_when_the_request_is_refused(written: StringIO, method: str, path: str) -> None:
    Client(enforce_csrf_checks=True).generic(method, path)

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert TOKEN not in written.getvalue()
    assert any(path.split(TOKEN)[0] + "…" in line["message"] for line in lines)
    assert all("request" not in line for line in lines)


def test_token_is_taken_out_of_an_error_report_wherever_it_stands() -> None:
    report = {
        "request": {"url": f"https://portal.example/l/{TOKEN}/", "method": "POST"},
        "breadcrumbs": {"values": [{"message": f"Gone: /r/{TOKEN}/"}]},
        "level": "error",
    }

    assert without_tokens(report) == {
        "request": {"url": "https://portal.example/l/…/", "method": "POST"},
        "breadcrumbs": {"values": [{"message": "Gone: /r/…/"}]},
        "level": "error",
    }


def test_token_of_the_api_keeps_only_what_tells_it_apart() -> None:
    report = {"headers": {"Authorization": "Bearer ww_dev_" + "0123456789abcdef" * 4}, "prefix": "ww_dev_0123"}

    assert without_tokens(report) == {"headers": {"Authorization": "Bearer ww_dev_0123…"}, "prefix": "ww_dev_0123"}


def test_other_addresses_stay_as_they_are() -> None:
    line = "Not Found: /rooms/ffffffffffffffffffffffff/"

    assert without_tokens(line) == line
