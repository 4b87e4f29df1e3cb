"""Reads the fields of one JSON object, and names the entity and the key when one is missing or unreadable. Pure.

Tolerant of more: unknown keys are never looked at, null and a missing key are the same, a number may come as a text and
a text as a number. Strict on less: what has no default must be there, and a list where a text belongs is refused.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.workways.errors import Garbled

# A lone half of a surrogate pair can't be stored as UTF-8, and PostgreSQL refuses the character zero.
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
# No amount, duration, number of people or area comes near; it keeps 1e999999999 from filling the memory.
_LARGEST = Decimal(10) ** 12
_MOST_DECIMALS = 30


def cleaned(text: str) -> str:
    """The text without characters that no database takes."""
    return _UNSTORABLE.sub("\ufffd", text)


class Fields:
    """One JSON object of an answer, called `entity` in errors. Every reader raises Garbled."""

    def __init__(self, entity: str, value: object) -> None:
        if not isinstance(value, dict):
            raise Garbled(entity, "object")
        self._entity = entity
        self._values: Mapping[str, Any] = value

    def text(self, key: str) -> str:
        """A text that must be there and not be empty."""
        found = self.text_or(key, "")
        if not found:
            raise Garbled(self._entity, key)
        return found

    def text_or(self, key: str, default: str = "") -> str:
        """A text, or the default when it is missing or null."""
        found = self.optional_text(key)
        return default if found is None else found

    def optional_text(self, key: str) -> str | None:
        """A text, or None when it is missing or null."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise Garbled(self._entity, key)
        return cleaned(value)

    def number(self, key: str) -> Decimal | None:
        """A number exactly as written, or None when it is missing, null or an empty text."""
        value = self._values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
            raise Garbled(self._entity, key)
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise Garbled(self._entity, key) from None
        # Comparing is exact, where arithmetic would raise its own errors for an exponent beyond its range.
        if not number.is_finite() or number.copy_abs() > _LARGEST:
            raise Garbled(self._entity, key)
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_MOST_DECIMALS:
            raise Garbled(self._entity, key)
        return number

    def whole(self, key: str) -> int | None:
        """A number rounded to a whole one, or None when it is missing."""
        number = self.number(key)
        return None if number is None else round(number)

    def positive(self, key: str) -> Decimal | None:
        """A number above zero; the API's ways of saying "none" (0, -1, null) are None."""
        number = self.number(key)
        return number if number is not None and number > 0 else None

    def positive_whole(self, key: str) -> int | None:
        """A whole number above zero, or None for 0, -1 and null."""
        number = self.whole(key)
        return number if number is not None and number > 0 else None

    def price(self, key: str) -> Decimal | None:
        """An amount in euros; a negative one is the API's "on request" and None, like a missing one."""
        number = self.number(key)
        return number if number is not None and number >= 0 else None

    def flag(self, key: str) -> bool:
        """True or false, which must be there."""
        found = self.optional_flag(key)
        if found is None:
            raise Garbled(self._entity, key)
        return found

    def optional_flag(self, key: str) -> bool | None:
        """True, false, or None when it is missing or null."""
        value = self._values.get(key)
        if value is not None and not isinstance(value, bool):
            raise Garbled(self._entity, key)
        return value

    def child(self, key: str, entity: str) -> "Fields | None":
        """An object within, or None when it is missing or null."""
        value = self._values.get(key)
        return None if value is None else Fields(entity, value)

    def children(self, key: str, entity: str) -> "list[Fields]":
        """The objects of a list, which is empty when it is missing or null."""
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Garbled(self._entity, key)
        return [Fields(entity, item) for item in value]
