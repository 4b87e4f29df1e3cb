"""One request's whole story: everything that is known of it, as moments in order.

What the guest saw and did, calls to Workways with their answers, mails with their delivery, links, waiting lines,
registrations, and what staff did.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import F, Value
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.actions import GUEST, SYSTEM
from bookings.booking_requests.models import BookingRequest, RequestEvent
from bookings.booking_requests.states import State, What
from bookings.core import formats
from bookings.core.answers import Standing
from bookings.core.money import Money
from bookings.core.timespan import TimeSpan
from bookings.links.models import Link
from bookings.registration.models import Registration
from bookings.staff.moments import Moment, Teller, TriedMail, icon_of, in_order, of_calls, of_links, of_mails
from bookings.watching.models import SlotWatch

_STATES = dict(State.choices)
_STANDINGS = {
    Standing.UNKNOWN: _("a visitor of whom nothing is known yet"),
    Standing.NEW: _("a new company"),
    Standing.KNOWN: _("a company that Workways knows"),
    Standing.ARCHIVED: _("somebody whose account is archived"),
}
# A history's line and the audit's row of the same act lie no further apart.
_SAME_ACT = timedelta(seconds=5)
_LOOKS = (Act.SAW, Act.EXPORTED)


def list_moments(
    request: BookingRequest,
    *,
    events: Iterable[RequestEvent],
    mails: Iterable[TriedMail],
    registrations: Iterable[Registration],
    tell: Teller,
) -> list[Moment]:
    """Everything that happened, the oldest first. Three queries besides what is handed in."""
    events = list(events)
    links, watches = _links_and_watches(request)
    return in_order(
        [
            *(_event(event, request, tell) for event in events),
            *of_mails(mails, tell),
            *of_links(links, tell),
            *of_calls(request.calls.order_by("at", "pk"), tell),
            *_watches(watches),
            *_registrations(registrations),
            *_acts(request, events),
        ]
    )


def _event(event: RequestEvent, request: BookingRequest, tell: Teller) -> Moment:
    is_begun = event.what == What.BEGUN
    return Moment(
        at=event.at,
        icon=icon_of(event.actor),
        who=event.actor,
        title=event.get_what_display(),
        word=str(_STATES.get(event.state, "")),
        facts=_shown(event, request, tell) if is_begun else (),
        closer=() if is_begun else _shown(event, request, tell),
        note=event.note,
    )


def _shown(event: RequestEvent, request: BookingRequest, tell: Teller) -> tuple[tuple[str, str], ...]:
    """What the guest saw at that moment."""
    seen = event.shown
    if not seen:
        return ()
    span = TimeSpan(datetime.fromisoformat(seen["start"]), datetime.fromisoformat(seen["end"]))
    minor = seen["price_minor"]
    amount = gettext("on request") if minor is None else formats.money(Money(minor), tell.language)
    named = gettext("named by Workways for this time") if seen["is_exact"] else gettext("reckoned from the catalog")
    return (
        (gettext("Room"), f"{request.room.public_name}, {request.room.site.name}"),
        (gettext("Meeting"), formats.span(span, request.zone, tell.language)),
        (gettext("People"), formats.number(seen["people"], tell.language)),
        (gettext("Price shown"), f"{amount}, {named}"),
        (gettext("Fingerprint of the offer"), str(seen["fingerprint"])[:12]),
        (gettext("Guest seen as"), str(_STANDINGS[Standing(seen["standing"])])),
    )


def _links_and_watches(request: BookingRequest) -> tuple[list[Link], list[SlotWatch]]:
    """The mailed links and the waiting lines that led here, the oldest first, by their times alone: one query."""
    links = request.links.values_list(Value("link"), "created_at", "expires_at", "revoked_at", "used_at")
    watches = request.watches.values_list(Value("watch"), "created_at", F("end"), "waiting_since", "offered_at")
    rows = sorted(links.union(watches, all=True), key=lambda row: row[1])
    return (
        [
            Link(created_at=made, expires_at=expires, revoked_at=revoked, used_at=used)
            for kind, made, expires, revoked, used in rows
            if kind == "link"
        ],
        [
            SlotWatch(created_at=made, waiting_since=since, offered_at=offered)
            for kind, made, _end, since, offered in rows
            if kind == "watch"
        ],
    )


def _watches(watches: Iterable[SlotWatch]) -> Iterator[Moment]:
    """The waiting line that led here."""
    steps = (
        ("created_at", GUEST, _("Asked to be told when the time is free")),
        ("waiting_since", GUEST, _("Took a place in the line")),
        ("offered_at", SYSTEM, _("The time was free and was offered")),
    )
    for watch in watches:
        for name, who, title in steps:
            at = getattr(watch, name)
            if at is not None:
                yield Moment(at=at, icon="hourglass", who=who, title=str(title))


def _registrations(registrations: Iterable[Registration]) -> Iterator[Moment]:
    for registration in registrations:
        href = reverse("staff-registration", args=[registration.reference])
        title = gettext("Registration %(reference)s begun") % {"reference": registration.reference}
        yield Moment(
            at=registration.created_at,
            icon="building",
            who=GUEST,
            title=title,
            word=registration.get_state_display(),
            href=href,
            route="staff-registration",
        )


def _acts(request: BookingRequest, events: list[RequestEvent]) -> Iterator[Moment]:
    """What staff did, as far as no line of the history tells the same."""
    rows = AuditRow.objects.filter(subject=Subject.REQUEST, reference=request.reference).exclude(act__in=_LOOKS)
    for row in rows.order_by("at", "pk"):
        if not any(event.actor == row.actor and abs(event.at - row.at) <= _SAME_ACT for event in events):
            act = Act(row.act).label if row.act in Act.values else row.act
            yield Moment(at=row.at, icon="people", who=row.actor, title=str(act))
