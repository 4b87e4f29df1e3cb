"""The audit, read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Subject


def list_rows(
    *,
    user_id: int | None = None,
    act: str = "",
    subject: str = "",
    about: Mapping[Subject, Sequence[str]] | None = None,
    reference: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditRow]:
    """Rows, the newest first: of one member, act or subject, about certain things, from `since` on and before `until`.

    `about` names references by their subject; an empty one is about nothing. `reference` is of whatever subject.
    """
    rows = AuditRow.objects.order_by("-at", "-id")
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    if act:
        rows = rows.filter(act=act)
    if subject:
        rows = rows.filter(subject=subject)
    if about is not None:
        wanted = Q(pk__in=[])
        for kind, references in about.items():
            wanted |= Q(subject=kind, reference__in=references)
        rows = rows.filter(wanted)
    if reference:
        rows = rows.filter(reference__in={reference, reference.upper(), reference.lower()})
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return rows


def list_actors() -> list[tuple[int, str]]:
    """Everybody who stands in the audit, by the newest name they had there."""
    newest: dict[int, str] = {}
    rows = AuditRow.objects.exclude(user_id=None).order_by("user_id", "actor").values_list("user_id", "actor")
    for user_id, actor in rows.distinct():
        if user_id is not None:
            newest[user_id] = actor
    return sorted(newest.items(), key=lambda pair: pair[1].casefold())
