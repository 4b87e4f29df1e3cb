"""Why an invitation could not be sent or used; none of them left a trace in the database."""

from enum import StrEnum


class InvitationError(Exception):
    """Root of this feature's errors."""


class MovedMeanwhile(InvitationError):
    """Somebody else moved the invitation first; who gets this shows it as it is now."""


class InvitationLimit(StrEnum):
    """What is counted."""

    ADDRESS = "address"
    MEMBER_HOLDS = "member_holds"
    ROOM_HOLDS = "room_holds"
    ADDRESS_HOLDS = "address_holds"


class TooMany(InvitationError):
    """There are as many open links, or times kept by links, as there may be: `limit` of them."""

    def __init__(self, which: InvitationLimit, limit: int) -> None:
        super().__init__(f"{which}: {limit} at most.")
        self.which = which
        self.limit = limit
