"""Somebody who gets a booking link, and the team that sends it."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.test import Client

from bookings.booking_requests.models import BookingRequest
from bookings.catalog.models import Room
from bookings.core.timespan import TimeSpan
from bookings.inviting import actions
from bookings.inviting.actions import Wish
from bookings.inviting.models import Invitation
from portal import clock
from tests.bookings.booking_requests.guests import MONDAY_START, mails_to, text_of
from tests.portal.embedded.world import KNOWN

MONDAY_SPAN = TimeSpan.lasting(MONDAY_START, 60)
MEMBER = 7


def prepare(room: Room | None, *, span: TimeSpan | None = MONDAY_SPAN, **fields: Any) -> Invitation:
    """A link to Monday 12 January, 14:00 to 15:00 in Paris, as it is before it is sent."""
    values: dict[str, Any] = {
        "email": KNOWN,
        "name": "Jean Dupont",
        "language": "en",
        "note": "As we said on the telephone.",
        "life_hours": 72,
        "people": 4,
        "zone_name": "Europe/Paris",
        "room": room,
        "span": span,
        **fields,
    }
    return actions.prepare(wish=Wish(**values), by="Sofia Keller", now=clock.now())


def send(room: Room | None, *, member: int = MEMBER, **fields: Any) -> Invitation:
    """The same, sent."""
    return actions.send(invitation=prepare(room, **fields), member_id=member, now=clock.now())


def link_to(email: str) -> str:
    """The path of the newest booking link that an address got."""
    links: list[str] = []
    for mail in mails_to(email):
        links += re.findall(r"https?://[^/\s]+((?:/fr)?/i/[\w-]+/)", text_of(mail))
    return links[-1]


@dataclass
class Recipient:
    """One person at one browser, with a link."""

    email: str = KNOWN
    client: Client = field(default_factory=Client)
    link: str = ""
    page: Any = None

    @property
    def html(self) -> str:
        """The page in front of the recipient."""
        return unescape(self.page.content.decode())

    @property
    def title(self) -> str:
        """The first heading of that page."""
        return re.findall(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)[0].strip()

    @property
    def request(self) -> BookingRequest:
        """What became of the link."""
        return BookingRequest.objects.select_related("hold", "room").get()

    def open(self, query: str = "") -> "Recipient":
        """Opens the newest link, or the same one again."""
        self.link = self.link or link_to(self.email)
        self.page = self.client.get(f"{self.link}{query}")
        return self

    def press(self, button: str = "book", **typed: str) -> "Recipient":
        """Sends one of the page's forms, with what the page put into it, and follows."""
        forms = re.findall(rf'<form[^>]*action="{re.escape(self.link)}{button}/".*?</form>', self.html, re.DOTALL)
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', forms[0] if forms else "")
        self.page = self.client.post(f"{self.link}{button}/", {**dict(hidden), **typed}, follow=True)
        return self
