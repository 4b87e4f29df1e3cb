"""One method per call of the Workways API."""

from datetime import datetime

import httpx

from portal.workways import wire


class Workways:
    """The Workways API, remote or embedded."""

    def __init__(self, http: httpx.Client, *, token: str | None) -> None:
        raise NotImplementedError

    def sites(self, *, country: str | None = None, type: str | None = None) -> tuple[wire.Site, ...]:
        raise NotImplementedError

    def rooms(
        self, *, country: str | None = None, site: str | None = None, type: str | None = None
    ) -> tuple[wire.Room, ...]:
        raise NotImplementedError

    def countries(self) -> tuple[str, ...]:
        raise NotImplementedError

    def room_feed(
        self, room_id: str, *, etag: str = "", last_modified: str = "", timeout: float | None = None
    ) -> wire.FeedDocument | wire.NotModified:
        raise NotImplementedError

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
        raise NotImplementedError

    def check_email(self, email: str, *, timeout: float | None = None) -> wire.EmailStanding:
        raise NotImplementedError

    def request_meeting(self, request: wire.MeetingRequest, *, timeout: float | None = None) -> wire.MeetingAnswer:
        raise NotImplementedError

    def register(
        self, registration: wire.CompanyRegistration, *, timeout: float | None = None
    ) -> wire.RegistrationAnswer:
        raise NotImplementedError

    def user_info(self, *, id: str | None = None, email: str | None = None, timeout: float | None = None) -> wire.User:
        raise NotImplementedError

    def organization_info(self, id: str, *, timeout: float | None = None) -> wire.Organization:
        raise NotImplementedError

    def contract_options(self, site: str, *, timeout: float | None = None) -> tuple[wire.ContractOption, ...]:
        raise NotImplementedError

    def merge_contract(self, merge: wire.ContractMerge, *, timeout: float | None = None) -> wire.MergedContract:
        raise NotImplementedError

    def room_image(
        self, address_or_id: str, *, etag: str = "", timeout: float | None = None
    ) -> wire.ImageDocument | wire.NotModified:
        raise NotImplementedError
