"""A guest with a browser: does what people do on the pages, and reads the mails that people get."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from typing import Any

from django.test import Client

from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room
from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from tests.portal.embedded.world import KNOWN


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of January 2026; the clock stands at Wednesday the 7th, 09:00, which is 10:00 in Paris."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


# Monday 12 January, 14:00 in Paris: far enough ahead for a new company too.
MONDAY = {"date": "2026-01-12", "start": "14:00", "duration": "60"}
MONDAY_START = utc(12, 13)


def mails_to(email: str) -> list[OutboxMail]:
    """What was mailed to an address, the oldest first."""
    return list(OutboxMail.objects.filter(to=email).order_by("pk"))


def kinds_to(email: str) -> list[str]:
    """The kinds of these mails."""
    return [mail.kind for mail in mails_to(email)]


def text_of(mail: OutboxMail) -> str:
    """What the mail says."""
    return open_body(mail).text


def code_to(email: str) -> str:
    """The newest code that an address got."""
    found = re.findall(r"\b\d{6}\b", text_of([mail for mail in mails_to(email) if mail.kind == "prove_address"][-1]))
    return found[0]


def link_to(email: str) -> str:
    """The path of the newest mailed link to a booking."""
    links: list[str] = []
    for mail in mails_to(email):
        links += re.findall(r"https?://[^/\s]+((?:/fr)?/l/[\w-]+/)", text_of(mail))
    return links[-1]


@dataclass
class Guest:
    """One person at one browser."""

    email: str = KNOWN
    client: Client = field(default_factory=Client)
    reference: str = ""
    page: Any = None

    @property
    def request(self) -> BookingRequest:
        """The request as it stands now."""
        return BookingRequest.objects.select_related("room__site", "hold").get(reference=self.reference)

    @property
    def html(self) -> str:
        """The page in front of the guest."""
        return unescape(self.page.content.decode())

    def begin(self, room: Room, **typed: str) -> "Guest":
        """Sends the form on the room's page; on success the guest stands before "Check and book"."""
        data = {**MONDAY, "email": self.email, "name": "Nina Neuf", "people": "4", **typed}
        self.page = self.client.post(f"/rooms/{room.workways_id}/book/", data)
        if self.page.status_code == 302:
            self.reference = self.page.url.strip("/").split("/")[-1]
            self.look()
        return self

    def look(self, query: str = "") -> "Guest":
        """Opens the request's page."""
        self.page = self.client.get(f"/booking/{self.reference}/{query}")
        return self

    def post(self, action: str, **data: str) -> "Guest":
        """Presses a button of the request's page and follows to where it leads."""
        self.page = self.client.post(f"/booking/{self.reference}/{action}/", data, follow=True)
        if self.page.redirect_chain:
            self.reference = self.page.redirect_chain[-1][0].strip("/").split("/")[-1]
        return self

    def book(self, code: str | None = None, seen: str | None = None) -> "Guest":
        """Types the code from the mail, unless there is no field for it, and presses "Check and book"."""
        data = {"seen": re.findall(r'name="seen" value="(\w*)"', self.html)[0] if seen is None else seen}
        if code is not None:
            data["code"] = code
        elif 'name="code"' in self.html:
            data["code"] = code_to(self.email)
        return self.post("book", **data)

    def press_slot(self, which: int = 0) -> "Guest":
        """Presses one of the buttons with another time."""
        values = re.findall(r'name="slot" value="([^"]+)"', self.html)
        return self.post("slot", slot=values[which])

    def press_slot_of_day(self, day: str) -> "Guest":
        """Asks for the free times of another day and presses the first."""
        self.look(f"?day={day}")
        return self.press_slot()


def titles(pages: Iterable[str]) -> list[str]:
    """The first headings of some pages."""
    return [re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[0].strip() for page in pages]


def title(guest: Guest) -> str:
    """The first heading of the page in front of the guest."""
    return titles([guest.html])[0]
