"""The mails of the embedded API: written in the person's language, handed to the mailer, never sent from here.

What a caller typed freely (names, subjects) stays out of them: an address may not have been proved by anybody yet.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from portal.embedded.answers import Mailer
from portal.embedded.models import Meeting


def send_verification(
    mailer: Mailer, *, to: str, token: str, language: str, days: int, meetings: Sequence[Meeting]
) -> None:
    """The link that verifies an address and sets a password; `meetings` wait for it."""
    with override(language):
        link = settings.PORTAL_URL + reverse("account-verify", args=[token])
    _send(mailer, "workways_verification", to, language, {"link": link, "days": days, "meetings": meetings})


def send_accepted(mailer: Mailer, *, to: str, meeting: Meeting, language: str) -> None:
    """The notice of a booking that an integrator made in somebody's name; the portal writes to its own visitors itself."""
    _send(mailer, "workways_accepted", to, language, {"meeting": meeting})


def _send(mailer: Mailer, kind: str, to: str, language: str, context: dict[str, Any]) -> None:
    with override(language):
        subject, text, html = (
            render_to_string(f"emails/{kind}/{part}", context) for part in ("subject.txt", "body.txt", "body.html")
        )
    mailer(to, " ".join(subject.split()), text.strip() + "\n", html, language)
