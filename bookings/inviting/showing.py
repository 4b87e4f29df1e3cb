"""What the pages behind a link are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from bookings.availability.queries import Asker, slot_answer
from bookings.availability.sentences import Explanation, explain
from bookings.booking_requests.forms import parse_slot, slot_value
from bookings.booking_requests.pages import page_of
from bookings.booking_requests.showing import Choice, keep_private, list_choices
from bookings.catalog.models import Room
from bookings.catalog.pages import country_of
from bookings.catalog.queries import operator_of
from bookings.core.answers import Answer, Blocked, Reason
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.inviting import rules
from bookings.inviting.forms import OtherForm, TakeForm
from bookings.inviting.models import Invitation
from bookings.inviting.places import place_in_words, public_address
from bookings.links.browser import browser_key
from bookings.links.queries import proved_addresses, standing_of_address
from bookings.offers.queries import exact_price
from bookings.offers.rules import Offer
from portal import clock


@dataclass(frozen=True, slots=True)
class Shown:
    """What happened on the way to this page, when it is not simply looked at."""

    form: TakeForm | None = None
    other_form: OtherForm | None = None
    # Why no further time can be held.
    limit: Explanation | None = None
    # The answer that came when the button was pressed.
    denied: Blocked | None = None
    old_price: Money | None = None
    price_moved: bool = False


NOTHING = Shown()


@dataclass(frozen=True, slots=True)
class OnOffer:
    """The time that the page offers: the link's own, or the one that was chosen in its place."""

    room: Room
    span: TimeSpan
    answer: Answer
    is_other: bool


def on_offer(request: HttpRequest, invitation: Invitation, wanted: TimeSpan | None, *, now: datetime) -> OnOffer | None:
    """What the link offers at this moment; None for a link without a time.

    Another time of the same room may be chosen, but only once the link's own can't be had.
    """
    room, span = invitation.room, invitation.span
    if room is None or span is None:
        return None
    asker = asker_of_link(request, invitation, now=now)
    answer: Answer = Blocked(Reason.NO_LONGER_LISTED)
    if room.is_listed:
        answer = slot_answer(room, span, asker=asker, now=now)
        if isinstance(answer, Blocked) and wanted is not None and wanted != span:
            return OnOffer(room, wanted, slot_answer(room, wanted, asker=asker, now=now), is_other=True)
    return OnOffer(room, span, answer, is_other=False)


def asker_of_link(request: HttpRequest, invitation: Invitation, *, now: datetime) -> Asker:
    """Who asks: the recipient, for whom the link's own hold is no obstacle."""
    key = browser_key(request)
    standing = standing_of_address(browser_key=key, email=invitation.email, now=now)
    held = invitation.hold.browser_key if invitation.hold is not None else key
    return Asker(standing=standing, browser_key=held, people=invitation.people)


def wanted_slot(text: str) -> TimeSpan | None:
    """The other time that an address names; None where it names none that can be read."""
    try:
        return parse_slot(text) if text else None
    except (ValueError, OverflowError):
        return None


def take_form(request: HttpRequest, invitation: Invitation, data: Any = None) -> TakeForm:
    """The form of the one button, as this browser has to fill it in."""
    proved = proved_addresses(request)
    is_somebody_else = bool(proved) and invitation.email not in proved
    asks_who = rules.masked(invitation.email) if is_somebody_else else ""
    return TakeForm(data, needs_name=not invitation.name, asks_who=asks_who)


def render_offer(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    offered: OnOffer,
    *,
    offer: Offer | None = None,
    shown: Shown = NOTHING,
    status: int = 200,
) -> HttpResponse:
    """The page with everything filled in and the one button; or with other times when that one can't be had."""
    now = clock.now()
    answer = shown.denied or offered.answer
    is_blocked = isinstance(answer, Blocked)
    room = offered.room
    is_gone = not room.is_listed
    choices: list[Choice] = []
    if isinstance(answer, Blocked) and not is_gone:
        asker = asker_of_link(request, invitation, now=now)
        choices = list_choices(room, offered.span, asker=asker, now=now)
    if offer is None and not is_blocked:
        offer = exact_price(room, offered.span, invitation.people, now=now)
    context = {
        **_common(invitation, token, now=now),
        "room": room,
        "country": country_of(room.site),
        "span": offered.span,
        "is_other": offered.is_other,
        "slot_text": slot_value(offered.span) if offered.is_other else "",
        "answer": answer,
        "explanation": explain(answer, zone=invitation.zone, start=offered.span.start),
        "is_blocked": is_blocked,
        "is_gone": is_gone,
        "choices": choices,
        "offer": offer,
        "held_until": invitation.held_until if invitation.is_held_at(now) and not offered.is_other else None,
        "form": shown.form or take_form(request, invitation),
        "other_form": shown.other_form or OtherForm(),
        "shown": shown,
    }
    return keep_private(render(request, "inviting/offer.html", context, status=status))


def render_search(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The page of a link without a time: one button leads on."""
    now = clock.now()
    room = invitation.room
    is_gone = room is not None and not room.is_listed
    context = {
        **_common(invitation, token, now=now),
        "is_gone": is_gone,
        "place": place_in_words(invitation, _language(request)),
    }
    return keep_private(render(request, "inviting/search.html", context))


def render_used(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """What became of the link: how the booking stands, without a word of who booked it."""
    now = clock.now()
    booking = invitation.booking_request
    is_mine = booking is not None and booking.browser_key == browser_key(request)
    context = {
        **_common(invitation, token, now=now),
        "booking": booking,
        "page": page_of(booking, None) if booking else None,
        "is_mine": is_mine,
        "booking_email": rules.masked(booking.email) if booking else "",
    }
    return keep_private(render(request, "inviting/used.html", context))


def render_over(
    request: HttpRequest, reason: str, status: int, invitation: Invitation | None, token: str
) -> HttpResponse:
    """Why the link is over, and the way on: expired, revoked, replaced, invalid, or asked for anew."""
    now = clock.now()
    context = {
        "reason": reason,
        "token": token,
        "team": operator_of(invitation.site if invitation else None),
        "invitation": invitation,
        "masked": rules.masked(invitation.email) if invitation else "",
        "way": _way(invitation, now) if invitation else reverse("home"),
        "renews_itself": invitation is not None
        and invitation.renews_itself
        and invitation.self_renewals < rules.MOST_SELF_RENEWALS,
        "has_passed": invitation is not None and invitation.start is not None and invitation.start <= now,
    }
    return keep_private(render(request, "inviting/over.html", context, status=status))


def _common(invitation: Invitation, token: str, *, now: datetime) -> dict[str, Any]:
    return {
        "invitation": invitation,
        "token": token,
        "team": operator_of(invitation.site),
        "masked": rules.masked(invitation.email),
        "way": _way(invitation, now),
        "now": now,
    }


def _way(invitation: Invitation, now: datetime) -> str:
    """Where somebody without this link's power goes on: the same room or search, where an address is proved anew."""
    room = invitation.room
    if room is not None and not room.is_listed:
        return reverse("site", args=[room.site.workways_id]) if room.site.is_listed else reverse("sites")
    return public_address(invitation, now=now)


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "en"))[:2]
