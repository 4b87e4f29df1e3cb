"""Why a hold could not be placed or kept."""

from enum import StrEnum


class HoldError(Exception):
    """Root of this feature's errors; none of them left a trace in the database."""


class SlotTaken(HoldError):
    """Somebody else holds a part of this time."""


class AlreadyExtended(HoldError):
    """A hold can be extended once, and this one was."""


class HoldGone(HoldError):
    """The hold was released."""


class HoldLimit(StrEnum):
    """Whose holds are counted."""

    BROWSER = "browser"
    ADDRESS = "address"
    NETWORK = "network"


class TooManyHolds(HoldError):
    """This browser, address or network holds as many slots as it may at once: `limit` of them."""

    def __init__(self, which: HoldLimit, limit: int) -> None:
        super().__init__(f"This {which} may hold {limit} slots at once.")
        self.which = which
        self.limit = limit
