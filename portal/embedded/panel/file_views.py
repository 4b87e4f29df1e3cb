"""Import and export. An import is shown first, line by line, and then done as a whole or not at all."""

import base64
import binascii
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.embedded.models import Room
from portal.embedded.panel import csv_files, ics_files
from portal.embedded.panel.pages import actor_of, is_admin, operators, operators_see, operators_take, panel
from portal.embedded.panel.plans import MOST_BYTES, ImportOutdated, Plan
from portal.embedded.panel.queries import live_rooms_by_site

_TITLES = {
    "rooms": gettext_lazy("Import rooms"),
    "users": gettext_lazy("Import users"),
    "meetings": gettext_lazy("Import meetings"),
}
_AFTERWARDS = {"rooms": "operator-rooms", "users": "operator-users", "meetings": "operator-meetings"}


class ImportForm(forms.Form):
    """A file to import, and the room that it is for, where it holds meetings."""

    file = forms.FileField(label=gettext_lazy("File"))
    room = forms.ChoiceField(label=gettext_lazy("Room"))

    def __init__(self, kind: str, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"id_{kind}_%s")
        self.fields["file"].widget.attrs["accept"] = ".ics,text/calendar" if kind == "meetings" else ".csv,text/csv"
        if kind == "meetings":
            self.order_fields(["room", "file"])
            choices = [("", gettext_lazy("Choose a room")), *live_rooms_by_site()]
            self.fields["room"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["room"]

    def clean_file(self) -> bytes:
        """What the file holds. Raises ValidationError when that is too much."""
        content: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise forms.ValidationError(_("The file has more than 500 kB. Split it."))
        return content


@operators
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """What can be imported and exported."""
    return _files(request)


@operators_take("workways_data")
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """All rooms or users as CSV."""
    made = {"rooms": csv_files.export_rooms, "users": csv_files.export_users}.get(kind)
    if made is None:
        raise Http404("Nothing of this kind can be exported.")
    return _download(made(), "text/csv; charset=utf-8", f"{kind}.csv")


@operators_take("meetings")
@require_safe
def room_calendar(request: HttpRequest, room_id: str) -> HttpResponse:
    """The meetings of a room as iCalendar."""
    room = get_object_or_404(Room, pk=room_id)
    return _download(ics_files.export_meetings(room), "text/calendar; charset=utf-8", f"room-{room.pk}.ics")


@operators_see("workways_data")
@require_POST
def check_import(request: HttpRequest, kind: str) -> HttpResponse:
    """Tells line by line what importing a file would do; nothing is done yet."""
    if kind not in _TITLES:
        raise Http404("Nothing of this kind can be imported.")
    form = ImportForm(kind, request.POST, request.FILES)
    if not form.is_valid():
        return _files(request, kind, form)
    room = _find_room(kind, form.cleaned_data.get("room", ""))
    return _plan(request, kind, form.cleaned_data["file"], room)


@operators
@require_POST
def apply_import(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Does what was shown. If things changed meanwhile nothing is done, and the new plan is shown."""
    if kind not in _TITLES:
        raise Http404("Nothing of this kind can be imported.")
    content = _carried(request.POST.get("content", ""))
    room = _find_room(kind, request.POST.get("room", ""))
    told = {"content": content, "fingerprint": request.POST.get("fingerprint", "")}
    acting: dict[str, Any] = {**told, "actor": actor_of(request), "now": clock.now()}
    try:
        if room is not None:
            plan = ics_files.import_meetings(room=room, **acting)
        else:
            plan = csv_files.import_rows(kind=kind, by_admin=is_admin(request), **acting)
    except ImportOutdated:
        messages.error(request, _("Things changed meanwhile, so nothing was imported. Here is what it would do now."))
        return _plan(request, kind, content, room)
    counts = plan.counts
    sentence = _("Imported: %(new)s new, %(change)s changed, %(same)s as they were.")
    messages.success(request, sentence % counts)
    return redirect(_AFTERWARDS[kind])


def _plan(request: HttpRequest, kind: str, content: bytes, room: Room | None) -> HttpResponse:
    plan: Plan
    if room is not None:
        plan = ics_files.plan_meetings(content, room, now=clock.now())
    else:
        plan = csv_files.plan_of(kind, content, by_admin=is_admin(request))
    context = {
        "kind": kind,
        "title": _TITLES[kind],
        "plan": plan,
        "room": room,
        "content": base64.urlsafe_b64encode(content).decode(),
    }
    return panel(request, "import.html", context, status=200 if plan.is_right or not plan.problem else 400)


def _find_room(kind: str, room_id: str) -> Room | None:
    if kind != "meetings":
        return None
    found = Room.objects.select_related("site").filter(is_archived=False)
    return get_object_or_404(found, pk=room_id.replace("\x00", ""))


def _carried(written: str) -> bytes:
    """The file as the page carried it; nothing for what no page of ours wrote."""
    try:
        return base64.urlsafe_b64decode(written.encode())[:MOST_BYTES]
    except (binascii.Error, ValueError):
        return b""


def _files(request: HttpRequest, kind: str = "", form: ImportForm | None = None) -> HttpResponse:
    import_forms = {name: ImportForm(name) for name in _TITLES}
    if form is not None:
        import_forms[kind] = form
    context = {"import_forms": import_forms, "titles": _TITLES}
    return panel(request, "files.html", context, status=400 if form is not None else 200)


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
