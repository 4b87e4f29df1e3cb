"""The API held to its own OpenAPI document by Schemathesis, with every check on.

`PORTAL_TESTS_EXAMPLES=2000 pytest tests/contract/test_schemathesis.py` sends that many calls to each operation instead
of the few of a plain run.
"""

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.checks import CheckContext, load_all_checks
from schemathesis.core.transport import Response
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test

from portal.embedded.declarations import OPERATIONS, Operation
from portal.embedded.ids import named_id
from portal.embedded.models import Organization, Rate, Site, User
from portal.wsgi import application
from tests.contract.coverage import SENT
from tests.portal.embedded.world import ARCHIVED, KNOWN, TEMPORARY, build_world, make_room

FEW = 12
EXAMPLES = int(os.environ.get("PORTAL_TESTS_EXAMPLES", FEW))
BY_CALL = {(operation.method, operation.path): operation for operation in OPERATIONS}
SITE, MEETING_ROOM, OFFICE = named_id("site"), named_id("meeting room"), named_id("office")
ORGANIZATION, UNIQUE, GENERIC = named_id("organization"), named_id("unique option"), named_id("generic option")
# Half of the values that the document asks for are ones that exist, so that calls get past "not found".
KNOWN_VALUES: dict[str, list[str]] = {
    "rooms": [MEETING_ROOM, OFFICE],
    "sites": [SITE],
    "organizations": [ORGANIZATION],
    "options": [UNIQUE, GENERIC],
    "people": [KNOWN, TEMPORARY, ARCHIVED, "somebody@new.example"],
    "countries": ["FR", "ireland", "Belgique"],
    "starts": ["2026-01-12T14:00:00Z", "2026-02-03T10:00:00+01:00", "2026-01-07T09:30:00Z"],
}
PLACES = {
    "query.roomId": "rooms",
    "query.rooms": "rooms",
    "body.bookedRoom": "rooms",
    "body.roomId": "rooms",
    "body.rooms[*]": "rooms",
    "body.roomsToAdd[*]": "rooms",
    "body.roomsToRemove[*]": "rooms",
    "query.site": "sites",
    "body.siteId": "sites",
    "query.id": "organizations",
    "body.organizationId": "organizations",
    "body.contractOptions[*].optionModelId": "options",
    "body.contractOptionsToAdd[*].optionModelId": "options",
    "query.email": "people",
    "body.email": "people",
    "body.contactEmail": "people",
    "query.country": "countries",
    "body.country": "countries",
    "body.bookedAt": "starts",
}
CONFIG = {
    # What is well-formed may still be refused: a room that is taken, an organization that nobody knows. Which refusals
    # those may be is checked by `well_formed_is_not_called_malformed`.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2XX", 304, 400, 404]}},
    "dictionaries": {name: {"values": values} for name, values in KNOWN_VALUES.items()},
    "parameters": {place: {"dictionary": name, "probability": 0.5} for place, name in PLACES.items()},
}


@cache
def document() -> Any:
    """The document, as the API serves it. Read when a test needs it: its cases take seconds to make."""
    return schemathesis.openapi.from_wsgi(
        "/api/openapi.json", application, config=schemathesis.Config.from_dict(CONFIG)
    )


@pytest.fixture
def _one_transaction(db: None) -> Iterator[None]:
    """A request's end would close the connection, and the test's transaction with it; Django's own client does the
    same.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(clock: Any, settings: Any, _one_transaction: None) -> str:
    """A developer's, in a world that has what the known values name."""
    settings.EMBEDDED_MAILER = "tests.contract.conftest.keep_mail"
    world = build_world()
    site = Site.objects.create(id=SITE, name="Workways Lille", country="FR", zone_name="Europe/Paris")
    organization = Organization.objects.create(id=ORGANIZATION, name="Kestrel", folded_name="kestrel", country="IE")
    organization.memberships.create(site=site, position=1)
    # One known id is an organization's, a user's and a picture's, because all three are asked for by `id`.
    User.objects.create(id=ORGANIZATION, email="somebody@kestrel.example", role="user", organization=organization)
    make_room(site, "Deûle", id=MEETING_ROOM, image_id=ORGANIZATION)
    make_room(site, "Bureau", id=OFFICE, type="publicOffice", price_per_month="1300", organization=organization)
    for key, is_unique in ((UNIQUE, True), (GENERIC, False)):
        Rate.objects.create(
            id=key, site=site, key=f"option {key}", name_en="o", name_fr="o", type="other", is_unique=is_unique
        )
    return world.token


def form_refusals(operation: Operation) -> set[str]:
    """What can't be said to a call that fits the document, because the schema tells all there is to fit."""
    return {refusal for item in operation.parameters.items if item.read.is_exact for refusal in item.refusals}


def well_formed_is_not_called_malformed(ctx: CheckContext, response: Response, case: schemathesis.Case) -> None:
    """A call that fits the document is never refused for its form."""
    if response.status_code == 400 and case.meta is not None and case.meta.generation.mode.is_positive:
        assert response.json()["message"] not in form_refusals(BY_CALL[case.method, case.path])


def test_every_check_is_on() -> None:
    load_all_checks()

    assert set(schemathesis.checks.CHECKS.get_all_names()) == {
        "allow_header_conformance",
        "content_type_conformance",
        "ensure_resource_availability",
        "ignored_auth",
        "missing_required_header",
        "negative_data_rejection",
        "not_a_server_error",
        "object_level_authorization",
        "positive_data_acceptance",
        "response_headers_conformance",
        "response_schema_conformance",
        "status_code_conformance",
        "unsupported_method",
        "use_after_free",
    }


@pytest.mark.strict
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_every_answer_is_one_of_the_document(operation: Operation, token: str, record_property: Any) -> None:
    # Over WSGI nobody would unpack a compressed answer.
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}

    told: Counter[str] = Counter()

    def send(case: schemathesis.Case) -> None:
        response = case.call_and_validate(headers=headers, additional_checks=[well_formed_is_not_called_malformed])
        told[f"HTTP {response.status_code}"] += 1

    described = document()
    settings = hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        derandomize=EXAMPLES <= FEW,
    )
    config = HypothesisTestConfig(project=described.config, modes=list(HypothesisTestMode), explicit_settings=settings)
    run = create_test(operation=described[operation.path][operation.method], test_func=send, config=config)

    run()

    record_property(SENT, {"what": f"calls of {operation.method} {operation.path}", "answers": dict(told)})
