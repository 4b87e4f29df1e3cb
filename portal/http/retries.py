"""Which failures may be tried again, how often, and how long to wait between."""

import secrets
from dataclasses import dataclass

import httpx

_READS = frozenset({"GET", "HEAD"})
_STATUSES = frozenset({429, 503})
# A read time-out is not among them: a server that is slow already is not helped by being asked twice.
_FAILURES = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError)


def may_retry(method: str, outcome: Exception | int) -> bool:
    """Is this outcome (an error, or a status) of a call of this method worth another try? A write's never is."""
    if method not in _READS:
        return False
    return outcome in _STATUSES if isinstance(outcome, int) else isinstance(outcome, _FAILURES)


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """How often to try again, with waits in seconds that double.

    `longest_wait` limits our own waits; a server that asks for a longer one gets no further try from us.
    """

    more_tries: int
    first_wait: float = 0.4
    longest_wait: float = 8.0

    def wait(self, tries: int, *, asked: float | None, left: float) -> float | None:
        """Seconds to wait after so many tries, or None to give up.

        `asked` is what the server wished for (Retry-After), `left` what the whole call has left. The wait is drawn
        between half and all of its length, so that many callers don't come back at the same moment.
        """
        if tries > self.more_tries:
            return None
        longest = min(self.first_wait * 2 ** (tries - 1), self.longest_wait)
        drawn = longest * (0.5 + secrets.randbelow(501) / 1000)
        wait = max(drawn, asked or 0.0)
        return wait if wait <= self.longest_wait and wait < left else None


NEVER = RetryPlan(more_tries=0)
