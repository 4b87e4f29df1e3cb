"""The audit's page, and its file."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import actor_of, record
from bookings.audit.models import AuditRow
from bookings.audit.queries import list_rows
from bookings.audit.vocabulary import Act, Subject
from bookings.catalog.models import Site
from bookings.staff.audit.forms import AuditForm
from bookings.staff.audit.queries import names_of_members, names_of_rooms
from bookings.staff.csv_files import csv_response
from bookings.staff.pages import page_of, panel
from bookings.staff.queries import panel_zone
from portal import clock
from portal.access import Role, staff_from

# What each subject's reference leads to.
ROUTES = {
    Subject.REQUEST: "staff-request",
    Subject.REGISTRATION: "staff-registration",
    Subject.MAIL: "staff-mail",
    Subject.MEMBER: "staff-member",
    Subject.ORGANIZATION: "staff-organization",
    Subject.CONTRACT: "staff-change",
}
_ACTS, _SUBJECTS, _ROLES = dict(Act.choices), dict(Subject.choices), dict(Role.choices)


@staff_from(Role.ADMIN, shows=Subject.AUDIT)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, the newest first."""
    return _page(request, AuditForm(request.GET), status=200)


@staff_from(Role.ADMIN, act=Act.EXPORTED)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows asked for, as a file; taking them away leaves a row too. What makes no sense is asked again."""
    form = AuditForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    now = clock.now()
    rows = list_rows(**form.narrowing(panel_zone())).filter(at__lte=now)
    kept = {"rows": rows.count()}
    record(by=actor_of(request), act=Act.EXPORTED, subject=Subject.AUDIT, now=now, details=kept)
    header = ("at", "member", "user_id", "role", "act", "subject", "reference", "details", "network")
    return csv_response(f"audit-{now:%Y-%m-%d}", header, _cells(rows.iterator(chunk_size=2000)))


def _page(request: HttpRequest, form: AuditForm, *, status: int) -> HttpResponse:
    page = page_of(request, list_rows(**form.narrowing(panel_zone())))
    context = {
        "form": form,
        "page": page,
        "member_names": names_of_members({row.reference for row in page if row.subject == Subject.MEMBER}),
        "acts": _ACTS,
        "subjects": _SUBJECTS,
        "roles": _ROLES,
        "routes": ROUTES,
        "site_names": dict(Site.objects.values_list("workways_id", "name"))
        | names_of_rooms({row.reference for row in page if row.subject == Subject.ROOM}),
    }
    return panel(request, "audit/page.html", context, status=status)


def _cells(rows: Iterator[AuditRow]) -> Iterator[tuple[object, ...]]:
    """The words of the audit itself, so that a file means the same in every language."""
    for row in rows:
        role = Role(row.role).name.lower() if row.role in Role.values else ""
        told = " ".join(f"{name}={_told(value)}" for name, value in row.details.items())
        user_id = "" if row.user_id is None else row.user_id
        yield row.at.isoformat(), row.actor, user_id, role, row.act, row.subject, row.reference, told, row.network


def _told(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)
