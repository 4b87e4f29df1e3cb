"""What happened to one request or registration, as moments that one template draws (templates/staff/_moments.html).

Here is what both have in common: calls to Workways with their answers, mails with their delivery, links.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.actions import GUEST, SYSTEM
from bookings.core import formats
from bookings.links.models import Link
from bookings.mail.models import MailEvent, MailState, MailStep, OutboxMail
from bookings.upstream_calls.models import Outcome, UpstreamCall
from bookings.upstream_calls.queries import NO_FAULT

# What a call is for, in the words of the front desk.
_CALLS = {
    "/api/icsfeed": _("Read the room's calendar as it was then"),
    "/api/room-price": _("Asked for the price"),
    "/api/user-info": _("Asked who the person is"),
    "/api/check-email": _("Asked whether the address is known"),
    "/api/meeting-request": _("Sent the booking"),
    "/api/register": _("Sent the registration"),
    "/api/organization-info": _("Asked for the organization"),
    "/api/contract-options": _("Asked for a site's options"),
    "/api/merge-contract": _("Changed the contract"),
    "/api/sites": _("Read the sites"),
    "/api/rooms": _("Read the rooms"),
    "/api/countries": _("Read the countries"),
    "/imageroom": _("Read a room's picture"),
}
# The API's own names of what was sent and answered, in words.
_FIELDS = {
    "bookedAt": _("start"),
    "bookedRoom": _("room"),
    "bookedUser": _("people"),
    "duration": _("minutes"),
    "nbPersons": _("people"),
    "roomId": _("room"),
    "rooms": _("room"),
    "startDate": _("start"),
    "status": _("status"),
    "meetingId": _("id of the meeting"),
    "meetingRequestId": _("id of the request"),
    "price": _("price"),
}
_DELIVERIES: dict[str, str] = {MailState.SENT: "good", MailState.FAILED: "bad"}
_STEPS: dict[str, str] = {MailStep.SENT: "good", MailStep.DEFERRED: "warn", MailStep.FAILED: "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened. `who` is an actor as histories name them. `mood` colors `word`, a badge.

    `facts` are pairs of a term and what is said of it; `closer` ones are folded away. `note` is quoted. `route` is the
    staff route that `href` needs; whoever may not open it reads the title without a link.
    """

    at: datetime
    icon: str
    title: str
    who: str = ""
    word: str = ""
    mood: str = "neutral"
    facts: tuple[tuple[str, str], ...] = ()
    closer: tuple[tuple[str, str], ...] = ()
    note: str = ""
    href: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class Teller:
    """In which zone and language moments tell of other times, and when now is."""

    zone: ZoneInfo
    now: datetime
    language: str

    def time(self, instant: datetime) -> str:
        """When that was, as the page's other times are told."""
        return formats.stamp(instant, self.zone, self.now, self.language)

    def took(self, milliseconds: int) -> str:
        """ "40 ms", "1,240 ms"."""
        return f"{formats.number(milliseconds, self.language)}\u00a0ms"


def icon_of(actor: str) -> str:
    """The drawing for what this actor did: the guest, the portal, or a member of staff."""
    return {GUEST: "user", SYSTEM: "refresh"}.get(actor, "people")


def in_order(moments: Iterable[Moment]) -> list[Moment]:
    """The oldest first; what happened at the same instant stays as it came."""
    return sorted(moments, key=lambda moment: moment.at)


def call_in_words(path: str) -> str:
    """What a call of this path is for."""
    return str(_CALLS.get(path, path))


def of_calls(calls: Iterable[UpstreamCall], tell: Teller) -> Iterator[Moment]:
    """Each call to Workways with its answer."""
    for call in calls:
        status = "" if call.status is None else f"HTTP {call.status}"
        closer = [(gettext("Call"), " ".join(filter(None, (call.method, call.path, status))))]
        closer += [(gettext("Sent"), _listed(call.sent))] if call.sent else []
        closer += [(gettext("Answered"), _listed(call.answered))] if call.answered else []
        yield Moment(
            at=call.at,
            icon="building",
            who=SYSTEM,
            title=call_in_words(call.path),
            word=call.get_outcome_display(),
            mood="good" if call.outcome == Outcome.OK else "warn" if call.outcome in NO_FAULT else "bad",
            facts=((gettext("Took"), tell.took(call.milliseconds)),),
            closer=tuple(closer),
            # Of a read that went well the message is a mere "OK".
            note="" if call.outcome == Outcome.OK and not call.writes else call.message,
        )


@dataclass(frozen=True, slots=True)
class TriedMail:
    """A mail with the lines of its history, the oldest first."""

    mail: OutboxMail
    steps: list[MailEvent]


def with_steps(mails: "QuerySet[OutboxMail]") -> list[TriedMail]:
    """The mails with their histories, the oldest first, without their sealed bodies. One query."""
    steps = {f"step_{name}": F(f"events__{name}") for name in ("at", "actor", "what", "note")}
    rows = mails.defer("sealed").annotate(**steps).order_by("created_at", "pk", "events__at", "events__pk")
    told: dict[int, TriedMail] = {}
    for row in rows:
        one = told.setdefault(row.pk, TriedMail(row, []))
        said = {name: getattr(row, f"step_{name}") for name in ("at", "actor", "what", "note")}
        # A mail without a history comes once all the same.
        if said["at"] is not None:
            one.steps.append(MailEvent(**said))
    return list(told.values())


def of_mails(mails: Iterable[TriedMail], tell: Teller) -> Iterator[Moment]:
    """Each mail when it was written, with how far it has come by now, and each try and act after that."""
    for told in mails:
        mail, facts = told.mail, []
        if mail.attempts > 1:
            tries = ngettext("%(n)s try", "%(n)s tries", mail.attempts) % {"n": mail.attempts}
            facts.append((gettext("Delivery"), tries))
        if mail.state == MailState.QUEUED and mail.attempts:
            facts.append((gettext("Next try"), tell.time(mail.due_at)))
        title = gettext("Mail “%(subject)s”") % {"subject": mail.subject}
        yield Moment(
            at=mail.created_at,
            icon="mail",
            who=SYSTEM,
            title=title,
            word=mail.get_state_display(),
            mood=_DELIVERIES.get(mail.state, "neutral"),
            facts=tuple(facts),
            note="" if told.steps else mail.last_error,
            href=reverse("staff-mail", args=[mail.pk]),
            route="staff-mail",
        )
        for step in told.steps:
            mood = _STEPS.get(step.what, "neutral")
            word = step.get_what_display()
            yield Moment(at=step.at, icon="mail", who=step.actor, title=title, word=word, mood=mood, note=step.note)


def of_links(links: Iterable[Link], tell: Teller) -> Iterator[Moment]:
    """Each mailed link when it was made, with what became of it, and when it was used."""
    for link in links:
        word, mood, facts = gettext("Good"), "neutral", [(gettext("Good until"), tell.time(link.expires_at))]
        if link.revoked_at is not None:
            word, facts = gettext("Ended"), [(gettext("Ended by a newer one"), tell.time(link.revoked_at))]
        elif link.expires_at <= tell.now:
            word, mood = gettext("Ran out"), "warn"
            facts = [(gettext("Ran out"), tell.time(link.expires_at))]
        yield Moment(
            at=link.created_at,
            icon="arrow-right",
            who=SYSTEM,
            title=gettext("Link made, for a mail"),
            word=word,
            mood=mood,
            facts=tuple(facts),
        )
        if link.used_at is not None:
            yield Moment(at=link.used_at, icon="arrow-right", who=GUEST, title=gettext("The mailed link was used"))


def _listed(values: dict[str, str]) -> str:
    return ", ".join(f"{_FIELDS.get(name, name)}: {value}" for name, value in values.items())
