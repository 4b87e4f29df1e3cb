"""The panel's routes as doors: what each page, form and button of it reads, with values that would do."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from bookings.catalog.models import Site
from bookings.feeds.models import Feed
from bookings.mail.models import MailState, OutboxMail
from bookings.staff.customers.keys import key_of
from bookings.staff.requests.models import SavedView
from portal.members.models import Member
from portal.members.roles import Role
from tests.bookings.inviting.recipients import prepare
from tests.bookings.staff.customers.companies import change_at, contract_form, make_office, make_rate
from tests.factories import make_closure
from tests.factories.members import make_member
from tests.resilience.door import NOBODY, SLOT, Door
from tests.support.world import KNOWN

if TYPE_CHECKING:
    from tests.resilience.doors import Portal

# A route's name without "staff-", the rest of its address, its form, and the parts of the address that it reads.
_Row = tuple[str, str, dict[str, str] | None, tuple[str, ...]]
_DAYS = {"since": "2026-01-01", "until": "2026-01-31"}
_LISTED = {"words": "acme", "state": "booked", "page": "1"}


class PanelDoors:
    """The doors of the panel, at which an admin knocks."""

    def __init__(self, portal: "Portal") -> None:
        self.portal = portal
        self.site = Site.objects.get(workways_id=portal.world.site.id)
        self.admin = Member.objects.get(user__username="sofia")
        # Whoever has opened a page stands in the audit, and can be asked for there.
        portal.staff.get(f"/staff/requests/{portal.booked.reference}/")

    def doors(self) -> Iterable[Door]:
        """Every route of the panel, those that show a list or answer a question with what they are asked."""
        rows = (self._requests(), self._registrations(), self._outbox(), self._customers(), self._booking_links())
        others = (self._personal_data(), self._upstream(), self._places(), self._team())
        for group in (*rows, *others):
            for name, path, form, arguments in group:
                yield self._door(name, path, form=form, arguments=arguments)
        for name, path, query in (*self._lists(), *self._questions()):
            yield self._door(name, path, query=query)
        yield from self._calendars()

    def _door(
        self,
        name: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
        arguments: tuple[str, ...] = (),
    ) -> Door:
        return Door(
            route=f"staff-{name}",
            path=f"/staff/{path}",
            client=self.portal.staff,
            query=query or {},
            form=form,
            arguments=arguments,
        )

    def _requests(self) -> Iterable[_Row]:
        request, booked = self.portal.archived.reference, self.portal.booked.reference
        waiting, ask = self.portal.waiting.reference, str(self.portal.booked.request.asks.get().pk)
        view = SavedView.objects.create(owner=self.admin, name="Mine").pk
        mine, keeping = str(view), {"name": "January", "filters": "state=booked&order=start", "is_shared": "on"}
        contact = {"contact-name": "Nobody", "contact-email": NOBODY, "contact-reason": "By telephone."}
        yield ("request", f"requests/{request}/", None, (request,))
        yield ("request-send", f"requests/{request}/send/", {"send-reason": "Again."}, (request,))
        yield ("request-settle", f"requests/{request}/settle/", {"outcome": "booked", "reason": "Seen."}, (request,))
        yield ("request-handled", f"requests/{request}/handled/", {"note": "Called."}, (request,))
        yield ("request-mail", f"requests/{booked}/mail/", {"mail-reason": "It is lost."}, (booked,))
        yield ("request-contact", f"requests/{waiting}/contact/", contact, (waiting,))
        yield ("request-note", f"requests/{booked}/note/", {"note-note": "Called."}, (booked,))
        yield ("request-cancel", f"requests/{booked}/cancel/", {"cancel-message": "The pipe burst."}, (booked,))
        yield ("ask", f"requests/{booked}/asks/{ask}/", {f"ask{ask}-answer": "Yes."}, (booked,))
        yield ("request-views", "requests/views/", None, ())
        yield ("view-save", "requests/views/save/", keeping, ())
        change = {f"view{mine}-name": "Ours", f"view{mine}-is_shared": "on"}
        yield ("view-change", f"requests/views/{mine}/", change, (mine,))
        yield ("view-delete", f"requests/views/{mine}/delete/", {}, (mine,))

    def _registrations(self) -> Iterable[_Row]:
        draft = self.portal.drafting.reference
        operator = {"name": "Portal", "contact_email": "a@b.example", "contact_phone": "1", "vat_wording": "excluded"}
        operator |= {"reminder_hours": "24", "names_shown_to": "20"}
        yield ("registration", f"registrations/{draft}/", None, (draft,))
        yield ("registration-send", f"registrations/{draft}/send/", {}, (draft,))
        settled = {"to": "created", "reason": "Seen."}
        yield ("registration-settle", f"registrations/{draft}/settle/", settled, (draft,))
        yield ("registration-handled", f"registrations/{draft}/handled/", {"note": "Done."}, (draft,))
        yield ("settings", "settings/", operator, ())

    def _outbox(self) -> Iterable[_Row]:
        mail = str(OutboxMail.objects.filter(kind="booked").latest("pk").pk)
        queued = str(OutboxMail.objects.filter(state=MailState.QUEUED).latest("pk").pk)
        yield ("mail", f"outbox/{mail}/", None, (mail,))
        yield ("mail-html", f"outbox/{mail}/html/", None, (mail,))
        yield ("attachment", f"outbox/{mail}/attachments/1/", None, ("1",))
        yield ("mail-resend", f"outbox/{mail}/resend/", {"resend-reason": "It is lost."}, (mail,))
        yield ("mail-cancel", f"outbox/{queued}/cancel/", {"cancel-reason": "A slip."}, (queued,))
        yield ("templates", "outbox/templates/", None, ())
        yield ("template", "outbox/templates/booked/en/", None, ("booked", "en"))
        yield ("template-html", "outbox/templates/booked/en/html/", None, ("booked", "en"))

    def _customers(self) -> Iterable[_Row]:
        company, site = self.portal.world.acme.pk, self.portal.world.site
        who = reverse("staff-customer", args=[key_of(KNOWN)]).split("/")[-2]
        television = make_rate(site, "tv_rental", "TV rental", "Location TV", member_base_minor=2700, type="quantity")
        office = make_office(site, "Bureau B05")
        change = change_at(self.site).reference
        kept = contract_form(self.site)
        wanted = {
            "as_read": str(kept["as_read"]),
            "rent": "1500.50",
            "start": "2026-02-01",
            "end": "2027-12-31",
            "renewal_months": "6",
            "folder": "https://drive.example/acme",
            "comment": "Signed on paper.",
            "rooms_anew": "on",
            "add_room1": str(office.pk),
            "option1-option": str(television.pk),
            "option1-quantity": "2",
            "option1-price": "25",
            "option1-promo_months": "3",
            "option1-end": "2026-12-31",
        }
        yield ("customers", "customers/", None, ())
        yield ("customer-find", "customers/find/", {"about": KNOWN}, ())
        yield ("customer", f"customers/of/{who}/", None, (who,))
        yield ("organization", f"customers/organizations/{company}/", None, (company,))
        yield ("contract", f"customers/organizations/{company}/contract/", wanted, (company,))
        yield ("change", f"customers/changes/{change}/", None, (change,))
        yield ("change-send", f"customers/changes/{change}/send/", {}, (change,))
        yield ("change-look", f"customers/changes/{change}/look/", {}, (change,))
        yield ("options", f"customers/options/{site.id}/", None, (site.id,))

    def _booking_links(self) -> Iterable[_Row]:
        room, booked = self.portal.room, self.portal.booked.reference
        draft, sent = prepare(room).reference, self.portal.invited.reference
        search = prepare(None, span=None, site=self.site).reference
        person = {"email": NOBODY, "language": "fr", "life": "72", "people": "4"}
        written = {**person, "name": "Nobody", "note": "Hello", "renews_itself": "on"}
        at_room, place = {**written, **SLOT, "wants_hold": "on"}, {"place": f"site:{self.site.workways_id}"}
        anywhere = {**written, **place, "date": "2026-01-13", "duration": "60"}
        links, room_id = "booking-links", room.workways_id
        yield ("booking-link-search", f"{links}/new/search/", anywhere, ())
        yield ("booking-link-room", f"{links}/new/{room_id}/", at_room, (room_id,))
        # The same forms once more, of which only what is required is sent.
        yield ("booking-link-request", f"{links}/for/{booked}/", person, (booked,))
        yield ("booking-link-change", f"{links}/{draft}/change/", person, (draft,))
        yield ("booking-link-change", f"{links}/{search}/change/", {**person, **place}, (search,))
        yield ("booking-link", f"{links}/{sent}/", None, (sent,))
        for step, reference in (("fresh", sent), ("revoke", sent), ("send", draft), ("discard", draft)):
            yield (f"booking-link-{step}", f"{links}/{reference}/{step}/", {}, (reference,))
        yield ("booking-link", f"{links}/{draft}/", None, (draft,))
        yield ("booking-link-mail", f"{links}/{draft}/mail/", None, (draft,))

    def _personal_data(self) -> Iterable[_Row]:
        erased = {"address": KNOWN, "typed": KNOWN, "reason": "asked", "closes_open": "on"}
        in_workways = {f"workways-{name}": value for name, value in erased.items() if name != "closes_open"}
        yield ("personal-data", "personal-data/", None, ())
        yield ("retention", "personal-data/retention/", {"retention_months": "24"}, ())
        yield ("person", "personal-data/person/", {"address": KNOWN}, ())
        yield ("person-export", "personal-data/person/export/", {"address": KNOWN}, ())
        yield ("person-erase", "personal-data/person/erase/", erased, ())
        yield ("person-erase-workways", "personal-data/person/erase-in-workways/", in_workways, ())

    def _upstream(self) -> Iterable[_Row]:
        feed = str(Feed.objects.earliest("pk").pk)
        asked = {"query": f"room={self.portal.room.workways_id}&date=2026-01-13&start=10:00", "email": KNOWN}
        yield ("catalog-read", "upstream/catalog/", {}, ())
        yield ("explain-person", "upstream/explain/person/", asked, ())
        yield ("feed", f"upstream/calendars/{feed}/", None, (feed,))
        yield ("feed-refresh", f"upstream/calendars/{feed}/refresh/", {}, (feed,))

    def _lists(self) -> Iterable[tuple[str, str, dict[str, str]]]:
        site, room = self.site.workways_id, self.portal.room.workways_id
        meetings = {"meeting_since": "2026-01-01", "meeting_until": "2026-01-31"}
        begun = {"created_since": "2026-01-01", "created_until": "2026-01-31"}
        requests = {**_LISTED, "site": site, "room": room, **meetings, **begun, "order": "start"}
        yield ("requests", "requests/", requests)
        yield ("requests-csv", "requests/export.csv", {"site": site, "room": room, **meetings})
        yield ("requests-ics", "requests/export.ics", {"site": site, "room": room, **begun})
        yield ("registrations", "registrations/", _LISTED)
        yield ("outbox", "outbox/", {**_LISTED, "state": "sent", "to": "acme", "kind": "booked", **_DAYS})
        yield ("booking-links", "booking-links/", {**_LISTED, "state": "open"})
        yield ("feeds", "upstream/calendars/", {"words": "seine", "state": "fine", "site": site, "page": "1"})
        yield ("audit", "audit/", self._audited())
        yield ("places", "places/", {"words": "a", "page": "1"})

    def _audited(self) -> dict[str, str]:
        asked = {"member": str(self.admin.user_id), "act": "saw", "subject": "request", "about": "a@b.example"}
        return {**asked, **_DAYS}

    def _questions(self) -> Iterable[tuple[str, str, dict[str, str]]]:
        site, room = self.site.workways_id, self.portal.room.workways_id
        yield ("home", "", {"day": "2026-01-14", "site": site})
        yield ("booking-link-new", "booking-links/new/", {"site": site})
        yield ("figures", "figures/", {**_DAYS, "site": site})
        for chart in ("rooms", "hours"):
            yield ("figures-file", "figures/file/", {**_DAYS, "site": site, "chart": chart})
        yield ("upstream", "upstream/", {"span": "day"})
        yield ("explain", "upstream/explain/", {**SLOT, "room": room, "person": "known"})

    def _calendars(self) -> Iterable[Door]:
        site, room = self.site.workways_id, self.portal.room.workways_id
        chosen = {"date": "2026-01-13", "room": room, "start": "10:00"}
        yield self._door("calendars", "calendars/")
        yield self._door("calendar-site", f"calendars/sites/{site}/", query={**chosen, "page": "1"}, arguments=(site,))
        yield self._door("calendar-room", f"calendars/rooms/{room}/", query=chosen, arguments=(room,))

    def _places(self) -> Iterable[_Row]:
        site = self.site.workways_id
        closed = str(make_closure(site=self.site).pk)
        place = {"own_name_en": "Ours", "own_hours_week": "09:00-18:00", "zone_override": "Europe/Paris"}
        closure = {"closure-first_day": "2026-12-24", "closure-from_time": "12:00", "closure-last_day": "2026-12-26"}
        holidays = {"holidays-holidays_on": "on", "holidays-open_days": "2026-05-01"}
        yield ("place", f"places/sites/{site}/", None, (site,))
        yield ("place-preview", f"places/sites/{site}/preview/", None, (site,))
        yield ("place-save", f"places/sites/{site}/save/", place, (site,))
        yield ("place-revert", f"places/sites/{site}/revert/", {"field": "own_name_en"}, (site,))
        yield ("place-picture", f"places/sites/{site}/picture/", {"picture": "no file"}, (site,))
        yield ("place-shown", f"places/sites/{site}/shown/", {"shown": "yes"}, (site,))
        yield ("place-holidays", f"places/sites/{site}/holidays/", holidays, (site,))
        yield ("place-move", f"places/sites/{site}/move/", {"to": "up"}, (site,))
        yield ("place-close", f"places/sites/{site}/close/", closure, (site,))
        yield ("place-reopen", f"places/sites/{site}/closures/{closed}/reopen/", {}, (closed,))

    def _team(self) -> Iterable[_Row]:
        member = str(make_member(username="otto", role=Role.VIEWER, email="otto@portal.example").pk)
        token, site = "a-token-that-nobody-was-ever-given-1234567", self.site.workways_id
        chosen = {"first": "four calm words here", "second": "four calm words here"}
        reach = {"role": "20", "reach": "some", "sites": site}
        invited = {"email": "new@portal.example", "first_name": "Nia", "last_name": "", "language": "fr", **reach}
        yield ("code", "code/", {"code": "000000", "next": "/staff/"}, ())
        yield ("forgotten", "forgotten/", {"name": "sofia"}, ())
        yield ("invitation", f"invitation/{token}/", chosen, (token,))
        yield ("password-link", f"password/{token}/", chosen, (token,))
        yield ("account", "account/", None, ())
        yield ("account-password", "account/password/", {"present": "wrong", **chosen}, ())
        yield ("account-browsers", "account/browsers/", {}, ())
        yield ("two-factor", "account/two-factor/", None, ())
        yield ("two-factor-begin", "account/two-factor/begin/", {}, ())
        yield ("two-factor-confirm", "account/two-factor/confirm/", {"code": "000000"}, ())
        yield ("two-factor-codes", "account/two-factor/codes/", {"codes-password": "wrong"}, ())
        yield ("two-factor-remove", "account/two-factor/remove/", {"remove-password": "wrong"}, ())
        yield ("team", "team/", None, ())
        yield ("team-rules", "team/rules/", {"two_factor_for": "admins"}, ())
        yield ("invite", "team/invite/", invited, ())
        yield ("member", f"team/{member}/", None, (member,))
        yield ("member-role", f"team/{member}/role/", reach, (member,))
        yield ("member-link", f"team/{member}/link/", {}, (member,))
        yield ("member-browsers", f"team/{member}/browsers/", {}, (member,))
        yield ("member-two-factor", f"team/{member}/two-factor/", {}, (member,))
        yield ("member-off", f"team/{member}/off/", {}, (member,))
        yield ("member-on", f"team/{member}/on/", {}, (member,))
        yield ("audit-export", "audit/export/", self._audited(), ())
