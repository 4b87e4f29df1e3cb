"""Texts and what is written as one."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from portal.embedded.answers import Refused
from portal.embedded.countries import country_code
from portal.embedded.inputs import Reader

CLEAN = r"^[^\u0000]*$"
# 6 to 15 digits, however they are grouped.
_PHONE = re.compile(r"\+?[ ()./\-]*([0-9][ ()./\-]*){6,15}", re.ASCII)
_is_email = EmailValidator()


@dataclass(frozen=True, slots=True)
class Text(Reader):
    """A text of so many characters at most; the blanks around it are taken away."""

    name: str
    longest: int

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest, "pattern": CLEAN}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (f"Invalid {self.name} format", f"Invalid {self.name}: must be at most {self.longest} characters")

    def __call__(self, value: Any) -> str:
        wrong, too_long = self.refusals
        if not is_clean_text(value):
            raise Refused(wrong)
        if len(value) > self.longest:
            raise Refused(too_long)
        return str(value).strip()


@dataclass(frozen=True, slots=True)
class AnyText(Reader):
    """A text that nothing is asked of here."""


@dataclass(frozen=True, slots=True)
class Choice(Reader):
    """One of a few words."""

    name: str
    words: tuple[str, ...]

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}

    @property
    def refusals(self) -> tuple[str, ...]:
        told = " or ".join(f'"{word}"' for word in self.words)
        return (f"Invalid {self.name}: must be {told}",)

    def __call__(self, value: Any) -> str:
        if value not in self.words:
            raise Refused(self.refusals[0])
        return str(value)


@dataclass(frozen=True, slots=True)
class Email(Reader):
    """An e-mail address, in lower case: the document compares addresses without regard to case."""

    # Which addresses are well-formed is a longer story than a schema tells.

    @property
    def is_exact(self) -> bool:
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}

    @property
    def refusals(self) -> tuple[str, ...]:
        return ("Invalid email format",)

    def __call__(self, value: Any) -> str:
        if not is_clean_text(value) or len(value.strip()) > 254:
            raise Refused("Invalid email format")
        try:
            _is_email(value.strip())
        except ValidationError as error:
            raise Refused("Invalid email format") from error
        return str(value).strip().lower()


@dataclass(frozen=True, slots=True)
class Phone(Reader):
    """A telephone number of 6 to 15 digits, however it is grouped."""


@dataclass(frozen=True, slots=True)
class Country(Reader):
    """An ISO code, English or French name, as an ISO code in upper case. `data` is [] in this refusal alone (W14)."""


def is_clean_text(value: Any) -> bool:
    """Is it a text that any database keeps: no null byte, no half of a surrogate pair?"""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_country(written: str) -> str:
    return (
        f'Invalid country: "{written}". Use ISO code (e.g., "FR", "BE") '
        'or country name (e.g., "France", "Belgium")'
    )
