"""What is said of one operation: enough to check a call, to write its OpenAPI, its page and its examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.embedded.inputs import Parameters

Words = str | Promise
Schema = dict[str, Any]
NO_PARAMETERS = Parameters()


class TokenRule(Enum):
    """What a token is to an operation: the document's table, which wins over its prose (W1)."""

    IGNORED = "no"
    OPTIONAL = "optional"
    REQUIRED = "yes"


class Group(Enum):
    """The parts of the documentation, in their order."""

    PLACES = "places"
    CALENDARS = "calendars and prices"
    BOOKINGS = "bookings"
    ORGANIZATIONS = "people and organizations"

    @property
    def title(self) -> Words:
        """As people read it."""
        return _TITLES[self]


_TITLES: dict[Group, Words] = {
    Group.PLACES: _("Sites and rooms"),
    Group.CALENDARS: _("Calendars and prices"),
    Group.BOOKINGS: _("Booking and registering"),
    Group.ORGANIZATIONS: _("People, organizations and contracts"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One shape of an answer; `when` says in which case it comes, `schema` describes the whole body."""

    when: Words
    schema: Schema
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A call of the document and the document's answer to it, word for word; a POST has a body, a GET a query.

    The answer is JSON, or a text where the operation answers with one.
    """

    title: Words
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    with_token: bool = False
    answer: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One line of the document. `refusals` are its sentences beyond those of its parameters, with {names} where they
    vary; those with HTTP 404 are apart. `has_entity_tag`: may the caller ask whether the answer changed?
    """

    name: str
    method: str
    path: str
    token: TokenRule
    group: Group
    summary: Words
    about: Words = ""
    parameters: Parameters = NO_PARAMETERS
    answers: tuple[Answer, ...]
    refusals: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    has_entity_tag: bool = False

    @property
    def is_read(self) -> bool:
        """Does it change nothing?"""
        return self.method == "GET"
