"""The mails of the embedded API: written in the person's language, handed to the mailer, never sent from here.

What a caller typed freely (names, subjects) stays out of them: an address may not have been proved by anybody yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import engines
from django.urls import reverse
from django.utils.translation import override
from jinja2 import Environment

from portal.embedded.answers import Mailer
from portal.embedded.models import Meeting


@dataclass(frozen=True, slots=True)
class _Sender:
    """Who signs these mails, in the frame that all mails have: the account's provider, not the
    operator of the portal.
    """

    name: str = "Workways"
    contact_email: str = ""
    contact_phone: str = ""


def send_verification(
    mailer: Mailer, *, to: str, token: str, language: str, days: int, meetings: Sequence[Meeting]
) -> None:
    """The link that verifies an address and sets a password; `meetings` wait for it."""
    values = {"link": _link(token, language), "days": days, "meetings": meetings}
    _send(mailer, "workways_verification", to, language, values)


def send_password(mailer: Mailer, *, to: str, token: str, language: str, days: int) -> None:
    """The link that lets the owner of an account choose another password."""
    _send(mailer, "workways_password", to, language, {"link": _link(token, language), "days": days})


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedNotice:
    """What is told of a booking: the names of room and site, the zone of its clock, and the meeting for the rest."""

    room: str
    site: str
    zone: ZoneInfo
    meeting: Meeting


def send_accepted(mailer: Mailer, *, to: str, notice: AcceptedNotice, language: str) -> None:
    """The notice of a booking that an integrator made in somebody's name; the portal writes to its own visitors
    itself.
    """
    _send(mailer, "workways_accepted", to, language, {"notice": notice})


def _link(token: str, language: str) -> str:
    with override(language):
        return settings.PORTAL_URL + reverse("account-verify", args=[token])


def _send(mailer: Mailer, kind: str, to: str, language: str, values: dict[str, Any]) -> None:
    templates = _templates(language)
    values = {**values, "operator": _Sender()}
    with override(language):
        subject = " ".join(templates.get_template(f"emails/{kind}/subject.txt").render(values).split())
        values["subject"] = subject
        text = templates.get_template(f"emails/{kind}/body.txt").render(values)
        html = templates.get_template(f"emails/{kind}/body.html").render(values)
    mailer(to, subject, text.strip() + "\n", html.strip() + "\n", language)


@lru_cache(maxsize=8)
def _templates(language: str) -> Environment:
    # The pages' own environment, but a plain text must not escape what a web page has to.
    with override(language):
        pages: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    return pages.overlay(autoescape=lambda name: name is not None and name.endswith(".html"))
