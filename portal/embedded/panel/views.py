"""The first page of the operator's side, the record, and refreshing the portal."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from portal import clock
from portal.celery import app
from portal.embedded.panel import queries
from portal.embedded.panel.audit import KINDS, Act, record, tell
from portal.embedded.panel.pages import ListForm, actor_of, operators, operators_see, page_of, panel

# The domain's task, known by its name only.
REFRESH_TASK = "portal.refresh_now"


@operators_see("accounts")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """How much of everything there is, and what was done last."""
    context = {"counts": queries.counts(), "entries": tell(queries.list_audit()[:8])}
    return panel(request, "home.html", context)


@operators_see("accounts")
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Who did what, the newest first."""
    form = ListForm(request.GET)
    page = page_of(request, queries.list_audit(words=form.narrowing()["words"]))
    return panel(
        request, "history.html", {"form": form, "page": page, "entries": tell(page.object_list), "kinds": KINDS}
    )


@operators
@require_POST
def refresh(request: HttpRequest) -> HttpResponseBase:
    """Asks the worker to read everything into the portal now."""
    try:
        app.send_task(REFRESH_TASK, expires=60, retry=False)
    except (OperationalError, OSError):
        sentence = _("The worker could not be reached. The public site shows all within one refresh cycle.")
        messages.error(request, sentence)
    else:
        record(actor=actor_of(request), act=Act.REFRESHED, now=clock.now(), kind="portal", name=_("The portal"))
        messages.success(request, _("The portal is being refreshed. The public site is up to date in a few seconds."))
    return redirect("operator-home")
