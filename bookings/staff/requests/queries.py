"""What the list of requests reads: which there are, found and narrowed down, without ever counting all of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from bookings.booking_requests.models import BookingRequest, GuestAsk, RequestWord
from bookings.booking_requests.queries import waits_for_staff
from bookings.catalog.models import Room, Site
from bookings.catalog.words import folded, words_of
from bookings.core.identifiers import is_workways_id
from bookings.core.lookups import Begins
from bookings.links.rules import normalized_email
from bookings.registration.models import Registration
from bookings.staff.limits import visible_to
from bookings.staff.requests.models import SavedView
from portal.access import Member

# How many words of a search count; whoever types more is looking for a text, which this is not.
MOST_WORDS = 6
# Up to so many requests and rooms, what a word finds is read; of more, requests are looked at one after the other.
COMMON = 15_000
_FEW_ROOMS = 30
# How many requests the pages show at most: to go on, one narrows down or exports.
MOST_SHOWN = 1000
# The orders a list can have, by what the address calls them; the primary key makes each one definite.
ORDERS: Mapping[str, tuple[str, str]] = {
    "-created": ("-created_at", "-pk"),
    "created": ("created_at", "pk"),
    "start": ("start", "pk"),
    "-start": ("-start", "-pk"),
}
_REFERENCE = re.compile(r"[0-9A-Za-z]{4}-[0-9A-Za-z]{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which requests are wanted, and in which order. `site` and `room` are Workways ids; "" and None narrow nothing.

    The meeting begins, or the request was begun, from the first instant on and before the second.
    """

    words: str = ""
    state: str = ""
    needs_staff: bool = False
    site: str = ""
    room: str = ""
    meeting: tuple[datetime | None, datetime | None] = (None, None)
    created: tuple[datetime | None, datetime | None] = (None, None)
    order: str = "-created"


def list_requests(member: Member, wanted: Narrowing, *, common: int = COMMON) -> QuerySet[BookingRequest]:
    """The requests that the member may see and that fit, in order. One query of its own where words are searched.

    Each word is the beginning of a word of the guest's name or address, the company, the room or the site; a whole
    reference is that one, and what has an @ is the beginning of an address. `common` is from how many on a word is.
    """
    requests = visible_to(member, BookingRequest.objects.all())
    if wanted.state:
        requests = requests.filter(state=wanted.state)
    if wanted.needs_staff:
        waiting = BookingRequest.objects.filter(waits_for_staff()).values("pk")
        asked = GuestAsk.objects.filter(handled_at=None).values("request_id")
        requests = requests.filter(pk__in=waiting.union(asked))
    if wanted.room:
        requests = requests.filter(room__workways_id=wanted.room)
    elif wanted.site:
        requests = requests.filter(room__in=Room.objects.filter(site__workways_id=wanted.site).values("pk"))
    requests = _between(requests, "start", wanted.meeting)
    requests = _between(requests, "created_at", wanted.created)
    if wanted.words.strip():
        requests = _found(requests, wanted.words, common)
    return requests.order_by(*ORDERS[wanted.order])


def _between(
    requests: QuerySet[BookingRequest], field: str, ends: tuple[datetime | None, datetime | None]
) -> QuerySet[BookingRequest]:
    since, until = ends
    if since is not None:
        requests = requests.filter(**{f"{field}__gte": since})
    return requests if until is None else requests.filter(**{f"{field}__lt": until})


def _found(requests: QuerySet[BookingRequest], words: str, common: int) -> QuerySet[BookingRequest]:
    """Those that each word finds.

    They are read from the rarest word's own list; where all are common, one request after the other is looked at, in
    the order of the list, until the page is full.
    """
    terms: list[str] = []
    is_known = False
    for piece in words.split()[:MOST_WORDS]:
        if _REFERENCE.fullmatch(piece):
            requests, is_known = requests.filter(reference=piece.upper()), True
        elif piece.find("@") > 0:
            requests, is_known = requests.filter(Begins(F("email"), normalized_email(piece))), True
        else:
            terms += words_of(piece)
    if not terms:
        return requests
    terms = terms[:MOST_WORDS]
    rooms = _rooms_by_words()
    there = {term: [pk for pk, text in rooms.items() if f" {term}" in text] for term in terms}
    numbers = _how_common(terms)
    few = [term for term in terms if numbers[term] < common and len(there[term]) <= _FEW_ROOMS]
    rarest = min(few, key=lambda term: (len(there[term]), numbers[term]), default=None)
    if rarest is not None and not is_known:
        keys = _words(rarest).values("request_id")
        in_rooms = BookingRequest.objects.filter(room__in=there[rarest]).values("pk")
        requests = requests.filter(pk__in=keys.union(in_rooms) if there[rarest] else keys)
        terms.remove(rarest)
    for term in terms:
        if len(there[term]) < len(rooms):
            has_word = Exists(_words(term).filter(request=OuterRef("pk")))
            requests = requests.filter(Q(has_word) | Q(room__in=there[term]) if there[term] else has_word)
    return requests


def _words(term: str) -> QuerySet[RequestWord]:
    return RequestWord.objects.filter(Begins(F("word"), term))


def _how_common(terms: list[str]) -> dict[str, int]:
    """How many words begin so. One query."""
    counts = [
        _words(term).order_by().values(term=Value(number)).annotate(number=Count("*"))
        for number, term in enumerate(terms)
    ]
    found = {row["term"]: row["number"] for row in counts[0].union(*counts[1:], all=True)}
    return {term: found.get(number, 0) for number, term in enumerate(terms)}


def _rooms_by_words() -> dict[int, str]:
    """What each room and its site are called, folded. One query."""
    names = Room.objects.order_by().values_list("pk", "public_name", "name", "site__name")
    return {pk: folded(" ".join(texts)) for pk, *texts in names.iterator()}


def load_requests(keys: Iterable[int]) -> list[BookingRequest]:
    """These requests with room and site, in this order; each with `open_asks`, a number, and `company`. One query."""
    wanted = list(keys)
    unanswered = GuestAsk.objects.filter(request=OuterRef("pk"), handled_at=None).order_by().values("request")
    rows: QuerySet[Any] = with_company(BookingRequest.objects.filter(pk__in=wanted)).annotate(
        open_asks=Subquery(unanswered.annotate(number=Count("pk")).values("number"))
    )
    by_key = {row.pk: row for row in rows}
    return [by_key[key] for key in wanted if key in by_key]


def with_company(requests: QuerySet[BookingRequest]) -> QuerySet[Any]:
    """The requests with room and site, and the `company` that registers for each, None without one."""
    company = Registration.objects.filter(booking_request=OuterRef("pk")).values("company")[:1]
    return requests.select_related("room__site").annotate(company=Subquery(company))


def list_sites(member: Member) -> list[tuple[str, str]]:
    """(Workways id, name) of the sites that the member may see, by name. One query."""
    return list(visible_to(member, Site.objects.all()).values_list("workways_id", "name"))


def list_rooms(member: Member, site: str) -> list[tuple[str, str]]:
    """(Workways id, name) of a site's rooms, by name; none for what is no id, as addresses may say. One query."""
    if not is_workways_id(site):
        return []
    return list(
        visible_to(member, Room.objects.filter(site__workways_id=site)).values_list("workways_id", "public_name")
    )


def list_views(member: Member) -> list[SavedView]:
    """The member's own views and those that colleagues share, by name. One query."""
    return list(SavedView.objects.filter(Q(owner=member) | Q(is_shared=True)).select_related("owner__user"))
