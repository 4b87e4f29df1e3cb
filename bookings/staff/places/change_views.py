"""Changing places; each change leaves its row in the audit, with the old and the new value."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act
from bookings.availability.closing_actions import close_place, reopen_place
from bookings.availability.models import Closure
from bookings.catalog.own_actions import Changes, change_place, drop_picture, move_place, set_picture
from bookings.catalog.pictures import MOST_BYTES, PictureRefused
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.places import queries
from bookings.staff.places.fields import PERSONAL
from bookings.staff.places.forms import ClosureForm, PictureForm
from bookings.staff.places.kinds import Kind, Place, find_place, may_order
from bookings.staff.places.views import Typed, holidays_form, place_form, show
from portal import clock
from portal.access import Role, staff_from

_PICTURE = "own_picture"


@staff_from(Role.MANAGER, act=Act.PLACE_CHANGED)
@require_POST
def save(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponseBase:
    """Keeps our words about a place, whole form."""
    found = find_place(request, kind, place_id)
    form = place_form(found, request.POST)
    if not form.is_valid():
        # The row in memory carries what was typed; the page shows beside it what is kept.
        return show(request, find_place(request, kind, place_id), Typed(form=form))
    _change(request, found, lambda: change_place(place=found.row, values=form.cleaned_data))
    return _back(found)


@staff_from(Role.MANAGER, act=Act.PLACE_CHANGED)
@require_POST
def revert(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponseBase:
    """Drops our word in one field, so that the other side's holds again; nothing for a field that isn't ours."""
    found = find_place(request, kind, place_id)
    name = request.POST.get("field", "")
    if name == _PICTURE:
        _change(request, found, lambda: drop_picture(place=found.row))
    elif name in place_form(found).fields:
        _change(request, found, lambda: change_place(place=found.row, values={name: ""}))
    else:
        messages.info(request, _("Nothing was changed."))
    return _back(found)


@staff_from(Role.MANAGER, act=Act.PLACE_CHANGED)
@require_POST
def picture(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponseBase:
    """Takes an uploaded picture in place of the upstream's."""
    found = find_place(request, kind, place_id)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        # A byte too many is enough to be refused; the rest isn't read.
        content = form.cleaned_data["picture"].read(MOST_BYTES + 1)
        try:
            _change(request, found, lambda: set_picture(place=found.row, content=content))
        except PictureRefused:
            form.add_error("picture", _("This is no picture we can use. Choose a JPEG, PNG, WebP or GIF up to 5 MB."))
        else:
            return _back(found)
    return show(request, found, Typed(picture=form))


@staff_from(Role.MANAGER, act=Act.PLACE_CHANGED)
@require_POST
def shown(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponseBase:
    """Hides a place from visitors, or shows it again; what is booked stays booked."""
    found = find_place(request, kind, place_id)
    is_hidden = request.POST.get("shown") == "no"
    _change(request, found, lambda: change_place(place=found.row, values={"is_hidden": is_hidden}))
    return _back(found)


@staff_from(Role.MANAGER, act=Act.PLACE_CHANGED)
@require_POST
def holidays(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponseBase:
    """Switches a site's public holidays on or off, and excepts days. Raises Http404 for a room."""
    found = find_place(request, kind, place_id)
    if kind is not Kind.SITE:
        raise Http404("Only sites have holidays.")
    form = holidays_form(found, request.POST)
    if not form.is_valid():
        return show(request, found, Typed(holidays=form))
    today = clock.now().astimezone(found.site.zone).date()
    values = {
        "holidays_on": form.cleaned_data["holidays_on"],
        "holidays_open": queries.with_open_days(found.site, form.cleaned_data["open_days"], today),
    }
    _change(request, found, lambda: change_place(place=found.row, values=values))
    return _back(found)


@staff_from(Role.MANAGER, act=Act.PLACE_MOVED)
@require_POST
def move(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponseBase:
    """Moves a place up or down by one in its list. Raises PermissionDenied for sites when limited to some."""
    found = find_place(request, kind, place_id)
    if not may_order(request, kind):
        raise PermissionDenied
    is_up = request.POST.get("to") == "up"
    with acting(request, Act.PLACE_MOVED, found.subject, found.row.workways_id) as deed:
        deed.is_done = move_place(place=found.row, is_up=is_up)
        deed.details["to"] = "up" if is_up else "down"
    if not deed.is_done:
        messages.info(request, _("It stands at the end of the list already."))
    return redirect("staff-places") if kind is Kind.SITE else redirect("staff-place", Kind.SITE, found.site.workways_id)


@staff_from(Role.MANAGER, act=Act.PLACE_CLOSED)
@require_POST
def close(request: HttpRequest, kind: Kind, place_id: str) -> HttpResponseBase:
    """Closes a site or a room for a while."""
    found = find_place(request, kind, place_id)
    now = clock.now()
    form = ClosureForm(request.POST, site=found.site, now=now)
    if not form.is_valid():
        return show(request, found, Typed(closure=form))
    with acting(request, Act.PLACE_CLOSED, found.subject, found.row.workways_id) as deed:
        closure = close_place(site=found.site, room=found.room, now=now, **form.cleaned_data)
        deed.changes.update({name: ("", value) for name, value in _told(closure).items()})
    meetings = queries.count_meetings(found, form.span)
    messages.success(request, _("Closed. Visitors see it at once."))
    if meetings:
        sentence = ngettext(
            "%(count)s booked meeting lies in that time and stays booked: tell the guests yourself.",
            "%(count)s booked meetings lie in that time and stay booked: tell the guests yourself.",
            meetings,
        )
        messages.warning(request, sentence % {"count": meetings})
    return _back(found)


@staff_from(Role.MANAGER, act=Act.PLACE_REOPENED)
@require_POST
def reopen(request: HttpRequest, kind: Kind, place_id: str, closure_id: int) -> HttpResponseBase:
    """Takes a closure of the place back, or one that it has from its site or in one of its rooms."""
    found = find_place(request, kind, place_id)
    closures = visible_to(acting_member(request), Closure.objects.filter(site=found.site).select_related("room"))
    closure = get_object_or_404(closures, pk=closure_id)
    of_room = closure.room
    about = Place(Kind.SITE, found.site) if of_room is None else Place(Kind.ROOM, of_room)
    with acting(request, Act.PLACE_REOPENED, about.subject, about.row.workways_id) as deed:
        deed.changes.update({name: (value, "") for name, value in _told(closure).items()})
        reopen_place(closure=closure)
    messages.success(request, _("The closure is taken back. Visitors see it at once."))
    return _back(found)


def _told(closure: Closure) -> dict[str, str]:
    """A closure as the audit keeps it."""
    begins, ends = (f"{at:%H:%M}" if at else "" for at in (closure.from_time, closure.until_time))
    told = {
        "from": f"{closure.first_day.isoformat()} {begins}".strip(),
        "until": f"{closure.last_day.isoformat()} {ends}".strip(),
        "reason_en": closure.reason_en,
        "reason_fr": closure.reason_fr,
    }
    return {name: value for name, value in told.items() if value}


def _change(request: HttpRequest, found: Place, change: Callable[[], Changes]) -> None:
    """Does it, with its row; says that it holds from now on, or that nothing changed. Raises what `change` raises."""
    with acting(request, Act.PLACE_CHANGED, found.subject, found.row.workways_id) as deed:
        changes = change()
        deed.is_done = bool(changes)
        deed.changes.update({name: pair for name, pair in changes.items() if name not in PERSONAL})
        personal = sorted(PERSONAL & changes.keys())
        if personal:
            deed.details["fields"] = personal
    if changes:
        messages.success(request, _("Saved. Visitors see it at once."))
    else:
        messages.info(request, _("Nothing was changed."))


def _back(found: Place) -> HttpResponseBase:
    return redirect("staff-place", found.kind, found.row.workways_id)
