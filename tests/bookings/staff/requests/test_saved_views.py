"""Views of the list that staff keep."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bookings.booking_requests.states import State
from bookings.staff.requests.models import MOST_VIEWS, SavedView
from portal.access import Role
from tests.factories import make_booking_request
from tests.factories.members import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_view_keeps_filters_and_order_but_never_the_words(staff_client: Client) -> None:
    make_booking_request(state=State.KEPT)
    filters = "words=jeanne&state=kept&order=start&site=nowhere&page=3&csrf=x&"

    response = staff_client.post("/staff/requests/views/save/", {"name": "Kept ones", "filters": filters})
    page = staff_client.get("/staff/requests/").content.decode()

    view = SavedView.objects.get()
    assert (view.name, view.filters, view.is_shared) == ("Kept ones", {"state": "kept", "order": "start"}, False)
    assert response["Location"] == "/staff/requests/?state=kept&order=start"
    assert 'href="/staff/requests/?state=kept&amp;order=start"' in page


def test_same_name_gets_the_new_filters(staff_client: Client) -> None:
    for filters in ("state=kept", "state=booked"):
        staff_client.post("/staff/requests/views/save/", {"name": "Mine", "filters": filters})

    assert SavedView.objects.get().filters == {"state": "booked"}


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\x00b"])
def test_name_that_is_none_is_asked_again(staff_client: Client, name: str) -> None:
    response = staff_client.post("/staff/requests/views/save/", {"name": name, "filters": "state=kept"})

    page = response.content.decode()
    assert response.status_code == 400
    assert 'role="alert"' in page
    assert 'value="state=kept"' in page
    assert not SavedView.objects.exists()


def test_nobody_keeps_more_than_a_page_holds(staff_client: Client, member: User) -> None:
    owner = make_member(username="other")
    SavedView.objects.bulk_create(SavedView(owner=owner, name=f"View {n}") for n in range(MOST_VIEWS))
    staff_client.force_login(owner.user)

    one_more = staff_client.post("/staff/requests/views/save/", {"name": "More", "filters": ""})
    same = staff_client.post("/staff/requests/views/save/", {"name": "View 1", "filters": ""})

    assert (one_more.status_code, same.status_code) == (400, 302)
    assert SavedView.objects.count() == MOST_VIEWS


def test_private_view_is_seen_by_its_owner_and_a_shared_one_by_all(client: Client) -> None:
    ada, otto = (make_member(username=name, role=Role.VIEWER) for name in ("ada", "otto"))
    SavedView.objects.create(owner=ada, name="Only mine")
    SavedView.objects.create(owner=ada, name="For all", is_shared=True)
    seen = {}
    for one in (ada, otto):
        client.force_login(one.user)
        page = client.get("/staff/requests/").content.decode()
        seen[one.name] = ["Only mine" in page, "For all" in page]

    assert seen == {"ada": [True, True], "otto": [False, True]}


@pytest.mark.parametrize(
    ("role", "shared", "status"),
    [
        (Role.FRONT_DESK, True, 404),
        (Role.FRONT_DESK, False, 404),
        (Role.MANAGER, True, 302),
        (Role.MANAGER, False, 404),
        (Role.ADMIN, False, 404),
    ],
)
def test_views_of_others_are_for_managers_once_they_are_shared(
    client: Client, role: Role, shared: bool, status: int
) -> None:
    view = SavedView.objects.create(owner=make_member(username="ada"), name="Hers", is_shared=shared)
    client.force_login(make_member(username="otto", role=role).user)

    changed = client.post(f"/staff/requests/views/{view.pk}/", {f"view{view.pk}-name": "His"})
    # One that is no longer shared is the owner's alone again.
    SavedView.objects.filter(pk=view.pk).update(is_shared=shared)
    deleted = client.post(f"/staff/requests/views/{view.pk}/delete/")

    assert (changed.status_code, deleted.status_code) == (status, status)
    assert SavedView.objects.exists() == (status == 404)


def test_view_is_renamed_shared_and_deleted(staff_client: Client, member: User) -> None:
    view, other = (SavedView.objects.create(owner=member.member, name=name) for name in ("Mine", "Other"))  # type: ignore[attr-defined]
    path, field = f"/staff/requests/views/{view.pk}/", f"view{view.pk}"

    staff_client.post(path, {f"{field}-name": "Ours", f"{field}-is_shared": "on"})
    taken = staff_client.post(path, {f"{field}-name": "Other"})
    view.refresh_from_db()
    staff_client.post(f"/staff/requests/views/{other.pk}/delete/")

    assert (view.name, view.is_shared) == ("Ours", True)
    assert taken.status_code == 400
    assert "another view of this name" in taken.content.decode()
    assert list(SavedView.objects.all()) == [view]
