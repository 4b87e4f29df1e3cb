"""What whoever wires the client may be told of each call once it is over; nothing in it is secret or somebody's data.

Of what was sent and of what came back only the fields that are named here are passed on: ids of places and meetings,
times, numbers. Of everything else there is only the name. Messages come without e-mail addresses and tokens.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from portal.http.errors import without_secrets
from portal.workways.codec import Envelope
from portal.workways.errors import WorkwaysError
from portal.workways.verdicts import Call

FINE = "ok"
HIDDEN = "[hidden]"
_SENT_PLAINLY = frozenset(
    {
        "bookedAt",
        "bookedRoom",
        "bookedUser",
        "country",
        "duration",
        "language",
        "maxResidentUsers",
        "meetingId",
        "nbPersons",
        "organizationId",
        "period",
        "roomId",
        "rooms",
        "site",
        "siteId",
        "startDate",
        "type",
    }
)
_ANSWERED_PLAINLY = frozenset({"meetingId", "meetingRequestId", "meetingsUpdated", "organizationId", "price", "role"})
_LONGEST_VALUE = 100
_log = logging.getLogger("portal.workways")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One call that is over. `outcome` is "ok" or the name of the error; `status` is None when no answer came.

    `message` is what the API said, in its own words, or what our side says of a failure. `sent` and `answered` hold
    texts by the API's own names.
    """

    method: str
    path: str
    writes: bool
    milliseconds: int
    outcome: str
    status: int | None
    message: str
    sent: Mapping[str, str]
    answered: Mapping[str, str]


Observer = Callable[[Report], None]


@dataclass(slots=True)
class Watch:
    """One call while it is under way: what has come back so far."""

    status: int | None = None
    message: str = ""
    answered: dict[str, str] = field(default_factory=dict)

    def heard(self, response: httpx.Response) -> httpx.Response:
        """An answer came, whatever it says; gives it back."""
        self.status = response.status_code
        return response

    def read(self, answer: Envelope) -> Envelope:
        """The answer is JSON; gives it back."""
        self.message = answer.message
        if isinstance(answer.data, dict):
            self.answered = _plain(answer.data, _ANSWERED_PLAINLY, names_the_rest=False)
        if answer.status:
            self.answered["status"] = _short(answer.status)
        return answer


@contextmanager
def watching(
    observer: Observer | None, call: Call, *, query: Mapping[str, object] | None = None, content: bytes = b""
) -> Iterator[Watch]:
    """Around a call: tells the observer when it is over, however it ends; one that fails costs the call nothing."""
    watch, began, outcome = Watch(), time.monotonic(), FINE
    try:
        yield watch
    except WorkwaysError as error:
        outcome = type(error).__name__
        watch.status, watch.message = watch.status or error.status, error.message or watch.message
        raise
    except BaseException as error:
        outcome = type(error).__name__
        raise
    finally:
        if observer is not None:
            milliseconds = round((time.monotonic() - began) * 1000)
            _tell(observer, call, watch, outcome, milliseconds, query or (json.loads(content) if content else {}))


def _tell(
    observer: Observer, call: Call, watch: Watch, outcome: str, milliseconds: int, sent: Mapping[str, object]
) -> None:
    report = Report(
        method=call.method,
        path=call.path,
        writes=call.writes,
        milliseconds=milliseconds,
        outcome=outcome,
        status=watch.status,
        message=without_secrets(watch.message),
        sent=_plain(sent, _SENT_PLAINLY),
        answered=watch.answered,
    )
    try:
        observer(report)
    except Exception:  # noqa: BLE001 (what is only told of a call must not undo it; it is logged)
        _log.exception("A call of %s could not be written down.", call.path)


def _plain(values: Mapping[str, object], allowed: frozenset[str], *, names_the_rest: bool = True) -> dict[str, str]:
    return {
        str(name): _short(value) if name in allowed else HIDDEN
        for name, value in values.items()
        if value is not None and (name in allowed or names_the_rest)
    }


def _short(value: object) -> str:
    return without_secrets(str(value))[:_LONGEST_VALUE]
