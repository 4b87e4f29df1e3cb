"""How a call's parameters are declared, and how what came is held to the declaration.

The same declarations are what /api/openapi.json and /api/docs are made from, so neither can say anything else than what
is checked here.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.utils.functional import Promise

from portal.embedded.answers import Refused
from portal.embedded.blanks import trimmed

MAX_BODY_BYTES = 256_000
NO_JSON = "Invalid JSON body"
TOO_LARGE = f"Request body is too large: at most {MAX_BODY_BYTES} bytes"


class Reader(ABC):
    """Checks one value: a text out of a query, or any JSON value out of a body."""

    __slots__ = ()

    @property
    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what it takes."""

    @property
    @abstractmethod
    def refusals(self) -> tuple[str, ...]:
        """Its sentences for the rest, with {names} where they vary."""

    @property
    def is_exact(self) -> bool:
        """Is every value of the schema taken? A real date, for one, is more than its digits."""
        return True

    @abstractmethod
    def __call__(self, value: Any) -> Any:
        """The checked value. Raises Refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation, or one field of an object in a body; `about` is what people read of it.

    A `deferred` one is read by the handler, because its meaning hangs on something found. `missing` is the sentence for
    one that is required and isn't there, where the document has an own one.
    """

    name: str
    read: Reader
    about: str | Promise
    required: bool = False
    deferred: bool = False
    missing: str = ""
    example: Any = None

    @property
    def refusals(self) -> tuple[str, ...]:
        """Every sentence that it can be refused with."""
        absent = (self._when_missing(),) if self.required else ()
        return (*absent, *self.read.refusals)

    def refuse_missing(self) -> NoReturn:
        """It is required and isn't there."""
        raise Refused(self._when_missing())

    def _when_missing(self) -> str:
        return self.missing or f"Missing required parameter: {self.name}"


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of an operation, in the order of the document's table. At least one of `any_of` must be there."""

    items: tuple[Parameter, ...] = ()
    any_of: tuple[str, ...] = ()
    _readers: dict[str, Reader] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_readers", {item.name: item.read for item in self.items})

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The declared values: first what is required and missing, then what is malformed, both in the table's order
        (W82).

        An empty text counts as absent, like null; undeclared parameters are ignored (W80). Absent ones are None.
        """
        present = {name: value for name, value in given.items() if not (value is None or _is_blank(value))}
        for item in self.items:
            if item.required and item.name not in present:
                item.refuse_missing()
        if self.any_of and not any(name in present for name in self.any_of):
            raise Refused(self.none_of_them)
        return {
            item.name: present.get(item.name)
            if item.deferred or item.name not in present
            else item.read(present[item.name])
            for item in self.items
        }

    def read_deferred(self, name: str, value: Any) -> Any:
        """Reads the value of a deferred parameter. Raises Refused."""
        return self._readers[name](value)

    @property
    def none_of_them(self) -> str:
        """The sentence for a call that has none of `any_of`."""
        return f"Missing required parameter: {', '.join(self.any_of[:-1])} or {self.any_of[-1]}"

    @property
    def refusals(self) -> tuple[str, ...]:
        """Every sentence that a parameter can be refused with, each once."""
        told = [refusal for item in self.items for refusal in item.refusals]
        return tuple(dict.fromkeys([*told, self.none_of_them] if self.any_of else told))


def read_json(body: bytes) -> dict[str, Any]:
    """The object in a body. Raises Refused when there is none, whatever the body is instead."""
    if len(body) > MAX_BODY_BYTES:
        raise Refused(TOO_LARGE)
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(NO_JSON) from error
    if not isinstance(value, dict):
        raise Refused(NO_JSON)
    return value


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not trimmed(value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
