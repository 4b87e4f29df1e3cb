from typing import Any

import pytest
from django.test import Client, RequestFactory

from bookings.catalog.models import OFFICE_TYPE, OperatorSettings, VatWording
from bookings.catalog.views import bad_request, forbidden, server_error
from portal import clock
from tests.factories import make_room, make_site
from tests.support.html import read_html

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.django_db
def test_sites_are_grouped_by_country(client: Client) -> None:
    make_room(site=make_site(name="Dublin Docklands", country="Ireland"))
    make_room(site=make_site(name="Paris Bastille", country="France"))

    page = read_html(client.get("/sites/"))

    assert [heading.text for heading in page.find_all("main h2")] == ["France", "Ireland"]
    assert [link.text for link in page.find_all("a.card-link")] == ["Paris Bastille", "Dublin Docklands"]


@pytest.mark.django_db
def test_sites_are_named_in_french_on_the_french_page(client: Client) -> None:
    site = make_site(country="Ireland")
    make_room(site=site)

    page = read_html(client.get("/fr/sites/"))

    assert page.get("html")["lang"] == "fr"
    assert [heading.text for heading in page.find_all("main h2")] == ["Irlande"]
    assert page.get("a.card-link")["href"] == f"/fr/sites/{site.workways_id}/"


@pytest.mark.django_db
def test_sites_say_how_many_rooms_and_the_lowest_price(client: Client) -> None:
    site = make_site()
    make_room(site=site, hour_minor=4500)
    make_room(site=site, hour_minor=2000)
    make_room(site=site, type=OFFICE_TYPE)

    card = read_html(client.get("/sites/")).get(".site-card")

    assert card.get(".site-counts").text == "2 meeting rooms 1 office"
    assert card.get(".site-from").text == "Meeting rooms from €20 per hour"


@pytest.mark.django_db
def test_sites_without_any_say_so(client: Client) -> None:
    page = read_html(client.get("/sites/"))

    assert page.get(".empty-state h2").text == "No site is listed at the moment"


@pytest.mark.django_db
def test_site_lists_its_rooms_and_offices_with_prices(client: Client) -> None:
    site = make_site(name="Workways Bastille")
    room = make_room(site=site, name="Canal", hour_minor=4500)
    make_room(site=site, name="Bureau Marais", type=OFFICE_TYPE, month_minor=145000)
    make_room(name="Elsewhere")

    page = read_html(client.get(f"/sites/{site.workways_id}/"))

    assert page.get("h1").text == "Workways Bastille"
    assert [card.get("h3").text for card in page.find_all(".room-card")] == ["Canal", "Bureau Marais"]
    assert [price.text for price in page.find_all(".room-card-price")] == ["€45 per hour", "€1,450 per month"]
    assert page.link("Canal")["href"] == f"/rooms/{room.workways_id}/"


@pytest.mark.django_db
def test_site_says_price_on_request_where_there_is_none(client: Client) -> None:
    site = make_site()
    make_room(site=site, hour_minor=None)

    page = read_html(client.get(f"/sites/{site.workways_id}/"))

    assert page.get(".room-card-price").text == "Price on request"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wording", "words"),
    [(VatWording.UNSAID, "€20 per hour"), (VatWording.EXCLUDED, "€20 per hour without VAT")],
)
def test_site_says_of_vat_what_the_operator_chose(client: Client, wording: VatWording, words: str) -> None:
    OperatorSettings.objects.create(vat_wording=wording)
    site = make_site()
    make_room(site=site)

    page = read_html(client.get(f"/sites/{site.workways_id}/"))

    assert page.get(".room-card-price").text == words


@pytest.mark.django_db
def test_site_draws_a_plan_where_a_room_has_no_picture(client: Client) -> None:
    site = make_site()
    make_room(site=site, seats=6, configuration="boardroom")

    card = read_html(client.get(f"/sites/{site.workways_id}/")).get(".room-card")

    assert len(card.find_all("svg.plan circle")) == 6
    assert card.find_all("img") == []


@pytest.mark.django_db
def test_site_without_rooms_says_so(client: Client) -> None:
    site = make_site()

    page = read_html(client.get(f"/sites/{site.workways_id}/"))

    assert page.get(".empty-state h2").text == "No room is listed here at the moment"


@pytest.mark.django_db
@pytest.mark.parametrize("site_id", ["f" * 24, "x", "507F1F77BCF86CD799439011", "é", "0" * 300])
def test_unknown_site_is_not_found(client: Client, site_id: str) -> None:
    response = client.get(f"/sites/{site_id}/")

    assert response.status_code == 404
    assert "There is nothing behind this door" in response.content.decode()


@pytest.mark.django_db
def test_vanished_site_is_not_found(client: Client) -> None:
    site = make_site(vanished_at=clock.now())

    assert client.get(f"/sites/{site.workways_id}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_database_as_often_for_one_thing_as_for_three(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    sites = [make_site(name=f"Site {number}") for number in range(count)]
    for site in sites:
        for _ in range(count):
            make_room(site=site)
    client.get("/sites/")

    with django_assert_num_queries(1):
        client.get("/sites/")
    with django_assert_num_queries(2):
        client.get(f"/sites/{sites[0].workways_id}/")


@pytest.mark.django_db
def test_other_language_is_one_link_away_and_keeps_the_query(client: Client) -> None:
    page = read_html(client.get("/search/?people=6&start=14:00"))

    link = page.link("Français")

    assert (link["href"], link["lang"]) == ("/fr/search/?people=6&start=14:00", "fr")


@pytest.mark.django_db
def test_page_has_its_landmarks_and_a_way_past_them(client: Client) -> None:
    page = read_html(client.get("/sites/"))

    assert page.link("Skip to the content")["href"] == "#main"
    assert page.get("main")["id"] == "main"
    assert len(page.find_all("header")) == len(page.find_all("footer")) == 1
    assert page.get("nav a[aria-current=page]").text == "Sites"


@pytest.mark.django_db
def test_operator_is_named_and_can_be_reached(client: Client) -> None:
    OperatorSettings.objects.create(name="Ruche", contact_email="bonjour@ruche.example", contact_phone="+33 1 23 45")

    page = read_html(client.get("/sites/"))

    assert page.get("title").text == "Sites – Ruche"
    assert page.get(".brand").text == "Ruche"
    assert [link["href"] for link in page.find_all(".footer-links a")][:3] == [
        "/l/",
        "mailto:bonjour@ruche.example",
        "tel:+3312345",
    ]


@pytest.mark.django_db
def test_refused_and_garbled_requests_get_a_page_with_a_way_on() -> None:
    request = RequestFactory().get("/")
    request.htmx = False  # type: ignore[attr-defined]

    pages = [forbidden(request, PermissionError()), bad_request(request, ValueError())]

    assert [page.status_code for page in pages] == [403, 400]
    for page in pages:
        assert read_html(page).link("To the start page")["href"] == "/"


def test_failure_page_needs_no_database_and_names_the_request() -> None:
    request = RequestFactory().get("/")
    request.id = "4f2a9c"  # type: ignore[attr-defined]

    response = server_error(request)

    assert response.status_code == 500
    assert "4f2a9c" in read_html(response).get("main").text
