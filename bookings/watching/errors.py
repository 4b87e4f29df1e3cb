"""Why a watch could not be set or moved on; none of them left a trace in the database."""

from enum import StrEnum


class WatchError(Exception):
    """Root of this feature's errors."""


class MovedMeanwhile(WatchError):
    """Somebody else moved the watch first; who gets this shows it as it is now."""


class WatchLimit(StrEnum):
    """Whose watches are counted."""

    BROWSER = "browser"
    ADDRESS = "address"
    NETWORK = "network"


class TooManyWatches(WatchError):
    """This browser, address or network waits for as many times as it may at once: `limit` of them."""

    def __init__(self, which: WatchLimit, limit: int) -> None:
        super().__init__(f"This {which} may wait for {limit} times at once.")
        self.which = which
        self.limit = limit
