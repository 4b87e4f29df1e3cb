"""Views of the list that staff keep, rename and throw away."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.staff.limits import acting_member
from bookings.staff.pages import panel
from bookings.staff.requests.forms import RequestListForm, ViewForm, query_of
from bookings.staff.requests.models import MOST_VIEWS, SavedView
from bookings.staff.requests.queries import list_rooms, list_sites, list_views
from portal.access import Member, Role, staff, staff_from


@staff
@require_safe
def saved_views(request: HttpRequest) -> HttpResponse:
    """The views one may change, each with its form."""
    return _page(request)


@staff_from(Role.VIEWER, act=Act.VIEW_SAVED)
@require_POST
def save(request: HttpRequest) -> HttpResponseBase:
    """Keeps what narrows the list down now, under a name; a name that is there already gets the new filters."""
    member = acting_member(request)
    kept = QueryDict(request.POST.get("filters", "")[:2000])
    site = kept.get("site", "")
    filters = RequestListForm(kept, sites=list_sites(member), rooms=list_rooms(member, site)).to_keep()
    form = ViewForm(request.POST)
    form.is_valid()
    name = form.cleaned_data.get("name", "")
    same = SavedView.objects.filter(owner=member, name=name)
    if not form.errors and not same.exists() and SavedView.objects.filter(owner=member).count() >= MOST_VIEWS:
        form.add_error("name", _("You have %(count)s views already. Delete one first.") % {"count": MOST_VIEWS})
    if form.errors:
        return _page(request, new=form, filters=kept.urlencode(), status=400)
    with acting(request, Act.VIEW_SAVED, Subject.SAVED_VIEW) as deed:
        view, _made = SavedView.objects.update_or_create(
            owner=member, name=name, defaults={"filters": filters, "is_shared": form.cleaned_data["is_shared"]}
        )
        deed.reference, deed.details["shared"] = str(view.pk), view.is_shared
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
    return redirect(f"{reverse('staff-requests')}?{query_of(filters)}")


@staff_from(Role.VIEWER, act=Act.VIEW_CHANGED)
@require_POST
def change(request: HttpRequest, view_id: int) -> HttpResponseBase:
    """Renames a view, shares it or takes it back."""
    view = _get(request, view_id)
    form = ViewForm(request.POST, prefix=f"view{view.pk}")
    if (
        form.is_valid()
        and SavedView.objects.filter(owner=view.owner, name=form.cleaned_data["name"]).exclude(pk=view.pk).exists()
    ):
        form.add_error("name", _("There is another view of this name."))
    if form.errors:
        return _page(request, changed=form, status=400)
    with acting(request, Act.VIEW_CHANGED, Subject.SAVED_VIEW, view.pk) as deed:
        view.name, view.is_shared = form.cleaned_data["name"], form.cleaned_data["is_shared"]
        view.save(update_fields=["name", "is_shared"])
        deed.details["shared"] = view.is_shared
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect("staff-request-views")


@staff_from(Role.VIEWER, act=Act.VIEW_DELETED)
@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponseBase:
    """Throws a view away; requests stay as they are."""
    view = _get(request, view_id)
    with acting(request, Act.VIEW_DELETED, Subject.SAVED_VIEW, view.pk):
        view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect("staff-request-views")


def _get(request: HttpRequest, view_id: int) -> SavedView:
    """A view that this member may change. Raises Http404."""
    return get_object_or_404(SavedView.objects.filter(_changeable_by(acting_member(request))), pk=view_id)


def _changeable_by(member: Member) -> Q:
    """One's own; from manager on, also what colleagues share with everybody."""
    return Q(owner=member) | Q(is_shared=True) if member.rank >= Role.MANAGER else Q(owner=member)


def _page(
    request: HttpRequest,
    *,
    new: ViewForm | None = None,
    filters: str = "",
    changed: ViewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    member = acting_member(request)
    views = list_views(member)
    changeable = [view for view in views if view.owner_id == member.pk or member.rank >= Role.MANAGER]
    forms = {
        view.pk: ViewForm(initial={"name": view.name, "is_shared": view.is_shared}, prefix=f"view{view.pk}")
        for view in changeable
    }
    if changed is not None:
        forms[int(str(changed.prefix).removeprefix("view"))] = changed
    context = {"views": views, "forms": forms, "new": new, "filters": filters, "query_of": query_of}
    return panel(request, "requests/views.html", context, status=status)
