"""The operator's story: from an empty site to a meeting that a guest booked, and to a room kept in history."""

from typing import Any

import pytest
from django.contrib.auth.models import User as Staff
from playwright.sync_api import BrowserContext, Page, expect

from bookings.catalog.models import Room as MirroredRoom
from portal.celery import app
from portal.embedded.models import ApiToken, AuditEntry, Meeting, MeetingState, Room
from tests.factories.members import make_member
from tests.factories.pictures import make_picture
from tests.journeys.conftest import OpenContext
from tests.journeys.test_accessibility import assert_clean, looks, open_visitor
from tests.journeys.test_booking import MONDAY, prove_and_book
from tests.journeys.visitor import Visitor
from tests.portal.embedded.world import make_token
from tests.support.world import KNOWN, World, mirror

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Passwords are slow on purpose, which these tests don't need."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_in(page: Page, prefix: str = "") -> None:
    """A member of staff opens the panel."""
    if not Staff.objects.exists():
        make_member(password=PASSWORD, first_name="Sofia")
    page.goto(f"{prefix}/staff/login/")
    page.locator("[name=username]").fill("sofia")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".staff-mark")).to_be_visible()


def pick(page: Page, **choices: str) -> None:
    """Chooses in lists by the label."""
    for name, label in choices.items():
        page.locator(f"main select[name={name}]").select_option(label=label)


def add_room(sofia: Visitor) -> None:
    """A site, a room with picture and hours, and a rate."""
    page = sofia.page
    sofia.follow("Workways data")
    sofia.follow("Sites")
    sofia.follow("Add a site")
    sofia.type(name="Workways Lyon Part-Dieu", country="France")
    sofia.press("Save")
    sofia.sees_title("Workways Lyon Part-Dieu")
    sofia.follow("Add a room")
    pick(page, type="Meeting room, public")
    sofia.type(name="Salle Saône", max_person="8", nb_seat="8", surface="30")
    sofia.type(
        min_minutes="60", max_minutes="480", step_minutes="30", slot_week="9:00-18:00", slot_saturday="10:00-14:00"
    )
    sofia.type(hour_minor="32,50", day_minor="200")
    sofia.press("Save")
    sofia.sees_title("Salle Saône")
    picture = {"name": "saone.jpg", "mimeType": "image/jpeg", "buffer": make_picture()}
    page.locator("[name=picture]").set_input_files(picture)  # type: ignore[arg-type]
    sofia.press("Upload")
    sofia.sees("This picture was uploaded.")
    sofia.follow("Rates")
    sofia.follow("Add a rate")
    pick(page, site="Workways Lyon Part-Dieu", type="A fixed price")
    sofia.type(key="parking", name_en="Parking space", name_fr="Place de parking", public_base_minor="150")
    sofia.press("Save")
    sofia.sees_title("Parking space")


def make_developers_token(sofia: Visitor) -> str:
    """A developer's account, and a token that is shown once."""
    sofia.follow("Tokens")
    sofia.type(email="make@integrator.example")
    sofia.press("Make a developer")
    sofia.sees_title("make@integrator.example")
    sofia.type(name="Make.com")
    sofia.press("Create a token")
    token = sofia.page.locator("#token-text").inner_text()
    sofia.follow("I have copied it")
    expect(sofia.page.get_by_text(token)).to_have_count(0)
    return token


def ask(desk: BrowserContext, path: str, token: str) -> Any:
    """Calls the API over HTTP with a token, as an integrator does; the answer's JSON."""
    answer = desk.request.get(path, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status, answer.json()["retcode"]) == (200, 1)
    return answer.json()["data"]


def regenerate_token(sofia: Visitor) -> str:
    """Another text for the same token, in place of the one that leaked."""
    sofia.follow("Tokens")
    sofia.follow("Regenerate the token Make.com of make@integrator.example")
    sofia.sees_title("Regenerate this token?")
    sofia.press("Regenerate")
    token = sofia.page.locator("#token-text").inner_text()
    sofia.follow("I have copied it")
    sofia.sees("Token regenerated")
    return token


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_from_a_new_site_to_a_room_in_history(world: World, open_context: OpenContext, javascript: bool) -> None:
    desk: BrowserContext = open_context(javascript=javascript)
    sofia = Visitor(desk.new_page())
    sign_in(sofia.page)

    add_room(sofia)
    token = make_developers_token(sofia)

    room = Room.objects.get(name="Salle Saône")
    [told] = [one for one in ask(desk, "/api/rooms", token) if one["_id"] == room.pk]
    assert (told["pricePerHour"], told["slotSaturday"], told["siteName"]) == (
        32.5,
        "10:00-14:00",
        "Workways Lyon Part-Dieu",
    )
    [rate] = ask(desk, f"/api/contract-options?site={room.site_id}", token)
    assert (rate["key"], rate["pricing"]["publicBase"]) == ("parking", 150)
    picture = desk.request.get(told["image"])
    assert (picture.status, picture.headers["content-type"]) == (200, "image/webp")
    assert desk.request.get(f"/api/contract-options?site={room.site_id}").status == 401
    assert ApiToken.objects.get().last_used_at is not None

    mirror()
    jean = Visitor(open_context(javascript=javascript).new_page())
    jean.open(f"/rooms/{room.pk}/?date={MONDAY.isoformat()}")
    jean.sees_title("Salle Saône")
    expect(jean.page.locator("img.room-picture").first).to_be_visible()
    jean.choose_slot(MONDAY, "10:00")
    jean.type(email=KNOWN, name="Jean Dupont")
    jean.press("Continue")
    prove_and_book(jean, KNOWN)
    jean.sees_title("Your room is booked")

    meeting = Meeting.objects.get(room=room)
    sofia.follow("Meetings")
    expect(sofia.page.locator("tbody tr")).to_contain_text(["Salle Saône"])
    sofia.page.locator("tbody a").first.click()
    sofia.sees("Confirmed")
    sofia.page.get_by_role("link", name="Week of Salle Saône").click()
    expect(sofia.page.locator(".operator-slot")).to_contain_text(["10:00–11:00"])

    sofia.page.get_by_role("link", name="Salle Saône", exact=True).click()
    sofia.press("Archive")
    sofia.sees("Salle Saône is archived. It is kept here, and can be restored.")
    mirror()
    gone = jean.page.goto(f"/rooms/{room.pk}/")
    assert gone is not None
    assert gone.status in (404, 410)
    assert MirroredRoom.objects.get(workways_id=room.pk).vanished_at is not None
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CONFIRMED
    jean.open("/sites/")
    expect(jean.page.get_by_text(world.site.name).first).to_be_visible()
    # It was the only room there, and a site without any is not told to the public either.
    expect(jean.page.get_by_text("Workways Lyon Part-Dieu")).to_have_count(0)
    assert room.pk not in [one["_id"] for one in ask(desk, "/api/rooms", token)]
    sofia.page.goto("/staff/workways/rooms/?state=archived")
    sofia.sees("Salle Saône")
    sofia.follow("History")
    expect(sofia.page.locator("tbody tr", has_text="Salle Saône")).to_contain_text(
        ["Archived", "Picture uploaded", "Created"]
    )
    done = list(AuditEntry.objects.filter(thing_id=room.pk).order_by("pk").values_list("act", flat=True))
    assert done == ["created", "picture_set", "archived"]

    renewed = regenerate_token(sofia)
    assert desk.request.get("/api/rooms", headers={"Authorization": f"Bearer {token}"}).status == 401
    assert ask(desk, "/api/rooms", renewed)


def test_refresh_now_shows_a_change_at_once(world: World, page: Page) -> None:
    sofia = Visitor(page)
    sign_in(page)
    sofia.open(f"/staff/workways/rooms/{world.marne.pk}/")
    sofia.type(name="Salle Yonne", public_name="Salle Yonne")
    sofia.press("Save")
    sofia.follow("Overview")
    sofia.press("Refresh the portal now")
    sofia.sees("The portal is being refreshed. The public site is up to date in a few seconds.")
    app.loader.import_default_modules()

    app.tasks["portal.refresh_now"]()

    sofia.open(f"/rooms/{world.marne.pk}/")
    sofia.sees_title("Salle Yonne")


@looks
def test_the_operators_side_is_accessible(world: World, open_context: OpenContext, look: dict[str, Any]) -> None:
    sofia = open_visitor(open_context, look)
    page = sofia.page
    sign_in(page)
    add_closure_and_meeting(world)
    make_token()
    token = ApiToken.objects.get()
    root = "/staff/workways/"

    for path in (
        *("", "sites/", "sites/new/", f"sites/{world.site.pk}/", "rooms/", "rooms/new/", f"rooms/{world.seine.pk}/"),
        *(f"rooms/{world.seine.pk}/week/?date=2026-01-12", "rates/", "rates/new/", "organizations/"),
        *(f"organizations/{world.acme.pk}/", "users/", "users/new/", "meetings/", "meetings/new/", "closures/"),
        *("tokens/", f"tokens/{token.pk}/regenerate/", f"tokens/developers/{token.user_id}/"),
        *("files/", "history/", "sites/?words=nothing"),
    ):
        sofia.open(root + path)
        assert_clean(page)
    for path in ("sites/new/", "rooms/new/", "rates/new/", "meetings/new/", "closures/", "tokens/"):
        sofia.open(root + path)
        page.locator("main form[method=post][novalidate] button[type=submit]").first.click()
        expect(page.locator("#error-summary").first).to_be_visible()
        assert_clean(page)
    sofia.open(f"{root}files/")
    wrong = {"name": "rooms.csv", "mimeType": "text/csv", "buffer": b"id,name\n,Loire\n"}
    page.locator("#id_rooms_file").set_input_files(wrong)  # type: ignore[arg-type]
    page.locator("form:has(#id_rooms_file) button").click()
    expect(page.locator(".staff-table")).to_be_visible()
    assert_clean(page)


def add_closure_and_meeting(world: World) -> None:
    """Something to see in each list."""
    Meeting.objects.create(
        room=world.seine,
        state=MeetingState.CONFIRMED,
        start="2026-01-12T09:00:00Z",
        end="2026-01-12T10:00:00Z",
        name="Board",
    )
    AuditEntry.objects.create(actor="Sofia", act="created", kind="room", thing="Salle Seine")
