"""The declarations as /api/docs shows them: rows for its tables, commands to copy, forms to try."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from portal.embedded.declarations import OPERATIONS, Answer, Example, Group, Operation, TokenRule
from portal.embedded.declarations.operation import Schema, Words
from portal.embedded.inputs import Parameter, Parameters
from portal.embedded.openapi import list_refusals
from portal.embedded.readers import Items, Object

PLACEHOLDER_TOKEN = "ww_dev_your_token_here"  # noqa: S105  the document's own placeholder


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of parameters or fields; `path` is as the document writes it, such as "publicRooms[]._id"."""

    path: str
    type: str
    about: Words
    required: bool = True


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One shape of an answer, with the fields of its data."""

    when: Words
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A call to copy, and what comes back; `answer` is None where the document tells none."""

    title: Words
    command: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """An input of the form to try a read; `value` is one that works on this server, where there is one."""

    name: str
    about: Words
    required: bool
    value: str


@dataclass(frozen=True, slots=True)
class ShownOperation:
    """All that the page says of one operation. A read has `fields` to fill, a write a `body` to edit."""

    operation: Operation
    address: str
    rows: tuple[Row, ...]
    answers: tuple[ShownAnswer, ...]
    refusals: tuple[str, ...]
    examples: tuple[ShownExample, ...]
    fields: tuple[Field, ...]
    body: str

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.operation.path.strip("/").replace("/", "-")

    @property
    def needs_token(self) -> bool:
        """Does it answer nobody without one?"""
        return self.operation.token is TokenRule.REQUIRED

    @property
    def takes_token(self) -> bool:
        """Does one show more?"""
        return self.operation.token is TokenRule.OPTIONAL


def list_groups(base_url: str, samples: Mapping[tuple[str, str], Any]) -> list[tuple[Group, list[ShownOperation]]]:
    """The operations by group, in the document's order. `samples` are values by path and parameter that work here."""
    shown = [_shown(operation, base_url, samples) for operation in OPERATIONS]
    return [(group, [one for one in shown if one.operation.group is group]) for group in Group]


def _shown(operation: Operation, base_url: str, samples: Mapping[tuple[str, str], Any]) -> ShownOperation:
    fields = tuple(
        Field(item.name, item.about, item.required, str(samples.get((operation.path, item.name), "")))
        for item in operation.parameters.items
    )
    return ShownOperation(
        operation=operation,
        address=f"{base_url}{operation.path}",
        rows=tuple(_parameter_rows(operation.parameters)),
        answers=tuple(_answer(answer) for answer in operation.answers),
        refusals=(*list_refusals(operation), *operation.not_found),
        examples=tuple(_example(operation, example, base_url) for example in operation.examples),
        fields=fields if operation.is_read else (),
        body="" if operation.is_read else _body(operation, samples),
    )


def _parameter_rows(parameters: Parameters, prefix: str = "") -> Iterator[Row]:
    told: list[Parameters] = []
    for item in parameters.items:
        yield Row(f"{prefix}{item.name}", _parameter_type(item), item.about, item.required)
        of_items = item.read.item if isinstance(item.read, Items) else None
        # The fields of an option are told once, under the first list that takes them.
        if isinstance(of_items, Object) and of_items.fields not in told:
            told.append(of_items.fields)
            yield from _parameter_rows(of_items.fields, f"{prefix}{item.name}[].")


def _parameter_type(item: Parameter) -> str:
    schema = item.read.schema
    if schema["type"] == "array":
        return f"array of {_named_type(schema['items'])}"
    return _named_type(schema)


def _answer(answer: Answer) -> ShownAnswer:
    data = answer.schema.get("properties", {}).get("data")
    return ShownAnswer(answer.when, tuple(_data_rows(data)) if data else ())


def _data_rows(data: Schema) -> Iterator[Row]:
    """The fields of the data; of a list, those of its items."""
    if data.get("type") == "array":
        yield from _field_rows(data["items"], "") if "properties" in data["items"] else ()
    elif "properties" in data:
        yield from _field_rows(data, "")


def _field_rows(schema: Schema, prefix: str) -> Iterator[Row]:
    for name, field in schema["properties"].items():
        path = f"{prefix}{name}"
        yield Row(path, _named_type(field), field.get("description", ""), name in schema["required"])
        if "properties" in field:
            yield from _field_rows(field, f"{path}.")
        elif "properties" in field.get("items", {}):
            yield from _field_rows(field["items"], f"{path}[].")


def _named_type(schema: Schema) -> str:
    kinds = schema["type"]
    return " | ".join(kinds) if isinstance(kinds, list) else str(kinds)


def _example(operation: Operation, example: Example, base_url: str) -> ShownExample:
    answer = example.answer if example.answer is None or isinstance(example.answer, str) else _pretty(example.answer)
    return ShownExample(example.title, _command(operation, example, base_url), answer)


def _command(operation: Operation, example: Example, base_url: str) -> str:
    """The call as one types it into a shell."""
    # Commas and colons are harmless in a query, and the document writes them as they are.
    query = f"?{urlencode(example.query, safe=':,@')}" if example.query else ""
    parts = [f"curl -X {operation.method} {shlex.quote(f'{base_url}{operation.path}{query}')}"]
    if example.with_token:
        parts.append(f'-H "Authorization: Bearer {PLACEHOLDER_TOKEN}"')
    if example.body is not None:
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d {shlex.quote(_pretty(example.body))}")
    return " \\\n  ".join(parts)


def _body(operation: Operation, samples: Mapping[tuple[str, str], Any]) -> str:
    """The first example's body, with values that work here in place of the document's."""
    given = operation.examples[0].body or {}
    return _pretty({name: samples.get((operation.path, name), value) for name, value in given.items()})


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
