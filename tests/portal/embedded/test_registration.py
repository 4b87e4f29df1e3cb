"""POST /api/register."""

from typing import Any

import pytest

from portal.embedded import companies
from portal.embedded.models import Meeting, MeetingState, Organization, Room, Site, User, Verification
from tests.portal.embedded.conftest import Call, Mailbox
from tests.portal.embedded.world import (
    ARCHIVED,
    DEVELOPER,
    KNOWN,
    NEW,
    OF_ARCHIVED_COMPANY,
    TEMPORARY,
    World,
    booking,
    enrolment,
    make_meeting,
    utc,
)

PATH = "/api/register"
MEETING_REQUEST = "/api/meeting-request"
ARCHIVED_MESSAGE = "Your account is no longer valid. Please contact an administrator to restore it."


def refused(response: Any) -> str:
    payload = response.payload()
    assert (response.status, payload["retcode"]) == (400, -1)
    return str(payload["message"])


def request_meeting(post: Call, room: Room, **more: Any) -> str:
    """The id of a pending meeting of somebody new."""
    return str(post(MEETING_REQUEST, booking(room, contactEmail=NEW, **more)).payload()["data"]["meetingRequestId"])


def test_new_company_is_created(world: World, post: Call, mailbox: Mailbox) -> None:
    meeting = request_meeting(post, world.seine)
    body = enrolment(
        lastName="Neuf",
        companyNumber="552 100 554 00013",
        address="1 rue de la Paix",
        vatNumber="FR12345678901",
        roomId=world.office.pk,
        meetingId=meeting,
    )

    response = post(PATH, body)

    user, organization = User.objects.get(email=NEW), Organization.objects.get(name="Startup SAS")
    assert response.payload() == {
        "retcode": 200,
        "status": "CREATED",
        "message": "Organization registered successfully. A verification email has been sent.",
        "data": {
            "userId": user.pk,
            "userEmail": NEW,
            "userRole": "principal-admin",
            "userCreated": False,
            "organizationId": organization.pk,
            "organizationName": "Startup SAS",
            "organizationCreated": True,
            "meetingsUpdated": 1,
            "roomOfInterest": {
                "_id": world.office.pk,
                "name": "Bureau",
                "siteName": "Workways Paris",
                "siteId": world.paris.pk,
            },
            "identityVerification": {
                "source": "insee_siret",
                "confidence": 100,
                "verifiedName": "STARTUP SAS",
                "verifiedNumber": "55210055400013",
            },
        },
    }
    assert (organization.country, organization.max_resident_users, organization.activated_at) == ("FR", 5, None)
    assert (user.first_name, user.last_name, user.language, user.verified_at) == ("Nina", "Neuf", "fr", None)
    assert Meeting.objects.get(pk=meeting).organization == organization
    assert [mail["to"] for mail in mailbox.mails] == [NEW]


def test_user_is_created_when_nobody_knows_the_address(world: World, post: Call) -> None:
    data = post(PATH, enrolment(siteId=world.dublin.pk)).payload()["data"]

    assert data["userCreated"] is True
    assert (data["meetingsUpdated"], data["roomOfInterest"], data["identityVerification"]) == (0, None, None)
    user = User.objects.get(email=NEW)
    assert (user.language, user.organization_id) == ("en", data["organizationId"])


def test_existing_company_is_updated_by_number(world: World, post: Call) -> None:
    Organization.objects.filter(pk=world.acme.pk).update(address="Old street", phone="")
    body = enrolment(
        name="Another name", companyNumber="732 829 320 00074", address="New street", siteId=world.paris.pk
    )

    payload = post(PATH, body).payload()

    assert (payload["status"], payload["message"]) == (
        "UPDATED",
        "Registration successful. Your organization has been updated.",
    )
    assert payload["data"]["organizationId"] == world.acme.pk
    assert payload["data"]["organizationName"] == "Acme Corp"
    assert payload["data"]["organizationCreated"] is False
    assert payload["data"]["userCreated"] is True
    world.acme.refresh_from_db()
    assert (world.acme.address, world.acme.phone) == ("Old street", "+33612345678")


def test_existing_company_is_found_by_name_in_any_case(world: World, post: Call) -> None:
    data = post(PATH, enrolment(name=" ACME corp ", siteId=world.paris.pk)).payload()["data"]

    assert data["organizationId"] == world.acme.pk


def test_number_decides_over_the_name(world: World, post: Call) -> None:
    payload = post(PATH, enrolment(name="Acme Corp", companyNumber="55210055400013", siteId=world.paris.pk)).payload()

    assert payload["status"] == "CREATED"


def test_second_person_of_a_company_is_a_plain_user(world: World, post: Call) -> None:
    assert post(PATH, enrolment(name="Acme Corp", siteId=world.paris.pk)).payload()["data"]["userRole"] == "user"


def test_developer_keeps_the_role(world: World, post: Call) -> None:
    data = post(PATH, enrolment(email=DEVELOPER, siteId=world.paris.pk)).payload()["data"]

    assert data["userRole"] == "api-developer"


def test_person_with_an_organization_already_exists(world: World, post: Call, mailbox: Mailbox) -> None:
    response = post(PATH, enrolment(email=KNOWN.upper(), siteId=world.paris.pk))

    assert response.payload() == {
        "retcode": 200,
        "status": "USER_EXISTS",
        "message": "User already registered with an organization.",
        "data": {"userId": User.objects.get(email=KNOWN).pk, "organizationId": world.acme.pk},
    }
    assert not Organization.objects.filter(name="Startup SAS").exists()
    assert mailbox.mails == []


def test_unverified_person_gets_another_link_but_not_at_once(
    world: World, post: Call, mailbox: Mailbox, clock: Any
) -> None:
    body = enrolment(siteId=world.paris.pk)
    post(PATH, body)

    assert post(PATH, body).payload()["status"] == "USER_EXISTS"
    assert len(mailbox.mails) == 1

    clock.forward(minutes=6)
    post(PATH, body)
    assert len(mailbox.mails) == 2
    assert Verification.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("email", [ARCHIVED, OF_ARCHIVED_COMPANY])
def test_archived_person_is_refused(world: World, post: Call, email: str) -> None:
    assert refused(post(PATH, enrolment(email=email, siteId=world.paris.pk))) == ARCHIVED_MESSAGE


def test_archived_organization_is_refused_and_nobody_is_created(world: World, post: Call) -> None:
    assert refused(post(PATH, enrolment(name="atelier nord", siteId=world.paris.pk))) == ARCHIVED_MESSAGE
    assert not User.objects.filter(email=NEW).exists()


def test_sites_become_memberships_in_order_of_priority(world: World, post: Call) -> None:
    third = Site.objects.create(name="Ghent", country="BE", zone_name="Europe/Brussels")
    meeting = request_meeting(post, world.liffey)

    data = post(PATH, enrolment(siteId=third.pk, roomId=world.office.pk, meetingId=meeting)).payload()["data"]

    organization = Organization.objects.get(pk=data["organizationId"])
    assert [member.site for member in organization.memberships.all()] == [third, world.paris, world.dublin]
    assert organization.country == "BE"


def test_same_site_counts_once_and_comes_after_known_ones(world: World, post: Call) -> None:
    world.acme.memberships.create(site=world.dublin, position=1)

    post(PATH, enrolment(name="Acme Corp", siteId=world.paris.pk, roomId=world.liffey.pk))

    assert [member.site for member in world.acme.memberships.all()] == [world.dublin, world.paris]


@pytest.mark.parametrize("written", ["be", "BE", "Belgium", "belgique"])
def test_given_country_wins_over_the_site(world: World, post: Call, written: str) -> None:
    data = post(PATH, enrolment(country=written, siteId=world.paris.pk)).payload()["data"]

    assert Organization.objects.get(pk=data["organizationId"]).country == "BE"


def test_every_waiting_meeting_of_the_person_is_linked(world: World, post: Call, clock: Any) -> None:
    abandoned = request_meeting(post, world.seine, bookedAt="2026-01-20T09:00:00Z")
    clock.forward(days=3)
    other = request_meeting(post, world.seine, bookedAt="2026-01-21T09:00:00Z")
    named = request_meeting(post, world.liffey, bookedAt="2026-01-22T09:00:00Z")

    clock.forward(hours=40)
    data = post(PATH, enrolment(meetingId=named)).payload()["data"]

    assert data["meetingsUpdated"] == 2
    linked = Meeting.objects.filter(organization_id=data["organizationId"])
    assert {meeting.pk for meeting in linked} == {other, named}
    assert {meeting.lapses_at for meeting in linked} == {clock() + (utc(3, 0) - utc(1, 0))}
    assert Meeting.objects.get(pk=abandoned).organization is None


def test_lapsed_meeting_gets_its_slot_back_if_it_is_free(world: World, post: Call, clock: Any) -> None:
    named = request_meeting(post, world.seine, bookedAt="2026-01-20T09:00:00Z")
    clock.forward(days=3)
    Meeting.objects.filter(pk=named).update(state=MeetingState.LAPSED)
    Meeting.objects.get(pk=named).cells.all().delete()

    data = post(PATH, enrolment(meetingId=named)).payload()["data"]

    assert data["meetingsUpdated"] == 1
    assert Meeting.objects.get(pk=named).state == MeetingState.PENDING
    assert Meeting.objects.get(pk=named).cells.count() == 12


def test_lapsed_meeting_whose_slot_is_gone_does_not_stop_the_registration(world: World, post: Call, clock: Any) -> None:
    named = request_meeting(post, world.seine, bookedAt="2026-01-20T09:00:00Z")
    clock.forward(days=3)
    post(MEETING_REQUEST, booking(world.seine, bookedAt="2026-01-20T09:30:00Z"))

    payload = post(PATH, enrolment(meetingId=named)).payload()

    assert (payload["status"], payload["data"]["meetingsUpdated"]) == ("CREATED", 0)
    assert Meeting.objects.get(pk=named).state == MeetingState.LAPSED


def test_confirmed_meeting_of_somebody_else_stays_theirs(world: World, post: Call) -> None:
    meeting = make_meeting(world.seine, utc(12, 9), user=User.objects.get(email=KNOWN), organization=world.acme)

    data = post(PATH, enrolment(meetingId=meeting.pk)).payload()["data"]

    meeting.refresh_from_db()
    assert (data["meetingsUpdated"], meeting.organization) == (0, world.acme)


def test_temporary_user_keeps_the_language_unless_told(world: World, post: Call) -> None:
    User.objects.filter(email=TEMPORARY).update(language="en")

    post(PATH, enrolment(email=TEMPORARY, siteId=world.paris.pk))

    assert User.objects.get(email=TEMPORARY).language == "en"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        *[({name: None}, f"Missing required parameter: {name}")
          for name in ("name", "firstName", "email", "phone", "maxResidentUsers")],
        ({"siteId": None}, "Missing required parameter: siteId, roomId or meetingId"),
        ({"name": None, "siteId": None}, "Missing required parameter: name"),
        ({"email": "x", "siteId": None}, "Missing required parameter: siteId, roomId or meetingId"),
        ({"name": 5}, "Invalid name format"),
        ({"name": "a\0"}, "Invalid name format"),
        ({"name": "x" * 201}, "Invalid name: must be at most 200 characters"),
        ({"firstName": "\ud800"}, "Invalid firstName format"),
        ({"lastName": ["x"]}, "Invalid lastName format"),
        ({"email": "x@"}, "Invalid email format"),
        ({"phone": "call me"}, "Invalid phone format"),
        ({"phone": 33612345678}, "Invalid phone format"),
        ({"phone": "+" + "1" * 30}, "Invalid phone format"),
        ({"maxResidentUsers": 0}, "Invalid maxResidentUsers: must be at least 1"),
        ({"maxResidentUsers": "five"}, "Invalid maxResidentUsers: must be at least 1"),
        ({"maxResidentUsers": 1.5}, "Invalid maxResidentUsers: must be a whole number"),
        ({"maxResidentUsers": 10**12}, "Invalid maxResidentUsers: must be at most 100000"),
        ({"companyNumber": 12345678901234}, "Invalid companyNumber format"),
        ({"address": {}}, "Invalid address format"),
        ({"vatNumber": []}, "Invalid vatNumber format"),
        ({"language": "nl"}, 'Invalid language: must be "fr" or "en"'),
        ({"siteId": "x"}, "Invalid siteId format"),
        ({"roomId": "x"}, "Invalid roomId format"),
        ({"meetingId": 5}, "Invalid meetingId format"),
        ({"siteId": "f" * 24}, "Site not found"),
        ({"roomId": "f" * 24}, "Room not found"),
        ({"meetingId": "f" * 24}, "Meeting request not found"),
    ],
)  # fmt: skip
def test_bad_body_is_refused_and_changes_nothing(
    world: World, post: Call, mailbox: Mailbox, change: dict[str, Any], message: str
) -> None:
    before = (User.objects.count(), Organization.objects.count())

    assert refused(post(PATH, {**enrolment(siteId=world.paris.pk), **change})) == message

    assert (User.objects.count(), Organization.objects.count(), mailbox.mails) == (*before, [])


def test_undeclared_fields_are_ignored(world: World, post: Call) -> None:
    body = enrolment(siteId=world.paris.pk, comments="an office, please", site=world.dublin.pk, role="app-admin")

    data = post(PATH, body).payload()["data"]

    assert data["userRole"] == "principal-admin"
    organization = Organization.objects.get(pk=data["organizationId"])
    assert [member.site for member in organization.memberships.all()] == [world.paris]


@pytest.mark.parametrize(("site", "language"), [("paris", "fr"), ("dublin", "en")])
def test_language_is_that_of_the_sites_country_unless_told(
    world: World, post: Call, mailbox: Mailbox, site: str, language: str
) -> None:
    other = "en" if language == "fr" else "fr"

    post(PATH, enrolment(siteId=getattr(world, site).pk))
    post(PATH, enrolment(siteId=getattr(world, site).pk, email="second@x.example", name="Second", language=other))

    assert [mail["language"] for mail in mailbox.mails] == [language, other]
    assert [User.objects.get(email=mail["to"]).language for mail in mailbox.mails] == [language, other]


@pytest.mark.parametrize("wrong", ["XYZ", 5, ["fr"], "\ud800"])
def test_bad_country_is_refused_with_an_empty_list(world: World, post: Call, wrong: Any) -> None:
    response = post(PATH, enrolment(country=wrong, siteId=world.paris.pk))

    assert refused(response).startswith("Invalid country: ")
    assert response.payload()["data"] == []


@pytest.mark.parametrize(
    ("country", "number", "source", "kept"),
    [
        ("FR", "732 829 320 00074", "insee_siret", "73282932000074"),
        ("BE", "0428.759.497", "bce_kbo", "0428759497"),
        ("BE", "BE 0428.759.497", "bce_kbo", "0428759497"),
        ("IE", "IE6433435F", "revenue_vat", "6433435F"),
    ],
)
def test_company_number_is_verified_by_the_rules_of_its_country(
    country: str, number: str, source: str, kept: str
) -> None:
    assert companies.verify(number, country=country, name="Acme Corp") == {
        "source": source,
        "confidence": 100,
        "verifiedName": "ACME CORP",
        "verifiedNumber": kept,
    }


@pytest.mark.parametrize(
    ("country", "number"),
    [("FR", "12345678901234"), ("FR", "é"), ("BE", "0428759498"), ("IE", "73282932000074"), ("DE", "DE136695976")],
)
def test_company_number_that_is_none_is_not_verified(country: str, number: str) -> None:
    assert companies.verify(number, country=country, name="Acme Corp") is None


def test_invalid_company_number_does_not_stop_the_registration(world: World, post: Call) -> None:
    payload = post(PATH, enrolment(companyNumber="12345678901234", siteId=world.paris.pk)).payload()

    assert (payload["status"], payload["data"]["identityVerification"]) == ("CREATED", None)
