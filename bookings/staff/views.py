"""The settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.catalog.models import OperatorSettings
from bookings.catalog.queries import forget_operator_settings
from bookings.staff.forms import OperatorForm
from bookings.staff.pages import panel
from portal.access import Role, staff_from


@staff_from(Role.MANAGER, all_sites=True, act=Act.SETTINGS_CHANGED)
@require_http_methods(["GET", "HEAD", "POST"])
def operator(request: HttpRequest) -> HttpResponseBase:
    """Who runs the portal, and how prices are worded."""
    kept = OperatorSettings.objects.first() or OperatorSettings()
    form = OperatorForm(request.POST if request.method == "POST" else None, instance=kept)
    if request.method == "POST" and form.is_valid():
        with acting(request, Act.SETTINGS_CHANGED, Subject.PORTAL) as deed:
            form.save()
            deed.details["fields"] = sorted(form.changed_data)
        forget_operator_settings()
        messages.success(request, _("The settings are saved."))
        return redirect("staff-settings")
    return panel(request, "settings.html", {"form": form}, status=400 if form.errors else 200)
