"""The calls of the client as a support person types them: which options each takes, and what it sends.

Options are named as the API document names the parameter, in small letters: `bookedRoom` is --booked-room. No Django
here; `manage.py workways` gives the words of a command line to `add_calls` and the client to `run`.
"""

import json
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.workways.client import Workways
from portal.workways.contracts import ContractMerge, OptionOrder
from portal.workways.wire import CompanyRegistration, MeetingRequest

_Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a call; `reads` turns its text into a value and raises ArgumentTypeError."""

    name: str
    about: str
    reads: _Reader = str
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class ConsoleCall:
    """One call. `writes` says that it changes something for good; `columns` are those of its table, all when empty."""

    name: str
    about: str
    send: Callable[[Workways, Namespace], Any]
    options: tuple[Option, ...] = ()
    writes: bool = False
    columns: tuple[str, ...] = ()


def instant(text: str) -> datetime:
    """An ISO time with its zone; wall time alone would be a guess."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time: write it as 2026-01-12T14:00:00+01:00") from None
    if found.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} says no time zone: write it as 2026-01-12T14:00:00+01:00, or with Z for UTC")
    return found


def listed(text: str) -> tuple[str, ...]:
    """Ids between commas; an empty text is an empty list."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def listed_numbers(text: str) -> tuple[int, ...]:
    """Whole numbers between commas."""
    try:
        return tuple(int(word) for word in listed(text))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no list of numbers: write it as 1,2") from None


_ORDER_KEYS: dict[str, tuple[str, _Reader]] = {
    "optionModelId": ("option_model_id", str),
    "key": ("key", str),
    "name": ("name", str),
    "quantity": ("quantity", int),
    "price": ("price", Decimal),
    "pricePromo": ("price_promo", Decimal),
    "promoMonthDuration": ("promo_months", int),
    "startAt": ("start_at", str),
    "endAt": ("end_at", str),
}


def orders(text: str) -> tuple[OptionOrder, ...]:
    """Contract options, as the JSON list that the API document shows."""
    try:
        given = json.loads(text, parse_float=str)
        return tuple(
            OptionOrder(**{_ORDER_KEYS[key][0]: _ORDER_KEYS[key][1](str(value)) for key, value in one.items()})
            for one in given
        )
    except (ValueError, TypeError, AttributeError, KeyError, InvalidOperation):
        example = '[{"optionModelId": "507f1f77bcf86cd799439099", "quantity": 2, "price": 150}]'
        raise ArgumentTypeError(f"that is no list of contract options: write it as {example}") from None


def _request_meeting(workways: Workways, given: Namespace) -> Any:
    return workways.request_meeting(
        MeetingRequest(
            contact_email=given.contact_email,
            contact_name=given.contact_name,
            room_id=given.booked_room,
            start=given.booked_at,
            duration_minutes=given.duration,
            people=given.booked_user,
            name=given.name,
            description=given.description,
            language=given.language,
        )
    )


def _register(workways: Workways, given: Namespace) -> Any:
    names = [option.name.replace("-", "_") for option in _REGISTER]
    return workways.register(CompanyRegistration(**{name: getattr(given, name) for name in names}))


def _merge_contract(workways: Workways, given: Namespace) -> Any:
    values = {option.name.replace("-", "_"): getattr(given, option.name.replace("-", "_")) for option in _MERGE}
    values["rental_renewal_months"] = values.pop("rental_renewal")
    return workways.merge_contract(ContractMerge(**values))


_COUNTRY = Option("country", "a code or a name, in English or French")
_REGISTER = (
    Option("name", "the company's name", required=True),
    Option("first-name", "of the person who registers it", required=True),
    Option("last-name", "of the person", default=""),
    Option("email", "of the person", required=True),
    Option("phone", "with its country code", required=True),
    Option("country", "fr, be or ie; that of the site when left out", default=""),
    Option("max-resident-users", "how many people will work there", int, required=True),
    Option("company-number", "SIRET, KBO or CRO", default=""),
    Option("address", "of the company", default=""),
    Option("vat-number", "of the company", default=""),
    Option("language", "fr or en", default=""),
    Option("site-id", "the site; at least one of site, room and meeting is needed", default=""),
    Option("room-id", "the room of interest", default=""),
    Option("meeting-id", "the meetingRequestId that the registration confirms", default=""),
)
_MERGE = (
    Option("organization-id", "whose contract", required=True),
    Option("rental-price", 'a text such as "1500€"'),
    Option("rental-comment", "a text"),
    Option("rental-start-at", "YYYY-MM-DD"),
    Option("rental-end-at", "YYYY-MM-DD"),
    Option("rental-url", "folder of the documents"),
    Option("rental-renewal", "months of the automatic renewal", int),
    Option("contract-options-to-add", "JSON list, as the API document has it", orders),
    Option("contract-options-to-remove", "numbers of options between commas", listed_numbers),
    Option("contract-options", "JSON list that replaces all options", orders),
    Option("rooms", "ids between commas that replace all rooms", listed),
    Option("rooms-to-add", "ids between commas", listed),
    Option("rooms-to-remove", "ids between commas", listed),
)

CALLS = (
    ConsoleCall(
        "sites",
        "the sites with their rooms",
        lambda workways, given: workways.sites(country=given.country, type=given.type),
        (_COUNTRY, Option("type", 'a room type, or "all"')),
        columns=("id", "name", "country", "room_count", "meeting_room_count"),
    ),
    ConsoleCall(
        "rooms",
        "the rooms with hours, limits and prices",
        lambda workways, given: workways.rooms(country=given.country, site=given.site, type=given.type),
        (_COUNTRY, Option("site", "id of a site"), Option("type", 'a room type, or "all"')),
        columns=("id", "public_name", "type", "site_name", "actual_state", "max_person", "price_per_hour"),
    ),
    ConsoleCall("countries", "the countries with public sites", lambda workways, given: workways.countries()),
    ConsoleCall(
        "icsfeed",
        "the calendar of one room",
        lambda workways, given: workways.room_feed(given.rooms),
        (Option("rooms", "id of one room", required=True),),
    ),
    ConsoleCall(
        "room-price",
        "what a room costs: a meeting room by time, an office by period",
        lambda workways, given: workways.room_price(
            given.room_id,
            start=given.start_date,
            duration_minutes=given.duration,
            people=given.nb_persons,
            period=given.period,
        ),
        (
            Option("room-id", "id of the room", required=True),
            Option("start-date", "such as 2026-01-12T14:00:00+01:00", instant),
            Option("duration", "minutes", int),
            Option("nb-persons", "people", int),
            Option("period", "week or month"),
        ),
    ),
    ConsoleCall(
        "check-email",
        "what is known of an address",
        lambda workways, given: workways.check_email(given.email),
        (Option("email", "the address", required=True),),
    ),
    ConsoleCall(
        "meeting-request",
        "books a room, at once for a known address",
        _request_meeting,
        (
            Option("contact-email", "in whose name", required=True),
            Option("contact-name", "the person's name", default=""),
            Option("booked-room", "id of the room", required=True),
            Option("booked-at", "such as 2026-01-12T14:00:00+01:00", instant, required=True),
            Option("duration", "minutes, 30 at least", int, required=True),
            Option("booked-user", "people", int, default=1),
            Option("name", "the subject", default=""),
            Option("description", "more about it", default=""),
            Option("language", "fr or en, for an address that is new", default=""),
        ),
        writes=True,
    ),
    ConsoleCall("register", "registers a company", _register, _REGISTER, writes=True),
    ConsoleCall(
        "user-info",
        "a person, by id or by address",
        lambda workways, given: workways.user_info(id=given.id, email=given.email),
        (Option("id", "the person's id"), Option("email", "the person's address")),
    ),
    ConsoleCall(
        "organization-info",
        "an organization and its contract",
        lambda workways, given: workways.organization_info(given.id),
        (Option("id", "id of the organization", required=True),),
    ),
    ConsoleCall(
        "contract-options",
        "the additional services of a site",
        lambda workways, given: workways.contract_options(given.site),
        (Option("site", "id of the site", required=True),),
        columns=("id", "key", "name", "type", "is_unique", "supports_quantity", "pricing.public_base"),
    ),
    ConsoleCall("merge-contract", "changes a contract", _merge_contract, _MERGE, writes=True),
    ConsoleCall(
        "imageroom",
        "a room's picture, into a file (--output)",
        lambda workways, given: workways.room_image(given.id),
        (Option("id", "the image of a room: its address, or the id within", required=True),),
    ),
)
