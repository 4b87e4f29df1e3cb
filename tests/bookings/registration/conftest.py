"""A Workways account to register with, and a browser that registers."""

import re
from typing import Any

import pytest
from django.test import Client

from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from bookings.registration.models import Registration
from tests.support.world import NEW, World, build_world

PERSON = {"first_name": "Nina", "last_name": "Neuf", "phone": "06 12 34 56 78"}
COMPANY = {"company": "Startup Neuf", "country": "fr", "company_number": "732 829 320 00074"}
USERS = {"users": "3"}


@pytest.fixture
def world(clock: Any, db: None) -> World:
    """A site with meeting rooms and an office, a known company, and the portal's mirror of it."""
    return build_world()


class Browser:
    """Somebody who registers, by plain forms."""

    def __init__(self, language: str = "") -> None:
        self.client = Client()
        self.prefix = f"/{language}" if language else ""
        self.reference = ""

    def get(self, step: str = "") -> Any:
        """A page of the registration; with no step its own."""
        return self.client.get(self.address(step))

    def post(self, step: str, data: dict[str, str] | None = None) -> Any:
        """Sends a step's form."""
        return self.client.post(self.address(step), data or {})

    def address(self, step: str) -> str:
        """The path of a step."""
        return (
            f"{self.prefix}/registration/{self.reference}/{step}/"
            if step
            else f"{self.prefix}/registration/{self.reference}/"
        )

    def begin(self, place: str, email: str = NEW) -> Any:
        """Gives the address; `place` is the query, such as room=…"""
        response = self.client.post(f"{self.prefix}/registration/start/?{place}", {"email": email})
        if response.status_code == 302:
            self.reference = response["Location"].split("/registration/")[1].split("/")[0]
        return response

    def prove(self) -> Any:
        """Types the code from the mail."""
        return self.post("code", {"code": mailed_code(self.registration.email)})

    def fill_in(self) -> Any:
        """All steps up to the last."""
        self.post("person", PERSON)
        self.post("company", COMPANY)
        return self.post("users", USERS)

    def send(self) -> Any:
        """Presses the last button."""
        return self.post("check")

    @property
    def registration(self) -> Registration:
        """The row as it is now."""
        return Registration.objects.get(reference=self.reference)


@pytest.fixture
def browser() -> Browser:
    """A fresh browser, in English."""
    return Browser()


def mails(email: str = NEW) -> list[str]:
    """The kinds of the mails to an address, in order."""
    return list(OutboxMail.objects.filter(to=email).order_by("pk").values_list("kind", flat=True))


def mail_text(email: str = NEW, kind: str | None = None) -> str:
    """The text of the newest mail to an address."""
    found = OutboxMail.objects.filter(to=email, **({"kind": kind} if kind else {})).order_by("-pk")
    return open_body(found[0]).text


def mailed_code(email: str = NEW) -> str:
    """The code of the newest mail that has one."""
    found = re.search(r"^ {4}(\d{6})$", mail_text(email, "prove_address"), re.MULTILINE)
    assert found
    return found[1]


def mailed_link(email: str = NEW, kind: str | None = None) -> str:
    """The path of the registration's link in the newest mail."""
    found = re.search(r"http://127\.0\.0\.1:8000(\S*/r/\S+/)", mail_text(email, kind))
    assert found
    return found[1]
