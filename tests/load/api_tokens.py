"""Does the time of an answer tell of a token? `python -m tests.load.api_tokens [--calls 10000] [--postgres]`.

The core answers GET /api/user-info in this process, where there is least noise to hide a difference, on a database of
its own in a temporary folder with 1,000 tokens. Each call carries a token that is refused: one whose first characters
(the prefix that people see, and then ever more) are those of a token that works, or one that shares nothing with any.
The kinds are asked in an order drawn by chance, so that whatever else the machine does meets all alike.

Two kinds are compared by the rank-sum test of Mann and Whitney: all times are put in order, and p is the chance that
times of one and the same source would differ in rank as much as these. Below 0.01 the kinds are called distinguishable.
The first row compares a kind with itself; the last one, with tokens that are deactivated (which is told openly, in a
sentence of its own), shows that the test sees a difference where there is one.
"""

import argparse
import gc
import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.load.pages import postgres

TOKENS = 1_000
SURE = 0.01
_WARM_UP = 500
_MARK = "ww_dev_"


def fill() -> list[str]:
    """Tokens of as many developers, all working; gives their texts."""
    from portal import clock
    from portal.embedded.auth import hash_of, new_token
    from portal.embedded.models import DEVELOPER_ROLES, ApiToken, User

    now = clock.now()
    users = [User(email=f"dev{n}@portal.example", role=DEVELOPER_ROLES[0], verified_at=now) for n in range(TOKENS)]
    User.objects.bulk_create(users)
    texts = [new_token() for _ in users]
    ApiToken.objects.bulk_create(
        ApiToken(user=user, name="Load", prefix=text[:11], token_hash=hash_of(text), created_at=now)
        for user, text in zip(users, texts, strict=True)
    )
    return texts


def make_kinds(texts: list[str]) -> dict[str, Callable[[], str]]:
    """How a token of each kind is made, anew for each call."""
    chance = random.Random(11)

    def digits(count: int) -> str:
        return f"{chance.getrandbits(4 * count):0{count}x}" if count else ""

    def like_one(shared: int) -> Callable[[], str]:
        def make() -> str:
            made = chance.choice(working)[: len(_MARK) + shared] + digits(64 - shared)
            return make() if made in known else made

        return make

    known = set(texts)
    working, dead = texts[: TOKENS // 2], texts[TOKENS // 2 :]
    return {
        "unknown prefix": lambda: _MARK + digits(64),
        "unknown prefix, again": lambda: _MARK + digits(64),
        "known prefix (4 digits)": like_one(4),
        "32 digits of a working token": like_one(32),
        "63 digits of a working token": like_one(63),
        "deactivated token": lambda: chance.choice(dead),
    }


def measure(kinds: dict[str, Callable[[], str]], calls: int) -> dict[str, list[int]]:
    """Nanoseconds of each call, by kind."""
    from portal import clock
    from portal.embedded.answers import ApiRequest
    from portal.embedded.api import handle

    # All are made beforehand, so that making one of some kind leaves no trace in the processor when its time is taken.
    order = [(name, f"Bearer {make()}") for name, make in kinds.items() for _ in range(calls)]
    random.Random(12).shuffle(order)
    times: dict[str, list[int]] = {name: [] for name in kinds}
    query = {"email": "dev0@portal.example"}
    gc.disable()
    for number, (name, header) in enumerate(order[:_WARM_UP] + order):
        request = ApiRequest("GET", "/api/user-info", query, {"authorization": header})
        now = clock.now()
        began = time.perf_counter_ns()
        answer = handle(request, now=now, mailer=_no_mail)
        took = time.perf_counter_ns() - began
        if answer.status != 401:
            raise SystemExit(f"A token of the kind {name!r} was let in: {answer.body!r}")
        if number >= _WARM_UP:
            times[name].append(took)
        if number % 5_000 == 0:
            gc.collect()
    gc.enable()
    return times


def _no_mail(to: str, subject: str, text: str, html: str, language: str) -> None:
    raise AssertionError("A refused call mails nobody.")


def rank_sum(left: Sequence[int], right: Sequence[int]) -> float:
    """The two-sided p of Mann and Whitney's test; with this many times their U is as good as normally distributed."""
    both = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    total, ties, place = 0.0, 0.0, 0
    while place < len(both):
        end = place
        while end < len(both) and both[end][0] == both[place][0]:
            end += 1
        # Equal times share the mean of their ranks, which count from one.
        rank = (place + 1 + end) / 2
        total += rank * sum(1 for _value, side in both[place:end] if side == 0)
        ties += (end - place) ** 3 - (end - place)
        place = end
    n, m = len(left), len(right)
    u = total - n * (n + 1) / 2
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2))


def report(times: dict[str, list[int]]) -> None:
    """One row for each kind, next to tokens of an unknown prefix."""
    plain = times["unknown prefix"]
    print(f"{'refused token':<32}{'p50 µs':>9}{'p5 µs':>9}{'p95 µs':>9}{'p50 apart':>11}{'p':>9}")
    for name, found in times.items():
        cuts = statistics.quantiles(found, n=20)
        apart = (statistics.median(found) - statistics.median(plain)) / 1000
        print(f"{name:<32}{statistics.median(found) / 1000:>9.1f}{cuts[0] / 1000:>9.1f}{cuts[-1] / 1000:>9.1f}", end="")
        if name == "unknown prefix":
            print()
            continue
        p = rank_sum(plain, found)
        verdict = "distinguishable" if p < SURE else "indistinguishable"
        print(f"{apart:>8.2f} µs{p:>9.3f}  {verdict}")


def run(options: argparse.Namespace) -> None:
    """Everything after the environment stands."""
    import django
    from django.core.management import call_command

    django.setup()
    import logging

    from django.db import connections

    from portal.embedded.models import ApiToken

    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    texts = fill()
    dead = [text[:11] for text in texts[TOKENS // 2 :]]
    ApiToken.objects.filter(prefix__in=dead).update(is_active=False)
    database = "PostgreSQL" if options.postgres else "SQLite"
    print(f"\n{TOKENS:,} tokens, {database}, {options.calls:,} calls of each kind in the core, in mixed order")
    print(f"load of this machine before the runs: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    report(measure(make_kinds(texts), options.calls))
    connections.close_all()


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000, help="of each kind")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-load-")))
        os.environ.update(PORTAL_DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="tests.load.api_settings")
        for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_URL", "WORKWAYS_API_URL", "WORKWAYS_API_TOKEN"):
            os.environ.pop(name, None)
        if options.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder))
        run(options)


if __name__ == "__main__":
    main()
