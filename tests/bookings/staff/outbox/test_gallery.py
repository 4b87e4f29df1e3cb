"""What each kind of mail says, with invented data."""

from html import unescape

import pytest
from django.test import Client

from bookings.catalog.models import OperatorSettings
from bookings.catalog.queries import forget_operator_settings
from bookings.mail.messages import FROM_WORKWAYS, MailKind
from bookings.mail.names import KIND_NAMES
from tests.bookings.staff.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clock")]

KINDS = [str(kind) for kind in MailKind]


def test_every_kind_has_a_name_and_stands_in_the_gallery(staff_client: Client) -> None:
    page = staff_client.get("/staff/outbox/templates/").content.decode()

    assert set(KIND_NAMES) == {*KINDS, FROM_WORKWAYS}
    for kind in KINDS:
        assert f'href="/staff/outbox/templates/{kind}/en/"' in page
        assert f'href="/staff/outbox/templates/{kind}/fr/"' in page
    assert FROM_WORKWAYS not in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_shown_in_both_languages_in_both_widths_and_as_text(staff_client: Client, kind: str) -> None:
    pages = {}
    for language in ("en", "fr"):
        path = f"/staff/outbox/templates/{kind}/{language}/"
        page = unescape(staff_client.get(path).content.decode())
        html = staff_client.get(f"{path}html/")

        assert page.count(f'src="{path}html/"') == 2
        assert f'class="staff-mail-text" lang="{language}"' in page
        assert html["X-Frame-Options"] == "SAMEORIGIN"
        assert "sandbox" in html["Content-Security-Policy"]
        assert f'lang="{language}"' in html.content.decode()
        pages[language] = html.content

    assert pages["en"] != pages["fr"]


def test_gallery_names_the_real_operator_and_no_real_guest(staff_client: Client) -> None:
    world = make_world()
    OperatorSettings.objects.create(name="Desks of Lyon", contact_email="desk@lyon.example")
    forget_operator_settings()

    shown = "".join(
        staff_client.get(f"/staff/outbox/templates/{kind}/en/{part}").content.decode()
        for kind in KINDS
        for part in ("", "html/")
    )

    assert "Desks of Lyon" in shown
    assert "desk@lyon.example" in shown
    told = [world.request.email, world.request.reference, world.registration.email, world.registration.reference]
    assert not [word for word in [*told, world.request.room.public_name] if word in shown]


def test_links_of_invented_mails_open_nothing(staff_client: Client, client: Client) -> None:
    for path in ("/l/status-token/", "/r/registration-token/", "/w/watch-token/"):
        assert client.get(path).status_code in (404, 410)


@pytest.mark.parametrize(
    "path", ["nothing/en/", "booked/de/", "from_workways/en/", "booked/en/html/x/", "_base/en/html/"]
)
def test_kind_or_language_that_there_is_not_is_not_found(staff_client: Client, path: str) -> None:
    assert staff_client.get(f"/staff/outbox/templates/{path}").status_code == 404
