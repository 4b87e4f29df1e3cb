"""The links: all of them, one with its mail, and what can be done with it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.booking_requests.pages import page_of as page_of_request
from bookings.inviting import actions
from bookings.inviting.actions import NotBookable
from bookings.inviting.errors import MovedMeanwhile, TooMany
from bookings.inviting.models import Invitation
from bookings.inviting.notices import build_context
from bookings.inviting.places import place_in_words
from bookings.inviting.states import LinkState, Step
from bookings.mail.messages import absolute_url
from bookings.mail.rendering import Rendered, render
from bookings.staff.booking_links import queries
from bookings.staff.booking_links.forms import LinkListForm
from bookings.staff.booking_links.sentences import explain_limit, explain_not_bookable
from bookings.staff.limits import acting_member
from bookings.staff.outbox.frames import framed
from bookings.staff.pages import page_of, panel
from portal import clock
from portal.access import Role, staff_from

# What stands in the preview in place of the link's secret, which is made when the mail is.
_NO_TOKEN = "made-when-sent"  # noqa: S105  No secret.
_MOODS = {
    LinkState.DRAFT: "neutral",
    LinkState.OPEN: "warn",
    LinkState.USED: "good",
    LinkState.EXPIRED: "bad",
    LinkState.REVOKED: "neutral",
}


@staff_from(Role.FRONT_DESK, shows=Subject.BOOKING_LINKS)
@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """All links, the newest first."""
    form, now = LinkListForm(request.GET), clock.now()
    page = page_of(request, queries.list_links(acting_member(request), now=now, **form.narrowing()))
    context = {"form": form, "page": page, "moods": _MOODS, "place": _place}
    return panel(request, "booking_links/list.html", context)


@staff_from(Role.FRONT_DESK, shows=Subject.BOOKING_LINK)
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One link: what its mail will say as long as it isn't sent, then how it stands."""
    found, now = _get(request, reference), clock.now()
    booking = found.booking_request
    state = found.state_at(now)
    context = {
        "link": found,
        "state": state,
        "mood": _MOODS[state],
        "place": _place(found),
        "preview": _preview(found) if state == LinkState.DRAFT else None,
        "as_sent": actions.as_sent(invitation=found, now=now) if state == LinkState.DRAFT else found,
        "is_held": found.is_held_at(now),
        "booking_page": page_of_request(booking, None) if booking else None,
    }
    return panel(request, "booking_links/one.html", context)


@staff_from(Role.FRONT_DESK, shows=Subject.BOOKING_LINK)
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, reference: str) -> HttpResponse:
    """The HTML of a mail that isn't sent yet, for the frame in its page."""
    found = _get(request, reference)
    if found.step != Step.DRAFT:
        raise Http404("This link's mails are in the outbox.")
    return framed(_preview(found).html)


@staff_from(Role.FRONT_DESK, act=Act.LINK_SENT)
@require_POST
def send(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Mails the link, and keeps its time if that was chosen."""
    member_id = acting_member(request).user_id

    def do(found: Invitation) -> None:
        actions.send(invitation=found, member_id=member_id, now=clock.now())

    return _act(request, reference, Act.LINK_SENT, do, _("The link is on its way to %(email)s."))


@staff_from(Role.FRONT_DESK, act=Act.LINK_RENEWED)
@require_POST
def renew(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Mails a fresh link; the earlier one ends."""
    member_id = acting_member(request).user_id

    def do(found: Invitation) -> None:
        actions.renew(invitation=found, member_id=member_id, now=clock.now())

    return _act(
        request,
        reference,
        Act.LINK_RENEWED,
        do,
        _("A fresh link is on its way to %(email)s; the earlier one has ended."),
    )


@staff_from(Role.FRONT_DESK, act=Act.LINK_REVOKED)
@require_POST
def revoke(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Ends the link and gives its time back."""
    by = acting_member(request).name

    def do(found: Invitation) -> None:
        actions.revoke(invitation=found, by=by, now=clock.now())

    return _act(request, reference, Act.LINK_REVOKED, do, _("The link to %(email)s opens nothing any more."))


@staff_from(Role.FRONT_DESK, act=Act.LINK_DISCARDED)
@require_POST
def discard(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Throws away what was prepared."""

    def do(found: Invitation) -> None:
        actions.discard(invitation=found)

    said = _("The prepared link to %(email)s was thrown away.")
    return _act(request, reference, Act.LINK_DISCARDED, do, said, is_gone=True)


def _act(
    request: HttpRequest,
    reference: str,
    act: Act,
    do: Callable[[Invitation], None],
    done: str,
    *,
    is_gone: bool = False,
) -> HttpResponseBase:
    """Does it with its row in the audit, and says what came of it."""
    found = _get(request, reference)
    try:
        with acting(request, act, Subject.BOOKING_LINK, found.reference):
            do(found)
    except MovedMeanwhile:
        messages.error(
            request, _("The link was used or changed in the meantime, so nothing was done. Look at it anew.")
        )
    except NotBookable as error:
        messages.error(request, explain_not_bookable(error, found))
    except TooMany as error:
        messages.error(request, explain_limit(error))
    else:
        messages.success(request, done % {"email": found.email})
        if is_gone:
            return redirect("staff-booking-links")
    return redirect("staff-booking-link", found.reference)


def _get(request: HttpRequest, reference: str) -> Invitation:
    """The link, as long as this member may see it. Raises Http404."""
    found = queries.find_link(acting_member(request), reference)
    if found is None:
        raise Http404("No such link.")
    return found


def _preview(found: Invitation) -> Rendered:
    """The mail exactly as it would leave now, but for the link's secret."""
    seen = actions.as_sent(invitation=found, now=clock.now())
    link = absolute_url("invitation", _NO_TOKEN, language=found.language)
    return render(build_context(seen, link), found.language)


def _place(found: Invitation) -> str:
    return place_in_words(found, get_language() or "en")
