"""What an import would do, line by line, before anything is done."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_BYTES = 500_000
MOST_LINES = 2000


class Effect(StrEnum):
    """What a line would do."""

    NEW = "new"
    CHANGE = "change"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after, as people write it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line or an event of a file. `work` is what applying it takes, and no part of how it looks."""

    number: int
    name: str
    effect: Effect
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()
    work: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole file; `problem` says why it can't be read at all, or is ""."""

    lines: tuple[Line, ...] = ()
    problem: str = ""

    @property
    def is_right(self) -> bool:
        """May it be applied, and would that do anything?"""
        effects = {line.effect for line in self.lines}
        return not self.problem and Effect.WRONG not in effects and bool(effects & {Effect.NEW, Effect.CHANGE})

    @property
    def counts(self) -> dict[str, int]:
        """How many lines have each effect."""
        return {effect.value: sum(line.effect == effect for line in self.lines) for effect in Effect}

    @property
    def fingerprint(self) -> str:
        """The same for two plans that would do the same."""
        return hashlib.sha256(repr(self).encode("utf-8", "replace")).hexdigest()


class ImportOutdated(Exception):
    """Things changed between showing what an import would do and doing it; nothing was done."""
