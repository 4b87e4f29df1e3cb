"""Everybody's accounts, as admins keep them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.catalog.models import Site
from bookings.staff.limits import acting_member
from bookings.staff.pages import page_of, panel
from bookings.staff.people import mails
from bookings.staff.people.forms import InviteForm, RoleForm, RulesForm
from portal import clock
from portal.access import Member, Role, staff_from
from portal.members import actions, sessions
from portal.members.actions import NoAdminLeft
from portal.members.models import TwoFactorFor
from portal.members.queries import list_members, panel_rules


@staff_from(Role.ADMIN, shows=Subject.MEMBERS)
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Everybody on the team, and what holds for all."""
    return _team(request)


@staff_from(Role.ADMIN, act=Act.SETTINGS_CHANGED)
@require_POST
def rules(request: HttpRequest) -> HttpResponseBase:
    """Who must have a second factor."""
    form = RulesForm(request.POST)
    if not form.is_valid():
        return _team(request, form)
    asked = TwoFactorFor(form.cleaned_data["two_factor_for"])
    with acting(request, Act.SETTINGS_CHANGED, Subject.PORTAL) as deed:
        deed.details["two_factor_for"] = asked.value
        actions.set_rules(two_factor_for=asked)
    messages.success(request, _("Saved. Whoever must set it up is led there with their next page."))
    return redirect("staff-team")


@staff_from(Role.ADMIN, act=Act.MEMBER_INVITED)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponseBase:
    """Somebody new, who gets a mail with a link to choose a password."""
    form = InviteForm(request.POST if request.method == "POST" else None, sites=_sites())
    if not form.is_valid():
        return panel(request, "people/invite.html", {"form": form}, status=400 if form.errors else 200)
    typed = {name: form.cleaned_data[name] for name in ("email", "first_name", "last_name", "language", "role")}
    with acting(request, Act.MEMBER_INVITED, Subject.MEMBER) as deed:
        member = actions.create_member(**typed, site_ids=form.site_ids)
        mails.send_invitation(member=member, inviter=acting_member(request).name, now=clock.now())
        deed.reference = str(member.pk)
        deed.details.update(_reach(member))
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": member.user.email})
    return redirect("staff-member", member.pk)


@staff_from(Role.ADMIN, shows=Subject.MEMBER)
@require_safe
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One member: role, sites, browsers, second factor."""
    return _member(request, _get(member_id))


@staff_from(Role.ADMIN, act=Act.MEMBER_CHANGED)
@require_POST
def member_role(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """Another role, or other sites."""
    found = _get(member_id)
    form = RoleForm(request.POST, sites=_sites(found), member=found)
    if not form.is_valid():
        return _member(request, found, form)
    before = _reach(found)

    def change() -> dict[str, Any] | None:
        is_changed = actions.set_role(member=found, role=form.cleaned_data["role"], site_ids=form.site_ids)
        return {**{f"former_{name}": value for name, value in before.items()}, **_reach(found)} if is_changed else None

    return _do(request, found, Act.MEMBER_CHANGED, change, _("Saved. It holds from their next page on."))


@staff_from(Role.ADMIN, act=Act.PASSWORD_LINK_ASKED)
@require_POST
def member_link(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """Mails a fresh link: the invitation again, or one to choose another password."""
    found = _get(member_id)

    def send() -> dict[str, Any]:
        if found.user.has_usable_password():
            mails.send_password_link(member=found, now=clock.now())
        else:
            mails.send_invitation(member=found, inviter=acting_member(request).name, now=clock.now())
        return {}

    sentence = _("A link is on its way to %(email)s; earlier ones no longer work.") % {"email": found.user.email}
    if not found.user.email or not found.user.is_active:
        messages.error(request, _("This account has no e-mail address or is switched off, so no link was sent."))
        return redirect("staff-member", member_id)
    return _do(request, found, Act.PASSWORD_LINK_ASKED, send, sentence)


@staff_from(Role.ADMIN, act=Act.SESSIONS_ENDED)
@require_POST
def member_sign_out(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """Signs all browsers of a member out."""
    found = _get(member_id)
    return _do(
        request,
        found,
        Act.SESSIONS_ENDED,
        lambda: {"browsers": sessions.end_sessions(member=found)},
        _("This member is signed out everywhere."),
    )


@staff_from(Role.ADMIN, act=Act.TWO_FACTOR_REMOVED)
@require_POST
def member_second_factor(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """Takes the second factor away, for a lost telephone."""
    found = _get(member_id)

    def remove() -> dict[str, Any]:
        actions.take_second_factor_away(member=found)
        return {}

    sentence = _("Two-factor sign-in is off for this account, and its browsers are signed out.")
    return _do(request, found, Act.TWO_FACTOR_REMOVED, remove, sentence)


@staff_from(Role.ADMIN, act=Act.MEMBER_SWITCHED_OFF)
@require_POST
def member_off(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """The account opens nothing any more."""
    found = _get(member_id)

    def switch() -> dict[str, Any]:
        actions.switch_off(member=found)
        return {}

    return _do(request, found, Act.MEMBER_SWITCHED_OFF, switch, _("The account is switched off."))


@staff_from(Role.ADMIN, act=Act.MEMBER_SWITCHED_ON)
@require_POST
def member_on(request: HttpRequest, member_id: int) -> HttpResponseBase:
    """The account opens again what it opened before."""
    found = _get(member_id)

    def switch() -> dict[str, Any]:
        actions.switch_on(member=found)
        return {}

    return _do(request, found, Act.MEMBER_SWITCHED_ON, switch, _("The account is switched on again."))


def _do(
    request: HttpRequest, found: Member, act: Act, change: Callable[[], dict[str, Any] | None], sentence: str
) -> HttpResponseBase:
    """Does something to somebody else's account, with its row; a change that returns None changed nothing."""
    if found.user_id == acting_member(request).user_id:
        messages.error(request, _("This is your own account. Ask another admin, or go to “My account”."))
        return redirect("staff-member", found.pk)
    try:
        with acting(request, act, Subject.MEMBER, found.pk) as deed:
            details = change()
            deed.is_done = details is not None
            deed.details.update(details or {})
    except NoAdminLeft:
        messages.error(request, _("Nothing was changed, because no admin would be left."))
    else:
        messages.success(request, sentence)
    return redirect("staff-member", found.pk)


def _team(request: HttpRequest, form: RulesForm | None = None) -> HttpResponse:
    kept = panel_rules().two_factor_for
    context = {
        "page": page_of(request, list_members()),
        "rules_form": form or RulesForm(initial={"two_factor_for": kept}),
        "site_names": dict(_sites()),
    }
    return panel(request, "people/team.html", context, status=400 if form else 200)


def _member(request: HttpRequest, found: Member, form: RoleForm | None = None) -> HttpResponse:
    sites = _sites(found)
    context = {
        "found": found,
        "is_own": found.user_id == acting_member(request).user_id,
        "form": form or RoleForm(sites=sites, member=found),
        "site_names": dict(sites),
        "sessions": list(sessions.list_sessions(found, now=clock.now())),
    }
    return panel(request, "people/member.html", context, status=400 if form else 200)


def _get(member_id: int) -> Member:
    return get_object_or_404(list_members(), pk=member_id)


def _sites(found: Member | None = None) -> list[tuple[str, str]]:
    """Choices of sites; those of a member who is limited to one that is gone by now are among them."""
    sites = Site.objects.filter(vanished_at=None)
    if found is not None and found.site_ids:
        sites = sites | Site.objects.filter(workways_id__in=found.site_ids)
    return list(sites.order_by("name", "pk").values_list("workways_id", "name"))


def _reach(found: Member) -> dict[str, Any]:
    """Role and sites, as the audit keeps them."""
    reach: dict[str, Any] = {"role": Role(found.role).name.lower()}
    if found.is_limited:
        reach["sites"] = sorted(found.site_ids)
    return reach
