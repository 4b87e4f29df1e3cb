"""Who may call: the six refusals of the document, quotas, and what is kept of a token."""

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.embedded.auth import hash_of, sum_up_uses
from portal.embedded.declarations import OPERATIONS, TokenRule
from portal.embedded.models import ApiToken, ApiUse, ApiUseDay, Organization, User
from tests.portal.embedded.conftest import Call
from tests.portal.embedded.world import DEVELOPER, World, make_token

MISSING = "Unauthorized: Authorization header is required. Use: Authorization: Bearer <your_token>"
MALFORMED = "Unauthorized: Invalid authorization format. Use: Authorization: Bearer <your_token>"
UNKNOWN = "Unauthorized: Invalid or revoked token"
INACTIVE = "Votre token est expiré, connectez-vous à votre compte pour le renouveler"
CLOSED = "Votre compte est désactivé, contactez Workways"
ARCHIVED = "Unauthorized: User account is archived"


def ask(get: Call, header: str | None) -> tuple[int, Any]:
    """Status and body of a call that needs a token."""
    headers = {} if header is None else {"authorization": header}
    response = get("/api/user-info", trusted=False, headers=headers, email=DEVELOPER)
    return response.status, response.payload()


def refusal(message: str, status: int = 401) -> tuple[int, Any]:
    return status, {"retcode": -1, "message": message}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, MISSING),
        ("", MALFORMED),
        ("Bearer", MALFORMED),
        ("Bearer ", MALFORMED),
        ("Token abc", MALFORMED),
        ("ww_dev_" + "0" * 64, MALFORMED),
        ("Bearer ww_dev_your_token_here", UNKNOWN),
        ("Bearer ww_dev_" + "0" * 64, UNKNOWN),
        ("Bearer é\udc80", UNKNOWN),
    ],
)
def test_bad_header_is_refused(world: World, get: Call, header: str | None, message: str) -> None:
    assert ask(get, header) == refusal(message)


def test_good_token_is_let_in(world: World, get: Call) -> None:
    assert ask(get, f"Bearer {world.token}")[0] == 200
    assert ask(get, f"bearer  {world.token} ")[0] == 200


def test_deactivated_token_is_told_in_french(world: World, get: Call) -> None:
    ApiToken.objects.update(is_active=False)

    assert ask(get, f"Bearer {world.token}") == refusal(INACTIVE)


def test_closed_account_is_told_in_french(world: World, get: Call) -> None:
    User.objects.filter(email=DEVELOPER).update(is_api_disabled=True)

    assert ask(get, f"Bearer {world.token}") == refusal(CLOSED)


def test_account_of_an_archived_organization_is_closed(world: World, get: Call) -> None:
    User.objects.filter(email=DEVELOPER).update(organization=Organization.objects.get(pk=world.nord.pk))

    assert ask(get, f"Bearer {world.token}") == refusal(CLOSED)


def test_archived_user_is_refused(world: World, get: Call) -> None:
    User.objects.filter(email=DEVELOPER).update(is_archived=True)

    assert ask(get, f"Bearer {world.token}") == refusal(ARCHIVED)


def test_user_who_is_no_developer_any_more_is_refused(world: World, get: Call) -> None:
    User.objects.filter(email=DEVELOPER).update(role="user")

    assert ask(get, f"Bearer {world.token}") == refusal(CLOSED)


def test_what_is_wrong_is_told_in_the_order_of_the_checks(world: World, get: Call) -> None:
    User.objects.filter(email=DEVELOPER).update(is_archived=True, is_api_disabled=True, daily_quota=0)
    ApiToken.objects.update(is_active=False)

    told = [ask(get, f"Bearer {world.token}")]
    ApiToken.objects.update(is_active=True)
    told.append(ask(get, f"Bearer {world.token}"))
    User.objects.filter(email=DEVELOPER).update(is_api_disabled=False)
    told.append(ask(get, f"Bearer {world.token}"))
    User.objects.filter(email=DEVELOPER).update(is_archived=False)
    told.append(ask(get, f"Bearer {world.token}"))

    assert told == [refusal(INACTIVE), refusal(CLOSED), refusal(ARCHIVED), refusal("API quota exceeded", 429)]


def test_developers_role_is_told_like_any_other(world: World, get: Call) -> None:
    assert ask(get, f"Bearer {world.token}")[1]["data"]["role"] == "api-developer"


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=lambda endpoint: endpoint.path)
def test_every_endpoint_follows_the_table_of_the_document(world: World, get: Call, post: Call, endpoint: Any) -> None:
    without = get(endpoint.path, trusted=False) if endpoint.method == "GET" else post(endpoint.path, {}, trusted=False)

    assert (without.status == 401) == (endpoint.token is TokenRule.REQUIRED)


@pytest.mark.parametrize("path", ["/api/sites", "/api/rooms"])
def test_bad_token_is_never_taken_for_none(world: World, get: Call, path: str) -> None:
    assert get(path, trusted=False, headers={"authorization": "Bearer wrong"}).status == 401


def test_endpoint_without_token_does_not_mind_a_bad_one(world: World, get: Call) -> None:
    assert get("/api/countries", trusted=False, headers={"authorization": "Bearer wrong"}).status == 200


def test_token_is_checked_before_the_body(world: World, post: Call) -> None:
    assert post("/api/register", b"not json", trusted=False).status == 401


def test_last_use_is_kept_to_the_minute(world: World, get: Call, clock: Any) -> None:
    ask(get, f"Bearer {world.token}")
    first = ApiToken.objects.get().last_used_at

    clock.forward(seconds=30)
    ask(get, f"Bearer {world.token}")
    assert ApiToken.objects.get().last_used_at == first

    clock.forward(seconds=31)
    ask(get, f"Bearer {world.token}")
    assert ApiToken.objects.get().last_used_at == clock()


@pytest.mark.parametrize(("field", "wait"), [("daily_quota", {"days": 1}), ("monthly_quota", {"days": 31})])
def test_quota_refuses_what_exceeds_it_and_comes_back(
    world: World, get: Call, clock: Any, field: str, wait: dict[str, float]
) -> None:
    User.objects.filter(email=DEVELOPER).update(**{field: 2})
    assert [ask(get, f"Bearer {world.token}")[0] for _ in range(2)] == [200, 200]

    assert ask(get, f"Bearer {world.token}") == refusal("API quota exceeded", 429)

    clock.forward(**wait)
    assert ask(get, f"Bearer {world.token}")[0] == 200


def test_refused_calls_are_not_counted_and_quotas_are_shared_by_all_tokens_of_a_user(world: World, get: Call) -> None:
    User.objects.filter(email=DEVELOPER).update(daily_quota=3)
    second = make_token()

    statuses = [ask(get, f"Bearer {token}")[0] for token in (world.token, second) * 3]

    assert statuses == [200, 200, 200, 429, 429, 429]
    assert ApiUse.objects.count() == 3
    User.objects.filter(email=DEVELOPER).update(daily_quota=4)
    assert [ask(get, f"Bearer {second}")[0] for _ in range(2)] == [200, 429]


def test_calls_of_days_that_are_over_are_summed_up_and_still_count_for_the_month(
    world: World, get: Call, clock: Any
) -> None:
    User.objects.filter(email=DEVELOPER).update(daily_quota=3, monthly_quota=7)
    answers = []
    for _day in range(3):
        answers.append([ask(get, f"Bearer {world.token}")[0] for _ in range(4)])
        clock.forward(days=1)
        sum_up_uses(now=clock())

    assert answers == [[200, 200, 200, 429], [200, 200, 200, 429], [200, 429, 429, 429]]
    assert not ApiUse.objects.exists()
    assert list(ApiUseDay.objects.order_by("day").values_list("calls", flat=True)) == [3, 3, 1]
    clock.forward(days=25)
    sum_up_uses(now=clock())
    assert not ApiUseDay.objects.exists()
    assert ask(get, f"Bearer {world.token}")[0] == 200


def test_calls_left_behind_join_the_sum_of_their_day(world: World, clock: Any) -> None:
    user = User.objects.get(email=DEVELOPER)
    for _ in range(2):
        ApiUse.objects.create(user=user, at=clock())
        sum_up_uses(now=clock() + timedelta(days=1))

    assert ApiUseDay.objects.get().calls == 2


def test_counting_locks_no_row(world: World, get: Call) -> None:
    User.objects.filter(email=DEVELOPER).update(daily_quota=100, monthly_quota=100)
    ask(get, f"Bearer {world.token}")

    with CaptureQueriesContext(connection) as asked:
        ask(get, f"Bearer {world.token}")

    statements = [query["sql"] for query in asked]
    assert not [sql for sql in statements if "FOR UPDATE" in sql or sql.startswith("UPDATE")]
    assert len([sql for sql in statements if "embedded_apiuse" in sql]) == 5


def test_command_prints_a_token_that_works_and_keeps_only_its_hash(world: World, get: Call) -> None:
    out = StringIO()

    call_command("create_api_token", email="New.Developer@x.example", name="Make.com", stdout=out, stderr=StringIO())

    token = out.getvalue().strip()
    assert re.fullmatch(r"ww_dev_[0-9a-f]{64}", token)
    row = ApiToken.objects.get(user__email="new.developer@x.example")
    assert (row.name, row.token_hash, row.prefix) == ("Make.com", hash_of(token), token[:11])
    assert row.user.role == "api-developer"
    assert ask(get, f"Bearer {token}")[0] == 200


def test_command_gives_a_second_token_to_the_same_account(world: World) -> None:
    call_command("create_api_token", email=DEVELOPER, name="Second", stdout=StringIO(), stderr=StringIO())

    assert ApiToken.objects.filter(user__email=DEVELOPER).count() == 2
    assert User.objects.filter(email=DEVELOPER).count() == 1


@pytest.mark.parametrize(
    ("email", "name"), [("not an address", "x"), ("a@b.example", "  "), ("a@b.example", "x" * 101)]
)
def test_command_refuses_nonsense(world: World, email: str, name: str) -> None:
    with pytest.raises(CommandError):
        call_command("create_api_token", email=email, name=name, stdout=StringIO(), stderr=StringIO())


def test_command_refuses_an_archived_account(world: World) -> None:
    User.objects.filter(email=DEVELOPER).update(is_archived=True)

    with pytest.raises(CommandError, match="archived"):
        call_command("create_api_token", email=DEVELOPER, name="x", stdout=StringIO(), stderr=StringIO())


def test_tokens_differ(world: World) -> None:
    assert make_token() != make_token()
