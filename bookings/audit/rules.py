"""What may stand in the audit, and how often. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

# Looking at the same thing again within this time is the same look.
LOOK_LASTS = timedelta(minutes=10)
LONGEST_REFERENCE = 64

Detail = int | bool | str | list[str]


# So much of each value of a public text is kept.
LONGEST_VALUE = 300
# The name under which a row keeps what was changed from what to what.
CHANGES = "changes"


def told_change(before: Any, after: Any) -> list[str]:
    """The old and the new value of something that stands on public pages, shortened; a text with an address is "@"."""
    return [_told_value(value) for value in (before, after)]


def _told_value(value: Any) -> str:
    text = "" if value is None else str(value)
    if "@" in text:
        return "@"
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def problem_of(reference: str, details: Mapping[str, Detail]) -> str:
    """Why this can't stand in the audit, or "": an address is no reference, and a sentence is no detail."""
    words = [reference]
    for value in details.values():
        words += value if isinstance(value, list) else [value] if isinstance(value, str) else []
    for word in words:
        if "@" in word or " " in word:
            return f"{word!r} could be personal: the audit keeps references and words of its own only."
        if len(word) > LONGEST_REFERENCE:
            return f"A word of {len(word)} characters is no reference."
    return ""
