"""Sites, rooms, pictures and rates, as staff type them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from portal.embedded.models import AppendOnly, AuditEntry, Organization, Rate, Room, Site, User
from portal.embedded.pictures import picture_of
from tests.factories.pictures import make_picture, make_png_bomb
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import World, make_rates

ROOM = {
    "name": "Loire",
    "type": "publicMeeting",
    "default_state": "bookable",
    "actual_state": "bookable",
    "max_person": "8",
    "min_minutes": "60",
    "max_minutes": "480",
    "step_minutes": "30",
    "slot_week": "9:00 - 12:00, 14:00-18:00",
    "slot_saturday": "",
    "hour_minor": "45,50",
    "half_day_minor": "150",
    "day_minor": "1 270,00 €",
}
RATE = {
    "key": "parking",
    "name_en": "Parking",
    "name_fr": "Parking",
    "type": "other",
    "public_base_minor": "150",
    "vat_type": "standard",
}


def acts() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor", "act", "kind"))


def test_a_site_goes_by_the_clock_of_its_country(operator: Client) -> None:
    response = operator.post(reverse("operator-site-new"), {"name": "Lyon", "country": "Frankrijk"})
    again = operator.post(reverse("operator-site-new"), {"name": "Lyon", "country": "france"})

    site = Site.objects.get()
    assert response.status_code == 400
    assert again["Location"] == reverse("operator-site", args=[site.pk])
    assert (site.name, site.country, site.zone_name) == ("Lyon", "FR", "Europe/Paris")
    assert acts() == [("Sofia", "created", "site")]


@pytest.mark.parametrize(("country", "zone"), [("Spain", ""), ("France", "Europe/Nowhere"), ("France", "../etc")])
def test_a_site_needs_a_zone_that_exists(operator: Client, country: str, zone: str) -> None:
    response = operator.post(reverse("operator-site-new"), {"name": "Lyon", "country": country, "zone_name": zone})

    assert response.status_code == 400
    assert not Site.objects.exists()


def test_a_room_is_kept_in_minor_units_and_in_the_documents_hours(operator: Client, world: World) -> None:
    response = operator.post(reverse("operator-room-new"), {**ROOM, "site": world.paris.pk})

    room = Room.objects.get(name="Loire")
    assert response.status_code == 302
    assert (room.hour_minor, room.half_day_minor, room.day_minor) == (4550, 15000, 127000)
    assert room.slot_week == "09:00-12:00, 14:00-18:00"
    assert (room.min_person, room.max_person) == (0, 8)
    assert picture_of(room).content_type == "image/webp"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slot_week", "18:00-09:00"),
        ("slot_week", "09:00-25:00"),
        ("slot_week", "all day"),
        ("slot_saturday", "09:00-12:00, 11:00-13:00"),
        ("slot_sunday", "09:60-12:00"),
        ("hour_minor", "45.555"),
        ("hour_minor", "-1"),
        ("hour_minor", "99999999"),
        ("price_per_month", "on request"),
        ("max_person", "99999999999999999999"),
        ("max_person", "-1"),
        ("min_minutes", "500"),
        ("type", "castle"),
        ("name", ""),
        ("name", "a\x00b"),
        ("site", "f" * 24),
        ("site", "\x00"),
    ],
)
def test_a_room_that_makes_no_sense_is_refused(operator: Client, world: World, field: str, value: str) -> None:
    before = Room.objects.count()

    response = operator.post(reverse("operator-room-new"), {**ROOM, "site": world.paris.pk, field: value})

    assert response.status_code == 400
    assert 'id="error-summary"' in response.content.decode()
    assert Room.objects.count() == before


def test_a_room_is_changed_and_the_record_says_what(operator: Client, world: World) -> None:
    page = reverse("operator-room", args=[world.seine.pk])

    operator.post(page, {**ROOM, "name": "Seine", "hour_minor": "50"})

    world.seine.refresh_from_db()
    assert world.seine.hour_minor == 5000
    assert world.seine.site == world.paris
    assert "hour_minor" in AuditEntry.objects.get().details["fields"]


def test_archived_things_leave_the_api_and_come_back(operator: Client, world: World, get: Call) -> None:
    path = reverse("operator-archive", args=["rooms", world.seine.pk])

    operator.post(path, {"act": "archive"})
    operator.post(path, {"act": "archive"})
    gone = [room["name"] for room in get("/api/rooms").payload()["data"]]
    operator.post(path, {"act": "restore"})
    back = [room["name"] for room in get("/api/rooms").payload()["data"]]

    assert "Seine" not in gone
    assert "Seine" in back
    assert acts() == [("Sofia", "archived", "room"), ("Sofia", "restored", "room")]


@pytest.mark.parametrize(
    ("kind", "model"), [("sites", Site), ("rates", Rate), ("organizations", Organization), ("users", User)]
)
def test_everything_is_archived_rather_than_deleted(operator: Client, world: World, kind: str, model: Any) -> None:
    make_rates(world.paris)
    thing = model.objects.filter(is_archived=False).first()

    operator.post(reverse("operator-archive", args=[kind, thing.pk]), {"act": "archive"})
    listed = operator.get(reverse(f"operator-{kind}"), {"state": "archived"}).content.decode()

    thing.refresh_from_db()
    assert thing.is_archived
    assert thing.pk in listed


def test_an_uploaded_picture_is_encoded_anew_and_served(operator: Client, world: World) -> None:
    old_id = world.seine.image_id
    upload = SimpleUploadedFile("room.png", make_picture(format="PNG", size=(3000, 2000)), "image/png")

    operator.post(reverse("operator-room-picture", args=[world.seine.pk]), {"picture": upload})

    world.seine.refresh_from_db()
    served = operator.get("/imageroom", {"id": world.seine.image_id})
    assert world.seine.image_id != old_id
    assert served["Content-Type"] == "image/webp"
    assert served.content == picture_of(world.seine).content
    assert len(served.content) < 100_000


def test_without_its_own_picture_a_room_shows_the_drawing(operator: Client, world: World) -> None:
    drawn = picture_of(world.seine).etag
    path = reverse("operator-room-picture", args=[world.seine.pk])
    operator.post(path, {"picture": SimpleUploadedFile("room.jpg", make_picture(), "image/jpeg")})

    operator.post(path, {"drop": "1"})

    world.seine.refresh_from_db()
    assert picture_of(world.seine).etag == drawn


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 10,
        make_picture(format="BMP"),
        make_picture()[:500],
        make_png_bomb(width=60_000, height=60_000),
        b"\xff" * 5_000_001,
    ],
    ids=["svg", "broken", "other format", "cut off", "bomb", "too large"],
)
def test_what_is_no_picture_is_refused(operator: Client, world: World, content: bytes) -> None:
    upload = SimpleUploadedFile("room.png", content, "image/png")

    response = operator.post(reverse("operator-room-picture", args=[world.seine.pk]), {"picture": upload})

    world.seine.refresh_from_db()
    assert response.status_code == 400
    assert world.seine.picture_digest == ""


def test_a_rate_reaches_the_contract_options(operator: Client, world: World, get: Call) -> None:
    typed = {
        **RATE,
        "site": world.paris.pk,
        "type": "promo",
        "public_promo_minor": "99,90",
        "promo_months": "3",
        "vat_type": "special",
        "vat_rate": "10",
        "is_unique": "on",
    }

    response = operator.post(reverse("operator-rate-new"), typed)

    [option] = get("/api/contract-options", site=world.paris.pk).payload()["data"]
    assert response.status_code == 302
    assert option["pricing"]["publicPromo"] == 99.9
    assert option["vat"] == {"type": "special", "rate": 10}
    assert option["isUnique"]


@pytest.mark.parametrize(
    "typed",
    [
        {"type": "promo"},
        {"vat_type": "special"},
        {"vat_type": "special", "vat_rate": "101"},
        {"vat_type": "special", "vat_rate": "NaN"},
        {"key": "Not a key"},
        {"type": "gift"},
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(operator: Client, world: World, typed: dict[str, str]) -> None:
    response = operator.post(reverse("operator-rate-new"), {**RATE, "site": world.paris.pk, **typed})

    assert response.status_code == 400
    assert not Rate.objects.exists()


def test_a_key_is_used_once_per_site(operator: Client, world: World) -> None:
    make_rates(world.paris)

    here = operator.post(reverse("operator-rate-new"), {**RATE, "site": world.paris.pk})
    elsewhere = operator.post(reverse("operator-rate-new"), {**RATE, "site": world.dublin.pk})

    assert (here.status_code, elsewhere.status_code) == (400, 302)


def test_the_record_is_only_added_to(operator: Client, world: World) -> None:
    operator.post(reverse("operator-archive", args=["rooms", world.seine.pk]), {"act": "archive"})
    entry = AuditEntry.objects.get()

    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(act="x"),
    ):
        with pytest.raises(AppendOnly):
            attempt()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE embedded_auditentry SET actor = 'nobody'",
        "DELETE FROM embedded_auditentry",
        "UPDATE embedded_auditentry SET id = id WHERE act = 'archived'",
    ],
)
def test_the_database_itself_keeps_the_record(operator: Client, world: World, statement: str) -> None:
    operator.post(reverse("operator-archive", args=["rooms", world.seine.pk]), {"act": "archive"})
    before = list(AuditEntry.objects.values())

    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        connection.cursor().execute(statement)

    assert list(AuditEntry.objects.values()) == before
