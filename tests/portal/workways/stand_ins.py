"""Clients whose server says what a test wants; the transport is httpx's own stand-in, everything above it is real."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx

from portal.http.factory import build_client
from portal.http.retries import NEVER, RetryPlan
from portal.workways import CompanyRegistration, ContractMerge, MeetingRequest, Workways
from portal.workways.observing import Observer

PAYLOADS = Path(__file__).parents[2] / "fixtures" / "workways" / "v1"
BASE_URL = "https://api.workways.example"
TOKEN = "ww_dev_" + "0123456789abcdef" * 4
ROOM_ID = "507f191e810c19729de860ea"
QUICKLY = RetryPlan(more_tries=2, first_wait=0.001)

MEETING = MeetingRequest(
    contact_email="jean.dupont@acme.example",
    room_id=ROOM_ID,
    start=datetime(2025, 11, 5, 14, tzinfo=UTC),
    duration_minutes=60,
)
COMPANY = CompanyRegistration(
    name="Acme Corp",
    first_name="Jean",
    email="jean.dupont@acme.example",
    phone="+33612345678",
    max_resident_users=5,
    room_id=ROOM_ID,
)

READS: dict[str, Callable[[Workways], object]] = {
    "sites": lambda workways: workways.sites(),
    "rooms": lambda workways: workways.rooms(),
    "countries": lambda workways: workways.countries(),
    "icsfeed": lambda workways: workways.room_feed(ROOM_ID),
    "room-price": lambda workways: workways.room_price(ROOM_ID),
    "check-email": lambda workways: workways.check_email("jean.dupont@acme.example"),
    "user-info": lambda workways: workways.user_info(email="jean.dupont@acme.example"),
    "organization-info": lambda workways: workways.organization_info(ROOM_ID),
    "contract-options": lambda workways: workways.contract_options(ROOM_ID),
}
IMAGE: dict[str, Callable[[Workways], object]] = {"imageroom": lambda workways: workways.room_image("image123")}
WRITES: dict[str, Callable[[Workways], object]] = {
    "meeting-request": lambda workways: workways.request_meeting(MEETING),
    "register": lambda workways: workways.register(COMPANY),
    "merge-contract": lambda workways: workways.merge_contract(ContractMerge(organization_id=ROOM_ID)),
}


def payload(name: str) -> bytes:
    """A recorded payload of the API document."""
    return (PAYLOADS / name).read_bytes()


class Server:
    """Gives the prepared answers in turn, the last one for ever, and remembers what it heard."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def client_of(
    server: Callable[[httpx.Request], httpx.Response],
    *,
    token: str | None = TOKEN,
    images: httpx.Client | None = None,
    retries: RetryPlan = NEVER,
    observer: Observer | None = None,
) -> Workways:
    """A client whose calls end at the given function."""
    http = build_client(BASE_URL, transport=httpx.MockTransport(server))
    return Workways(http, token=token, images=images, retries=retries, observer=observer)


def answered(content: bytes, status: int = 200, **headers: str) -> Workways:
    """A client that always gets this answer; the header `content_type` is Content-Type."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client_of(Server(httpx.Response(status, content=content, headers=named)))
