"""The pages and acts of personal data. An admin's page never names a person in its own address."""

from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.audit.actions import acting, record_act
from bookings.audit.actions import actor_of as auditor_of
from bookings.audit.vocabulary import Act, Subject
from bookings.catalog.models import OperatorSettings
from bookings.catalog.queries import forget_operator_settings
from bookings.core.pseudonyms import new_pseudonym
from bookings.personal_data import rules
from bookings.personal_data.actions import Reason, erase_person
from bookings.personal_data.errors import NeedsDecision, OutcomeOpen
from bookings.personal_data.exporting import build_archive
from bookings.personal_data.queries import Found, look_up
from bookings.staff.audit.queries import things_of
from bookings.staff.customers.keys import key_of
from bookings.staff.pages import actor_of, panel
from bookings.staff.personal_data.forms import AddressForm, EraseForm, RetentionForm
from portal import clock
from portal.access import Role, staff_from
from portal.data_map import HOW_IN_WORDS, Whose, tables, tables_of

# Whoever reloads such a page, or asks for it in the other language, comes back to the first one.
_asked_by_form = require_http_methods(["GET", "HEAD", "POST"])
_hides_addresses = sensitive_post_parameters("address", "typed")


@staff_from(Role.ADMIN)
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """The way to a person, how long things are kept, and the data map."""
    return _home(request)


@staff_from(Role.ADMIN, act=Act.SETTINGS_CHANGED)
@require_POST
def retention(request: HttpRequest) -> HttpResponseBase:
    """Another length of time."""
    kept = OperatorSettings.objects.first() or OperatorSettings()
    form = RetentionForm(request.POST, instance=kept)
    if not form.is_valid():
        return _home(request, retention_form=form)
    with acting(request, Act.SETTINGS_CHANGED, Subject.PORTAL) as deed:
        form.save()
        deed.details["retention_months"] = kept.retention_months
    forget_operator_settings()
    messages.success(request, _("Saved. What is older goes within the next hours."))
    return redirect("staff-personal-data")


@staff_from(Role.ADMIN, act=Act.LOOKED_UP)
@_hides_addresses
@_asked_by_form
def person(request: HttpRequest) -> HttpResponseBase:
    """What is kept of an address, what erasing it would touch, and what stays."""
    if request.method != "POST":
        return redirect("staff-personal-data")
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _home(request, address_form=form)
    address = form.cleaned_data["address"]
    record_act(request, Act.LOOKED_UP, Subject.CUSTOMER, str(key_of(address)))
    return _person(request, look_up(address, now=clock.now()))


@staff_from(Role.ADMIN, act=Act.EXPORTED)
@_hides_addresses
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything that is kept of an address, as a ZIP file."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _home(request, address_form=form)
    now = clock.now()
    address = form.cleaned_data["address"]
    content = build_archive(address, about=things_of(address), now=now)
    record_act(request, Act.EXPORTED, Subject.CUSTOMER, str(key_of(address)))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="personal-data-{now:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@staff_from(Role.ADMIN, act=Act.ERASED)
@_hides_addresses
@_asked_by_form
def erase(request: HttpRequest) -> HttpResponseBase:
    """Erases everything that hangs on an address; what came in between is shown, and asked about again."""
    if request.method != "POST":
        return redirect("staff-personal-data")
    address_form = AddressForm(request.POST)
    if not address_form.is_valid():
        return _home(request, address_form=address_form)
    now = clock.now()
    found = look_up(address_form.cleaned_data["address"], now=now)
    form = EraseForm(request.POST, needs_decision=found.needs_decision)
    if not form.is_valid():
        return _person(request, found, erase_form=form)
    try:
        erased = erase_person(
            email=form.cleaned_data["address"],
            by=auditor_of(request),
            reason=Reason(form.cleaned_data["reason"]),
            closes_open=form.cleaned_data.get("closes_open", False),
            now=now,
        )
    except (OutcomeOpen, NeedsDecision):
        messages.error(request, _("Nothing was erased: something of this person is under way. The page says what."))
        return _person(request, look_up(form.cleaned_data["address"], now=now), status=409)
    if erased is None:
        messages.info(request, _("Nothing is kept of this address, so there was nothing to erase."))
    else:
        messages.success(request, _("Erased. In the person's place stands %(word)s.") % {"word": erased.word})
    return redirect("staff-personal-data")


@staff_from(Role.ADMIN, act=Act.ERASED_IN_WORKWAYS)
@_hides_addresses
@_asked_by_form
def erase_in_workways(request: HttpRequest) -> HttpResponseBase:
    """The step of its own: erases in the embedded Workways data. A remote account keeps its own record, so 404."""
    if not settings.WORKWAYS_IS_EMBEDDED:
        raise Http404("The Workways data is elsewhere.")
    if request.method != "POST":
        return redirect("staff-personal-data")
    form = EraseForm(request.POST, prefix="workways")
    if not form.is_valid():
        address_form = AddressForm({"address": request.POST.get("workways-address", "")})
        if not address_form.is_valid():
            return _home(request, address_form=address_form)
        found = look_up(address_form.cleaned_data["address"], now=clock.now())
        return _person(request, found, workways_form=form)
    given = new_pseudonym()
    with transaction.atomic(), acting(request, Act.ERASED_IN_WORKWAYS, Subject.PERSON, given.word) as deed:
        rows = import_module(settings.EMBEDDED_PEOPLE).erase(
            email=form.cleaned_data["address"],
            word=given.word,
            pseudonym=given.email,
            actor=actor_of(request),
            now=clock.now(),
        )
        deed.is_done = bool(rows)
        deed.details.update({"reason": form.cleaned_data["reason"], **rows})
    if rows:
        messages.success(
            request,
            _("Erased in the Workways data. In the person's place stands %(word)s.") % {"word": given.word},
        )
    else:
        messages.info(request, _("The Workways data holds nothing of this address."))
    return redirect("staff-personal-data")


def _home(
    request: HttpRequest, *, address_form: AddressForm | None = None, retention_form: RetentionForm | None = None
) -> HttpResponse:
    kept = OperatorSettings.objects.first() or OperatorSettings()
    context = {
        "address_form": address_form or AddressForm(),
        "retention_form": retention_form or RetentionForm(instance=kept),
        "unproved_days": rules.UNPROVED_KEPT.days,
        "draft_days": rules.DRAFT_KEPT.days,
        "map": [(whose, tables_of(whose)) for whose in (Whose.GUEST, Whose.WORKWAYS, Whose.MEMBER)],
        "nobodys": sum(table.whose == Whose.NOBODY for table in tables()),
        "how": HOW_IN_WORDS,
    }
    status = 400 if address_form or retention_form else 200
    return panel(request, "personal_data/home.html", context, status=status)


def _person(
    request: HttpRequest,
    found: Found,
    *,
    erase_form: EraseForm | None = None,
    workways_form: EraseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page about a person, with the form that was sent and needs another look."""
    address = {"address": found.person.email}
    context = {
        "found": found,
        "lines": [(table, found.rows[table.name]) for table in tables_of(Whose.GUEST) if table.name in found.rows],
        "erase_form": erase_form or EraseForm(initial=address, needs_decision=found.needs_decision),
        "workways_form": workways_form or EraseForm(initial=address, prefix="workways"),
        "workways_host": urlsplit(settings.WORKWAYS_API_URL).hostname or "",
    }
    status = 400 if erase_form or workways_form else status
    return panel(request, "personal_data/person.html", context, status=status)
