"""Keeps what opens a door out of logs and error reports: the tokens of mailed links and of the API."""

import logging
import re
from typing import Any

# The paths of mailed links (bookings, registrations, watches, accounts of the embedded API, members of staff), up to
# the token.
_OPENING = re.compile(r"(/(?:l|r|w|account/verify|staff/invitation|staff/password)/)[A-Za-z0-9_-]{20,}")
# The API's tokens, all but the first digits, by which people tell them apart.
_API_TOKEN = re.compile(r"(ww_dev_[0-9a-f]{4})[0-9a-f]{4,}")


def without_tokens(value: Any) -> Any:
    """A text, or anything made of lists and dictionaries, with "…" in place of each token of a mailed link or of the
    API.
    """
    if isinstance(value, str):
        return _API_TOKEN.sub(r"\1…", _OPENING.sub(r"\1…", value))
    if isinstance(value, dict):
        return {key: without_tokens(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(without_tokens, value))
    return value


class HideTokens(logging.Filter):
    """Passes every record on, without tokens.

    Django logs the path of a refused request, and hands the request itself over, which the JSON format would write out.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True."""
        record.msg = without_tokens(record.msg)
        record.args = without_tokens(record.args)
        record.__dict__.pop("request", None)
        return True


def scrub_report(event: Any, hint: Any) -> Any:
    """An error report on its way out, without tokens."""
    return without_tokens(event)
