"""The order of the steps, and when a registration of unknown outcome is looked up. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Step(StrEnum):
    """A page of the registration, by its part of the address, in order."""

    CODE = "code"
    PERSON = "person"
    COMPANY = "company"
    USERS = "users"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Progress:
    """Which steps are filled in."""

    is_proved: bool
    has_person: bool
    has_company: bool
    has_users: bool

    @property
    def next_step(self) -> Step:
        """The first step that is still to be filled in."""
        done = {
            Step.CODE: self.is_proved,
            Step.PERSON: self.has_person,
            Step.COMPANY: self.has_company,
            Step.USERS: self.has_users,
        }
        return next((step for step in Step if not done.get(step, False)), Step.CHECK)

    def may_open(self, step: Step) -> bool:
        """Are all the steps before this one filled in?"""
        order = list(Step)
        return order.index(step) <= order.index(self.next_step)


# No send takes longer than its own time-out of eight seconds, so after this the program that sent it is gone.
STALE_SENDING = timedelta(seconds=60)
# Waits between two looks at the person's record: quick while somebody waits at the page, then staff.
_WAITS = (
    timedelta(seconds=20),
    timedelta(seconds=40),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=30),
)


def settle_wait(attempts: int) -> timedelta | None:
    """How long to wait after so many looks, or None when they were enough and staff must look."""
    return _WAITS[attempts] if attempts < len(_WAITS) else None


def split_name(name: str) -> tuple[str, str]:
    """First and last name out of one that was typed as a whole; the person sees and corrects it."""
    first, _, last = " ".join(name.split()).partition(" ")
    return first[:100], last[:100]


def is_same_company(one: str, other: str) -> bool:
    """Do two names mean the same company, as far as blanks and case go?"""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
