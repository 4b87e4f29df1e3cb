"""The registrations, as staff read them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bookings.staff.forms import registration_list_form
from bookings.staff.pages import page_of, panel
from bookings.staff.queries import list_registrations
from portal.access import staff


@staff
@require_safe
def registrations(request: HttpRequest) -> HttpResponse:
    """All registrations, the newest first."""
    form = registration_list_form(request.GET)
    rows = page_of(request, list_registrations(**form.narrowing()))
    return panel(request, "registrations.html", {"form": form, "page": rows})


@staff
@require_safe
def registration(request: HttpRequest, reference: str) -> HttpResponse:
    """One registration: what was typed, what became of it, and its mails."""
    found = list_registrations().filter(reference=reference.upper()).first()
    if found is None:
        raise Http404("No such registration.")
    mails = list(found.mails.defer("sealed").order_by("created_at", "pk"))
    return panel(request, "registration.html", {"registration": found, "mails": mails})
