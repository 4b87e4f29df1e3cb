"""Which rows of the document a case covers, what it really touched of them, and the figures at the end of a run.

A case says with `covers` what it is about. What it sends and reads goes through its `Account`, which notes the rows it
met; a case that claims a row and never met it fails. So nothing can be claimed that isn't done.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import wraps
from typing import Any

from tests.contract.inventory import KINDS, ROWS, Row

PROPERTY = "rows of the Workways API document"
SENT = "what was sent to the embedded API by chance"
# A run of a few cases leaves out most rows, and naming those would tell nobody anything.
_MOST_NAMED = 60
# Every case of the suite, in the order in which they were read.
CASES: list["Case"] = []


class Fact(Enum):
    """What a case needs of an account; each leg says which of these it has."""

    WRITES = "may be written to"
    STATE = "what was written is read afterwards"
    PERSON = "the address of somebody who is known"
    PEOPLE = "somebody archived, somebody who never registered"
    DEAD_TOKENS = "tokens that were good once"
    FAILS = "something in it makes a call fail"
    OURS = "made for these tests, with rooms, options and prices of every kind"


class Case:
    """A test function of the suite with its claims; `needs` decides in which legs it runs."""

    def __init__(self, name: str, rows: frozenset[Row], needs: frozenset[Fact]) -> None:
        self.name = name
        self.rows = rows
        self.needs = needs
        CASES.append(self)


def covers(*rows: Iterable[Row], needs: Iterable[Fact] = ()) -> Callable[[Any], Any]:
    """Makes a test function, whose first argument is `account`, a case of the suite that covers these rows."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        case = Case(function.__name__, frozenset(row for group in rows for row in group), frozenset(needs))

        @wraps(function)
        def checked(account: Any, **more: Any) -> None:
            function(account, **more)
            unmet = sorted(str(row) for row in case.rows - account.met)
            # Nobody chose what is in a remote account, so there only what was met counts.
            assert account.is_remote or not unmet, f"claimed, but neither sent nor read: {', '.join(unmet)}"
            account.confirm(case.rows & account.met)

        checked.case = case  # type: ignore[attr-defined]
        return checked

    return decorate


def summary(reports: Iterable[Any]) -> Iterator[str]:
    """The lines at the end of a run; none when no case of the suite was in it."""
    by_leg: dict[str, set[str]] = defaultdict(set)
    sent: dict[str, Counter[str]] = defaultdict(Counter)
    for report in reports:
        for name, value in report.user_properties:
            if name == PROPERTY:
                by_leg[value["leg"]].update(value["rows"])
            elif name == SENT:
                sent[value["what"]].update(value["answers"])
    if by_leg:
        covered = set.union(*by_leg.values())
        yield f"covered {len(covered)} of {len(ROWS)} rows: {', '.join(_figures(covered))}"
        yield from (f"  {leg}: {len(rows)} of {len(ROWS)}" for leg, rows in sorted(by_leg.items()))
        missing = [row for row in ROWS if str(row) not in covered]
        if len(missing) <= _MOST_NAMED:
            yield from (f"  not covered: {row}" for row in missing)
    for what, answers in sorted(sent.items()):
        yield f"{answers.total()} {what}:"
        yield from (f"  {count:6} {answer}" for answer, count in answers.most_common())


def _figures(covered: set[str]) -> Iterator[str]:
    for kind in KINDS:
        of_kind = [row for row in ROWS if row.kind == kind]
        plural = "others" if kind == "other" else f"{kind}s"
        yield f"{plural} {sum(str(row) in covered for row in of_kind)} of {len(of_kind)}"
