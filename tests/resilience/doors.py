"""A portal with one of everything in it, and every route of it as a door that somebody may knock at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.test import Client

from bookings.catalog.models import RoomPicture, Site
from bookings.feeds.models import Feed
from bookings.mail.models import OutboxMail
from portal import clock
from portal.embedded.auth import create_token, ensure_developer
from portal.members.roles import Role
from tests.bookings.booking_requests.guests import Guest, link_to
from tests.bookings.registration.conftest import COMPANY, PERSON, USERS, Browser, mailed_link
from tests.bookings.watching.watchers import Watcher
from tests.bookings.watching.watchers import link_to as link_to_watch
from tests.factories import make_closure
from tests.factories.members import make_member
from tests.support.world import ARCHIVED, KNOWN, NEW, build_world, last_mail, mirror

SLOT = {"date": "2026-01-13", "start": "10:00", "duration": "60", "people": "2"}
OTHER_SLOT = "2026-01-20T09:00:00Z/60"
NOBODY = "nobody@else.example"
DRAFTING = "rita@studio.example"


@dataclass(frozen=True, kw_only=True)
class Door:
    """A route in one situation: who knocks, at which address, and what the view behind it reads.

    `query` and `form` hold values that would do, so that a test can spoil one at a time; without a `form` the route
    takes none. `arguments` are the parts of the path that the view reads.
    """

    route: str
    path: str
    client: Client
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None
    arguments: tuple[str, ...] = ()

    @property
    def has_language(self) -> bool:
        """Is it a page, which exists in French too?"""
        return not re.match(r"/(healthz|readyz|metrics|api|imageroom|pictures)|.*(\.json|busy\.ics)$", self.path)


class Portal:
    """One site with rooms; requests, registrations and links in several states; a member of staff; a program."""

    def __init__(self) -> None:
        self.world = build_world()
        self._give_a_picture()
        self.room = self.world.mirrored
        self.staff, self.visitor = Client(), Client()
        self.staff.force_login(make_member(password="correct horse battery").user)
        self.waiting = Guest("wait@acme.example").begin(self.room)
        self.booked = Guest(KNOWN).begin(self.room, date="2026-01-14").book()
        self.booked.post("ask", kind="question", message="Is there a projector?")
        self.archived = Guest(ARCHIVED).begin(self.room, date="2026-01-16").book()
        self.asking = Watcher("walt@studio.example").ask(self.room, date="2026-01-14")
        self.in_line = Watcher("wilma@studio.example").get_in_line(self.room, date="2026-01-14")
        self.newcomer = Guest("nell@studio.example").begin(self.room, date="2026-01-19").book()
        self.verification = self._register()
        self.unproved, self.drafting = Browser(), Browser()
        self.unproved.begin(f"room={self.world.office.id}", "paula@studio.example")
        self.drafting.begin(f"site={self.world.site.id}", DRAFTING)
        self.drafting.prove()
        self.drafting.fill_in()
        developer = ensure_developer(email="dev@integrator.example", now=clock.now())
        token = create_token(user=developer, name="Test", now=clock.now())[1]
        self.program = Client(headers={"authorization": f"Bearer {token}"})

    def _give_a_picture(self) -> None:
        self.world.seine.image_id = "seine-picture"
        self.world.seine.save()
        mirror()

    def _register(self) -> str:
        """Books and registers as somebody new; the token of the verification link that the API then mails."""
        guest, browser = Guest(NEW).begin(self.room, date="2026-01-15").book(), Browser()
        browser.client = guest.client
        answer = guest.client.post(f"/registration/from-booking/{guest.reference}/")
        browser.reference = answer["Location"].split("/registration/")[1].split("/")[0]
        browser.fill_in()
        browser.send()
        found = re.search(r"/account/verify/([^/\s]+)/", last_mail(NEW, "from_workways").text)
        assert found
        return found[1]

    def doors(self) -> list[Door]:
        """Every route, some in several situations."""
        groups = (self._pages(), self._files(), self._bookings(), self._watches(), self._links(), self._registrations())
        staff = (self._panel(), self._places(), self._team())
        return [door for group in (*groups, self._api(), *staff) for door in group]

    def _pages(self) -> Iterable[Door]:
        room, office, site, visitor = self.room.workways_id, self.world.office.id, self.world.site.id, self.visitor
        where = {"country": "France", "site": site, "type": "publicMeeting"}
        typed = {"email": NOBODY, "name": "Nobody", "subject": "", "notes": "", "slot": "", **SLOT}
        signed = {"username": "sofia", "password": "wrong", "next": "/staff/upstream/calendars/"}
        yield Door(route="home", path="/", client=visitor)
        yield Door(route="sites", path="/sites/", client=visitor)
        yield Door(route="site", path=f"/sites/{site}/", client=visitor, arguments=(site,))
        yield Door(route="site-day", path=f"/sites/{site}/day/", client=visitor, query=SLOT, arguments=(site,))
        yield Door(route="search", path="/search/", client=visitor, query={**where, **SLOT})
        yield Door(route="room", path=f"/rooms/{room}/", client=visitor, query=SLOT, arguments=(room,))
        yield Door(route="room", path=f"/rooms/{office}/", client=visitor)
        yield Door(route="room-price", path=f"/rooms/{room}/price/", client=visitor, query=SLOT, arguments=(room,))
        yield Door(route="room-rent", path=f"/rooms/{office}/rent/", client=visitor, arguments=(office,))
        yield Door(route="booking-begin", path=f"/rooms/{room}/book/", client=visitor, form=typed, arguments=(room,))
        yield Door(route="booking-link-lost", path="/l/", client=visitor, form={"email": NOBODY})
        yield Door(route="booking-link-sent", path="/l/sent/", client=visitor)
        yield Door(route="staff-login", path="/staff/login/", client=visitor, query={"next": "/staff/"}, form=signed)
        yield Door(route="staff-logout", path="/staff/logout/", client=visitor, form={})

    def _files(self) -> Iterable[Door]:
        room, visitor = self.room.workways_id, self.visitor
        window = {"start": "2026-01-12T00:00:00Z", "end": "2026-01-19T00:00:00Z"}
        digest = RoomPicture.objects.get(room=self.room).digest
        for route in ("healthz", "readyz", "metrics"):
            yield Door(route=route, path=f"/{route}", client=visitor)
        path = f"/rooms/{room}/availability.json"
        yield Door(route="room-availability", path=path, client=visitor, query=window, arguments=(room,))
        yield Door(route="room-busy", path=f"/rooms/{room}/busy.ics", client=visitor, arguments=(room,))
        path = f"/pictures/{digest}/480.webp"
        yield Door(route="room-picture", path=path, client=visitor, arguments=(digest, "480"))

    def _bookings(self) -> Iterable[Door]:
        seen = re.findall(r'name="seen" value="(\w*)"', self.waiting.html)[0]
        asked = {"kind": "question", "message": "Hello?"}
        for guest, step, form in (
            (self.waiting, "book", {"seen": seen, "code": "000000"}),
            (self.waiting, "extend", {}),
            (self.waiting, "release", {}),
            (self.waiting, "slot", {"slot": OTHER_SLOT}),
            (self.waiting, "resend", {}),
            (self.booked, "resend", {}),
            (self.booked, "ask", asked),
        ):
            path, arguments = f"/booking/{guest.reference}/{step}/", (guest.reference,)
            yield Door(route=f"booking-{step}", path=path, client=guest.client, form=form, arguments=arguments)
        for guest in (self.waiting, self.booked, self.archived, self.newcomer):
            path, query, arguments = f"/booking/{guest.reference}/", {"day": "2026-01-20"}, (guest.reference,)
            yield Door(route="booking", path=path, client=guest.client, query=query, arguments=arguments)
        path, arguments = f"/booking/{self.booked.reference}/meeting.ics", (self.booked.reference,)
        yield Door(route="booking-ics", path=path, client=self.booked.client, arguments=arguments)

    def _watches(self) -> Iterable[Door]:
        room, taken = self.room.workways_id, {**SLOT, "date": "2026-01-14"}
        path, form = f"/rooms/{room}/watch/", {**taken, "email": NOBODY}
        yield Door(route="watch-begin", path=path, client=self.visitor, query=taken, form=form, arguments=(room,))
        for watcher, step, form in (
            (self.asking, "prove", {"code": "000000"}),
            (self.asking, "resend", {}),
            (self.in_line, "stop", {}),
            (self.in_line, "take", {"name": "Wilma"}),
        ):
            path, arguments = f"/watch/{watcher.reference}/{step}/", (watcher.reference,)
            yield Door(route=f"watch-{step}", path=path, client=watcher.client, form=form, arguments=arguments)
        for watcher in (self.asking, self.in_line):
            path, arguments = f"/watch/{watcher.reference}/", (watcher.reference,)
            yield Door(route="watch", path=path, client=watcher.client, arguments=arguments)

    def _links(self) -> Iterable[Door]:
        password = {"password": "four calm words here", "again": "four calm words here"}
        booking, registration = link_to(KNOWN).split("/")[-2], mailed_link(DRAFTING).split("/")[-2]
        watch = link_to_watch(self.in_line.email).split("/")[-2]
        for route, folder, token, step, form in (
            ("booking-link", "l", booking, "", None),
            ("booking-link-continue", "l", booking, "continue/", {}),
            ("booking-link-fresh", "l", booking, "fresh/", {}),
            ("booking-link-ics", "l", booking, "meeting.ics", None),
            ("registration-link", "r", registration, "", None),
            ("registration-link-continue", "r", registration, "continue/", {}),
            ("registration-link-fresh", "r", registration, "fresh/", {}),
            ("watch-link", "w", watch, "", None),
            ("watch-link-continue", "w", watch, "continue/", {}),
            ("watch-link-stop", "w", watch, "stop/", {}),
            ("watch-link-take", "w", watch, "take/", {"name": "Wilma"}),
            ("account-verify", "account/verify", self.verification, "", password),
            ("account-fresh-link", "account/verify", self.verification, "fresh/", {}),
        ):
            path = f"/{folder}/{token}/{step}"
            yield Door(route=route, path=path, client=self.visitor, form=form, arguments=(token,))

    def _registrations(self) -> Iterable[Door]:
        company = {**COMPANY, "vat_number": "", "address": "1 rue de la Paix"}
        for browser, step, form in (
            (self.unproved, "code", {"code": "000000"}),
            (self.unproved, "resend", {}),
            (self.unproved, "person", PERSON),
            (self.drafting, "person", PERSON),
            (self.drafting, "company", company),
            (self.drafting, "users", USERS),
            (self.drafting, "resend", {}),
            (self.drafting, "check", {}),
        ):
            is_form = step in ("person", "company", "users")
            yield Door(
                route="registration-step" if is_form else f"registration-{step}",
                path=browser.address(step),
                client=browser.client,
                form=form,
                arguments=(browser.reference, step) if is_form else (browser.reference,),
            )
        path, arguments = self.drafting.address(""), (self.drafting.reference,)
        yield Door(route="registration", path=path, client=self.drafting.client, arguments=arguments)
        path, arguments = f"/registration/from-booking/{self.newcomer.reference}/", (self.newcomer.reference,)
        client = self.newcomer.client
        yield Door(route="registration-from-booking", path=path, client=client, form={}, arguments=arguments)
        route, path, site = "registration-start", "/registration/start/", self.world.site.id
        yield Door(route=route, path=path, client=self.visitor, form={"email": NOBODY, "site": site})
        query = {"room": self.world.office.id, "site": site}
        yield Door(route=route, path=path, client=self.visitor, query=query, form={"email": NOBODY})

    def _panel(self) -> Iterable[Door]:
        request, booked, draft = self.archived.reference, self.booked.reference, self.drafting.reference
        ask, feed = str(self.booked.request.asks.get().pk), str(Feed.objects.earliest("pk").pk)
        mail = str(OutboxMail.objects.filter(kind="booked").latest("pk").pk)
        listed = {"words": "acme", "state": "booked", "page": "1"}
        operator = {"name": "Portal", "contact_email": "a@b.example", "contact_phone": "1", "vat_wording": "excluded"}
        for name, path, form, arguments in (
            ("home", "", None, ()),
            ("request", f"requests/{request}/", None, (request,)),
            ("request-send", f"requests/{request}/send/", {}, (request,)),
            ("request-settle", f"requests/{request}/settle/", {"outcome": "booked", "reason": "Seen."}, (request,)),
            ("request-handled", f"requests/{request}/handled/", {"note": "Called."}, (request,)),
            ("ask", f"requests/{booked}/asks/{ask}/", {f"ask{ask}-answer": "Yes."}, (booked,)),
            ("registration", f"registrations/{draft}/", None, (draft,)),
            ("registration-send", f"registrations/{draft}/send/", {}, (draft,)),
            ("registration-settle", f"registrations/{draft}/settle/", {"to": "created", "reason": "Seen."}, (draft,)),
            ("registration-handled", f"registrations/{draft}/handled/", {"note": "Done."}, (draft,)),
            ("mail", f"outbox/{mail}/", None, (mail,)),
            ("mail-html", f"outbox/{mail}/html/", None, (mail,)),
            ("attachment", f"outbox/{mail}/attachments/1/", None, ("1",)),
            ("mail-resend", f"outbox/{mail}/resend/", {}, (mail,)),
            ("feed-refresh", f"feeds/{feed}/refresh/", {}, (feed,)),
            ("settings", "settings/", operator, ()),
        ):
            where = f"/staff/{path}"
            yield Door(route=f"staff-{name}", path=where, client=self.staff, form=form, arguments=arguments)
        for name in ("requests", "registrations", "outbox", "feeds"):
            query = listed if name != "feeds" else {"page": "1"}
            yield Door(route=f"staff-{name}", path=f"/staff/{name}/", client=self.staff, query=query)

    def _places(self) -> Iterable[Door]:
        site = self.world.site.id
        closed = str(make_closure(site=Site.objects.get(workways_id=site)).pk)
        place = {"own_name_en": "Ours", "own_hours_week": "09:00-18:00", "zone_override": "Europe/Paris"}
        closure = {"closure-first_day": "2026-12-24", "closure-from_time": "12:00", "closure-last_day": "2026-12-26"}
        holidays = {"holidays-holidays_on": "on", "holidays-open_days": "2026-05-01"}
        yield Door(route="staff-places", path="/staff/places/", client=self.staff, query={"words": "a", "page": "1"})
        for name, path, form, arguments in (
            ("place", f"places/sites/{site}/", None, (site,)),
            ("place-preview", f"places/sites/{site}/preview/", None, (site,)),
            ("place-save", f"places/sites/{site}/save/", place, (site,)),
            ("place-revert", f"places/sites/{site}/revert/", {"field": "own_name_en"}, (site,)),
            ("place-picture", f"places/sites/{site}/picture/", {"picture": "no file"}, (site,)),
            ("place-shown", f"places/sites/{site}/shown/", {"shown": "yes"}, (site,)),
            ("place-holidays", f"places/sites/{site}/holidays/", holidays, (site,)),
            ("place-move", f"places/sites/{site}/move/", {"to": "up"}, (site,)),
            ("place-close", f"places/sites/{site}/close/", closure, (site,)),
            ("place-reopen", f"places/sites/{site}/closures/{closed}/reopen/", {}, (closed,)),
        ):
            where = f"/staff/{path}"
            yield Door(route=f"staff-{name}", path=where, client=self.staff, form=form, arguments=arguments)

    def _team(self) -> Iterable[Door]:
        member = str(make_member(username="otto", role=Role.VIEWER, email="otto@portal.example").pk)
        token, site = "a-token-that-nobody-was-ever-given-1234567", self.world.site.id
        chosen = {"first": "four calm words here", "second": "four calm words here"}
        reach = {"role": "20", "reach": "some", "sites": site}
        invited = {"email": "new@portal.example", "first_name": "Nia", "last_name": "", "language": "fr", **reach}
        asked = {"member": "1", "act": "saw", "subject": "request", "about": "a@b.example"}
        asked |= {"since": "2026-01-01", "until": "2026-01-31"}
        for name, path, form, arguments in (
            ("code", "code/", {"code": "000000", "next": "/staff/"}, ()),
            ("forgotten", "forgotten/", {"name": "sofia"}, ()),
            ("invitation", f"invitation/{token}/", chosen, (token,)),
            ("password-link", f"password/{token}/", chosen, (token,)),
            ("account", "account/", None, ()),
            ("account-password", "account/password/", {"present": "wrong", **chosen}, ()),
            ("account-browsers", "account/browsers/", {}, ()),
            ("two-factor", "account/two-factor/", None, ()),
            ("two-factor-begin", "account/two-factor/begin/", {}, ()),
            ("two-factor-confirm", "account/two-factor/confirm/", {"code": "000000"}, ()),
            ("two-factor-codes", "account/two-factor/codes/", {"codes-password": "wrong"}, ()),
            ("two-factor-remove", "account/two-factor/remove/", {"remove-password": "wrong"}, ()),
            ("team", "team/", None, ()),
            ("team-rules", "team/rules/", {"two_factor_for": "admins"}, ()),
            ("invite", "team/invite/", invited, ()),
            ("member", f"team/{member}/", None, (member,)),
            ("member-role", f"team/{member}/role/", reach, (member,)),
            ("member-link", f"team/{member}/link/", {}, (member,)),
            ("member-browsers", f"team/{member}/browsers/", {}, (member,)),
            ("member-two-factor", f"team/{member}/two-factor/", {}, (member,)),
            ("member-off", f"team/{member}/off/", {}, (member,)),
            ("member-on", f"team/{member}/on/", {}, (member,)),
            ("audit-export", "audit/export/", asked, ()),
        ):
            where = f"/staff/{path}"
            yield Door(route=f"staff-{name}", path=where, client=self.staff, form=form, arguments=arguments)
        yield Door(route="staff-audit", path="/staff/audit/", client=self.staff, query=asked)

    def _api(self) -> Iterable[Door]:
        room, office, site = self.world.seine.id, self.world.office.id, self.world.site.id
        priced = {"roomId": room, "startDate": "2026-01-13T10:00:00Z", "duration": "60", "nbPersons": "2"}
        for path, query in (
            ("/api/sites", {"country": "FR", "type": "all"}),
            ("/api/rooms", {"country": "FR", "site": site, "type": "all"}),
            ("/api/countries", {}),
            ("/api/icsfeed", {"rooms": f"{room},{office}"}),
            ("/api/room-price", priced),
            ("/api/room-price", {"roomId": office, "period": "month"}),
            ("/api/user-info", {"id": f"{1:024x}", "email": KNOWN}),
            ("/api/organization-info", {"id": self.world.acme.pk}),
            ("/api/contract-options", {"site": site}),
            ("/api/nothing", {}),
        ):
            yield Door(route="workways-api", path=path, client=self.program, query=query)
        yield Door(route="workways-imageroom", path="/imageroom", client=self.program, query={"id": "seine-picture"})
