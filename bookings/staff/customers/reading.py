"""Asks Workways about a customer while the page waits, within a hard limit; trouble is a value, not an exception."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bookings.staff.customers.sentences import Trouble, trouble_of
from portal.http.deadline import Deadline
from portal.workways import ContractOption, Missing, Organization, Room, User, Workways, WorkwaysError

# All questions of one page together, and any one of them.
PAGE_SECONDS = 6.0
QUESTION_SECONDS = 3.0
# A contract that reaches more sites than this is shown the options and rooms of the first ones.
MOST_SITES = 5

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Told(Generic[_Value]):
    """What Workways said: a value; None with trouble when the question failed, None without when nobody is there."""

    value: _Value | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What Workways knows of an address: the person, and the company with its contract where there is one."""

    user: Told[User]
    organization: Told[Organization]


@dataclass(frozen=True, slots=True)
class Offers:
    """What could go into a contract: options and rooms, each once, and what went wrong while asking."""

    options: tuple[ContractOption, ...] = ()
    rooms: tuple[Room, ...] = ()
    troubles: tuple[Trouble, ...] = field(default=())


def look_up_person(client: Workways, email: str) -> Person:
    """The person of an address, then the company; two questions at most."""
    deadline = Deadline(PAGE_SECONDS)
    user = _ask(lambda seconds: client.user_info(email=email, timeout=seconds), deadline)
    if user.value is None or not user.value.organization_id:
        return Person(user, Told())
    return Person(user, look_up_organization(client, user.value.organization_id, deadline))


def look_up_organization(
    client: Workways, organization_id: str, deadline: Deadline | None = None
) -> Told[Organization]:
    """A company with its contract."""
    return _ask(
        lambda seconds: client.organization_info(organization_id, timeout=seconds), deadline or Deadline(PAGE_SECONDS)
    )


def look_up_options(client: Workways, site_id: str) -> Told[tuple[ContractOption, ...]]:
    """What a site offers beside its rooms."""
    return _ask(lambda seconds: client.contract_options(site_id, timeout=seconds), Deadline(PAGE_SECONDS))


def look_up_offers(client: Workways, site_ids: Iterable[str]) -> Offers:
    """The options and rooms of these sites, as far as they can be had in time."""
    deadline = Deadline(PAGE_SECONDS)
    options: dict[str, ContractOption] = {}
    rooms: dict[str, Room] = {}
    troubles: list[Trouble] = []
    for site_id in list(dict.fromkeys(site_ids))[:MOST_SITES]:
        for told in (_options_of(client, site_id, deadline), _rooms_of(client, site_id, deadline)):
            if told.trouble is not None and told.trouble not in troubles:
                troubles.append(told.trouble)
            for one in told.value or ():
                if isinstance(one, ContractOption):
                    options[one.id] = one
                else:
                    rooms[one.id] = one
    return Offers(tuple(options.values()), tuple(rooms.values()), tuple(troubles))


def _options_of(client: Workways, site_id: str, deadline: Deadline) -> Told[tuple[ContractOption, ...]]:
    return _ask(lambda seconds: client.contract_options(site_id, timeout=seconds), deadline)


def _rooms_of(client: Workways, site_id: str, deadline: Deadline) -> Told[tuple[Room, ...]]:
    return _ask(lambda seconds: client.rooms(site=site_id, timeout=seconds), deadline)


def _ask(question: Callable[[float], _Value], deadline: Deadline) -> Told[_Value]:
    try:
        return Told(question(min(QUESTION_SECONDS, deadline.left())))
    except Missing:
        return Told()
    except WorkwaysError as error:
        return Told(trouble=trouble_of(error))
