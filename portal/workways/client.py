"""One method per call of the Workways API.

A read may be tried again; a write is sent once. `timeout`, where given, is the seconds that the whole call may take,
look-up, connecting and reading to the last byte included, and then nothing is tried twice. Every method raises the
errors of `errors` and no others.
"""

import re
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx

from portal.http.deadline import Deadline
from portal.http.errors import AddressRefused
from portal.http.retries import NEVER, RetryPlan
from portal.workways import bodies, codec, contracts, pictures, verdicts, wire
from portal.workways.errors import Garbled, Unavailable
from portal.workways.observing import Observer, Watch, watching
from portal.workways.sending import TOTAL_SECONDS, Outgoing, send
from portal.workways.verdicts import Call

FEED_BYTES = 20_000_000
IMAGE_BYTES = 5_000_000
READS_TWICE_MORE = RetryPlan(more_tries=2)
_MAX_REDIRECTS = 3
_LONGEST_VALIDATOR = 200

_Value = TypeVar("_Value")


class _Bearer(httpx.Auth):
    """Adds the token to a request; nothing prints it, for it is part of no representation."""

    def __init__(self, token: str) -> None:
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise ValueError("The Workways token holds a character that no token has.")
        self._token = token

    def __repr__(self) -> str:
        return "Bearer(…)"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Workways:
    """The Workways API, remote or embedded: it doesn't know which. Safe to share between threads.

    `http` knows the base address. `token` is None where none is needed. `images` fetches pictures that lie elsewhere,
    behind the address guard; without it they are refused. `observer` is told of each call once it is over.
    """

    def __init__(
        self,
        http: httpx.Client,
        *,
        token: str | None,
        images: httpx.Client | None = None,
        retries: RetryPlan = READS_TWICE_MORE,
        observer: Observer | None = None,
    ) -> None:
        """Raises ValueError for a token that can't be one."""
        self._http = http
        self._auth = _Bearer(token) if token else None
        self._images = images
        self._retries = retries
        self._observer = observer

    def __repr__(self) -> str:
        return f"Workways({self._http.base_url.host})"

    def sites(
        self, *, country: str | None = None, type: str | None = None, timeout: float | None = None
    ) -> tuple[wire.Site, ...]:
        """The sites with their rooms. `country` is a code or a name, `type` a room type or "all"."""
        return self._read("/api/sites", codec.sites, {"country": country, "type": type}, timeout)

    def rooms(
        self,
        *,
        country: str | None = None,
        site: str | None = None,
        type: str | None = None,
        timeout: float | None = None,
    ) -> tuple[wire.Room, ...]:
        """The rooms with their facts and prices. With a token, rooms that aren't public are among them."""
        return self._read("/api/rooms", codec.rooms, {"country": country, "site": site, "type": type}, timeout)

    def countries(self, *, timeout: float | None = None) -> tuple[str, ...]:
        """English names of the countries that have public sites."""
        return self._read("/api/countries", codec.countries, {}, timeout, with_token=False)

    def room_feed(
        self, room_id: str, *, etag: str = "", last_modified: str = "", timeout: float | None = None
    ) -> wire.FeedDocument | wire.NotModified:
        """The calendar of one room, or NotModified when what the validators name is still the newest."""
        # The document asks for no token here, and without one the calendars outlive a token that was revoked.
        call = Call("GET", "/api/icsfeed")
        conditions = _conditions(etag, last_modified)
        outgoing = Outgoing(
            call=call, address=call.path, query={"rooms": room_id}, headers=conditions, max_bytes=FEED_BYTES
        )
        with watching(self._observer, call, query=outgoing.query) as watch:
            response = watch.heard(self._send(outgoing, timeout))
            if response.status_code == 304 and conditions:
                return wire.NotModified()
            if response.status_code != 200 or response.content.lstrip()[:1] == b"{":
                verdicts.accepted(call, watch.read(verdicts.readable(call, response)), response.status_code)
            return wire.FeedDocument(
                content=_decoded(call, response, lambda: codec.feed(response.content)),
                etag=_validator(response, "etag"),
                last_modified=_validator(response, "last-modified"),
            )

    def room_price(
        self,
        room_id: str,
        *,
        start: datetime | None = None,
        duration_minutes: int | None = None,
        people: int | None = None,
        period: str | None = None,
        timeout: float | None = None,
    ) -> wire.RoomPrice:
        """What a room costs: for a meeting room by start (aware), duration and people, for an office by period."""
        call = Call("GET", "/api/room-price")
        query = {
            "roomId": room_id,
            "startDate": None if start is None else bodies.instant(start),
            "duration": duration_minutes,
            "nbPersons": people,
            "period": period,
        }
        outgoing = Outgoing(call=call, address=call.path, query=query, auth=self._auth)
        with watching(self._observer, call, query=query) as watch:
            response = watch.heard(self._send(outgoing, timeout))
            answer = watch.read(verdicts.readable(call, response))
            # "No price" comes with retcode -1, but it is an answer and not a refusal.
            if not codec.is_price_on_request(answer.data):
                verdicts.accepted(call, answer, response.status_code)
            return _decoded(call, response, lambda: codec.room_price(answer.data, answer.message))

    def check_email(self, email: str, *, timeout: float | None = None) -> wire.EmailStanding:
        """What is known of an address. Never ask before its owner proved it."""
        # It is sent with POST, yet changes nothing, so a lost answer is no unknown outcome.
        call = Call("POST", "/api/check-email")
        return self._post(call, bodies.check_email(email), lambda answer: codec.email_standing(answer.data), timeout)

    def request_meeting(self, request: wire.MeetingRequest, *, timeout: float | None = None) -> wire.MeetingAnswer:
        """Books, once. Raises OutcomeUnknown when it may have been booked although no valid answer came."""
        call = Call("POST", "/api/meeting-request", writes=True)
        return self._post(call, bodies.meeting_request(request), codec.meeting_answer, timeout)

    def register(
        self, registration: wire.CompanyRegistration, *, timeout: float | None = None
    ) -> wire.RegistrationAnswer:
        """Registers a company, once. Raises OutcomeUnknown like `request_meeting`."""
        call = Call("POST", "/api/register", writes=True)
        return self._post(
            call, bodies.registration(registration), lambda answer: codec.registration_answer(answer), timeout
        )

    def user_info(self, *, id: str | None = None, email: str | None = None, timeout: float | None = None) -> wire.User:
        """A person by id or by address; the id wins. Raises Missing for somebody unknown."""
        return self._read("/api/user-info", codec.user, {"id": id, "email": email}, timeout)

    def organization_info(self, id: str, *, timeout: float | None = None) -> contracts.Organization:
        """An organization with its contract. Raises Missing for an unknown one."""
        return self._read("/api/organization-info", codec.organization, {"id": id}, timeout)

    def contract_options(self, site: str, *, timeout: float | None = None) -> tuple[contracts.ContractOption, ...]:
        """The additional services of a site. Raises Missing for an unknown one."""
        return self._read("/api/contract-options", codec.contract_options, {"site": site}, timeout)

    def merge_contract(
        self, merge: contracts.ContractMerge, *, timeout: float | None = None
    ) -> contracts.MergedContract:
        """Changes a contract, once. Raises OutcomeUnknown like `request_meeting`."""
        call = Call("POST", "/api/merge-contract", writes=True)
        return self._post(
            call, bodies.merge_contract(merge), lambda answer: codec.merged_contract(answer.data), timeout
        )

    def room_image(
        self, address_or_id: str, *, etag: str = "", timeout: float | None = None
    ) -> wire.ImageDocument | wire.NotModified:
        """A room's picture, by the `image` of a room or by the id within; NotModified when `etag` is still the newest.

        Raises Missing when there is none, Unreachable when the address guard refuses the address.
        """
        deadline = Deadline(TOTAL_SECONDS if timeout is None else timeout)
        with watching(self._observer, Call("GET", "/imageroom")) as watch:
            return self._picture(address_or_id, etag, timeout, deadline, watch)

    def _picture(
        self, address_or_id: str, etag: str, timeout: float | None, deadline: Deadline, watch: Watch
    ) -> wire.ImageDocument | wire.NotModified:
        place = self._place(address_or_id)
        for _ in range(_MAX_REDIRECTS + 1):
            outgoing = Outgoing(
                call=place.call, address=place.url, headers=_conditions(etag, ""), max_bytes=IMAGE_BYTES
            )
            response = watch.heard(self._send(outgoing, timeout, deadline=deadline, http=self._client_for(place)))
            if not response.has_redirect_location:
                return pictures.document(place, response, etag=_validator(response, "etag"), is_conditional=bool(etag))
            place = self._place(response.headers["location"])
        raise Unavailable("The picture's address redirects too often.", method="GET", path=place.call.path)

    def server_time(self, *, timeout: float | None = None) -> datetime | None:
        """What the API's own clock shows, by the Date of its answer (RFC 9110, 6.6.1); None when it doesn't say."""
        call = Call("GET", "/api/countries")
        with watching(self._observer, call) as watch:
            response = watch.heard(self._send(Outgoing(call=call, address=call.path), timeout))
        try:
            shown = parsedate_to_datetime(response.headers.get("date", ""))
        except ValueError:
            return None
        return shown if shown.tzinfo else None

    def _place(self, address: str) -> pictures.Place:
        try:
            return pictures.find(self._http.base_url, address)
        except httpx.InvalidURL as error:
            raise verdicts.failure(Call("GET", "/imageroom"), error) from error

    def _client_for(self, place: pictures.Place) -> httpx.Client:
        if place.is_own:
            return self._http
        if self._images is None:
            error = AddressRefused("Pictures of other servers are not fetched.")
            raise verdicts.failure(place.call, error)
        return self._images

    def _read(
        self,
        path: str,
        decode: Callable[[object], _Value],
        query: Mapping[str, str | int | None],
        timeout: float | None,
        *,
        with_token: bool = True,
    ) -> _Value:
        call = Call("GET", path)
        auth = self._auth if with_token else None
        with watching(self._observer, call, query=query) as watch:
            response = watch.heard(self._send(Outgoing(call=call, address=path, query=query, auth=auth), timeout))
            answer = watch.read(verdicts.readable(call, response))
            verdicts.accepted(call, answer, response.status_code)
            return _decoded(call, response, lambda: decode(answer.data))

    def _post(
        self, call: Call, content: bytes, decode: Callable[[codec.Envelope], _Value], timeout: float | None
    ) -> _Value:
        outgoing = Outgoing(call=call, address=call.path, content=content, auth=self._auth)
        with watching(self._observer, call, content=content) as watch:
            response = watch.heard(self._send(outgoing, timeout))
            answer = watch.read(verdicts.readable(call, response))
            verdicts.accepted(call, answer, response.status_code)
            return _decoded(call, response, lambda: decode(answer))

    def _send(
        self,
        outgoing: Outgoing,
        timeout: float | None,
        *,
        deadline: Deadline | None = None,
        http: httpx.Client | None = None,
    ) -> httpx.Response:
        return send(
            http or self._http,
            outgoing,
            deadline=deadline or Deadline(TOTAL_SECONDS if timeout is None else timeout),
            retries=self._retries if timeout is None else NEVER,
        )


def _decoded(call: Call, response: httpx.Response, decode: Callable[[], _Value]) -> _Value:
    try:
        return decode()
    except Garbled as error:
        raise call.garbled(error.entity, error.key, response.status_code) from None


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in wanted.items() if _is_validator(value)}


def _validator(response: httpx.Response, header: str) -> str:
    value = response.headers.get(header, "")
    return value if _is_validator(value) else ""


def _is_validator(value: str) -> bool:
    # A validator is sent back as it came, so one that no header may hold is as good as none.
    return 0 < len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable()
