"""Lists and objects, and the JSON Schema of a whole body or query."""

from dataclasses import dataclass
from typing import Any

from portal.embedded.answers import Refused
from portal.embedded.blanks import CLASS
from portal.embedded.inputs import Parameter, Parameters, Reader
from portal.embedded.readers.texts import CLEAN

_BLANK: dict[str, Any] = {"type": "string", "pattern": f"^[{CLASS}]*$"}
_NOT_BLANK = rf"^[^\u0000]*[^{CLASS}\u0000][^\u0000]*$"


@dataclass(frozen=True, slots=True)
class Items(Reader):
    """A list of values of one kind, with at most `most` of them."""

    name: str
    item: Reader
    most: int = 500

    @property
    def is_exact(self) -> bool:
        """As its items are."""
        return self.item.is_exact

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "items": self.item.schema}

    @property
    def refusals(self) -> tuple[str, ...]:
        own = (f"Invalid {self.name} format", f"Invalid {self.name}: must be at most {self.most} items")
        return (*own, *self.item.refusals)

    def __call__(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Refused(f"Invalid {self.name} format")
        if len(value) > self.most:
            raise Refused(f"Invalid {self.name}: must be at most {self.most} items")
        return tuple(self.item(one) for one in value)


@dataclass(frozen=True, slots=True)
class Object(Reader):
    """An object whose fields are parameters of their own; `refusal` is the sentence for what is no object."""

    fields: Parameters
    refusal: str

    @property
    def is_exact(self) -> bool:
        """As its fields are."""
        return all(item.read.is_exact for item in self.fields.items)

    @property
    def schema(self) -> dict[str, Any]:
        return object_schema(self.fields)

    @property
    def refusals(self) -> tuple[str, ...]:
        return (self.refusal, *self.fields.refusals)

    def __call__(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Refused(self.refusal)
        return self.fields.read(value)


def object_schema(parameters: Parameters) -> dict[str, Any]:
    """The JSON Schema of an object in a body. What isn't required may be null or "" as well: both count as absent."""
    properties: dict[str, Any] = {}
    for item in parameters.items:
        schema = _filled(item.read.schema) if item.required else _or_absent(item.read.schema)
        properties[item.name] = {**schema, "description": str(item.about)}
        if item.example is not None:
            properties[item.name]["examples"] = [item.example]
    described: dict[str, Any] = {"type": "object", "properties": properties}
    required = [item.name for item in parameters.items if item.required]
    if required:
        described["required"] = required
    if parameters.any_of:
        present = {"type": "string", "pattern": f"[^{CLASS}]"}
        described["anyOf"] = [{"required": [name], "properties": {name: present}} for name in parameters.any_of]
    return described


def query_schema(parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of a value in a query, where everything is a text and an empty one counts as absent."""
    schema = parameter.read.schema
    if parameter.required:
        return _filled(schema)
    return schema if _is_any_text(schema) else {"anyOf": [schema, _BLANK]}


def _is_any_text(schema: dict[str, Any]) -> bool:
    return set(schema) == {"type"} or schema.get("pattern") == CLEAN


def _filled(schema: dict[str, Any]) -> dict[str, Any]:
    """A text that isn't blank, where blanks count as absent and absence is refused."""
    return {**schema, "pattern": _NOT_BLANK} if schema["type"] == "string" and _is_any_text(schema) else schema


def _or_absent(schema: dict[str, Any]) -> dict[str, Any]:
    if _is_any_text(schema):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {**_BLANK, "type": ["string", "null"]}]}
