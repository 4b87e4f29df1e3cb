"""What can go wrong with the Workways API, sorted by what a caller can do about it.

WorkwaysError
├── Unreachable       no connection was made, nothing was sent: try again later
├── Unavailable       a read got no usable answer (time-out, 5xx): try again later
├── OutcomeUnknown    a write was sent and no valid answer came: look whether it was done, never send it again
├── Unauthorized      the token is missing, revoked or lacks its role: staff must act
├── Throttled         too many calls: wait `wait_seconds`
├── Rejected          the API said no (retcode -1), `refusal` says why
│   └── Missing       … because the thing asked for doesn't exist
├── Garbled           a read's answer isn't what the document promises; `entity` and `key` say where
└── TooLarge          a read's answer is larger than its limit
"""

from enum import StrEnum

from portal.http.errors import OutboundError


class WorkwaysError(OutboundError):
    """The root of the family; see `OutboundError` for what every error carries."""


class Unreachable(WorkwaysError):
    """No connection was made, so nothing was sent."""

    retry_is_safe = True


class Unavailable(WorkwaysError):
    """A read got no usable answer: a time-out, a dropped connection, a 5xx."""

    retry_is_safe = True


class OutcomeUnknown(WorkwaysError):
    """A write was sent and no valid answer came, so it may have been done or not.

    The API has no idempotency key: whoever catches this must find out by reading, never by sending again.
    """

    may_have_been_done = True


class Unauthorized(WorkwaysError):
    """The token is missing, malformed, revoked, or its owner is archived (HTTP 401 or 403)."""


class Throttled(WorkwaysError):
    """Too many calls, or the quota is used up (HTTP 429). Nothing was done."""

    retry_is_safe = True

    def __init__(
        self,
        message: str = "",
        *,
        wait_seconds: float | None,
        method: str = "",
        path: str = "",
        status: int | None = None,
    ) -> None:
        """`wait_seconds` is what the server asked for by Retry-After, None when it didn't say."""
        super().__init__(message, method=method, path=path, status=status)
        self.wait_seconds = wait_seconds


class Refusal(StrEnum):
    """Why the API said no, as far as its message is one that we know; everything else is `OTHER`."""

    TODAY_OR_PAST = "today_or_past"
    TOO_SOON = "too_soon"
    PAST = "past"
    NOT_PUBLIC = "not_public"
    ROOM_NOT_FOUND = "room_not_found"
    SLOT_TAKEN = "slot_taken"
    ACCOUNT_ARCHIVED = "account_archived"
    SITE_NOT_FOUND = "site_not_found"
    USER_NOT_FOUND = "user_not_found"
    ORGANIZATION_NOT_FOUND = "organization_not_found"
    MEETING_NOT_FOUND = "meeting_not_found"
    MISSING_PARAMETER = "missing_parameter"
    INVALID_PARAMETER = "invalid_parameter"
    NO_PRICE_FOR_TYPE = "no_price_for_type"
    OTHER = "other"


class Rejected(WorkwaysError):
    """The API understood the call and said no (retcode -1). Nothing was done."""

    def __init__(
        self, message: str = "", *, refusal: Refusal, method: str = "", path: str = "", status: int | None = None
    ) -> None:
        super().__init__(message, method=method, path=path, status=status)
        self.refusal = refusal


class Missing(Rejected):
    """What was asked for doesn't exist ("Room not found", "User not found", no such picture)."""


class Garbled(WorkwaysError):
    """A read's answer isn't what the document promises: `key` of `entity` is missing or has a wrong type."""

    retry_is_safe = True

    def __init__(self, entity: str, key: str, *, method: str = "", path: str = "", status: int | None = None) -> None:
        super().__init__(f"{entity}: {key} is missing or unreadable", method=method, path=path, status=status)
        self.entity = entity
        self.key = key


class TooLarge(WorkwaysError):
    """A read's answer is larger than `limit` bytes."""

    def __init__(self, *, limit: int, method: str = "", path: str = "", status: int | None = None) -> None:
        super().__init__(f"The answer is larger than {limit} bytes.", method=method, path=path, status=status)
        self.limit = limit
