"""Answers of the client as text for people and for programs. Pure.

JSON tells every field; amounts are texts, because a fraction of JSON is a float for most who read it. A table tells a
list in chosen columns, and one thing as names and values, with the lists within it below.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

_LONGEST_CELL = 48


def as_json(answer: Any) -> str:
    """The whole answer; that of a call with several kinds of answer says which it is."""
    plain = _plain(answer)
    if is_dataclass(answer):
        plain = {"answer": type(answer).__name__, **plain}
    return json.dumps(plain, ensure_ascii=False, indent=2)


def as_table(answer: Any, columns: Sequence[str] = ()) -> str:
    """The answer for a person to read, without a line break at its end."""
    if isinstance(answer, tuple):
        return _list(answer, columns) if answer else "Nothing."
    return "\n\n".join([_facts(answer), *_lists_within(answer)])


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _facts(answer: Any) -> str:
    rows = [("answer", type(answer).__name__)]
    for field in fields(answer):
        value = getattr(answer, field.name)
        if is_dataclass(value):
            rows += [(f"{field.name}.{inner.name}", _cell(getattr(value, inner.name))) for inner in fields(value)]
        elif not _is_list_of_things(value):
            rows.append((field.name, _cell(value)))
    width = max(len(name) for name, _value in rows)
    return "\n".join(f"{name:<{width}}  {value}".rstrip() for name, value in rows)


def _lists_within(answer: Any) -> Iterable[str]:
    for field in fields(answer):
        value = getattr(answer, field.name)
        if _is_list_of_things(value):
            yield f"{field.name}:\n{_list(value, ())}"


def _is_list_of_things(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and is_dataclass(value[0])


def _list(things: Sequence[Any], columns: Sequence[str]) -> str:
    if not is_dataclass(things[0]):
        return "\n".join(_cell(thing) for thing in things)
    names = columns or [field.name for field in fields(things[0])]
    rows = [[name.rpartition(".")[2] for name in names]]
    rows += [[_short(_cell(_part(thing, name))) for name in names] for thing in things]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _part(thing: Any, name: str) -> Any:
    for word in name.split("."):
        thing = getattr(thing, word)
    return thing


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ", ".join(map(_cell, value)) or "-"
    # What others wrote must neither break a line nor speak to the terminal.
    return "".join(letter if letter.isprintable() else " " for letter in str(value))


def _short(cell: str) -> str:
    return cell if len(cell) <= _LONGEST_CELL else cell[: _LONGEST_CELL - 1] + "…"
