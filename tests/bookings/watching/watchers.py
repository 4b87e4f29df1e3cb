"""A person who waits for a time, and what the site does meanwhile."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.test import Client

from bookings.catalog.models import Room
from bookings.feeds.actions import refresh_feed
from bookings.feeds.models import Feed
from bookings.watching.models import SlotWatch
from bookings.watching.offering import move_on
from portal.embedded import slots
from portal.embedded.models import Meeting
from portal.workways.connect import workways
from tests.bookings.booking_requests.guests import MONDAY, mails_to, text_of
from tests.conftest import StoppedClock


def reread(room: Room, clock: StoppedClock) -> None:
    """A minute later the room's calendar is read, and the line moves on."""
    clock.forward(minutes=1)
    feed = Feed.objects.select_related("room__site").get(room=room)
    refresh_feed(feed=feed, client=workways(), now=clock())
    move_on(now=clock())


def free(meeting: Meeting) -> None:
    """Somebody cancels their meeting in Workways."""
    slots.give_back([meeting])
    meeting.delete()


def offers_to(email: str) -> int:
    """How often an address was offered a time."""
    return sum(mail.kind == "watch_offer" for mail in mails_to(email))


def link_to(email: str) -> str:
    """The path of the newest mailed link to a watch."""
    links: list[str] = []
    for mail in mails_to(email):
        links += re.findall(r"https?://[^/\s]+((?:/fr)?/w/[\w-]+/)", text_of(mail))
    return links[-1]


@dataclass
class Watcher:
    """One person at one browser."""

    email: str
    client: Client = field(default_factory=Client)
    reference: str = ""
    page: Any = None

    @property
    def watch(self) -> SlotWatch:
        """The watch as it stands now."""
        return SlotWatch.objects.select_related("room__site", "hold", "booking_request").get(reference=self.reference)

    @property
    def html(self) -> str:
        """The page in front of the watcher."""
        return unescape(self.page.content.decode())

    @property
    def title(self) -> str:
        """The first heading of that page."""
        return re.findall(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)[0].strip()

    def ask(self, room: Room, **typed: str) -> "Watcher":
        """Sends the small form of the room's page."""
        data = {**MONDAY, "people": "4", "email": self.email, **typed}
        self.page = self.client.post(f"/rooms/{room.workways_id}/watch/", data)
        if self.page.status_code == 302:
            self.reference = self.page.url.strip("/").split("/")[-1]
            self.look()
        return self

    def look(self) -> "Watcher":
        """Opens the watch's page."""
        self.page = self.client.get(f"/watch/{self.reference}/")
        return self

    def post(self, action: str, **data: str) -> "Watcher":
        """Presses a button of the watch's page and follows to where it leads."""
        self.page = self.client.post(f"/watch/{self.reference}/{action}/", data, follow=True)
        found = re.findall(r"/watch/([\w-]+)/$", self.page.redirect_chain[-1][0]) if self.page.redirect_chain else []
        self.reference = found[0] if found else self.reference
        return self

    def code(self) -> str:
        """The newest code that this address got."""
        mail = [mail for mail in mails_to(self.email) if mail.kind in ("watch_proof", "prove_address")][-1]
        return re.findall(r"\b\d{6}\b", text_of(mail))[0]

    def get_in_line(self, room: Room, **typed: str) -> "Watcher":
        """Asks, and proves the address by the code."""
        self.ask(room, **typed)
        return self.post("prove", code=self.code())
