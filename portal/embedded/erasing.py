"""Erases a person from the embedded Workways data, and exports what it holds of them.

A step of its own beside erasing a guest from the portal: these tables are the record that a Workways account would
keep. `settings.EMBEDDED_PEOPLE` names this module. The account stays as an archived row that names nobody; rooms stay
booked, without a word of who meets. A company to which nobody else belongs goes with its only person.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.data_map import Person, Whose, tables_of
from portal.embedded.models import Meeting, Organization, User
from portal.embedded.panel.audit import Act, record
from portal.erasing import count_rows, erase_rows, export_rows, scrub_mentions


def find_person(email: str) -> Person:
    """What hangs on an address, in whatever case it was written. Four queries."""
    address = email.strip().lower()
    users = list(User.objects.filter(email__iexact=address).values_list("pk", flat=True))
    own = Organization.objects.filter(users__in=users)
    shared = Organization.objects.filter(users__in=User.objects.exclude(pk__in=users))
    organizations = own.exclude(pk__in=shared.values("pk"))
    meetings = Meeting.objects.filter(Q(user__in=users) | Q(contact_email__iexact=address))
    keys = {
        "users": users,
        "organizations": list(organizations.values_list("pk", flat=True)),
        "meetings": list(meetings.values_list("pk", flat=True)),
    }
    return Person(address, keys)


def count(email: str) -> dict[str, int]:
    """How many rows of which table are of this address."""
    return count_rows(tables_of(Whose.WORKWAYS), find_person(email))


def export(email: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that the Workways data holds of this address, but passwords and tokens."""
    return export_rows(tables_of(Whose.WORKWAYS), find_person(email))


@transaction.atomic
def erase(*, email: str, word: str, pseudonym: str, actor: str, now: datetime) -> dict[str, int]:
    """Puts `word` and the address `pseudonym` in the person's place; how many rows of which table, none a second time.

    The account opens nothing afterwards: it is archived, and its password, tokens and links are gone.
    """
    locked = list(User.objects.select_for_update().filter(email__iexact=email.strip()))
    person = find_person(email)
    for user in locked:
        company = Organization.objects.filter(pk=user.organization_id)
        company.filter(email__iexact=user.email).update(email="")
        if user.phone:
            company.filter(phone=user.phone).update(phone="")
    Meeting.objects.filter(pk__in=person.of("meetings")).update(updated_at=now)
    User.objects.filter(pk__in=person.of("users")).update(is_archived=True, is_api_disabled=True)
    Organization.objects.filter(pk__in=person.of("organizations")).update(is_archived=True)
    tables = tables_of(Whose.WORKWAYS)
    rows = erase_rows(tables, person, word=word, email=pseudonym)
    if scrub_mentions(tables, person.email, word=word) or rows:
        for user in locked:
            record(actor=actor, act=Act.ERASED, thing=user, now=now)
    return rows
