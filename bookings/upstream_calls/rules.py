"""What is kept of a call, and what tallies say; pure."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.workways.observing import HIDDEN

# Milliseconds; a call counts under the first that it doesn't exceed, the last is for whatever took longer.
BOUNDS = (
    5,
    10,
    20,
    35,
    50,
    75,
    100,
    150,
    200,
    300,
    500,
    750,
    1_000,
    1_500,
    2_000,
    3_000,
    5_000,
    8_000,
    12_000,
    20_000,
    30_000,
    600_000,
)
SLOT = timedelta(minutes=10)
# Shorter words are in too many sentences to be anybody's name.
_LEAST_LETTERS = 3


class Kind(NamedTuple):
    """What a tally counts."""

    since: datetime
    method: str
    path: str
    outcome: str
    up_to_ms: int


@dataclass(frozen=True, slots=True)
class Counted:
    """So many calls of a kind, and what the last of them said."""

    calls: int
    last_at: datetime
    status: int | None
    message: str


def bound_of(milliseconds: int) -> int:
    """The bound under which a call that took so long counts."""
    return BOUNDS[min(bisect_left(BOUNDS, milliseconds), len(BOUNDS) - 1)]


def slot_of(instant: datetime) -> datetime:
    """The beginning of the ten minutes in which it lies."""
    return instant.replace(minute=instant.minute // 10 * 10, second=0, microsecond=0)


def percentile(calls_by_bound: Mapping[int, int], share: float) -> int | None:
    """The bound, in milliseconds, that so large a share of the calls didn't exceed; None of no calls."""
    wanted = sum(calls_by_bound.values()) * share
    so_far = 0
    for bound in sorted(calls_by_bound):
        so_far += calls_by_bound[bound]
        if so_far and so_far >= wanted:
            return bound
    return None


def without_names(text: str, names: Iterable[str], texts: Iterable[str] = ()) -> str:
    """The text without what somebody typed: no word of the names is left, and none of the texts as a whole."""
    wholes = {value.strip() for value in (*names, *texts)}
    words = wholes | {word for value in names for word in re.split(r"[\s,;@.]+", value)}
    for word in sorted((word for word in words if len(word) >= _LEAST_LETTERS), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text
