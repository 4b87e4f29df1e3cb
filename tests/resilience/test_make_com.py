"""The two Make.com scenarios of the API document, run one module after the other as Make.com runs them.

They stand here as the document has them. A runner reads the modules out of the text, fills in what stands in double
braces, and sends what the HTTP modules say; only host, token and ids are others.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from portal.embedded.models import Organization, Site, User
from tests.contract import document
from tests.contract.document import mismatch
from tests.portal.embedded.world import World, build_world, make_room

HOST = "https://api.workways.com"
REGISTER = """\
1. Trigger: Webhook (receives form data)
2. HTTP Module:
   - Method: POST
   - URL: https://api.workways.com/api/register
   - Headers:
     * Authorization: Bearer ww_dev_xxxxxxxxxx
     * Content-Type: application/json
   - Body:
     {
       "name": "{{trigger.companyName}}",
       "firstName": "{{trigger.firstName}}",
       "lastName": "{{trigger.lastName}}",
       "email": "{{trigger.email}}",
       "phone": "{{trigger.phone}}",
       "country": "{{trigger.country}}",
       "maxResidentUsers": {{trigger.users}}
     }
3. Email Module: Send confirmation with {{response.data.requestId}}
"""
AVAILABILITY = """\
1. Schedule: Every day at 8:00 AM
2. HTTP Module (Get Sites):
   - Method: GET
   - URL: https://api.workways.com/api/sites?country=France
3. HTTP Module (Get Rooms):
   - Method: GET
   - URL: https://api.workways.com/api/rooms?site={{site._id}}
4. Google Sheets: Update availability report
"""
# The document asks for one of three ids in a registration, and its scenario sends none; no answer has a `requestId`.
WITH_SITE = REGISTER.replace('"name":', '"siteId": "{{trigger.site}}",\n       "name":').replace(
    "requestId", "organizationId"
)
FORM = {
    "companyName": "Startup SAS",
    "firstName": "Nina",
    "lastName": "Neuf",
    "email": "nina.neuf@startup.example",
    "phone": "+33612345678",
    "country": "fr",
    "users": 5,
}
_STEP = re.compile(r"^\d+\. (.+?)$\n?((?:^ .*$\n?)*)", re.MULTILINE)
_HOLE = re.compile(r"\{\{(\w+)\.([\w.]+)\}\}")


@dataclass
class Scenario:
    """A scenario at work: what the modules before have left, and all that its HTTP modules got and its others wrote."""

    address: str
    token: str
    values: dict[str, Any]
    answers: list[httpx.Response] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def run(self, text: str) -> None:
        """Runs the modules in their order."""
        for title, details in _STEP.findall(text):
            if title.startswith("HTTP Module"):
                self._send_for_each(details)
            elif not title.startswith(("Trigger", "Schedule")):
                self.written.append(self._filled(title, self.values))

    def _send_for_each(self, details: str) -> None:
        """Sends once, or, where something of an item is asked for, once for each item of the answer before: that is
        what an iterator between two modules does.
        """
        unknown = {name for name, _ in _HOLE.findall(details)} - set(self.values)
        items = self.answers[-1].json()["data"] if unknown else [None]
        for item in items:
            answer = self._send(details, {**self.values, **dict.fromkeys(unknown, item)})
            self.answers.append(answer)
            self.values["response"] = answer.json()

    def _send(self, details: str, values: dict[str, Any]) -> httpx.Response:
        said = self._filled(details, values)
        method, url = (re.findall(rf"- {name}: (\S+)", said)[0] for name in ("Method", "URL"))
        headers = dict(re.findall(r"\* ([\w-]+): (.+)", said))
        body = said.partition("- Body:\n")[2]
        return httpx.request(method, url.replace(HOST, self.address), headers=headers, content=body.encode() or None)

    def _filled(self, text: str, values: dict[str, Any]) -> str:
        """The text with values in the place of its holes; what isn't there is filled with nothing."""

        def value(found: re.Match[str]) -> str:
            told: Any = values[found[1]]
            for name in found[2].split("."):
                told = (told or {}).get(name)
            return "" if told is None else str(told)

        return _HOLE.sub(value, text).replace("ww_dev_xxxxxxxxxx", self.token)


@pytest.fixture
def world(transactional_db: None, clock: Any) -> World:
    """The small world, and a second site in France."""
    world = build_world()
    lyon = Site.objects.create(name="Workways Lyon", country="FR", zone_name="Europe/Paris")
    make_room(lyon, "Saône")
    return world


@pytest.fixture
def scenarios(world: World, live_server: Any) -> Callable[..., Scenario]:
    """Makes a scenario with what its trigger sends."""
    return lambda **trigger: Scenario(live_server.url, world.token, {"trigger": trigger})


def test_registration_as_written_is_told_what_it_lacks(world: World, scenarios: Callable[..., Scenario]) -> None:
    scenario = scenarios(**FORM)

    scenario.run(REGISTER)

    (answer,) = scenario.answers
    assert (answer.status_code, answer.json()) == (
        400,
        {"retcode": -1, "message": "Missing required parameter: siteId, roomId or meetingId"},
    )
    assert scenario.written == ["Email Module: Send confirmation with "]
    assert not User.objects.filter(email=FORM["email"]).exists()


def test_registration_with_its_site_registers_and_confirms(world: World, scenarios: Callable[..., Scenario]) -> None:
    scenario = scenarios(**FORM, site=world.paris.pk)

    scenario.run(WITH_SITE)

    told = scenario.answers[0].json()
    assert (told["retcode"], told["status"]) == (200, "CREATED")
    assert mismatch(document.REGISTERED, told["data"]) == ""
    company = Organization.objects.get(name="Startup SAS")
    assert (company.country, company.max_resident_users) == ("FR", 5)
    user = User.objects.get(email=FORM["email"])
    assert (user.first_name, user.last_name, user.phone, user.role) == (
        "Nina",
        "Neuf",
        "+33612345678",
        "principal-admin",
    )
    assert scenario.written == [f"Email Module: Send confirmation with {company.pk}"]
    # The same form sent again changes nothing, and is confirmed with the same id.
    again = scenarios(**FORM, site=world.paris.pk)
    again.run(WITH_SITE)
    assert again.answers[0].json()["status"] == "USER_EXISTS"
    assert again.written == scenario.written


def test_registration_with_a_dead_token_is_for_the_error_handler(
    world: World, scenarios: Callable[..., Scenario]
) -> None:
    scenario = scenarios(**FORM, site=world.paris.pk)
    scenario.token = "ww_dev_" + "0" * 64

    scenario.run(WITH_SITE)

    assert (scenario.answers[0].status_code, scenario.answers[0].json()["retcode"]) == (401, -1)
    assert not Organization.objects.filter(name="Startup SAS").exists()


def test_availability_reaches_every_room_of_every_site_without_a_token(
    world: World, scenarios: Callable[..., Scenario]
) -> None:
    scenario = scenarios()
    scenario.token = ""

    scenario.run(AVAILABILITY)

    sites, *of_each = (answer.json() for answer in scenario.answers)
    assert mismatch([document.PUBLIC_SITE], sites["data"]) == ""
    assert [site["name"] for site in sites["data"]] == ["Workways Lyon", "Workways Paris"]
    assert [sorted(room["name"] for room in told["data"]) for told in of_each] == [["Saône"], ["Bureau", "Seine"]]
    assert all(mismatch([document.ROOM], told["data"]) == "" for told in of_each)
    assert scenario.written == ["Google Sheets: Update availability report"]
