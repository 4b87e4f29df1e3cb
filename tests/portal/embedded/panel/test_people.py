"""Organizations, users, developers and tokens."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.embedded.auth import create_token, hash_of
from portal.embedded.models import ApiToken, AuditEntry, Membership, Organization, User
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import ARCHIVED, DEVELOPER, KNOWN, World, make_rates, utc

COMPANY = {"name": "Startup SAS", "country": "FR", "max_resident_users": "5"}


def test_an_organization_uses_its_sites_in_the_given_order(operator: Client, world: World, get: Call) -> None:
    sites = {f"site_{world.paris.pk}": "2", f"site_{world.dublin.pk}": "1"}

    operator.post(reverse("operator-organization-new"), {**COMPANY, **sites, "rental_end_on": "2026-12-31"})

    company = Organization.objects.get(name="Startup SAS")
    told = get("/api/organization-info", id=company.pk).payload()["data"]
    assert [site["name"] for site in told["accessibleSites"]] == ["Dublin Coworking Center", "Workways Paris"]
    assert told["contractEndDate"] == "2026-12-31"
    assert company.folded_name == "startup sas"


def test_a_site_without_a_number_is_no_longer_theirs(operator: Client, world: World) -> None:
    Membership.objects.create(organization=world.acme, site=world.paris, position=0)

    operator.post(reverse("operator-organization", args=[world.acme.pk]), {**COMPANY, "name": "Acme Corp"})

    assert not world.acme.memberships.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"country": "Atlantis"},
        {"company_number": "732 829 320 00074"},
        {"rental_start_on": "2026-05-01", "rental_end_on": "2026-04-01"},
        {"rental_end_on": "31/12/2026"},
        {"max_resident_users": "-1"},
    ],
)
def test_an_organization_that_makes_no_sense_is_refused(operator: Client, world: World, wrong: dict[str, str]) -> None:
    response = operator.post(reverse("operator-organization-new"), {**COMPANY, **wrong})

    assert response.status_code == 400
    assert not Organization.objects.filter(name="Startup SAS").exists()


def test_a_room_is_rented_and_given_back(operator: Client, world: World, get: Call) -> None:
    lease = {"room": world.office.pk, "contract_end_on": "2026-12-31", "rent_minor": "850"}

    operator.post(reverse("operator-rent", args=[world.acme.pk]), lease)
    told = get("/api/organization-info", id=world.acme.pk).payload()["data"]["allocatedRooms"]
    twice = operator.post(reverse("operator-rent", args=[world.nord.pk]), lease)
    operator.post(reverse("operator-rent-end", args=[world.acme.pk, world.office.pk]))

    world.office.refresh_from_db()
    assert {"_id": world.office.pk, "price": 850} in [{key: room[key] for key in ("_id", "price")} for room in told]
    assert twice.status_code == 400
    assert (world.office.organization, world.office.rent_minor, world.office.actual_state) == (None, None, "forrent")


def test_a_user_whom_staff_add_is_known_at_once(operator: Client, world: World, get: Call) -> None:
    typed = {"email": " Nina@Startup.example", "role": "user", "language": "fr", "organization": world.acme.pk}

    operator.post(reverse("operator-user-new"), typed)

    user = User.objects.get(email="nina@startup.example")
    assert user.is_known
    assert get("/api/user-info", email="nina@startup.example").payload()["data"]["role"] == "user"


@pytest.mark.parametrize("wrong", [{"email": KNOWN.upper()}, {"email": "x"}, {"role": "king"}, {"daily_quota": "-1"}])
def test_a_user_that_makes_no_sense_is_refused(operator: Client, world: World, wrong: dict[str, str]) -> None:
    before = User.objects.count()

    response = operator.post(
        reverse("operator-user-new"), {"email": "a@b.example", "role": "user", "language": "en", **wrong}
    )

    assert response.status_code == 400
    assert User.objects.count() == before


def test_a_token_is_shown_once_and_works(operator: Client, world: World, get: Call) -> None:
    made = operator.post(reverse("operator-tokens"), {"email": "Make@Integrator.example"})
    owner = User.objects.get(email="make@integrator.example")
    page = operator.post(reverse("operator-token-new", args=[owner.pk]), {"name": "Make.com"}).content.decode()

    row = ApiToken.objects.get(user=owner)
    token = page.split('id="token-text">')[1].split("<")[0]
    called = get("/api/user-info", trusted=False, headers={"authorization": f"Bearer {token}"}, email=KNOWN)
    later = [
        operator.get(reverse("operator-developer", args=[owner.pk])).content.decode(),
        operator.get(reverse("operator-tokens")).content.decode(),
        str(list(AuditEntry.objects.values())),
    ]
    assert made["Location"] == reverse("operator-developer", args=[owner.pk])
    assert row.token_hash == hash_of(token)
    assert called.status == 200
    assert all(token not in told for told in later)
    assert all(row.prefix in told for told in later)
    assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True)) == ["developer_made", "token_created"]


def test_a_token_is_regenerated_for_somebody_and_shown_once(operator: Client, world: World, get: Call) -> None:
    before = ApiToken.objects.get()
    ApiToken.objects.update(is_active=False)
    address = reverse("operator-token-regenerate", args=[before.pk])

    asked = operator.get(address).content.decode()
    unchanged = ApiToken.objects.get().token_hash
    page = operator.post(address)

    after = ApiToken.objects.get()
    token = page.content.decode().split('id="token-text">')[1].split("<")[0]
    statuses = [
        get("/api/user-info", trusted=False, headers={"authorization": f"Bearer {text}"}, email=KNOWN).status
        for text in (world.token, token)
    ]
    assert "With the new text it works again." in asked
    assert unchanged == before.token_hash
    assert statuses == [401, 200]
    assert (after.pk, after.name, after.created_at) == (before.pk, before.name, before.created_at)
    assert (after.prefix, after.token_hash, after.is_active) == (token[:11], hash_of(token), True)
    assert page["Cache-Control"] == "no-store"
    assert token not in operator.get(reverse("operator-developer", args=[after.user_id])).content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.act, entry.thing_id) == ("Sofia", "token_regenerated", after.pk)
    assert token not in str(AuditEntry.objects.values())


def test_the_record_names_people_by_id_and_shows_their_address(operator: Client, world: World) -> None:
    operator.post(reverse("operator-tokens"), {"email": "make@integrator.example"})
    owner = User.objects.get(email="make@integrator.example")
    operator.post(reverse("operator-token-new", args=[owner.pk]), {"name": "Make.com"})
    operator.post(reverse("operator-archive", args=["users", owner.pk]), {"act": "archive"})

    kept = str(list(AuditEntry.objects.values()))
    shown = operator.get(reverse("operator-history"), {"words": "integrator"}).content.decode()
    User.objects.filter(pk=owner.pk).delete()
    later = operator.get(reverse("operator-history")).content.decode()

    assert "integrator" not in kept
    assert shown.count("<td>make@integrator.example<br>") == 2
    assert "make@integrator.example" not in later
    assert later.count(f"user {owner.pk}") == 2


def test_anothers_token_is_deactivated_and_kept(operator: Client, world: World, get: Call) -> None:
    token = ApiToken.objects.get()

    operator.post(reverse("operator-token-deactivate", args=[token.pk]))
    operator.post(reverse("operator-token-deactivate", args=[token.pk]))

    token.refresh_from_db()
    header = {"authorization": f"Bearer {world.token}"}
    assert not token.is_active
    assert get("/api/user-info", trusted=False, headers=header, email=KNOWN).status == 401
    assert AuditEntry.objects.filter(act="token_deactivated").count() == 1


def test_quotas_hold_from_the_next_call_on(operator: Client, world: World, get: Call) -> None:
    owner = User.objects.get(email=DEVELOPER)
    operator.post(reverse("operator-quotas", args=[owner.pk]), {"daily_quota": "1", "monthly_quota": ""})

    header = {"authorization": f"Bearer {world.token}"}
    answers = [get("/api/user-info", trusted=False, headers=header, email=KNOWN).status for _ in range(2)]

    assert answers == [200, 429]


def test_who_is_archived_is_made_no_developer(operator: Client, world: World) -> None:
    response = operator.post(reverse("operator-tokens"), {"email": ARCHIVED})

    assert response.status_code == 400
    assert User.objects.get(email=ARCHIVED).role == "user"


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\x00b"])
def test_a_token_has_a_name(operator: Client, world: World, name: str) -> None:
    owner = User.objects.get(email=DEVELOPER)

    response = operator.post(reverse("operator-token-new", args=[owner.pk]), {"name": name})

    assert response.status_code == 400
    assert ApiToken.objects.count() == 1


def test_only_developers_get_tokens(operator: Client, world: World) -> None:
    jean = User.objects.get(email=KNOWN)

    response = operator.post(reverse("operator-token-new", args=[jean.pk]), {"name": "Mine"})

    assert response.status_code == 404
    assert not jean.tokens.exists()


def test_tokens_say_whose_they_are_and_when_they_were_used(operator: Client, world: World) -> None:
    row, _token = create_token(user=User.objects.get(email=DEVELOPER), name="Zapier", now=utc(6, 9))
    ApiToken.objects.filter(pk=row.pk).update(last_used_at=utc(7, 8, 30))
    make_rates(world.paris)

    page = operator.get(reverse("operator-tokens")).content.decode()

    assert all(text in page for text in ("Zapier", row.prefix, DEVELOPER, "08:30", "never"))
