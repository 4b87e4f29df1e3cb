"""What is written to an account is answered with the document's words, and is there afterwards."""

from datetime import timedelta
from typing import Any

import icalendar

from tests.contract import document
from tests.contract.accounts import Account
from tests.contract.coverage import Fact, covers
from tests.contract.document import mismatch
from tests.contract.inventory import fields, others, parameters

ACCEPTED = "Your booking has been confirmed."
REQUEST_ACCEPTED = "Your meeting request has been received. Please complete your registration to confirm the booking."
ARCHIVED = "Your account is no longer valid. Please contact an administrator to restore it."
CREATED = "Organization registered successfully. A verification email has been sent."
UPDATED = "Registration successful. Your organization has been updated."
USER_EXISTS = "User already registered with an organization."


def requested(account: Account, **more: Any) -> Any:
    """The data of a request by somebody new."""
    body = account.booking(contactEmail=account.new_person, **more)
    response = account.post("meeting-request", body)
    return account.outcome(response, "meeting-request", "REQUEST_ACCEPTED", REQUEST_ACCEPTED, document.REQUEST_ACCEPTED)


def created(account: Account, **more: Any) -> Any:
    """The data of a new company's registration."""
    response = account.post("register", account.enrolment(**more))
    return account.outcome(response, "register", "CREATED", CREATED, document.REGISTERED)


@covers(
    (row for row in parameters("meeting-request") if row.name != "language"),
    others("answer", "meeting-request: ACCEPTED"),
    others("state of a user", "existing"),
    needs={Fact.WRITES, Fact.PERSON},
)
def test_known_person_is_booked_at_once(account: Account) -> None:
    start = account.first_start
    body = account.booking(
        contactName="Jean Dupont", bookedUser=4, name="Quarterly Review", description="Q4 2025 team meeting"
    )

    response = account.post("meeting-request", body)

    told = account.outcome(response, "meeting-request", "ACCEPTED", ACCEPTED, document.ACCEPTED)
    account.saw("state of a user", "existing")
    assert (told["bookedDate"], told["duration"]) == (f"{start:%Y-%m-%d}", 60)
    assert told["bookedTime"] == f"{start:%H:%M}-{start + timedelta(hours=1):%H:%M}"
    names = {room["_id"]: room["publicName"] for room in account.stranger.get("/api/rooms").json()["data"]}
    assert told["roomName"] == names[body["bookedRoom"]]


@covers(
    parameters("meeting-request", "bookedRoom", "bookedAt", "duration", "name", "description"),
    needs={Fact.STATE, Fact.PERSON},
)
def test_booking_is_in_the_feed_at_once(account: Account) -> None:
    start = account.start(hours=1)
    body = account.booking(
        bookedAt=f"{start:%Y-%m-%dT%H:%M:%S}+00:00", duration=90, name="Quarterly Review", description="Q4"
    )

    response = account.post("meeting-request", body)

    told = account.outcome(response, "meeting-request", "ACCEPTED", ACCEPTED, document.ACCEPTED)
    feed = account.get("icsfeed", stranger=True, rooms=body["bookedRoom"])
    events: list[Any] = icalendar.Calendar.from_ical(feed.content).events
    (event,) = [event for event in events if told["meetingId"] in str(event["UID"])]
    assert (event["UID"], event["LOCATION"]) == (f"{told['meetingId']}@workways.com", told["roomName"])
    assert (start, start + timedelta(minutes=90)) == (event.DTSTART, event.DTEND)
    assert (event["SUMMARY"], event["DESCRIPTION"]) == ("Quarterly Review", "Q4")


@covers(others("state of a user", "existing", "new"), needs={Fact.OURS})
def test_known_person_books_today_and_somebody_new_does_not(account: Account) -> None:
    today = f"{account.now + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    in_two_days = f"{account.now + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"

    known = account.post("meeting-request", account.booking(bookedAt=today))
    new = account.post("meeting-request", account.booking(contactEmail=account.new_person, bookedAt=today))

    account.outcome(known, "meeting-request", "ACCEPTED", ACCEPTED, document.ACCEPTED)
    assert account.refusal(new, "meeting-request") == (400, "Cannot book meetings for today or past dates")
    requested(account, bookedAt=in_two_days)
    account.saw("state of a user", "existing", "new")


@covers(
    parameters("meeting-request"),
    others("answer", "meeting-request: REQUEST_ACCEPTED"),
    others("state of a user", "new"),
    needs={Fact.WRITES},
)
def test_new_person_is_kept_for_registration(account: Account) -> None:
    start = account.first_start
    told = requested(
        account, contactName="Nina Neuf", bookedUser=2, name="First visit", description="We are four.", language="fr"
    )

    account.saw("state of a user", "new")
    assert (told["requestedDate"], told["duration"]) == (f"{start:%Y-%m-%d}", 60)
    assert told["requestedTime"] == f"{start:%H:%M}-{start + timedelta(hours=1):%H:%M}"


@covers(parameters("meeting-request", "contactName", "contactEmail"), needs={Fact.STATE})
def test_new_person_is_a_temporary_user(account: Account) -> None:
    told = requested(account, contactName="Nina Neuf")

    user = account.data(account.get("user-info", id=told["userId"]), document.USER)
    assert (user["firstName"], user["lastName"], user["email"]) == ("Nina", "Neuf", account.new_person)
    assert (user["role"], user["organizationId"]) == ("temp", None)
    feed = account.get("icsfeed", stranger=True, rooms=account.room("meeting"))
    assert told["meetingRequestId"] not in feed.text


@covers(
    others("answer", "meeting-request: ARCHIVED"),
    others("state of a user", "archived"),
    needs={Fact.WRITES, Fact.PEOPLE},
)
def test_archived_person_is_told_with_success_and_null(account: Account) -> None:
    response = account.post("meeting-request", account.booking(contactEmail=account.people["archived"]))

    told = account.outcome(response, "meeting-request", "ARCHIVED", ARCHIVED, document.NULL)
    account.saw("state of a user", "archived")
    assert told is None


@covers(
    (row for row in parameters("register") if row.name != "meetingId"),
    fields("register"),
    others("answer", "register: CREATED"),
    needs={Fact.WRITES},
)
def test_new_company_is_created(account: Account) -> None:
    site = account.site()
    room = next(room for room in site["publicRooms"])

    told = created(
        account,
        lastName="Neuf",
        country="fr",
        companyNumber=account.siret,
        address="123 rue de la Paix, 75001 Paris, France",
        vatNumber="FR12345678901",
        language="fr",
        siteId=site["_id"],
        roomId=room["_id"],
    )

    assert (told["userRole"], told["organizationCreated"]) == ("principal-admin", True)
    assert mismatch(document.ROOM_OF_INTEREST, told["roomOfInterest"]) == ""
    assert mismatch(document.IDENTITY, told["identityVerification"]) == ""
    assert told["identityVerification"]["source"] == "insee_siret"


@covers(parameters("register"), needs={Fact.STATE})
def test_new_company_is_there_afterwards(account: Account) -> None:
    asked = requested(account)
    site, office = account.site(), account.room("office")

    told = created(
        account,
        lastName="Neuf",
        country="Belgique",
        companyNumber=account.kbo,
        address="Rue de la Loi 16, 1000 Bruxelles",
        vatNumber=f"BE{account.kbo}",
        language="en",
        siteId=site["_id"],
        roomId=office,
        meetingId=asked["meetingRequestId"],
    )

    assert (told["userId"], told["userCreated"], told["meetingsUpdated"]) == (asked["userId"], False, 1)
    assert (told["userEmail"], told["organizationName"]) == (account.new_person, account.company)
    assert told["roomOfInterest"]["_id"] == office
    # The country that was given decides which register the number is of.
    assert told["identityVerification"]["source"] == "bce_kbo"
    user = account.data(account.get("user-info", email=account.new_person), document.USER)
    assert (user["firstName"], user["lastName"], user["role"]) == ("Nina", "Neuf", "principal-admin")
    assert user["organizationId"] == told["organizationId"]
    company = account.data(account.get("organization-info", id=told["organizationId"]), document.ORGANIZATION)
    rooms = {room["_id"]: room["siteId"] for room in account.get("rooms").json()["data"]}
    sites = [site["_id"], rooms[office], rooms[account.room("meeting")]]
    # Sites of the site, the room and the meeting, in this order, each once.
    assert [place["_id"] for place in company["accessibleSites"]] == list(dict.fromkeys(sites))


@covers(parameters("register", "language"), needs={Fact.OURS})
def test_mail_is_in_the_language_that_was_asked_for(account: Account) -> None:
    world = account.world
    for number, (place, language, spoken) in enumerate(
        (
            (world.paris, None, "fr"),
            (world.dublin, None, "en"),
            (world.paris, "en", "en"),
            (world.dublin, "fr", "fr"),
        )
    ):
        created(account, name=f"Company {number}", email=f"{number}@x.example", siteId=place.pk, language=language)

        to, _subject, _text, _html, told = account.mails[-1]
        assert (to, told) == (f"{number}@x.example", spoken)


@covers(others("answer", "register: UPDATED"), needs={Fact.WRITES, Fact.PEOPLE})
def test_known_company_is_updated(account: Account) -> None:
    body = account.enrolment(name="acme corp", siteId=account.site()["_id"])

    response = account.post("register", body)

    told = account.outcome(response, "register", "UPDATED", UPDATED, document.REGISTERED)
    assert told["organizationCreated"] is False
    assert (told["roomOfInterest"], told["identityVerification"]) == (None, None)


@covers(others("answer", "register: USER_EXISTS"), needs={Fact.WRITES, Fact.PERSON})
def test_member_of_a_company_exists_already(account: Account) -> None:
    body = account.enrolment(email=account.people["known"], siteId=account.site()["_id"])

    response = account.post("register", body)

    told = account.outcome(response, "register", "USER_EXISTS", USER_EXISTS, document.USER_EXISTS)
    user = account.data(account.get("user-info", id=told["userId"]), document.USER) if told["userId"] else None
    assert user is not None
    assert user["email"] == account.people["known"]


def order(account: Account) -> dict[str, Any]:
    """An option of the site, ordered with everything that can be said of it."""
    options = account.get("contract-options", site=account.site()["_id"]).json()["data"]
    return {
        "optionModelId": options[0]["_id"],
        "key": options[0]["key"],
        "name": "Place de parking",
        "quantity": 2,
        "price": 150,
        "pricePromo": -1,
        "promoMonthDuration": 3,
        "startAt": "2024-01-01",
        "endAt": "2026-12-31",
    }


@covers(parameters("option of merge-contract"), parameters("merge-contract"), needs={Fact.WRITES, Fact.PEOPLE})
def test_contract_is_merged(account: Account) -> None:
    key, one = account.organization(), order(account)
    body = {
        "organizationId": key,
        "rentalPrice": "1500€",
        "rentalComment": "Since the move",
        "rentalStartAt": "2024-01-01",
        "rentalEndAt": "2027-12-31",
        "rentalUrl": "https://drive.example/acme",
        "rentalRenewal": 12,
        "contractOptions": [one],
        "contractOptionsToRemove": [one["optionModelId"]],
        "contractOptionsToAdd": [{**one, "optionModelId": _second_option(account)}],
        "rooms": [account.room("private")],
        "roomsToAdd": [account.room("meeting")],
        "roomsToRemove": [account.room("meeting")],
    }

    merged = account.data(account.post("merge-contract", body), document.MERGED)

    assert merged["organizationId"] == key


def _second_option(account: Account) -> str:
    """Another option than the first, one that may be had more than once."""
    options = account.get("contract-options", site=account.site()["_id"]).json()["data"]
    key: str = next(option["_id"] for option in options[1:] if option["isGeneric"])
    return key


@covers(
    parameters("merge-contract"),
    (row for row in parameters("option of merge-contract") if row.name != "promoMonthDuration"),
    needs={Fact.OURS},
)
def test_merged_contract_is_told(account: Account) -> None:
    world, one = account.world, order(account)
    replaced = {"optionModelId": _second_option(account)}
    rental = {
        "organizationId": world.acme.pk,
        "rentalPrice": "1 250,50 € HT",
        "rentalComment": "Since the move",
        "rentalStartAt": "2024-01-01",
        "rentalEndAt": "2027-12-31",
        "rentalUrl": "https://drive.example/acme",
        "rentalRenewal": 12,
    }
    before = {"contractOptionsToAdd": [one], "rooms": [world.private_office.pk, world.seine.pk]}
    account.data(account.post("merge-contract", {**rental, **before}), document.MERGED)

    # What is replaced, is added and removed within the same call.
    after = {
        "organizationId": world.acme.pk,
        "contractOptions": [replaced, replaced | {"name": "Second", "price": 10.5, "pricePromo": 5}],
        "contractOptionsToAdd": [one],
        "contractOptionsToRemove": [2],
        "rooms": [world.office.pk, world.liffey.pk],
        "roomsToAdd": [world.private_office.pk],
        "roomsToRemove": [world.liffey.pk],
    }
    account.data(account.post("merge-contract", after), document.MERGED)

    response = account.get("organization-info", id=world.acme.pk)
    told = account.data(response, document.ORGANIZATION, table="organization-info")
    assert (told["basePrice"], told["contractEndDate"], told["renewalMonths"]) == (1250.5, "2027-12-31", 12)
    options = {option["id"]: option for option in told["contractOptions"]}
    assert set(options) == {3, 4}
    assert (options[3]["name"], options[3]["price"], options[3]["pricePromo"]) == ("Second", 10.5, 5)
    assert options[4] == {
        "id": 4,
        "name": "Place de parking",
        "key": one["key"],
        "quantity": 2,
        "price": 150,
        "pricePromo": None,
        "startDate": "2024-01-01",
        "endDate": "2026-12-31",
    }
    assert {room["_id"] for room in told["allocatedRooms"]} == {world.office.pk, world.private_office.pk}
