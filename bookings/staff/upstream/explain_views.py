"""Why can this slot be booked by this person, or not: every rule with its answer."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import record_act
from bookings.audit.vocabulary import Act, Subject
from bookings.availability.checks import list_checks
from bookings.availability.hours import find_start, local_day
from bookings.availability.queries import Asker, build_rules, chosen_slot, load_situation, shown_day
from bookings.availability.sentences import explain as in_words
from bookings.booking_requests.sending import standing_of
from bookings.core.timespan import TimeSpan
from bookings.feeds.sentences import sentence_of
from bookings.staff.limits import acting_member
from bookings.staff.pages import panel
from bookings.staff.upstream.explaining import PEOPLE, Asked, tell
from bookings.staff.upstream.forms import ExplainForm, PersonForm
from portal import clock
from portal.access import Role, staff, staff_from
from portal.workways import Missing, WorkwaysError
from portal.workways.connect import workways

_PERSON_SECONDS = 5.0


@staff
@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """What each rule says of a slot, by the very rules of the public page."""
    now = clock.now()
    form = ExplainForm(request.GET or None, member=acting_member(request), now=now)
    context: dict[str, Any] = {
        "form": form,
        "person_form": PersonForm(),
        "told": None,
        "query": request.GET.urlencode(),
    }
    if form.is_valid():
        context |= _told(form)
    return panel(request, "upstream/explain.html", context, status=400 if form.errors else 200)


@staff_from(Role.FRONT_DESK, act=Act.LOOKED_UP)
@require_POST
def look_up(request: HttpRequest) -> HttpResponseBase:
    """Asks Workways who an address belongs to, and explains the slot as that person; the address is kept nowhere."""
    query = QueryDict(request.POST.get("query", "")[:1000], mutable=True)
    form = PersonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is not an e-mail address. Please check it."))
    else:
        record_act(request, Act.LOOKED_UP, Subject.CUSTOMER)
        try:
            person = workways().user_info(email=form.cleaned_data["email"], timeout=_PERSON_SECONDS)
        except Missing:
            person = None
        except WorkwaysError as error:
            messages.error(request, _("Workways could not be asked. %(reason)s") % {"reason": _(sentence_of(error))})
            return _back(query)
        standing = standing_of(person)
        query["person"] = standing.value
        messages.success(request, _("To Workways this address is %(person)s.") % {"person": PEOPLE[standing]})
    return _back(query)


def _back(query: QueryDict) -> HttpResponseBase:
    response = redirect("staff-explain")
    response["Location"] += f"?{query.urlencode()}" if query else ""
    return response


def _told(form: ExplainForm) -> dict[str, Any]:
    """The verdict of the public page, and every rule behind it."""
    asked, now = form.cleaned_data, form.now
    room, minutes = form.room_row, asked["duration"]
    rules, day = build_rules(room), shown_day(asked["date"], now)
    asker = Asker(standing=asked["person"], people=asked["people"])
    start = find_start(day, asked["start"], rules.zone)
    span = None if start is None else TimeSpan.lasting(start, minutes)
    situation = load_situation(room, span or local_day(day, rules.zone), asker=asker, now=now)
    _span, answer = chosen_slot(room, day, asked["start"], minutes, asker=asker, now=now)
    told = Asked(rules=rules, span=span, minutes=minutes, situation=situation, language=get_language() or "en")
    return {
        "told": [tell(check, told) for check in list_checks(rules, span, minutes, situation)],
        "answer": answer,
        "words": in_words(answer, zone=rules.zone, start=start),
        "room": room,
        "span": span,
        "person": PEOPLE[asker.standing],
        "slot_query": urlencode({name: asked[name] for name in ("date", "start", "duration", "people")}),
    }
