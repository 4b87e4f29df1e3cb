"""Short words for JSON Schema, so that the shape of an answer reads like the document's table."""

from typing import Any

from portal.embedded.declarations.operation import Schema, Words


def text(about: Words = "", **more: Any) -> Schema:
    """A string."""
    return {"type": "string", "description": about, **more}


def identifier(about: Words = "") -> Schema:
    """An id: 24 hex digits."""
    return text(about, pattern="^[0-9a-f]{24}$")


def number(about: Words = "", **more: Any) -> Schema:
    """A number."""
    return {"type": "number", "description": about, **more}


def whole(about: Words = "", **more: Any) -> Schema:
    """A number without a fraction."""
    return {"type": "integer", "description": about, **more}


def flag(about: Words = "") -> Schema:
    """True or false."""
    return {"type": "boolean", "description": about}


def day(about: Words = "") -> Schema:
    """YYYY-MM-DD, or an empty text."""
    return text(about, pattern=r"^(\d{4}-\d{2}-\d{2})?$")


def items(schema: Schema, about: Words = "") -> Schema:
    """An array of one kind."""
    return {"type": "array", "description": about, "items": schema}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def fields(properties: dict[str, Schema], *, optional: tuple[str, ...] = (), about: Words = "") -> Schema:
    """An object with these keys and no other; `optional` ones may be absent."""
    return {
        "type": "object",
        "description": about,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def success(data: Schema) -> Schema:
    """The body of a general success."""
    return fields({"retcode": whole(const=1), "message": text(const="OK"), "data": data})


def outcome(status: str, message: str, data: Schema) -> Schema:
    """The body of a success of register and meeting-request, which carries a status."""
    return fields(
        {"retcode": whole(const=200), "status": text(const=status), "message": text(const=message), "data": data}
    )
