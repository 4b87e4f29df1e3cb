"""A contract is changed in three steps: what is wanted, the difference, one call and what Workways shows afterwards."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.catalog.models import Site as MirroredSite
from bookings.staff.customers.models import ContractChange
from bookings.staff.customers.states import ChangeState
from portal.access import Role
from portal.embedded.models import Organization, Rate, Room
from tests.bookings.booking_requests.test_racing import run_at_once
from tests.bookings.staff.customers.companies import change_at, company_at, contract_form, make_office
from tests.conftest import StoppedClock
from tests.factories import make_site
from tests.factories.members import make_member
from tests.support import transports
from tests.support.transports import Recording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MERGE = "/api/merge-contract"
ORGANIZATION_INFO = "/api/organization-info"


@pytest.fixture
def site(clock: StoppedClock) -> MirroredSite:
    return make_site()


@pytest.fixture
def acme(site: MirroredSite) -> Organization:
    return company_at(site)


@pytest.fixture
def upstream(settings: Any, acme: Organization) -> Recording:
    settings.WORKWAYS_TRANSPORT = Recording()
    return settings.WORKWAYS_TRANSPORT


def form_path(acme: Organization) -> str:
    return reverse("staff-contract", args=[acme.pk])


def fill_in(client: Client, site: MirroredSite, **changed: object) -> str:
    """Fills the form in; the page of the difference."""
    response = client.post(form_path(company_at(site)), contract_form(site, **changed))
    assert response.status_code == 302, unescape(response.content.decode())
    return str(response["Location"])


def text(response: Any) -> str:
    return unescape(response.content.decode())


def rate(key: str) -> Rate:
    return Rate.objects.get(key=key)


def test_difference_is_shown_before_anything_is_sent(
    staff_client: Client, site: MirroredSite, upstream: Recording
) -> None:
    office = Room.objects.get(name="Bureau B05")

    page = text(
        staff_client.get(
            fill_in(
                staff_client,
                site,
                rent="1500",
                renewal_months="6",
                add_room1=office.pk,
                **{"option1-option": rate("tv_rental").pk, "option1-quantity": "2"},
            )
        )
    )

    for told in (
        "€1,300",
        "€1,500",
        "By 12 months",
        "By 6 months",
        "Bureau B05, €450",
        "2 × TV rental, the usual rate",
    ):
        assert told in page
    assert "€850" in page
    assert "€1,300" in page
    assert "POST /api/merge-contract" not in upstream.calls


def test_change_is_sent_once_and_read_back(
    staff_client: Client, site: MirroredSite, acme: Organization, upstream: Recording
) -> None:
    office = Room.objects.get(name="Bureau B05")
    path = fill_in(
        staff_client,
        site,
        rent="1500.50",
        end="2027-12-31",
        start="2026-02-01",
        comment="Signed on paper.",
        folder="https://drive.example/acme",
        keep_rooms=[],
        add_room1=office.pk,
        **{"option1-option": rate("tv_rental").pk, "option1-quantity": "2", "option1-price": "25"},
    )

    page = text(staff_client.post(f"{path}send/", follow=True))
    again = [staff_client.post(f"{path}send/", follow=True), staff_client.get(path)]

    assert upstream.sent_to(MERGE) == [
        {
            "organizationId": acme.pk,
            "rentalPrice": "1500.5€",
            "rentalComment": "Signed on paper.",
            "rentalStartAt": "2026-02-01",
            "rentalEndAt": "2027-12-31",
            "rentalUrl": "https://drive.example/acme",
            "contractOptionsToAdd": [
                {
                    "optionModelId": rate("tv_rental").pk,
                    "key": "tv_rental",
                    "name": "TV rental",
                    "quantity": 2,
                    "price": 25,
                }
            ],
            "roomsToAdd": [office.pk],
            "roomsToRemove": [Room.objects.get(name="Bureau A12").pk],
        }
    ]
    assert "Workways shows the contract as it was meant" in page
    assert "it doesn't tell back" in page
    assert all(answer.status_code == 200 for answer in again)
    acme.refresh_from_db()
    assert (acme.rental_price, acme.rental_comment, str(acme.rental_end_on)) == (
        "1500.5€",
        "Signed on paper.",
        "2027-12-31",
    )


def test_unique_option_is_changed_by_sending_the_list_anew(
    staff_client: Client, site: MirroredSite, acme: Organization, upstream: Recording
) -> None:
    wanted = {"option1-option": rate("parking").pk, "option1-quantity": "3", "keep_options": []}
    refused = staff_client.post(form_path(acme), contract_form(site, **wanted))
    path = fill_in(staff_client, site, **wanted, options_anew="on")

    page = text(staff_client.post(f"{path}send/", follow=True))

    assert refused.status_code == 400
    assert "only once" in text(refused)
    assert [one["quantity"] for one in upstream.sent_to(MERGE)[0]["contractOptions"]] == [3]
    assert "Workways shows the contract as it was meant" in page
    assert [one.quantity for one in acme.subscriptions.all()] == [3]


def test_contract_that_changed_meanwhile_shows_the_new_difference_instead(
    staff_client: Client, site: MirroredSite, acme: Organization, upstream: Recording
) -> None:
    path = fill_in(staff_client, site, rent="1500")
    Organization.objects.update(rental_price="1400€")

    page = text(staff_client.post(f"{path}send/", follow=True))
    sent_yet = upstream.sent_to(MERGE)
    after = text(staff_client.post(f"{path}send/", follow=True))

    assert "Nothing was sent: the contract changed meanwhile." in page
    assert "€1,400" in page
    assert sent_yet == []
    assert len(upstream.sent_to(MERGE)) == 1
    assert "Workways shows the contract as it was meant" in after


def test_contract_that_says_already_what_was_meant_is_left_alone(
    staff_client: Client, site: MirroredSite, upstream: Recording
) -> None:
    first, second = fill_in(staff_client, site, rent="1500"), fill_in(staff_client, site, rent="1500")

    staff_client.post(f"{first}send/")
    pages = [text(staff_client.post(f"{second}send/", follow=True)) for _ in range(2)]

    assert "Nothing was sent: the contract changed meanwhile." in pages[0]
    assert "the contract says already what you meant" in pages[1]
    assert len(upstream.sent_to(MERGE)) == 1


def test_form_opened_before_the_contract_changed_is_asked_again(
    staff_client: Client, site: MirroredSite, acme: Organization
) -> None:
    form = contract_form(site, rent="1500")
    Organization.objects.update(rental_end_on="2028-01-31")

    response = staff_client.post(form_path(acme), form)

    assert response.status_code == 400
    assert "has changed since you opened this form" in text(response)
    assert not ContractChange.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "Nothing differs from the contract as it is."),
        ({"rent": ""}, "Workways can't be told to remove this"),
        ({"end": ""}, "Workways can't be told to remove this"),
        ({"end": "2026-02-30"}, "date"),
        ({"rent": "-1"}, "0"),
        ({"rent": "a lot"}, "number"),
        ({"renewal_months": "1201"}, "1200"),
        ({"folder": "javascript:alert(1)"}, "URL"),
        ({"keep_rooms": ["f" * 24]}, "valid choice"),
        ({"add_room1": "f" * 24}, "valid choice"),
        ({"keep_options": ["99"]}, "valid choice"),
        ({"option1-option": "f" * 24}, "valid choice"),
        ({"option1-quantity": "2"}, "Choose which option this is."),
        ({"option1-quantity": "0"}, "1"),
        ({"option2-start": "2026-03-01", "option2-end": "2026-02-01"}, "This day is before the option starts."),
        ({"comment": "x" * 5001}, "5000"),
        ({"as_read": "nonsense", "rent": "1500"}, "has changed since you opened this form"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(
    staff_client: Client, site: MirroredSite, acme: Organization, changed: dict[str, object], sentence: str
) -> None:
    response = staff_client.post(form_path(acme), contract_form(site, **changed))

    assert response.status_code == 400
    assert sentence in text(response)
    assert 'id="error-summary"' in text(response)
    assert not ContractChange.objects.exists()


@pytest.mark.parametrize("commits", [True, False])
def test_lost_answer_is_unknown_until_the_contract_is_read_and_never_sent_again(
    staff_client: Client, site: MirroredSite, settings: Any, commits: bool
) -> None:
    path = fill_in(staff_client, site, rent="1500")
    trouble = transports.times_out(MERGE, commits=commits)
    settings.WORKWAYS_TRANSPORT = trouble

    page = text(staff_client.post(f"{path}send/", follow=True))
    later = text(staff_client.post(f"{path}look/", follow=True))
    again = text(staff_client.post(f"{path}send/", follow=True))

    assert trouble.calls == 1
    if commits:
        assert "Workways shows the contract as it was meant" in page
    else:
        assert "Nobody knows yet whether Workways did this" in page
        assert "Workways still shows the contract as it was" in later
        assert "This change was sent already" in again


def test_lost_answer_about_what_workways_never_tells_back_stays_unknown(
    staff_client: Client, site: MirroredSite, settings: Any
) -> None:
    path = fill_in(staff_client, site, comment="Signed on paper.")
    settings.WORKWAYS_TRANSPORT = transports.times_out(MERGE)

    staff_client.post(f"{path}send/")
    page = text(staff_client.post(f"{path}look/", follow=True))

    assert ContractChange.objects.get().state == ChangeState.UNKNOWN
    assert "Look it up in Workways itself" in page


def test_lost_answer_and_a_contract_that_cannot_be_read_are_said_and_settled_later(
    staff_client: Client, site: MirroredSite, settings: Any
) -> None:
    path = fill_in(staff_client, site, rent="1500")
    inner = transports.times_out(MERGE, commits=True)
    reads = Fails(inner, after=1)
    settings.WORKWAYS_TRANSPORT = reads

    page = text(staff_client.post(f"{path}send/", follow=True))
    still = text(staff_client.post(f"{path}look/", follow=True))
    reads.after = 10**6
    later = text(staff_client.post(f"{path}look/", follow=True))

    assert "the contract could not be read afterwards" in page
    assert "Workways can't be reached." in still
    assert "Workways shows the contract as it was meant" in later
    assert inner.calls == 1
    assert ContractChange.objects.get().state == ChangeState.ACCEPTED


class Fails(transports.Recording):
    """Lets so many readings of the contract through and refuses the connection for later ones."""

    def __init__(self, inner: Any, *, after: int) -> None:
        super().__init__(inner)
        self.after = after

    def handle_request(self, request: Any) -> Any:
        """Raises ConnectError."""
        if request.url.path == ORGANIZATION_INFO:
            self.after -= 1
            if self.after < 0:
                raise transports.httpx.ConnectError("Connection refused", request=request)
        return super().handle_request(request)


def test_refusal_is_told_in_the_words_of_workways(
    staff_client: Client, site: MirroredSite, settings: Any, acme: Organization
) -> None:
    path = fill_in(staff_client, site, rent="1500")
    settings.WORKWAYS_TRANSPORT = transports.rejects_in_french(MERGE)

    page = text(staff_client.post(f"{path}send/", follow=True))

    assert "Workways refused, and changed nothing" in page
    assert "Le numéro de société n'a pas pu être vérifié" in page
    assert f'action="{path}send/"' not in page


@pytest.mark.parametrize("trouble", [transports.refuses_connections, transports.unauthorized, transports.throttled])
def test_change_that_surely_did_not_travel_can_be_sent_later(
    staff_client: Client, site: MirroredSite, settings: Any, trouble: Any
) -> None:
    path = fill_in(staff_client, site, rent="1500")
    settings.WORKWAYS_TRANSPORT = trouble(MERGE)
    page = text(staff_client.post(f"{path}send/", follow=True))

    settings.WORKWAYS_TRANSPORT = healthy = Recording()
    later = text(staff_client.post(f"{path}send/", follow=True))

    assert "Nothing was sent" in page
    assert "Workways shows the contract as it was meant" in later
    assert len(healthy.sent_to(MERGE)) == 1


@pytest.mark.parametrize("trouble", [transports.server_error, transports.rubbish, transports.drops])
def test_answer_that_is_none_leaves_the_outcome_unknown(
    staff_client: Client, site: MirroredSite, settings: Any, trouble: Any
) -> None:
    path = fill_in(staff_client, site, rent="1500")
    settings.WORKWAYS_TRANSPORT = trouble(MERGE)

    page = text(staff_client.post(f"{path}send/", follow=True))

    assert "Nobody knows yet whether Workways did this" in page


def test_contract_that_cannot_be_read_before_is_not_changed(
    staff_client: Client, site: MirroredSite, settings: Any
) -> None:
    path = fill_in(staff_client, site, rent="1500")
    settings.WORKWAYS_TRANSPORT = upstream = transports.times_out(ORGANIZATION_INFO)

    page = text(staff_client.post(f"{path}send/", follow=True))
    form = text(staff_client.get(form_path(company_at(site))))

    assert "Nothing was sent, because the contract could not be read just before." in page
    assert "Workways gave no usable answer in time." in form
    assert ContractChange.objects.get().state == ChangeState.DRAFT
    assert upstream.calls == 2


def test_contract_that_workways_made_otherwise_is_compared(
    staff_client: Client, site: MirroredSite, settings: Any
) -> None:
    path = fill_in(staff_client, site, rent="1500", renewal_months="6")
    settings.WORKWAYS_TRANSPORT = transports.answers(
        200, {"retcode": 1, "message": "OK", "data": {"organizationId": "x", "organizationName": "Acme"}}, MERGE
    )

    page = text(staff_client.post(f"{path}send/", follow=True))

    assert "Accepted, but Workways shows something else" in page
    rest = page[page.index("What Workways shows instead") : page.index("The difference")]
    assert "€1,500" in rest
    assert "€1,300" in rest


def test_program_that_was_killed_while_sending_leaves_an_unknown_outcome(
    staff_client: Client, site: MirroredSite, clock: StoppedClock
) -> None:
    change = change_at(site)
    ContractChange.objects.update(state=ChangeState.SENDING, sent_at=clock())
    path = reverse("staff-change", args=[change.reference])
    staff_client.post(f"{path}look/")
    soon = ContractChange.objects.get().state

    clock.forward(minutes=2)
    page = text(staff_client.post(f"{path}look/", follow=True))

    assert soon == ChangeState.SENDING
    assert "Nobody knows yet whether Workways did this" in page


def test_another_change_of_the_same_contract_waits_for_the_first(
    staff_client: Client, site: MirroredSite, clock: StoppedClock, upstream: Recording
) -> None:
    fill_in(staff_client, site, rent="1500")
    ContractChange.objects.update(state=ChangeState.SENDING, sent_at=clock())
    second = fill_in(staff_client, site, rent="1600")

    page = text(staff_client.post(f"{second}send/", follow=True))

    assert "Another change of this contract is being sent" in page
    assert upstream.sent_to(MERGE) == []


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_in_two_tabs_make_one_call(site: MirroredSite, upstream: Recording) -> None:
    clients = [Client() for _ in range(4)]
    member = make_member().user
    for client in clients:
        client.force_login(member)
    path = fill_in(clients[0], site, **{"option1-option": rate("tv_rental").pk})

    run_at_once([lambda client=client: client.post(f"{path}send/") and None for client in clients])

    assert len(upstream.sent_to(MERGE)) == 1
    assert company_at(site).subscriptions.filter(key="tv_rental").count() == 1
    assert AuditRow.objects.filter(act=Act.CONTRACT_SENT).count() == 1


def test_each_step_leaves_its_row(staff_client: Client, site: MirroredSite) -> None:
    path = fill_in(staff_client, site, rent="1500")
    staff_client.post(f"{path}send/")
    staff_client.post(f"{path}send/")
    staff_client.post(f"{path}look/")

    change = ContractChange.objects.get()
    rows = AuditRow.objects.exclude(act=Act.SAW).order_by("pk").values_list("act", "reference")
    assert list(rows) == [
        (Act.CONTRACT_PREPARED, change.reference),
        (Act.CONTRACT_SENT, change.reference),
        (Act.CONTRACT_READ, change.reference),
    ]


def test_rooms_of_others_are_not_offered_and_options_that_cannot_be_had_are_said(
    staff_client: Client, site: MirroredSite, acme: Organization, settings: Any
) -> None:
    other = Organization.objects.create(name="Other", folded_name="other", country="FR")
    make_office(Room.objects.first().site, "Bureau taken", organization=other, actual_state="rented")
    settings.WORKWAYS_TRANSPORT = transports.server_error("/api/contract-options")

    page = text(staff_client.get(form_path(acme)))

    assert "Bureau B05" in page
    assert "Bureau taken" not in page
    assert "Workways gave no usable answer in time." in page


def test_company_lists_what_was_changed_from_here(
    staff_client: Client, client: Client, site: MirroredSite, acme: Organization
) -> None:
    change = change_at(site)
    client.force_login(make_member(username="desk", role=Role.FRONT_DESK).user)
    path = reverse("staff-organization", args=[acme.pk])

    manager, desk = text(staff_client.get(path)), text(client.get(path))

    assert change.reference in manager
    assert form_path(acme) in manager
    assert change.reference not in desk
    assert form_path(acme) not in desk


@pytest.mark.parametrize("number", [1, 3, 30])
def test_pages_ask_as_often_for_one_change_as_for_thirty(
    staff_client: Client,
    site: MirroredSite,
    acme: Organization,
    settings: Any,
    django_assert_max_num_queries: Any,
    number: int,
) -> None:
    change = change_at(site)
    ContractChange.objects.bulk_create(
        ContractChange(
            organization_id=change.organization_id,
            plan=change.plan,
            terms=change.terms,
            fingerprint=change.fingerprint,
        )
        for _ in range(number - 1)
    )
    settings.WORKWAYS_TRANSPORT = transports.server_error()
    paths = [reverse("staff-organization", args=[acme.pk]), reverse("staff-change", args=[change.reference])]
    for path in paths:
        staff_client.get(path)

    counts = []
    for path in paths:
        with django_assert_max_num_queries(12) as counted:
            staff_client.get(path)
        counts.append(len(counted))

    assert counts == [6, 5]


def test_unknown_company_and_change_are_not_found(staff_client: Client) -> None:
    assert staff_client.get(f"/staff/customers/organizations/{'f' * 24}/contract/").status_code == 404
    assert staff_client.get("/staff/customers/changes/AAAA-AAAA/").status_code == 404
    assert staff_client.post("/staff/customers/changes/AAAA-AAAA/send/").status_code == 404


def test_difference_is_told_in_french(staff_client: Client, site: MirroredSite) -> None:
    page = text(staff_client.get(f"/fr{fill_in(staff_client, site, renewal_months='6')}"))

    assert "De 6 mois" in page
