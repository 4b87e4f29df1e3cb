"""The steps as a person goes through them, by plain forms."""

from typing import Any

import pytest
from django.test import Client

from bookings.links.models import AddressProof, Link, ProvedAddress
from bookings.mail.models import OutboxMail
from bookings.registration.models import Registration, RegistrationEvent
from bookings.registration.states import RegistrationState
from tests.bookings.registration.conftest import COMPANY, PERSON, Browser, mailed_code, mailed_link, mails
from tests.support.transports import REGISTER, Recording
from tests.support.world import ARCHIVED, KNOWN, NEW, World


@pytest.fixture
def upstream(settings: Any, world: World) -> Recording:
    """The embedded API, with every call remembered."""
    settings.WORKWAYS_TRANSPORT = Recording()
    return settings.WORKWAYS_TRANSPORT


def test_office_enquiry_ends_in_a_registered_company(world: World, upstream: Recording, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    filled = browser.fill_in()
    sent = browser.send()
    page = browser.get()

    assert filled["Location"] == browser.address("check")
    assert sent["Location"] == browser.address("")
    assert browser.registration.state == RegistrationState.CREATED
    assert upstream.calls == ["POST /api/register"]
    assert upstream.sent_to(REGISTER) == [
        {
            "name": "Startup Neuf",
            "firstName": "Nina",
            "lastName": "Neuf",
            "email": NEW,
            "phone": "+33612345678",
            "country": "fr",
            "maxResidentUsers": 3,
            "companyNumber": "73282932000074",
            "language": "en",
            "siteId": world.site.id,
            "roomId": world.office.id,
        }
    ]
    text = page.content.decode()
    assert "Your company is registered" in text
    assert "set your password" in text
    assert "it belongs to STARTUP NEUF" in text
    assert mails() == ["prove_address", "registration_resume", "from_workways", "registration_created"]


def test_registration_works_in_french(world: World, upstream: Recording) -> None:
    browser = Browser("fr")

    browser.begin(f"site={world.site.id}")
    browser.prove()
    browser.fill_in()
    browser.send()

    assert browser.registration.state == RegistrationState.CREATED
    assert browser.registration.language == "fr"
    assert upstream.sent_to(REGISTER)[0]["language"] == "fr"
    assert mailed_link().startswith("/fr/r/")


def test_nothing_is_asked_of_workways_before_the_last_button(
    world: World, upstream: Recording, browser: Browser
) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.fill_in()
    browser.get("check")

    assert upstream.calls == []


def test_known_new_and_archived_addresses_see_the_same_until_the_proof(world: World, upstream: Recording) -> None:
    seen = []
    for email in (KNOWN, NEW, ARCHIVED):
        browser = Browser()
        begun = browser.begin(f"room={world.office.id}", email)
        page = browser.get("code").content.decode()
        for secret in (email, browser.reference, browser.client.cookies["csrftoken"].value):
            page = page.replace(secret, "…")
        page = "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
        wrong = browser.post("code", {"code": "x"})
        seen.append((begun.status_code, begun["Location"].replace(browser.reference, "…"), page, wrong.status_code))

    assert seen[0] == seen[1] == seen[2]
    assert [mails(email) for email in (KNOWN, NEW, ARCHIVED)] == [["prove_address"]] * 3
    assert upstream.calls == []


def test_looking_at_any_page_changes_no_row_and_sets_no_browser_cookie(world: World, browser: Browser) -> None:
    def rows() -> list[Any]:
        models = (Registration, RegistrationEvent, Link, OutboxMail, AddressProof, ProvedAddress)
        return [list(model.objects.order_by("pk").values()) for model in models]

    browser.begin(f"room={world.office.id}")
    link = mailed_link()
    browser.prove()
    browser.fill_in()
    before = rows()

    stranger = Client()
    for client in (browser.client, stranger):
        for path in (link, *map(browser.address, ("", "code", "person", "company", "users", "check", "resend"))):
            client.get(path)
            client.head(path)
    for _ in range(50):
        assert stranger.get(link).status_code == 200
        assert stranger.head(link).status_code == 200

    assert rows() == before
    assert "visitor" not in stranger.cookies


@pytest.mark.parametrize("step", ["", "code", "person", "company", "users", "check", "resend"])
def test_registration_of_another_browser_and_unknown_one_look_the_same(
    world: World, browser: Browser, step: str
) -> None:
    browser.begin(f"room={world.office.id}")
    other = Browser()
    other.begin(f"room={world.office.id}", "somebody@example.org")
    other.reference = browser.reference
    foreign = other.get(step)
    other.reference = "2222-2222"
    unknown = other.get(step)

    assert foreign.status_code == unknown.status_code == 404
    assert b"This registration can" in foreign.content
    assert foreign.content.replace(browser.reference.encode(), b"2222-2222") == unknown.content


def test_foreign_browser_cannot_send_or_change_anything(world: World, upstream: Recording, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.fill_in()
    other = Browser()
    other.begin(f"room={world.office.id}", "somebody@example.org")
    other.reference = browser.reference

    answers = [other.post("person", PERSON | {"first_name": "Eve"}), other.post("check"), other.post("resend")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert browser.registration.first_name == "Nina"
    assert upstream.calls == []


def test_steps_cannot_be_skipped(world: World, upstream: Recording, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")

    unproved = browser.post("person", PERSON)
    browser.prove()
    early = browser.send()

    assert unproved["Location"] == browser.address("code")
    assert early["Location"] == browser.address("person")
    assert browser.registration.first_name == ""
    assert upstream.calls == []


def test_wrong_code_is_said_at_its_field_and_counts(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")

    response = browser.post("code", {"code": f"{(int(mailed_code()) + 1) % 1_000_000:06}"})

    assert response.status_code == 422
    assert "You can try 4 more times." in response.content.decode()
    assert browser.registration.proved_at is None


def test_form_comes_back_with_what_was_typed(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.post("person", PERSON)

    response = browser.post("company", COMPANY | {"company_number": "123", "address": "1 rue <b>"})

    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="Startup Neuf"' in text
    assert 'value="123"' in text
    assert "1 rue &lt;b&gt;" in text
    assert "and this one has 3." in text
    assert browser.registration.company == ""


def test_what_was_saved_is_filled_in_again_and_can_be_changed_from_the_last_step(
    world: World, browser: Browser
) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.fill_in()

    page = browser.get("person").content.decode()
    changed = browser.post("person", PERSON | {"first_name": "Ninon"})

    assert 'value="+33 6 12 34 56 78"' in page
    assert changed["Location"] == browser.address("check")
    assert browser.registration.first_name == "Ninon"


def test_country_of_the_place_is_suggested(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.post("person", PERSON)

    assert '<option value="fr" selected>' in browser.get("company").content.decode()


def test_last_page_shows_everything_that_is_sent(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.fill_in()

    text = browser.get("check").content.decode()

    for told in ("Nina Neuf", NEW, "+33 6 12 34 56 78", "Startup Neuf", "73282932000074", "Bureau Opéra"):
        assert told in text


def test_second_code_within_a_minute_is_not_sent(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")

    browser.post("resend")
    page = browser.get("code").content.decode()

    assert "You can have another in 60 seconds." in page
    assert mails() == ["prove_address"]


def test_address_proved_in_this_browser_needs_no_code(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()

    again = browser.client.post(f"/registration/start/?site={world.site.id}", {"email": NEW.upper()})

    assert again["Location"].endswith("/person/")
    assert Registration.objects.count() == 2


def test_beginning_twice_goes_on_with_the_first(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    first = browser.reference

    browser.begin(f"room={world.office.id}")

    assert browser.reference == first
    assert Registration.objects.count() == 1
    assert mails() == ["prove_address"]


def test_pressing_the_last_button_twice_sends_once(world: World, upstream: Recording, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")
    browser.prove()
    browser.fill_in()

    first, second = browser.send(), browser.send()
    late = browser.post("person", PERSON | {"first_name": "Ninon"})

    assert first["Location"] == second["Location"] == late["Location"] == browser.address("")
    assert upstream.calls == ["POST /api/register"]
    assert browser.registration.first_name == "Nina"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("room=", 200),
        ("room=xyz", 404),
        ("room=" + "f" * 24, 404),
        ("site=" + "f" * 24, 404),
        ("site=%00", 404),
        ("room=" + "a" * 5000, 404),
    ],
)
def test_unknown_place_is_no_page(world: World, query: str, status: int) -> None:
    assert Client().get(f"/registration/start/?{query}").status_code == status


def test_without_a_place_a_site_is_chosen(world: World, browser: Browser) -> None:
    missing = browser.client.post("/registration/start/", {"email": NEW})
    chosen = browser.client.post("/registration/start/", {"email": NEW, "site": world.site.id})

    assert missing.status_code == 422
    assert "Choose a site." in missing.content.decode()
    assert chosen.status_code == 302
    assert Registration.objects.get().site.workways_id == world.site.id


@pytest.mark.parametrize("email", ["", "no address", "a@b", "x" * 300 + "@example.org", "a\x00@example.org"])
def test_impossible_address_is_asked_for_again(world: World, browser: Browser, email: str) -> None:
    response = browser.begin(f"room={world.office.id}", email)

    assert response.status_code == 422
    assert not Registration.objects.exists()


def test_too_many_beginnings_are_slowed_down(world: World) -> None:
    answers = [Browser().begin(f"room={world.office.id}").status_code for _ in range(12)]

    assert answers[0] == 302
    assert answers[-1] == 429


def test_pages_of_a_registration_stay_out_of_caches_and_search_engines(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")

    for response in (browser.get("code"), browser.client.get(mailed_link())):
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "strict-origin"


def test_unknown_step_is_no_page(world: World, browser: Browser) -> None:
    browser.begin(f"room={world.office.id}")

    assert browser.get("money").status_code == 404


@pytest.mark.parametrize("step", ["", "code", "person", "company", "users", "check"])
def test_pages_ask_the_database_a_dozen_times_at_most(
    world: World, browser: Browser, step: str, django_assert_max_num_queries: Any
) -> None:
    browser.begin(f"room={world.office.id}")
    if step != "code":
        browser.prove()
        browser.fill_in()
    if not step:
        browser.send()

    with django_assert_max_num_queries(6):
        assert browser.get(step).status_code == 200
