"""Texts and what is written as one."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from portal.embedded.answers import Refused
from portal.embedded.blanks import trimmed
from portal.embedded.countries import country_code
from portal.embedded.inputs import Reader

CLEAN = r"^[^\u0000]*$"
# 6 to 15 digits, however they are grouped.
_PHONE = re.compile(r"\+?[ ()./\-]*([0-9][ ()./\-]*){6,15}", re.ASCII)
_LONGEST_PHONE = 40
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
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
        return trimmed(str(value))


@dataclass(frozen=True, slots=True)
class AnyText(Reader):
    """A text that nothing is asked of here."""

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return ()

    def __call__(self, value: Any) -> str:
        return str(value)


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
class WebAddress(Reader):
    """An address that may be shown as a link: http or https, nothing that a browser would run."""

    name: str
    longest: int

    @property
    def is_exact(self) -> bool:
        """No: not everybody who reads patterns takes the same characters for blanks."""
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "maxLength": self.longest,
            "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/\u0000]+[^\u0000]*$",
        }

    @property
    def refusals(self) -> tuple[str, ...]:
        return Text(self.name, self.longest).refusals

    def __call__(self, value: Any) -> str:
        address = Text(self.name, self.longest)(value)
        if not _WEB_ADDRESS.match(address):
            raise Refused(self.refusals[0])
        return address


@dataclass(frozen=True, slots=True)
class Email(Reader):
    """An e-mail address, in lower case: the document compares addresses without regard to case."""

    @property
    def is_exact(self) -> bool:
        """No: which addresses are well-formed is a longer story than a schema tells."""
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}

    @property
    def refusals(self) -> tuple[str, ...]:
        return ("Invalid email format",)

    def __call__(self, value: Any) -> str:
        if not is_clean_text(value) or len(trimmed(value)) > 254:
            raise Refused("Invalid email format")
        try:
            _is_email(trimmed(value))
        except ValidationError as error:
            raise Refused("Invalid email format") from error
        return trimmed(str(value)).lower()


@dataclass(frozen=True, slots=True)
class Phone(Reader):
    """A telephone number of 6 to 15 digits, however it is grouped."""

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": _LONGEST_PHONE, "pattern": f"^{_PHONE.pattern}$"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return ("Invalid phone format",)

    def __call__(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_PHONE or not _PHONE.fullmatch(trimmed(value)):
            raise Refused("Invalid phone format")
        return trimmed(value)


@dataclass(frozen=True, slots=True)
class Country(Reader):
    """An ISO code, English or French name, as an ISO code in upper case. `data` is [] in this refusal alone (W14)."""

    @property
    def is_exact(self) -> bool:
        """No: the names of all countries in two languages and any case stay out of the schema."""
        return False

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string"}

    @property
    def refusals(self) -> tuple[str, ...]:
        return (_no_country("{country}"),)

    def __call__(self, value: Any) -> str:
        code = country_code(value) if is_clean_text(value) else None
        if code is None:
            shown = value if is_clean_text(value) else json.dumps(value, ensure_ascii=True)[:100].strip('"')
            raise Refused(_no_country(shown[:100]), data=[])
        return code


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
    return f'Invalid country: "{written}". Use ISO code (e.g., "FR", "BE") or country name (e.g., "France", "Belgium")'
