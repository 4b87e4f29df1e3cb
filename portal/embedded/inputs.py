"""How query parameters and JSON bodies are read, and the sentence for each way in which they can be wrong.

Every reader takes what came (a text from a query, any JSON value from a body) and gives a checked value, or raises
Refused. Texts that PostgreSQL can't keep (null bytes) and that aren't Unicode (lone surrogates) are refused here, once.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from portal.embedded.answers import Refused
from portal.embedded.countries import country_code
from portal.embedded.ids import is_id

MAX_BODY_BYTES = 256_000
_MOST_EUROS = 10_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?")
_DATE_AND_TIME = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d.*", re.DOTALL)
_is_email = EmailValidator()

Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an endpoint. A `deferred` one is read by the handler, because its meaning hangs on something
    found.
    """

    name: str
    read: Reader
    required: bool = False
    deferred: bool = False


def read_json(body: bytes) -> dict[str, Any]:
    """The object in a body. Raises Refused when there is none, whatever the body is instead."""
    if len(body) > MAX_BODY_BYTES:
        raise Refused(f"Request body is too large: at most {MAX_BODY_BYTES} bytes")
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused("Invalid JSON body") from error
    if not isinstance(value, dict):
        raise Refused("Invalid JSON body")
    return value


def read_parameters(
    parameters: tuple[Parameter, ...],
    given: Mapping[str, Any],
    check: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """The declared values: first what is required and missing, then what is malformed, both in the table's order (W82).

    `check` may refuse what is there before its form is looked at. An empty text counts as absent, like null; undeclared
    parameters are ignored (W80).
    """
    present = {name: value for name, value in given.items() if not (value is None or _is_blank(value))}
    for parameter in parameters:
        if parameter.required and parameter.name not in present:
            raise missing(parameter.name)
    if check is not None:
        check(present)
    return {
        parameter.name: present.get(parameter.name)
        if parameter.deferred or parameter.name not in present
        else parameter.read(present[parameter.name])
        for parameter in parameters
    }


def missing(name: str) -> Refused:
    """The refusal for something required that isn't there."""
    return Refused(f"Missing required parameter: {name}")


def text(name: str, *, longest: int) -> Reader:
    """A text of so many characters at most, without the blanks around it."""

    def read(value: Any) -> str:
        if not is_clean_text(value):
            raise Refused(f"Invalid {name} format")
        if len(value.strip()) > longest:
            raise Refused(f"Invalid {name}: must be at most {longest} characters")
        return str(value).strip()

    return read


def workways_id(refusal: str) -> Reader:
    """An id; `refusal` is the endpoint's own sentence, since the document has a different one in nearly each place
    (W19).
    """

    def read(value: Any) -> str:
        if not isinstance(value, str) or not is_id(value.strip()):
            raise Refused(refusal)
        return value.strip().lower()

    return read


def email(value: Any) -> str:
    """An e-mail address, in lower case: the document compares addresses without regard to case."""
    if not is_clean_text(value) or len(value.strip()) > 254:
        raise Refused("Invalid email format")
    try:
        _is_email(value.strip())
    except ValidationError as error:
        raise Refused("Invalid email format") from error
    return str(value).strip().lower()


def phone(value: Any) -> str:
    """A telephone number of 6 to 15 digits, however it is grouped."""
    if not is_clean_text(value) or not re.fullmatch(r"\+?[0-9 ()./\-]{6,40}", value.strip()):
        raise Refused("Invalid phone format")
    digits = sum(character.isdigit() for character in value)
    if not 6 <= digits <= 15:
        raise Refused("Invalid phone format")
    return str(value).strip()


def country(value: Any) -> str:
    """An ISO code, English or French name, as an ISO code in upper case. `data` is [] in this refusal alone (W14)."""
    code = country_code(value) if is_clean_text(value) else None
    if code is None:
        shown = value if is_clean_text(value) else json.dumps(value, ensure_ascii=True)[:100].strip('"')
        raise Refused(
            f'Invalid country: "{shown[:100]}". Use ISO code (e.g., "FR", "BE") '
            'or country name (e.g., "France", "Belgium")',
            data=[],
        )
    return code


def language(value: Any) -> str:
    """One of the two languages."""
    if value not in ("fr", "en"):
        raise Refused('Invalid language: must be "fr" or "en"')
    return str(value)


def whole_number(name: str, *, least: int, most: int, refusal: str) -> Reader:
    """A JSON number without a fraction, from `least`; `refusal` is what the document says to a smaller one."""

    def read(value: Any) -> int:
        number = _finite_number(value)
        if number is None or number < least:
            raise Refused(refusal)
        if number != int(number):
            raise Refused(f"Invalid {name}: must be a whole number")
        if number > most:
            raise Refused(f"Invalid {name}: must be at most {most}")
        return int(number)

    return read


def amount(name: str) -> Reader:
    """An amount in euros, as minor units, half a cent rounded up. -1 comes out as -100: it means "the usual price"."""

    def read(value: Any) -> int:
        number = _finite_number(value)
        if number is None or not (number == -1 or 0 <= number <= _MOST_EUROS):
            raise Refused(f"Invalid {name}: must be a positive number")
        return int((Decimal(str(number)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))

    return read


def calendar_day(name: str) -> Reader:
    """A date, YYYY-MM-DD."""

    def read(value: Any) -> date:
        if isinstance(value, str) and _DAY.fullmatch(value.strip()):
            try:
                return date.fromisoformat(value.strip())
            except ValueError as error:
                raise Refused(f"Invalid {name} format") from error
        raise Refused(f"Invalid {name} format")

    return read


def web_address(name: str, *, longest: int) -> Reader:
    """An address that may be shown as a link: http or https, nothing that a browser would run."""
    read_text = text(name, longest=longest)

    def read(value: Any) -> str:
        address: str = read_text(value)
        if not re.match(r"https?://[^\s/]+", address, re.IGNORECASE):
            raise Refused(f"Invalid {name} format")
        return address

    return read


def query_number(refusal: str, *, most: int) -> Callable[[Any], Decimal]:
    """A number above zero out of a query, at most `most`."""

    def read(value: Any) -> Decimal:
        written = str(value).strip()
        if not _NUMBER.fullmatch(written) or not 0 < Decimal(written) <= most:
            raise Refused(refusal)
        return Decimal(written)

    return read


def start_time(value: Any) -> datetime:
    """`bookedAt`: a date and a time in ISO 8601, as UTC; without an offset it is UTC already (1.5). Seconds stay,
    parts of one don't.
    """
    moment = find_moment(value) if isinstance(value, str) else None
    if moment is None:
        raise Refused("Invalid bookedAt format")
    return moment.replace(microsecond=0)


def find_moment(written: str) -> datetime | None:
    """The instant that a text names, or None.

    A plus sign that a query string turned into a blank is understood. Years outside 1970 to 2200 are none, so that no
    sum of an instant and a duration can leave the calendar.
    """
    written = re.sub(r" (\d\d:?\d\d)$", r"+\1", written.strip()) if "T" in written else written.strip()
    # Python's own parser would overlook a null byte at the end.
    if not is_clean_text(written) or not _DATE_AND_TIME.fullmatch(written):
        return None
    try:
        moment = datetime.fromisoformat(written)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_clean_text(value: Any) -> bool:
    """Is it a text that any database keeps: no null byte, no half of a surrogate pair?"""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _finite_number(value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
