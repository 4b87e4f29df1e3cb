"""How the endpoints are doing."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bookings.upstream_calls.models import CallTally, Outcome
from bookings.upstream_calls.rules import SLOT, percentile

# These say no as they should: what was asked for can't be had, and both sides are well.
NO_FAULT = frozenset({Outcome.OK, Outcome.REJECTED, Outcome.MISSING})


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """One endpoint over a while. Milliseconds are bounds that half, or 95 of a hundred calls, didn't exceed.

    `refused` are clear answers that said no, `failed` are calls without a usable one. The last trouble is either.
    """

    method: str
    path: str
    calls: int
    refused: int
    failed: int
    median_ms: int
    slow_ms: int
    last_at: datetime
    trouble: CallTally | None

    @property
    def failed_share(self) -> float:
        """From 0 to 1."""
        return self.failed / self.calls


def endpoint_health(*, span: timedelta, now: datetime) -> list[EndpointHealth]:
    """Every endpoint that was called within the span, to within ten minutes; by path. One query."""
    rows: dict[tuple[str, str], list[CallTally]] = defaultdict(list)
    for tally in CallTally.objects.filter(since__gt=now - span - SLOT, since__lte=now, calls__gt=0):
        rows[tally.path, tally.method].append(tally)
    return [_health(method, path, tallies) for (path, method), tallies in sorted(rows.items())]


def _health(method: str, path: str, tallies: list[CallTally]) -> EndpointHealth:
    by_bound: Counter[int] = Counter()
    for tally in tallies:
        by_bound[tally.up_to_ms] += tally.calls
    troubled = [tally for tally in tallies if tally.outcome != Outcome.OK]
    return EndpointHealth(
        method=method,
        path=path,
        calls=by_bound.total(),
        refused=sum(tally.calls for tally in troubled if tally.outcome in NO_FAULT),
        failed=sum(tally.calls for tally in troubled if tally.outcome not in NO_FAULT),
        median_ms=percentile(by_bound, 0.5) or 0,
        slow_ms=percentile(by_bound, 0.95) or 0,
        last_at=max(tally.last_at for tally in tallies),
        trouble=max(troubled, key=lambda tally: tally.last_at, default=None),
    )
