"""What the templates of a registration are told."""

from dataclasses import replace
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bookings.booking_requests.showing import keep_private
from bookings.registration import pages, queries
from bookings.registration.models import Registration
from bookings.registration.rules import Step
from bookings.registration.states import DONE, RegistrationState


def render_step(
    request: HttpRequest, found: Registration, step: Step, form: Form | None, *, status: int = 200
) -> HttpResponse:
    """The page of one step; `form` is None for the last, which only shows what was typed."""
    context = {
        **_told(found),
        "form": form,
        "phone": pages.phone_in_words(found),
        "step": step,
        "step_number": list(Step).index(step) + 1,
        "step_labels": list(pages.STEP_LABELS.values()),
        "is_complete": queries.progress_of(found).next_step == Step.CHECK,
        "refusal": pages.refusal_in_words(found) if found.state == RegistrationState.REFUSED else "",
    }
    return keep_private(render(request, f"registration/step_{step}.html", context, status=status))


def render_outcome(request: HttpRequest, found: Registration) -> HttpResponse:
    """The page of a registration that was sent; it looks again by itself as long as the portal does."""
    page = pages.PAGES[RegistrationState(found.state)]
    context = {
        **_told(found),
        "page": page,
        "is_waiting": page.is_waiting and found.settle_due_at is not None,
        "identity": pages.identity_in_words(found) if found.state in DONE else "",
        "refusal": pages.refusal_in_words(found) if found.state == RegistrationState.REFUSED else "",
    }
    return keep_private(render(request, "registration/outcome.html", context))


def render_link(request: HttpRequest, found: Registration, token: str) -> HttpResponse:
    """The page behind a mailed link: how it stands, and the button that goes on in this browser."""
    # The button proves the address, so that step is not the next one any more.
    after_button = replace(queries.progress_of(found), is_proved=True)
    context = {
        **_told(found),
        "token": token,
        "page": pages.PAGES[RegistrationState(found.state)],
        "next_label": pages.STEP_LABELS[after_button.next_step],
    }
    return keep_private(render(request, "registration/link.html", context))


def render_link_over(request: HttpRequest, token: str, reason: str, *, status: int) -> HttpResponse:
    """Why a link is over: "expired", "revoked" or "invalid"; the first two can be replaced by a fresh one."""
    context = {"token": token, "reason": reason}
    return keep_private(render(request, "registration/link_over.html", context, status=status))


def _told(found: Registration) -> dict[str, Any]:
    return {"registration": found, "place": queries.place_of(found), "booking": found.booking_request}
