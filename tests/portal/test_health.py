"""What the portal tells those who watch it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from bookings.catalog.models import CatalogState
from portal.celery import TIMETABLE, app
from tests.conftest import StoppedClock
from tests.factories import make_room, make_site


@pytest.mark.django_db
def test_alive_answers(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_every_part_is(client: Client, clock: StoppedClock) -> None:
    CatalogState.objects.create(refreshed_at=clock() - timedelta(minutes=5))

    response = client.get("/readyz")

    assert response.json() == {"ready": True, "database": "ok", "migrations": "ok", "broker": "ok", "catalog": "ok"}
    assert response.status_code == 200


@pytest.mark.django_db
def test_not_ready_without_a_catalog(client: Client, clock: StoppedClock) -> None:
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert response.json()["catalog"] != "ok"


@pytest.mark.django_db
def test_not_ready_with_an_old_catalog(client: Client, clock: StoppedClock) -> None:
    CatalogState.objects.create(refreshed_at=clock() - timedelta(days=2))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["catalog"] != "ok"


@pytest.mark.django_db(transaction=True)
def test_not_ready_when_a_migration_waits(client: Client, clock: StoppedClock) -> None:
    CatalogState.objects.create(refreshed_at=clock())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    try:
        response = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('sessions', '0001_initial', '2026-01-01')"
            )

    assert response.status_code == 503
    assert response.json()["migrations"] == "1 migrations wait: run manage.py migrate"


@pytest.mark.django_db
def test_metrics_count_rows(client: Client, clock: StoppedClock) -> None:
    make_room(site=make_site())

    response = client.get("/metrics")

    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert "portal_rooms 1.0" in lines
    assert 'portal_booking_requests{state="booked"} 0.0' in lines


def test_every_entry_of_the_timetable_is_a_task() -> None:
    app.loader.import_default_modules()

    assert set(TIMETABLE) <= set(app.tasks)
