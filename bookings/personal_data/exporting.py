"""What a person can take along: a file for programs, a page for people, and their meetings for a calendar."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language

from bookings.audit.queries import list_rows
from bookings.audit.vocabulary import Subject
from bookings.booking_requests.models import BookingRequest
from bookings.booking_requests.notices import build_file
from bookings.booking_requests.states import State
from bookings.catalog.models import Room, Site
from bookings.catalog.queries import operator_settings
from bookings.mail.messages import absolute_url
from bookings.mail.models import OutboxMail
from bookings.mail.queries import open_body
from bookings.mail.sealing import SealBroken
from bookings.personal_data import queries
from portal.data_map import Whose, tables_of
from portal.erasing import export_rows
from portal.logs import without_tokens


class _Plain(DjangoJSONEncoder):
    """Instants and numbers as JSON's own words; texts that wait for their language in that of the page."""

    def default(self, value: Any) -> Any:
        """What JSON has no word for."""
        return str(value) if isinstance(value, Promise) else super().default(value)


def gather(email: str, *, about: Mapping[Subject, Sequence[str]], now: datetime) -> dict[str, Any]:
    """Everything that the portal holds of an address, by table, and who of the team looked at it.

    `about` are the references by which the audit knows what belongs to the person. In embedded mode the Workways data
    stands beside it. Secrets are left out, and the links in mails open nothing.
    """
    person = queries.find_person(email)
    told = export_rows(tables_of(Whose.GUEST), person)
    places = _places(told)
    for rows in told.values():
        for row in rows:
            row.update({name: places[name].get(row[name]) for name in places if row.get(name) is not None})
    texts = _texts(told)
    for row in told.get("OutboxMail", []):
        row["text"] = texts[row["id"]]
    return {
        "address": person.email,
        "exported_at": now,
        "portal": told,
        "looked_at": _looks(about),
        "workways": import_module(settings.EMBEDDED_PEOPLE).export(email) if settings.WORKWAYS_IS_EMBEDDED else None,
    }


def build_archive(email: str, *, about: Mapping[Subject, Sequence[str]], now: datetime) -> bytes:
    """A ZIP file: data.json, data.html, and a calendar file for each booked meeting."""
    gathered = gather(email, about=about, now=now)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(gathered, cls=_Plain, ensure_ascii=False, indent=2))
        archive.writestr("data.html", _page(gathered, now=now))
        for request in _booked(email):
            language = get_language() or request.language
            find_again = absolute_url("booking-link-lost", language=language)
            file = build_file(request, find_again, now=now)
            archive.writestr(f"meetings/{request.reference}.ics", file.content)
    return content.getvalue()


def _page(gathered: dict[str, Any], *, now: datetime) -> str:
    whose = (Whose.GUEST, Whose.WORKWAYS)
    titles = {table.name: (table.title, table.why) for kind in reversed(whose) for table in tables_of(kind)}
    context = {**gathered, "titles": titles, "operator": operator_settings(), "now": now}
    return render_to_string("personal_data/export.html", context)


def _booked(email: str) -> list[BookingRequest]:
    person = queries.find_person(email)
    requests = BookingRequest.objects.select_related("room__site")
    return list(requests.filter(pk__in=person.of("requests"), state=State.BOOKED).order_by("start", "pk"))


def _places(told: dict[str, list[dict[str, Any]]]) -> dict[str, dict[int, str]]:
    """What the rooms and sites of the rows are called."""
    ids = {
        name: {int(row[name]) for rows in told.values() for row in rows if row.get(name) is not None}
        for name in ("room", "site")
    }
    rooms = Room.objects.filter(pk__in=ids["room"]).select_related("site")
    return {
        "room": {room.pk: f"{room.public_name}, {room.site.name}" for room in rooms},
        "site": dict(Site.objects.filter(pk__in=ids["site"]).values_list("pk", "name")),
    }


def _texts(told: dict[str, list[dict[str, Any]]]) -> dict[int, str | None]:
    mails = OutboxMail.objects.filter(pk__in=[row["id"] for row in told.get("OutboxMail", [])])
    return {mail.pk: _text(mail) for mail in mails}


def _text(mail: OutboxMail) -> str | None:
    try:
        return str(without_tokens(open_body(mail).text))
    except SealBroken:
        # The key that sealed it is gone, so nobody can read it any more.
        return None


def _looks(about: Mapping[Subject, Sequence[str]]) -> list[dict[str, Any]]:
    """What the audit says of the person's things, without the names of colleagues."""
    rows = list_rows(about=about).order_by("at", "pk")
    return [dict(row) for row in rows.values("at", "act", "subject", "reference")]
