"""A portal with one of everything in it, and every route of it as a door that somebody may knock at."""

import re
from collections.abc import Iterable

from django.test import Client
from django.utils.http import urlencode

from bookings.catalog.models import RoomPicture, Site
from bookings.core.timespan import TimeSpan
from bookings.inviting import actions as inviting
from bookings.inviting.models import Invitation
from portal import clock
from portal.embedded.auth import create_token, ensure_developer
from tests.bookings.booking_requests.guests import Guest, link_to, utc
from tests.bookings.inviting.recipients import Recipient, send
from tests.bookings.inviting.recipients import link_to as link_of_invitation
from tests.bookings.registration.conftest import COMPANY, PERSON, USERS, Browser, mailed_link
from tests.bookings.watching.watchers import Watcher
from tests.bookings.watching.watchers import link_to as link_to_watch
from tests.factories.members import make_member
from tests.resilience.door import DRAFTING, NOBODY, OTHER_SLOT, SLOT, Door
from tests.resilience.panel_doors import PanelDoors
from tests.support.world import ARCHIVED, KNOWN, NEW, build_world, last_mail, mirror


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
        self._invite()
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

    def _invite(self) -> None:
        """Booking links of the team: one whose time is free, one whose time is taken since, one to a search."""
        site = Site.objects.get(workways_id=self.world.site.id)
        later = TimeSpan.lasting(utc(21, 13), 60)
        self.invited = send(self.room, span=later, email="iris@studio.example", name="")
        self.too_late = send(self.room, span=TimeSpan.lasting(utc(22, 13), 60), email="ivan@studio.example", name="")
        Guest("taker@acme.example").begin(self.room, date="2026-01-22")
        self.searching = send(None, span=None, site=site, email="ines@studio.example")
        self.ended = send(self.room, span=later, email="igor@studio.example")
        inviting.revoke(invitation=self.ended, by="Sofia Keller", now=clock.now())

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
        others = (self._invitations(), self._api(), PanelDoors(self).doors())
        return [door for group in (*groups, *others) for door in group]

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

    def _invitations(self) -> Iterable[Door]:
        for invitation, slot in ((self.invited, {}), (self.too_late, {"slot": OTHER_SLOT})):
            page = Recipient(invitation.email).open(f"?{urlencode(slot)}").html
            seen = re.findall(r'name="seen" value="(\w*)"', page)[0]
            yield self._invitation("", invitation, query=slot)
            yield self._invitation("book", invitation, form={"seen": seen, "name": "Iris", **slot})
            yield self._invitation("other", invitation, form={"email": NOBODY, "name": "Nobody", **slot})
        yield self._invitation("", self.searching)
        yield self._invitation("go", self.searching, form={})
        yield self._invitation("seen", self.invited, form={})
        yield self._invitation("fresh", self.ended, form={})

    def _invitation(
        self,
        step: str,
        invitation: Invitation,
        *,
        query: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
    ) -> Door:
        token = link_of_invitation(invitation.email).split("/")[-2]
        return Door(
            route=f"invitation-{step}" if step else "invitation",
            path=f"/i/{token}/{step}/" if step else f"/i/{token}/",
            client=self.visitor,
            query=query or {},
            form=form,
            arguments=(token,),
        )

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
