"""What an answer, or the lack of one, means: the one table from transport errors, statuses and bodies to our errors.

Pure but for its input types: nothing is sent or waited for here.
"""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from portal.http.errors import AddressRefused, AnswerTooLarge, AnswerUnreadable, OutboundError
from portal.workways import codec
from portal.workways.errors import (
    Garbled,
    Missing,
    OutcomeUnknown,
    Refusal,
    Rejected,
    Throttled,
    TooLarge,
    Unauthorized,
    Unavailable,
    Unreachable,
    WorkwaysError,
)
from portal.workways.fields import cleaned

# Raised before a byte of the request was sent; a proxy is never used.
_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    AddressRefused,
)
_INTERNAL_ERROR = "internal server error"
_LONGEST_MESSAGE = 500
_LONGEST_WAIT_SECONDS = 86_400.0

_REFUSALS = {
    "cannot book meetings for today or past dates": Refusal.TODAY_OR_PAST,
    "meetings must be booked at least 2 days in advance": Refusal.TOO_SOON,
    "cannot book meetings for past dates": Refusal.PAST,
    "this room is not available for public booking": Refusal.NOT_PUBLIC,
    "room is not available for the selected time slot": Refusal.SLOT_TAKEN,
    "your account is no longer valid. please contact an administrator to restore it": Refusal.ACCOUNT_ARCHIVED,
    "room not found": Refusal.ROOM_NOT_FOUND,
    "site not found": Refusal.SITE_NOT_FOUND,
    "user not found": Refusal.USER_NOT_FOUND,
    "organization not found": Refusal.ORGANIZATION_NOT_FOUND,
    "meeting request not found": Refusal.MEETING_NOT_FOUND,
}
# The document shows these with a name after them; the feed has a sentence of its own for both.
_REFUSALS_BY_START = {
    "missing required parameter": Refusal.MISSING_PARAMETER,
    "invalid": Refusal.INVALID_PARAMETER,
    "bad request": Refusal.INVALID_PARAMETER,
    "price calculation not supported for room type": Refusal.NO_PRICE_FOR_TYPE,
    "price calculation not available": Refusal.NO_PRICE_FOR_TYPE,
}


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked. `writes`: may it change something on the other side?"""

    method: str
    path: str
    writes: bool = False

    def unanswered(self, message: str, status: int | None = None) -> WorkwaysError:
        """The error for a call that was sent and got no usable answer."""
        kind = OutcomeUnknown if self.writes else Unavailable
        return kind(message, method=self.method, path=self.path, status=status)

    def garbled(self, entity: str, key: str, status: int | None = None) -> WorkwaysError:
        """The error for an answer in which something is missing: of a write that is no answer at all."""
        error = Garbled(entity, key, method=self.method, path=self.path, status=status)
        return self.unanswered(error.message, status) if self.writes else error


def failure(call: Call, error: httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | OutboundError) -> WorkwaysError:
    """The error for a call whose transport failed."""
    if isinstance(error, _NOTHING_SENT):
        return Unreachable(str(error) or type(error).__name__, method=call.method, path=call.path)
    if isinstance(error, AnswerTooLarge) and not call.writes:
        return TooLarge(limit=error.limit, method=call.method, path=call.path)
    if isinstance(error, (AnswerUnreadable, httpx.DecodingError)):
        return call.garbled("answer", "Content-Encoding")
    return call.unanswered(str(error) or type(error).__name__)


def readable(call: Call, response: httpx.Response) -> codec.Envelope:
    """The JSON answer of a call, be it yes or no. Raises the error that any other answer means."""
    status = response.status_code
    try:
        answer = codec.envelope(response.content)
    except Garbled as error:
        refuse_status(call, response, "")
        raise call.garbled(error.entity, error.key, status) from None
    message = _opaque(answer.message)
    if not answer.is_success and message.startswith("Unauthorized:"):
        raise Unauthorized(message, method=call.method, path=call.path, status=status)
    refuse_status(call, response, message, allowed=(400, 404, 405, 409, 410, 413, 422))
    if answer.is_success and status >= 400:
        raise call.garbled("answer", "retcode", status)
    if not answer.is_success and message.strip(". ").lower() == _INTERNAL_ERROR:
        raise call.unanswered(message, status)
    return answer


def accepted(call: Call, answer: codec.Envelope, status: int) -> None:
    """Raises Rejected, or Missing, when the answer is no."""
    if answer.is_success:
        return
    message = _opaque(answer.message)
    refusal = refusal_of(message)
    is_missing = status == 404 or message.strip(". ").lower().endswith("not found")
    raise (Missing if is_missing else Rejected)(
        message, refusal=refusal, method=call.method, path=call.path, status=status
    )


def refuse_status(call: Call, response: httpx.Response, message: str, *, allowed: tuple[int, ...] = ()) -> None:
    """Raises the error that a status means by itself; passes 2xx and the allowed ones."""
    status = response.status_code
    if status in (401, 403):
        raise Unauthorized(message, method=call.method, path=call.path, status=status)
    if status == 429:
        raise Throttled(message, wait_seconds=wait_seconds(response), method=call.method, path=call.path, status=status)
    if not 200 <= status < 300 and status not in allowed:
        raise call.unanswered(message, status)


def refusal_of(message: str) -> Refusal:
    """Which refusal of the document this message is; OTHER for one that we don't know."""
    words = re.sub(r"\s+", " ", message).strip(". ").lower()
    known = _REFUSALS.get(words)
    if known is not None:
        return known
    return next(
        (refusal for start, refusal in _REFUSALS_BY_START.items() if words.startswith(start)),
        Refusal.OTHER,
    )


def wait_seconds(response: httpx.Response) -> float | None:
    """How long the server wants us to wait (Retry-After, RFC 9110 section 10.2.3), a day at most; None when unsaid.

    A date is measured against the answer's own Date, so a clock that goes wrong on either side doesn't matter.
    """
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:9]), _LONGEST_WAIT_SECONDS)
    try:
        until = parsedate_to_datetime(said)
        since = parsedate_to_datetime(response.headers.get("date", ""))
        return min(max((until - since).total_seconds(), 0.0), _LONGEST_WAIT_SECONDS)
    except (ValueError, TypeError, OverflowError):
        # No date, one date without the other, one with and one without a zone: then nothing useful was said.
        return None


def _opaque(message: str) -> str:
    return cleaned(message).strip()[:_LONGEST_MESSAGE]
