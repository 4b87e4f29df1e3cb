"""Notes what became of requests and mails, apart from the rows themselves, so that deleting rows loses no figure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db.models import Q

from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.states import State
from bookings.catalog.models import Site
from bookings.figures.models import CountingState, MailFigure, RequestFigure
from bookings.figures.rules import lead_minutes
from bookings.mail.models import MailState, OutboxMail

# A row may become visible this long after the instant that it bears.
_SLACK = timedelta(hours=1)
_AT_ONCE = 1000
_CAME_TO_NOTHING = frozenset({State.REFUSED, State.ARCHIVED, State.EXPIRED})
# From here nothing leads on; the others may still change until their time is over.
_DONE = frozenset({State.BOOKED, State.EXPIRED})
_ENDED = timedelta(days=1)
_Row = TypeVar("_Row")
_REQUEST_FIELDS = ["is_proved", "is_sent", "is_booked", "ending", "reason", "is_settled"]


def count_outcomes(*, now: datetime) -> None:
    """Brings the figures of requests and mails up to date; whoever deletes rows calls it before. Safe to run twice."""
    state, _ = CountingState.objects.get_or_create(pk=1)
    _count_requests(state.requests_at, now=now)
    _count_mails(state.mails_at)
    CountingState.objects.filter(pk=1).update(requests_at=now, mails_at=now)


def _count_requests(since: datetime | None, *, now: datetime) -> None:
    fresh = (
        BookingRequest.objects.filter(figure=None)
        .only("created_at", "start", "end", "zone_name", "state", "refusal", "proved_at", "sent_at", "room__site_id")
        .select_related("room")
        .order_by("pk")
    )
    if since is not None:
        fresh = fresh.filter(created_at__gte=since - _SLACK)
    for some in _some(fresh.iterator(chunk_size=_AT_ONCE)):
        made = [_request_figure(RequestFigure(request=one, site_id=one.room.site_id), one, now=now) for one in some]
        RequestFigure.objects.bulk_create(made, ignore_conflicts=True)
    open_ones = RequestFigure.objects.filter(is_settled=False, request__isnull=False).select_related("request")
    for figures in _some(open_ones.order_by("pk").iterator(chunk_size=_AT_ONCE)):
        changed = [figure for figure in figures if figure.request and _has_changed(figure, figure.request, now=now)]
        RequestFigure.objects.bulk_update(changed, _REQUEST_FIELDS)


def _has_changed(figure: RequestFigure, request: BookingRequest, *, now: datetime) -> bool:
    before = [getattr(figure, name) for name in _REQUEST_FIELDS]
    _request_figure(figure, request, now=now)
    return before != [getattr(figure, name) for name in _REQUEST_FIELDS]


def _request_figure(figure: RequestFigure, request: BookingRequest, *, now: datetime) -> RequestFigure:
    state = State(request.state)
    if figure.pk is None:
        figure.day = request.created_at.astimezone(request.zone).date()
        figure.lead_minutes = lead_minutes(request.created_at, request.start)
    figure.is_proved = request.proved_at is not None
    figure.is_sent = request.sent_at is not None
    figure.is_booked = state == State.BOOKED
    figure.ending = state if state in _CAME_TO_NOTHING else ""
    figure.reason = request.refusal if figure.ending else ""
    figure.is_settled = state in _DONE or request.end + _ENDED <= now
    return figure


def _count_mails(since: datetime | None) -> None:
    sites = {site.pk: site for site in Site.objects.all()}
    rooms = ("booking_request__room", "registration__room", "registration__booking_request__room")
    fresh = OutboxMail.objects.filter(figure=None).defer("sealed").select_related("registration", *rooms).order_by("pk")
    if since is not None:
        fresh = fresh.filter(created_at__gte=since - _SLACK)
    for some in _some(fresh.iterator(chunk_size=_AT_ONCE)):
        MailFigure.objects.bulk_create([_mail_figure(mail, sites) for mail in some], ignore_conflicts=True)
    undecided = MailFigure.objects.filter(~Q(outcome=MailState.SENT), mail__isnull=False).select_related("mail")
    for figures in _some(undecided.order_by("pk").iterator(chunk_size=_AT_ONCE)):
        changed = [figure for figure in figures if figure.mail and figure.mail.state != figure.outcome]
        for figure in changed:
            _set_outcome(figure, figure.mail)
        MailFigure.objects.bulk_update(changed, ["outcome", "seconds"])


def _mail_figure(mail: OutboxMail, sites: dict[int, Site]) -> MailFigure:
    site = sites.get(_site_id(mail) or 0)
    day = mail.created_at.astimezone(site.zone if site else UTC).date()
    return _set_outcome(MailFigure(mail=mail, site=site, day=day), mail)


def _site_id(mail: OutboxMail) -> int | None:
    request, registration = mail.booking_request, mail.registration
    if request is not None:
        return request.room.site_id
    if registration is None:
        return None
    if registration.site_id is not None:
        return registration.site_id
    room = registration.room or (registration.booking_request.room if registration.booking_request else None)
    return room.site_id if room else None


def _set_outcome(figure: MailFigure, mail: OutboxMail | None) -> MailFigure:
    if mail is not None:
        figure.outcome = mail.state
        if mail.state == MailState.SENT and mail.sent_at is not None:
            figure.seconds = max(0, (mail.sent_at - mail.created_at) // timedelta(seconds=1))
    return figure


def _some(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    while some := list(islice(rows, _AT_ONCE)):
        yield some
