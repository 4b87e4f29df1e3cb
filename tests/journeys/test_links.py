"""A mail scanner opens every link again and again; nothing happens."""

import hashlib

from django.apps import apps
from django.db import connection

from tests.conftest import StoppedClock
from tests.journeys.conftest import OpenContext
from tests.journeys.test_booking import begin, prove_and_book
from tests.journeys.visitor import Visitor, link_in
from tests.support.world import KNOWN, NEW, World, last_mail, mails_to

# Sessions, and what the portal notes of its own calls and pages: written in its own time, about nobody.
_NOT_OF_A_PAGE = {"django_session", "bookings_upstreamcall", "bookings_calltally", "bookings_pagecount"}


def every_row() -> dict[str, str]:
    """A digest of each table's content."""
    digests = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.db_table in _NOT_OF_A_PAGE:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608  The names are our own models'.
            rows = sorted(
                repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()
            )
            digests[model._meta.db_table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return digests


def test_every_mailed_link_opened_fifty_times_changes_no_row(
    world: World, clock: StoppedClock, open_context: OpenContext
) -> None:
    nina, jean = Visitor(open_context().new_page()), Visitor(open_context().new_page())
    begin(nina, world, email=NEW, name="Nina Neuf")
    links = [link_in(last_mail(NEW, "prove_address").text, "/l/")]
    prove_and_book(nina, NEW)
    nina.press("Register your company")
    nina.type(phone="+33 6 12 34 56 78")
    nina.press("Continue")
    nina.type(company="Startup Neuf")
    nina.press("Continue")
    nina.type(users="2")
    nina.press("Continue")
    nina.press("Send the registration")
    begin(jean, world, email=KNOWN, name="Jean Dupont", start="14:00")
    prove_and_book(jean, KNOWN)
    jean.sees_title("Your room is booked")
    for address in (NEW, KNOWN):
        for mail in mails_to(address):
            for path in ("/l/", "/r/", "/account/verify/"):
                body = last_mail(address, mail.kind).text
                if path in body:
                    links.append(link_in(body, path))
    assert {link.removeprefix("/fr").split("/")[1] for link in links} == {"l", "r", "account"}
    before = every_row()
    scanner = open_context().request

    for link in sorted(set(links)):
        for _ in range(50):
            assert scanner.get(link).status < 500
            assert scanner.head(link).status < 500

    assert every_row() == before
