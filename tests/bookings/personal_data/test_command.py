"""`manage.py personal_data`, and what a person takes along."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import icalendar
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.booking_requests.states import State
from bookings.links.models import Link
from bookings.personal_data.exporting import build_archive
from bookings.staff.audit.queries import things_of
from bookings.staff.customers.keys import key_of
from portal.embedded.models import AuditEntry, Meeting, Organization, User
from tests.bookings.personal_data.people import CAMILLE, kept_of, make_person
from tests.conftest import StoppedClock
from tests.portal.embedded.world import build_world, make_meeting
from tests.support.traces import places_with, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def run(*words: str) -> str:
    told = io.StringIO()
    call_command("personal_data", *words, stdout=told)
    return told.getvalue()


def opened(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_export_holds_everything_readable_by_programs_people_and_calendars(clock: StoppedClock) -> None:
    request = make_person()

    files = opened(build_archive(CAMILLE, about=things_of(CAMILLE), now=clock.instant))

    data = json.loads(files["data.json"])
    assert set(data["portal"]) >= {"BookingRequest", "GuestAsk", "Registration", "SlotWatch", "OutboxMail", "Link"}
    assert data["portal"]["BookingRequest"][0]["room"].startswith(request.room.public_name)
    assert data["portal"]["Registration"][0]["phone"] == "+33 6 12 34 56 78"
    assert data["portal"]["OutboxMail"][0]["text"].startswith("Open http://127.0.0.1:8000/l/abc/")
    for word in ("Canari likes tea", "Canari SARL", "+33 6 12 34 56 78", request.reference):
        assert word in files["data.html"]
    meeting = icalendar.Calendar.from_ical(files[f"meetings/{request.reference}.ics"]).walk("VEVENT")[0]
    assert meeting["DTSTART"].dt == request.start


def test_export_holds_nothing_that_opens_a_door_and_nothing_of_somebody_else(clock: StoppedClock) -> None:
    make_person()
    make_person("robin@example.org")

    told = "".join(opened(build_archive(CAMILLE, about=things_of(CAMILLE), now=clock.instant)).values())

    hashes = list(Link.objects.values_list("token_hash", flat=True))
    assert not [word for word in (*hashes, "browser-of-camille", "robin@example.org", "sealed") if word in told]
    assert len(hashes) == 4


def test_command_writes_the_file_once_and_notes_it(tmp_path: Path) -> None:
    make_person()
    file = tmp_path / "camille.zip"

    run("export", CAMILLE, "--output", str(file))
    with pytest.raises(CommandError, match="is there already"):
        run("export", CAMILLE, "--output", str(file))

    assert "data.json" in opened(file.read_bytes())
    assert file.stat().st_mode & 0o077 == 0
    assert [(row.act, row.reference) for row in AuditRow.objects.all()] == [(Act.EXPORTED, str(key_of(CAMILLE)))]


def test_erasing_tells_first_and_does_it_when_told() -> None:
    make_person()

    with pytest.raises(CommandError, match="--yes"):
        run("erase", CAMILLE)
    kept = kept_of(CAMILLE)
    told = run("erase", CAMILLE, "--yes")
    again = run("erase", CAMILLE, "--yes")

    assert kept["requests"] == 1
    assert "BookingRequest: 1" in told
    assert "--workways erases there" in told
    assert "nothing to erase" in again
    assert kept_of(CAMILLE) == {}


def test_command_says_what_needs_a_decision_or_an_answer() -> None:
    coming = make_person(is_over=False)
    unclear = make_person("robin@example.org", state=State.BEING_CONFIRMED)

    with pytest.raises(CommandError, match=coming.reference):
        run("erase", CAMILLE, "--yes")
    with pytest.raises(CommandError, match=unclear.reference):
        run("erase", "robin@example.org", "--yes", "--close-open")
    run("erase", CAMILLE, "--yes", "--close-open")

    assert kept_of(CAMILLE) == {}


def test_remote_account_keeps_its_own_record(settings: Any) -> None:
    settings.WORKWAYS_IS_EMBEDDED, settings.WORKWAYS_API_URL = False, "https://api.workways.example"
    make_person()

    told = run("erase", CAMILLE, "--yes")
    with pytest.raises(CommandError, match="ask Workways"):
        run("erase", CAMILLE, "--yes", "--workways")

    assert "Ask https://api.workways.example" in told


def test_workways_data_is_erased_in_a_step_of_its_own() -> None:
    world = build_world()
    company = Organization.objects.create(name="Canari SARL", folded_name="canari sarl", email=CAMILLE)
    user = User.objects.create(
        email=CAMILLE, first_name="Camille", last_name="Canari", phone="+33 6 12 34 56 78", organization=company
    )
    meeting = make_meeting(world.seine, _start(), user=user, name="Canari plans", contact_email=CAMILLE)
    other = make_meeting(world.seine, _start(5), name="Robin", description=f"With {CAMILLE}.")
    make_person()
    figures = Meeting.objects.values("room", "start", "end", "state", "people")
    before = list(figures)

    run("erase", CAMILLE, "--yes")
    left = places_with("canari", rows(of_embedded=True))
    with pytest.raises(CommandError, match="--yes"):
        run("erase", CAMILLE, "--workways")
    run("erase", CAMILLE, "--yes", "--workways")
    again = run("erase", CAMILLE, "--yes", "--workways")

    assert left
    for word in ("canari", "camille", "+33 6 12 34 56 78"):
        assert places_with(word, rows(of_embedded=True)) == []
    assert list(figures) == before
    for row in (user, company, meeting, other):
        row.refresh_from_db()
    assert (user.is_archived, user.password, company.is_archived) == (True, "", True)
    assert other.description.startswith("With erased-")
    assert AuditEntry.objects.filter(act="erased", thing_id=user.pk).count() == 1
    assert AuditRow.objects.filter(act=Act.ERASED_IN_WORKWAYS).count() == 1
    assert "nothing to erase" in again


def test_company_with_other_people_keeps_all_but_the_persons_own() -> None:
    world = build_world()
    company = world.acme
    jean = User.objects.filter(organization=company).order_by("pk")[0]
    User.objects.create(email=CAMILLE, phone="+33 6 12 34 56 78", organization=company)
    Organization.objects.filter(pk=company.pk).update(email=CAMILLE, phone="+33 6 12 34 56 78")
    name = company.name

    run("erase", CAMILLE, "--yes", "--workways")

    company.refresh_from_db()
    jean.refresh_from_db()
    assert (company.name, company.email, company.phone, company.is_archived) == (name, "", "", False)
    assert jean.email


def _start(days: int = 2) -> Any:
    from datetime import timedelta

    from portal import clock

    return clock.now() + timedelta(days=days)
