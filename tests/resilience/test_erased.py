"""Somebody goes through everything the portal offers, is erased, and no place knows of them any more; figures stay.

The person's address, name, telephone and company are words that nothing else holds; every place is searched for them
before, so that the search itself is proved, and after.
"""

import logging
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bookings.audit.models import AuditRow
from bookings.audit.vocabulary import Act
from bookings.booking_requests.models import BookingRequest
from bookings.figures.models import MailFigure, RequestFigure
from bookings.mail.models import OutboxMail
from bookings.registration.models import Registration
from portal.embedded.models import Meeting, User, Verification
from tests.bookings.booking_requests.guests import MONDAY, Guest, mails_to, text_of
from tests.bookings.registration.conftest import USERS, Browser, mailed_code
from tests.bookings.watching.watchers import Watcher
from tests.conftest import StoppedClock
from tests.factories.members import make_member
from tests.portal.embedded.world import make_meeting
from tests.support.traces import files, kept_in_redis, logged, places_with, rows
from tests.support.world import World, build_world, mirror, work

EMAIL = "camille.canari@serinette.example"
# What only this person can have left anywhere; the number of the company is a right one (INSEE's check digit).
WORDS = ("camille", "canari", "serinette", "+33 6 98 76 54 32", "+33698765432", "0698765432", "44306184100047")
PERSON = {"first_name": "Camille", "last_name": "Canari", "phone": "06 98 76 54 32"}
COMPANY = {
    "company": "Serinette SARL",
    "country": "fr",
    "company_number": "443 061 841 00047",
    "address": "7 rue de la Serinette, Paris",
}

pytestmark = [pytest.mark.cache, pytest.mark.django_db]


@pytest.fixture
def world(clock: StoppedClock, db: None) -> World:
    return build_world()


def live(world: World, clock: StoppedClock) -> list[str]:
    """What one person does: look, book, ask, register, wait for a time, ask for links; references of the requests."""
    guest = Guest(email=EMAIL)
    guest.client.get(f"/search/?date={MONDAY['date']}&start=14:00&duration=60&people=2")
    guest.begin(world.mirrored, name="Camille Canari", subject="Canari day", notes="Camille likes tea")
    guest.book()
    for name in ("link", "dropped"):
        other = Guest(email=EMAIL.upper(), client=Client())
        other.begin(world.mirrored, name=f"Camille Canari {name}", start="16:00" if name == "link" else "10:00")
        if name == "dropped":
            other.post("release")
    guest.post("ask", kind="change", message="I am Camille Canari, please move it.")
    browser = Browser()
    browser.begin(f"room={world.office.id}", EMAIL)
    browser.post("code", {"code": mailed_code(EMAIL)})
    for step, data in (("person", PERSON), ("company", COMPANY), ("users", USERS)):
        browser.post(step, data)
    browser.send()
    make_meeting(world.marne, clock.instant + timedelta(days=5, hours=4), name="Somebody's")
    mirror()
    taken = type(world.mirrored).objects.get(workways_id=world.marne.id)
    Watcher(EMAIL).ask(taken)
    Client().post("/l/", {"email": EMAIL})
    work()
    clock.forward(minutes=2)
    work()
    return list(BookingRequest.objects.filter(email__iexact=EMAIL).values_list("reference", flat=True))


def serve(staff: Client, references: list[str]) -> None:
    """What the team sees and does of this person: every page, notes, answers, look-ups, exports."""
    ask = BookingRequest.objects.filter(asks__isnull=False).values_list("reference", "asks").get()
    staff.post(f"/staff/requests/{ask[0]}/asks/{ask[1]}/", {f"ask{ask[1]}-answer": "Dear Camille Canari, done."})
    for reference in references:
        staff.post(f"/staff/requests/{reference}/handled/", {"note": "Camille Canari called."})
        staff.get(f"/staff/requests/{reference}/")
    for registration in Registration.objects.all():
        staff.get(f"/staff/registrations/{registration.reference}/")
    for mail in OutboxMail.objects.all():
        staff.get(f"/staff/outbox/{mail.pk}/")
        staff.get(f"/staff/outbox/{mail.pk}/html/")
    for path in ("", "requests/", "registrations/", "outbox/", "customers/", "figures/", "audit/", "personal-data/"):
        staff.get(f"/staff/{path}")
    for path in ("requests/", "registrations/", "outbox/"):
        staff.get(f"/staff/{path}?words=canari")
    staff.post(reverse("staff-customer-find"), {"about": EMAIL}, follow=True)
    staff.get(f"/staff/audit/?about={EMAIL}")
    staff.post("/staff/personal-data/person/", {"address": EMAIL})
    staff.post("/staff/personal-data/person/export/", {"address": EMAIL})
    for path in ("sites/", "users/", "organizations/", "meetings/"):
        staff.get(f"/staff/workways/{path}")


def found(heard: pytest.LogCaptureFixture | None = None) -> list[str]:
    """Every place that still knows one of the words."""
    kept = [*rows(of_embedded=True), *files(), *kept_in_redis(), *(logged(heard) if heard else ())]
    return [place for word in WORDS for place in places_with(word, iter(kept))]


def figures() -> dict[str, Any]:
    """What is counted of requests, mails and meetings, whoever they are of."""
    requests = BookingRequest.objects.values_list("room", "start__date", "state", "price_minor", "people")
    return {
        "requests": Counter(requests),
        "registrations": Counter(Registration.objects.values_list("state", "site", "room", "users")),
        "meetings": Counter(Meeting.objects.values_list("room", "start", "end", "state", "people")),
        "outcomes": Counter(RequestFigure.objects.values_list("site", "day", "is_proved", "is_booked", "ending")),
        "mails": Counter(MailFigure.objects.values_list("site", "day", "outcome")),
    }


def erase(staff: Client, path: str, prefix: str = "", **more: str) -> None:
    typed = {"address": EMAIL, "typed": f" {EMAIL.upper()}", "reason": "asked", **more}
    answer = staff.post(path, {f"{prefix}{name}": value for name, value in typed.items()}, follow=True)
    assert answer.status_code == 200
    assert "Erased" in answer.content.decode()


def test_erased_person_is_nowhere_and_the_figures_stay(
    world: World, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    staff = Client()
    staff.force_login(make_member(username="ada", first_name="Ada").user)
    serve(staff, live(world, clock))
    work()
    # What was logged on the way is not the portal's to take back, but must not name the person in the first place.
    assert places_with(EMAIL, logged(caplog)) == []
    places = {place.split(":")[0] for place in found()}
    assert {"table bookings_bookingrequest", "table bookings_registration", "table bookings_guestask"} <= places
    assert {"table bookings_slotwatch", "table bookings_requestevent", "table bookings_outboxmail"} <= places
    assert {"table embedded_user", "table embedded_organization", "table embedded_meeting"} <= places
    assert any(place.startswith("mail ") for place in places)
    # The decision about what goes on is taken with the clock where nothing is under way any more.
    clock.forward(days=10)
    work()
    before = figures()
    caplog.clear()

    erase(staff, "/staff/personal-data/person/erase/", closes_open="on")
    in_portal = [place for word in WORDS for place in places_with(word, rows(), files(), kept_in_redis())]
    erase(staff, "/staff/personal-data/person/erase-in-workways/", prefix="workways-")

    assert in_portal == []
    assert found(caplog) == []
    assert figures() == before
    done = AuditRow.objects.filter(act__startswith="erased", actor="Ada").order_by("pk")
    assert list(done.values_list("act", flat=True)) == [Act.ERASED, Act.ERASED_IN_WORKWAYS]
    assert not User.objects.filter(email__icontains="serinette").exists()
    assert not Verification.objects.filter(user__email__endswith="@erased.invalid").exists()


def test_pages_of_what_was_erased_still_open(world: World, clock: StoppedClock) -> None:
    staff = Client()
    staff.force_login(make_member(username="ada", first_name="Ada").user)
    references = live(world, clock)
    link = next(word for mail in reversed(mails_to(EMAIL)) for word in text_of(mail).split() if "/l/" in word)
    clock.forward(days=10)
    work()

    erase(staff, "/staff/personal-data/person/erase/", closes_open="on")

    paths = [f"/staff/requests/{reference}/" for reference in references]
    paths += [f"/staff/registrations/{one.reference}/" for one in Registration.objects.all()]
    paths += [f"/staff/outbox/{mail.pk}/" for mail in OutboxMail.objects.all()]
    paths += [f"/staff/{path}" for path in ("", "requests/", "registrations/", "outbox/", "audit/", "figures/")]
    for path in paths:
        page = staff.get(path)
        assert page.status_code == 200, path
        assert not [word for word in WORDS if word in page.content.decode().lower()], path
    assert Client().get(link.removeprefix("http://127.0.0.1:8000")).status_code in (200, 404, 410)
    assert EMAIL not in Client().get(link.removeprefix("http://127.0.0.1:8000")).content.decode()
