"""A hundred thousand rooms without network or database: `python -m tests.load.simulation [--rooms 100000]`.

Plays a Wednesday from 08:00 in Paris with the real rules of when a calendar is read next and when an upstream rests
(bookings.feeds.schedule), and the real sizes of a batch. Time is simulated, so that hours pass in seconds. Workers
share the upstream's four connections; each answer takes `--latency` milliseconds, and storing a changed calendar
`--store` milliseconds of its worker. One room in a hundred is looked at. After a warm-up the upstream is away for an
hour.

It prints what the upstream bears, how old the mirror is, and how long it takes until it is as fresh as before.
"""

import argparse
import collections
import heapq
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.feeds.schedule import BATCH, CONNECTIONS, failures_after, next_refresh, rest

START = datetime(2026, 1, 7, 7, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
WAKES_EVERY = 15.0
WARM_UP = 900.0
OUTAGE = 3_600.0
AFTER = 1_800.0
REFUSED_IN = 0.05


@dataclass(slots=True)
class Times:
    """What an answer and its storing cost, in seconds, and how often a calendar has changed."""

    latency: float
    store: float
    changed: float


@dataclass(slots=True)
class Upstream:
    """Who may ask at the moment, and since when it fails."""

    away: tuple[float, float]
    failures: int = 0
    rests_until: float | None = None
    busy_until: float = 0.0
    asked: list[int] = field(default_factory=list)

    def is_away(self, at: float) -> bool:
        """Does it refuse to answer?"""
        return self.away[0] <= at < self.away[1]


class Play:
    """The rooms' rows as lists by number, and a queue of those that are due."""

    def __init__(self, rooms: int, upstream: Upstream, times: Times, chance: random.Random) -> None:
        self.upstream = upstream
        self.times = times
        self.chance = chance
        self.read_at = [-chance.uniform(0, 300) for _ in range(rooms)]
        self.failures = [0] * rooms
        self.looked_at = [chance.random() < 0.01 for _ in range(rooms)]
        self.due = [(chance.uniform(0, 300), number) for number in range(rooms)]
        heapq.heapify(self.due)

    def batch(self, at: float) -> float:
        """One worker's next batch; when it comes for another."""
        upstream = self.upstream
        if upstream.rests_until is not None and upstream.rests_until > at:
            return at + WAKES_EVERY
        is_trial = upstream.rests_until is not None
        # The connections are taken one batch after the other; storing happens beside the next batch of another worker.
        begins = max(at, upstream.busy_until)
        limit = 1 if is_trial else BATCH
        numbers: list[int] = []
        while self.due and self.due[0][0] <= begins and len(numbers) < limit:
            numbers.append(heapq.heappop(self.due)[1])
        if not numbers:
            return at + WAKES_EVERY
        upstream.asked.extend([int(begins)] * len(numbers))
        if upstream.is_away(begins):
            return self._miss(numbers, begins)
        upstream.failures, upstream.rests_until = 0, None
        rounds = -(-len(numbers) // CONNECTIONS)
        upstream.busy_until = begins + rounds * self.times.latency
        for number in numbers:
            self.read_at[number], self.failures[number] = begins, 0
            self._plan(number, begins)
        changed = sum(self.chance.random() < self.times.changed for _ in numbers)
        return upstream.busy_until + changed * self.times.store

    def _miss(self, numbers: list[int], at: float) -> float:
        upstream = self.upstream
        upstream.failures = failures_after(upstream.failures, missed=len(numbers))
        pause = rest(upstream.failures, chance=self.chance.random())
        upstream.rests_until = None if pause is None else at + pause.total_seconds()
        for number in numbers:
            self.failures[number] += 1
            self._plan(number, at)
        upstream.busy_until = at + REFUSED_IN
        return at + WAKES_EVERY

    def _plan(self, number: int, at: float) -> None:
        now = START + timedelta(seconds=at)
        due_at = next_refresh(
            now,
            zone=PARIS,
            looked_at=now if self.looked_at[number] else None,
            failures_in_a_row=self.failures[number],
            chance=self.chance.random(),
        )
        heapq.heappush(self.due, (at + (due_at - now).total_seconds(), number))

    def ages(self, at: float) -> list[float]:
        """How long ago each room was read, sorted."""
        return sorted(at - read_at for read_at in self.read_at)


def simulate(rooms: int, workers: int, times: Times, *, seed: int = 1) -> str:
    """Plays the whole time with so many workers; a row of the table."""
    chance = random.Random(seed)
    upstream = Upstream(away=(WARM_UP, WARM_UP + OUTAGE))
    play = Play(rooms, upstream, times, chance)
    ready = [(chance.uniform(0, WAKES_EVERY), worker) for worker in range(workers)]
    heapq.heapify(ready)
    before: list[float] = []
    recovered: float | None = None
    check = WARM_UP + OUTAGE
    while recovered is None and ready[0][0] < WARM_UP + OUTAGE + AFTER:
        at, worker = heapq.heappop(ready)
        if not before and at >= WARM_UP:
            before = play.ages(at)
        if at >= check:
            check = at + 20
            if _share(play.ages(at), 0.99) <= _share(before, 0.99) * 1.05:
                recovered = at - WARM_UP - OUTAGE
        heapq.heappush(ready, (play.batch(at), worker))
    return _row(workers, before, upstream.asked, recovered)


def _share(ages: list[float], share: float) -> float:
    return ages[min(len(ages) - 1, int(len(ages) * share))]


def _row(workers: int, before: list[float], asked: list[int], recovered: float | None) -> str:
    warm = [second for second in asked if WARM_UP / 2 <= second < WARM_UP]
    away = [second for second in asked if WARM_UP <= second < WARM_UP + OUTAGE]
    ages = "".join(f"{_share(before, share):>9,.0f}" for share in (0.5, 0.95, 0.99, 1))
    back = "never" if recovered is None else f"{recovered:,.0f}"
    most = max(collections.Counter(asked).values())
    return f"{workers:>7}{len(warm) / (WARM_UP / 2):>12,.0f}{most:>8,}{ages}{len(away):>16,}{back:>16}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=100_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--latency", type=float, default=10, help="milliseconds until an answer is there")
    parser.add_argument("--store", type=float, default=10, help="milliseconds to store a changed calendar")
    parser.add_argument("--changed", type=float, default=0.02, help="share of the calendars that have changed")
    options = parser.parse_args()
    times = Times(options.latency / 1000, options.store / 1000, options.changed)
    began = time.perf_counter()
    print(f"{options.rooms:,} rooms, {options.latency:g} ms an answer, {CONNECTIONS} connections in all")
    print(f"{'workers':>7}{'asked/s':>12}{'most':>8}{'age p50':>9}{'p95':>9}{'p99':>9}{'oldest':>9}", end="")
    print(f"{'asked in outage':>16}{'recovered in s':>16}")
    for workers in options.workers:
        print(simulate(options.rooms, workers, times), flush=True)
    print(f"ages in seconds; simulated in {time.perf_counter() - began:,.0f} s")


if __name__ == "__main__":
    main()
