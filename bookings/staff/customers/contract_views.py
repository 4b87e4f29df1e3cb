"""Changes a contract in three steps: the form, the difference, one call and what Workways shows afterwards."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.audit.actions import Deed, acting, record
from bookings.audit.actions import actor_of as audited
from bookings.audit.vocabulary import Act, Subject
from bookings.staff.customers import actions, queries, reading
from bookings.staff.customers.contract_forms import ContractForm, OptionForm, option_forms, plan_of
from bookings.staff.customers.differences import between, differences, price_effect
from bookings.staff.customers.errors import AnotherIsBeingSent, CannotBeKept, MovedMeanwhile
from bookings.staff.customers.models import ContractChange
from bookings.staff.customers.plans import is_idle, merge_of, mismatches, result_of
from bookings.staff.customers.states import READABLE, SENDABLE
from bookings.staff.customers.terms import terms_of
from bookings.staff.pages import actor_of, panel
from portal import clock
from portal.access import Role, staff_from
from portal.workways import Organization
from portal.workways.connect import workways


@staff_from(Role.MANAGER, all_sites=True, shows=Subject.ORGANIZATION, act=Act.CONTRACT_PREPARED)
@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: HttpRequest, organization_id: str) -> HttpResponseBase:
    """The form; what is filled in is kept and shown as a difference, nothing is sent yet."""
    told = reading.look_up_organization(workways(), organization_id)
    if told.value is None:
        if told.trouble is None:
            raise Http404("No company of this id.")
        context = {"organization_id": organization_id, "trouble": told.trouble, "form": None}
        return panel(request, "customers/contract.html", context)
    offers = reading.look_up_offers(workways(), queries.sites_of(told.value))
    language = _language()
    data = request.POST if request.method == "POST" else None
    form = ContractForm(data, terms=terms_of(told.value), offers=offers)
    rows = option_forms(data, offers=offers, language=language)
    if data is not None and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        change = _prepare(request, told.value, form, rows, offers)
        if change is not None:
            return redirect("staff-change", change.reference)
    return _form_page(request, told.value, form, rows, offers)


@staff_from(Role.MANAGER, all_sites=True, shows=Subject.CONTRACT)
@require_safe
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """What a change would do, or did."""
    found = get_object_or_404(ContractChange, reference=reference)
    return _change_page(request, found)


@staff_from(Role.MANAGER, all_sites=True, act=Act.CONTRACT_SENT)
@require_POST
def send(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sends the change, once."""
    found = get_object_or_404(ContractChange, reference=reference)

    def note() -> None:
        details = {"organization": found.organization_id}
        record(
            by=audited(request),
            act=Act.CONTRACT_SENT,
            subject=Subject.CONTRACT,
            reference=found.reference,
            now=clock.now(),
            details=details,
        )

    try:
        outcome = actions.send(change=found, client=workways(), actor=actor_of(request), now=clock.now(), in_claim=note)
    except MovedMeanwhile:
        messages.info(request, _("This change was sent already. Its state below is the newest."))
    except AnotherIsBeingSent:
        messages.error(request, _("Another change of this contract is being sent. Wait for its end, then look again."))
    except CannotBeKept as error:
        messages.error(request, _cannot_be_kept(str(error)))
    else:
        _tell(request, outcome)
    return redirect("staff-change", reference)


@staff_from(Role.MANAGER, all_sites=True, act=Act.CONTRACT_READ)
@require_POST
def look(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Reads what Workways shows by now; sends nothing."""
    found = get_object_or_404(ContractChange, reference=reference)
    failed = actions.look(change=found, client=workways(), now=clock.now()) if found.state in READABLE else None
    with acting(request, Act.CONTRACT_READ, Subject.CONTRACT, found.reference):
        pass
    if failed is not None:
        messages.error(request, f"{failed.trouble.happened} {failed.trouble.next}")
    return redirect("staff-change", reference)


def _prepare(
    request: HttpRequest,
    organization: Organization,
    form: ContractForm,
    rows: list[OptionForm],
    offers: reading.Offers,
) -> ContractChange | None:
    """Keeps the change; None, with an error in the form, when there is nothing to do or it can't be done."""
    plan = plan_of(form, rows, offers, _language())
    if form.errors:
        return None
    if is_idle(plan, form.terms):
        form.add_error(None, _("Nothing differs from the contract as it is."))
        return None
    try:
        merge_of(plan, form.terms, organization.id)
    except CannotBeKept as error:
        form.add_error("options_anew", _cannot_be_kept(str(error)))
        return None
    deed: Deed
    with acting(request, Act.CONTRACT_PREPARED, Subject.CONTRACT) as deed:
        prepared = actions.prepare(organization=organization, plan=plan, actor=actor_of(request), now=clock.now())
        deed.reference = prepared.reference
        deed.details["organization"] = organization.id
    return prepared


def _form_page(
    request: HttpRequest,
    organization: Organization,
    form: ContractForm,
    rows: list[OptionForm],
    offers: reading.Offers,
) -> HttpResponse:
    wrong = [one for one in (form, *rows) if one.errors]
    context = {
        "organization_id": organization.id,
        "name": organization.name,
        "form": form,
        "wrong": wrong[0] if wrong else form,
        "rows": rows,
        "troubles": offers.troubles,
        "trouble": None,
    }
    return panel(request, "customers/contract.html", context, status=400 if wrong else 200)


def _change_page(request: HttpRequest, found: ContractChange) -> HttpResponse:
    plan, before, after, language = found.wanted, found.before, found.after, _language()
    meant = result_of(plan, before)
    context = {
        "change": found,
        "lines": differences(plan, before, language),
        "prices": price_effect(plan, before, language),
        "may_send": found.state in SENDABLE,
        "may_look": found.state in READABLE,
        "is_as_meant": after is not None and not mismatches(meant, after),
        "is_as_before": after is not None and not mismatches(before, after),
        "rest": between(meant, after, language) if after is not None else [],
        "is_visible": bool(mismatches(meant, before)),
        "is_untold": any((plan.start, plan.folder, plan.comment)),
    }
    return panel(request, "customers/change.html", context)


def _tell(request: HttpRequest, outcome: actions.Sent | actions.NotRead) -> None:
    match outcome:
        case actions.NotRead():
            sentence = _("Nothing was sent, because the contract could not be read just before.")
            messages.error(request, f"{sentence} {outcome.trouble.happened} {outcome.trouble.next}")
        case actions.Sent.CONTRACT_CHANGED:
            sentence = _(
                "Nothing was sent: the contract changed meanwhile. This is the difference to what it says now."
            )
            messages.warning(request, sentence)
        case actions.Sent.NOTHING_TO_DO:
            messages.info(request, _("Nothing was sent: the contract says already what you meant."))
        case actions.Sent.YES:
            messages.info(request, _("The change was sent. Its state below is the answer."))


def _cannot_be_kept(name: str) -> str:
    return _("“%(option)s” can't be sent anew, because no site offers it any more. Send only what changes.") % {
        "option": name
    }


def _language() -> str:
    return (get_language() or "en")[:2]
