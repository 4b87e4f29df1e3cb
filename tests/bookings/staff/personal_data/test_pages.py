"""The pages and forms of personal data."""

import io
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.states import State
from bookings.catalog.models import OperatorSettings
from bookings.staff.customers.keys import key_of
from portal.embedded.models import User as Account
from tests.bookings.personal_data.people import CAMILLE, kept_of, make_person
from tests.conftest import StoppedClock
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PERSON = "/staff/personal-data/person/"


@pytest.fixture
def browser(db: None) -> Client:
    """The browser of an admin."""
    client = Client()
    client.force_login(make_member(username="ada", first_name="Ada").user)
    client.get("/staff/account/")
    return client


def typed(**more: str) -> dict[str, str]:
    return {"address": CAMILLE, "typed": CAMILLE, "reason": "asked", **more}


def test_person_is_shown_with_what_goes_and_what_stays(browser: Client) -> None:
    make_person()

    page = browser.post(PERSON, {"address": f" {CAMILLE.upper()} "}).content.decode()

    for words in ("Booking requests", "Registrations", "Mails", "takes the person out", "deletes them", "The audit:"):
        assert words in page
    row = AuditRow.objects.get()
    assert (row.act, row.subject, row.reference) == (Act.LOOKED_UP, Subject.CUSTOMER, str(key_of(CAMILLE)))
    assert kept_of(CAMILLE)["requests"] == 1


def test_address_never_stands_in_the_address_of_a_page(browser: Client) -> None:
    make_person()

    first = browser.get("/staff/personal-data/")
    pages = [browser.post(PERSON, {"address": CAMILLE}), browser.post(f"{PERSON}erase/", typed())]

    assert 'method="post" action="/staff/personal-data/person/"' in first.content.decode()
    assert not [page for page in pages if CAMILLE in page.request["PATH_INFO"] + page.request["QUERY_STRING"]]
    assert [browser.get(path)["Location"] for path in (PERSON, f"{PERSON}erase/")] == ["/staff/personal-data/"] * 2


@pytest.mark.parametrize("address", ["", "no address", "\x00@example.org", "x" * 300])
def test_what_is_no_address_gets_a_sentence(browser: Client, address: str) -> None:
    for path in (PERSON, f"{PERSON}export/", f"{PERSON}erase/"):
        answer = browser.post(path, {"address": address})

        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()


def test_unknown_person_is_nothing_to_erase(browser: Client) -> None:
    page = browser.post(PERSON, {"address": "nobody@example.org"}).content.decode()
    answer = browser.post(f"{PERSON}erase/", typed(), follow=True).content.decode()

    assert "keeps nothing of this address" in page
    assert "nothing to erase" in answer
    assert not AuditRow.objects.filter(act=Act.ERASED).exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"typed": ""}, "so that nobody is erased by a slip"),
        ({"typed": "camille@example.org"}, "This is another address"),
        ({"reason": ""}, "Choose why"),
        ({"reason": "revenge"}, 'role="alert"'),
    ],
)
def test_slip_erases_nobody(browser: Client, changed: dict[str, str], sentence: str) -> None:
    make_person()

    answer = browser.post(f"{PERSON}erase/", typed(**changed))

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert kept_of(CAMILLE)["requests"] == 1
    assert not AuditRow.objects.exists()


def test_erasing_is_done_once_and_noted_without_the_address(browser: Client) -> None:
    make_person()

    page = browser.post(f"{PERSON}erase/", typed(typed=f" {CAMILLE.upper()}"), follow=True).content.decode()

    row = AuditRow.objects.get()
    assert f"stands {row.reference}." in page
    assert (row.act, row.actor, row.details["reason"]) == (Act.ERASED, "Ada", "asked")
    assert kept_of(CAMILLE) == {}


def test_what_goes_on_is_named_and_needs_a_tick(browser: Client) -> None:
    coming = make_person(is_over=False)
    under_way = make_person(state=State.KEPT, is_over=False)

    page = browser.post(PERSON, {"address": CAMILLE}).content.decode()
    without = browser.post(f"{PERSON}erase/", typed())
    kept = kept_of(CAMILLE)["requests"]
    browser.post(f"{PERSON}erase/", typed(closes_open="on"))

    for request in (coming, under_way):
        assert f'href="/staff/requests/{request.reference}/"' in page
    assert "needs your decision" in page
    assert without.status_code == 400
    assert "Something of this person goes on" in without.content.decode()
    assert (kept, kept_of(CAMILLE)) == (2, {})


def test_what_has_no_answer_yet_can_not_be_erased(browser: Client) -> None:
    request = make_person(state=State.BEING_CONFIRMED, is_over=False)

    page = browser.post(PERSON, {"address": CAMILLE}).content.decode()
    forced = browser.post(f"{PERSON}erase/", typed(closes_open="on"))

    assert f"no clear answer yet: {request.reference}" in page
    assert f'action="{PERSON}erase/"' not in page
    assert forced.status_code == 409
    assert kept_of(CAMILLE)["requests"] == 1


def test_export_is_a_file_that_no_cache_keeps(browser: Client) -> None:
    make_person()

    answer = browser.post(f"{PERSON}export/", {"address": CAMILLE})

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {"data.json", "data.html"} < set(archive.namelist())
    assert answer["Content-Disposition"] == 'attachment; filename="personal-data-2026-01-07.zip"'
    assert answer["Cache-Control"] == "no-store"


def test_workways_data_is_a_step_of_its_own(browser: Client) -> None:
    Account.objects.create(email=CAMILLE, first_name="Camille")
    prefixed = {f"workways-{name}": value for name, value in typed().items()}

    page = browser.post(PERSON, {"address": CAMILLE}).content.decode()
    slip = browser.post(f"{PERSON}erase-in-workways/", {**prefixed, "workways-typed": "x@example.org"})
    done = browser.post(f"{PERSON}erase-in-workways/", prefixed, follow=True).content.decode()
    again = browser.post(f"{PERSON}erase-in-workways/", prefixed, follow=True).content.decode()

    assert "Erase in the Workways data" in page
    assert slip.status_code == 400
    assert "Erased in the Workways data" in done
    assert "holds nothing of this address" in again
    assert not Account.objects.filter(first_name="Camille").exists()


def test_remote_account_is_said_to_keep_its_own_record(browser: Client, settings: Any) -> None:
    settings.WORKWAYS_IS_EMBEDDED, settings.WORKWAYS_API_URL = False, "https://api.workways.example"

    page = browser.post(PERSON, {"address": CAMILLE}).content.decode()
    answer = browser.post(f"{PERSON}erase-in-workways/", {})

    assert "Ask Workways (api.workways.example)" in page
    assert "erase-in-workways" not in page
    assert answer.status_code == 404


@pytest.mark.parametrize(("months", "status"), [("1", 302), ("120", 302), ("0", 400), ("121", 400), ("", 400)])
def test_nothing_is_kept_for_ever(browser: Client, months: str, status: int) -> None:
    answer = browser.post("/staff/personal-data/retention/", {"retention_months": months})

    kept = OperatorSettings.objects.first()
    assert answer.status_code == status
    assert (kept.retention_months if kept else 24) == (int(months) if status == 302 else 24)
    assert AuditRow.objects.filter(act=Act.SETTINGS_CHANGED).count() == (status == 302)


def test_pages_speak_french(browser: Client, clock: StoppedClock) -> None:
    make_person()

    home = browser.get("/fr/staff/personal-data/").content.decode()
    page = browser.post(f"/fr{PERSON}", {"address": CAMILLE}).content.decode()

    assert "Carte des données" in home
    assert "Ce qui reste, et pourquoi" in page


def test_pages_ask_as_often_for_one_row_as_for_many(browser: Client) -> None:
    counts = []
    for more in (1, 2, 9):
        for _ in range(more):
            make_person()
        with CaptureQueriesContext(connection) as home:
            assert browser.get("/staff/personal-data/").status_code == 200
        with CaptureQueriesContext(connection) as person:
            assert browser.post(PERSON, {"address": CAMILLE}).status_code == 200
        counts.append((len(home), len(person)))

    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= 12
