"""Finds a customer, and shows what Workways and the portal know of a person, a company, the options of a site."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import record_act
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.pages import PAGES
from bookings.catalog.models import Site
from bookings.core.identifiers import is_workways_id
from bookings.registration.pages import PAGES as REGISTRATION_PAGES
from bookings.staff.customers import pages, queries, reading
from bookings.staff.customers.forms import FindForm
from bookings.staff.customers.keys import CustomerKey, key_of
from bookings.staff.limits import acting_member, visible_to
from bookings.staff.pages import panel
from portal.access import Role, staff_from
from portal.workways.connect import workways

_MOODS = {state.value: page.mood for state, page in PAGES.items()}
_REGISTRATION_MOODS = {state.value: page.mood for state, page in REGISTRATION_PAGES.items()}


@staff_from(Role.FRONT_DESK)
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """Where customers are looked up; shows nobody."""
    return _start(request, FindForm())


@staff_from(Role.FRONT_DESK, act=Act.LOOKED_UP)
@require_POST
def find(request: HttpRequest) -> HttpResponseBase:
    """To the page of whoever was typed; a POST, so that no address ever stands in a log of addresses."""
    form = FindForm(request.POST)
    if not form.is_valid():
        return _start(request, form)
    about = form.cleaned_data["about"]
    if is_workways_id(about):
        record_act(request, Act.LOOKED_UP, Subject.ORGANIZATION, about)
        return redirect("staff-organization", about)
    key = key_of(about)
    record_act(request, Act.LOOKED_UP, Subject.CUSTOMER, str(key))
    return redirect("staff-customer", key)


@staff_from(Role.FRONT_DESK, shows=Subject.CUSTOMER)
@require_safe
def customer(request: HttpRequest, customer: CustomerKey) -> HttpResponse:
    """One person: what Workways knows, with the company's contract, and what the portal has of the address."""
    member = acting_member(request)
    own = queries.own_side(member, customer.email)
    person = reading.look_up_person(workways(), customer.email)
    user, organization = person.user.value, person.organization.value
    is_theirs = organization is not None and queries.may_see(member, organization)
    if user is not None and not (member.sites is None or is_theirs or own):
        user = None
    if user is None and person.user.trouble is None and not own:
        return _start(request, FindForm(), is_unknown=True)
    context = {
        "email": customer.email,
        "name": (f"{user.first_name} {user.last_name}".strip() if user else "") or own.name,
        "user": user,
        "trouble": person.user.trouble,
        "contract_trouble": person.organization.trouble,
        "contract": pages.contract_page(organization) if organization is not None and is_theirs else None,
        "own": own,
        "roles": pages.ROLES,
        "moods": _MOODS,
        "registration_moods": _REGISTRATION_MOODS,
    }
    return panel(request, "customers/customer.html", context)


@staff_from(Role.FRONT_DESK, shows=Subject.ORGANIZATION)
@require_safe
def organization(request: HttpRequest, organization_id: str) -> HttpResponse:
    """One company with its contract, and who came to it by way of the portal."""
    member = acting_member(request)
    told = reading.look_up_organization(workways(), organization_id)
    found = told.value
    if told.trouble is None and (found is None or not queries.may_see(member, found)):
        raise Http404("No company of this id.")
    context = {
        "contract": pages.contract_page(found) if found is not None else None,
        "trouble": told.trouble,
        "registrations": queries.registrations_of(member, organization_id),
        "changes": queries.changes_of(organization_id),
        "registration_moods": _REGISTRATION_MOODS,
    }
    return panel(request, "customers/organization.html", context)


@staff_from(Role.FRONT_DESK)
@require_safe
def options(request: HttpRequest, site_id: str) -> HttpResponse:
    """What a site offers beside its rooms, for members and for the public."""
    site = get_object_or_404(visible_to(acting_member(request), Site.objects.all()), workways_id=site_id)
    told = reading.look_up_options(workways(), site_id)
    language = (get_language() or "en")[:2]
    offered = [pages.offered_option(option, language) for option in told.value or ()]
    return panel(request, "customers/options.html", {"site": site, "options": offered, "trouble": told.trouble})


def _start(request: HttpRequest, form: FindForm, *, is_unknown: bool = False) -> HttpResponse:
    sites = visible_to(acting_member(request), Site.objects.filter(vanished_at=None))
    context = {"form": form, "is_unknown": is_unknown, "sites": sites}
    status = 404 if is_unknown else 400 if form.errors else 200
    return panel(request, "customers/start.html", context, status=status)
