"""What may stand in the audit, and how often. Pure."""

from collections.abc import Mapping
from datetime import timedelta

# Looking at the same thing again within this time is the same look.
LOOK_LASTS = timedelta(minutes=10)
LONGEST_REFERENCE = 64

Detail = int | bool | str | list[str]


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
