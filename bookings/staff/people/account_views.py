"""One's own account: password, second factor, signed-in browsers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from bookings.audit.actions import acting
from bookings.audit.vocabulary import Act, Subject
from bookings.links.limits import Act as Limited
from bookings.links.limits import enforce
from bookings.staff.limits import acting_member
from bookings.staff.pages import panel
from bookings.staff.people.forms import ChangePasswordForm, CodeForm, PasswordForm
from portal import clock
from portal.access import Role, staff, staff_from
from portal.members import sessions, two_factor

# Who must set the second factor up gets here, and nowhere else, before it is there.
_on_the_way = staff_from(Role.VIEWER, needs_two_factor=False)


@staff
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What one can do about one's own account."""
    return _account(request)


@staff_from(Role.VIEWER, act=Act.PASSWORD_SET)
@sensitive_post_parameters("present", "first", "second")
@require_POST
def password(request: HttpRequest) -> HttpResponseBase:
    """Another password; all other browsers are signed out."""
    member = acting_member(request)
    _slow_guesses_down(request)
    form = ChangePasswordForm(member.user, request.POST)
    if not form.is_valid():
        return _account(request, password_form=form)
    with acting(request, Act.PASSWORD_SET, Subject.MEMBER, member.pk):
        member.user.set_password(form.cleaned_data["first"])
        member.user.save(update_fields=["password"])
        sessions.end_sessions(member=member, keep=request.session.session_key)
    update_session_auth_hash(request, member.user)
    messages.success(request, _("Your password is changed. Other browsers are signed out."))
    return redirect("staff-account")


@staff_from(Role.VIEWER, act=Act.SESSIONS_ENDED)
@require_POST
def sign_others_out(request: HttpRequest) -> HttpResponseBase:
    """Signs out every browser but this one."""
    member = acting_member(request)
    with acting(request, Act.SESSIONS_ENDED, Subject.MEMBER, member.pk) as deed:
        ended = sessions.end_sessions(member=member, keep=request.session.session_key)
        deed.details["browsers"] = ended
    sentence = ngettext("%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", ended)
    messages.success(request, sentence % {"num": ended})
    return redirect("staff-account")


@_on_the_way
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Whether it is there, and the way to it."""
    return _second_factor(request)


@staff_from(Role.VIEWER, needs_two_factor=False, act=Act.TWO_FACTOR_BEGUN)
@require_POST
def second_factor_begin(request: HttpRequest) -> HttpResponseBase:
    """Makes a secret for the app."""
    member = acting_member(request)
    if member.two_factor_at is None:
        with acting(request, Act.TWO_FACTOR_BEGUN, Subject.MEMBER, member.pk):
            two_factor.begin(member=member)
    return redirect("staff-two-factor")


@staff_from(Role.VIEWER, needs_two_factor=False, act=Act.TWO_FACTOR_SET)
@sensitive_variables("codes")
@require_POST
def second_factor_confirm(request: HttpRequest) -> HttpResponseBase:
    """The app's first code. The recovery codes stand in this answer only."""
    member = acting_member(request)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _second_factor(request, code_form=form)
    codes = None
    with acting(request, Act.TWO_FACTOR_SET, Subject.MEMBER, member.pk) as deed:
        codes = two_factor.confirm(member=member, code=form.cleaned_data["code"], now=clock.now())
        deed.is_done = codes is not None
    if codes is None:
        form.add_error("code", _("This code is wrong or too old. Type the one that your app shows now."))
        return _second_factor(request, code_form=form)
    two_factor.let_pass(request, member)
    sessions.end_sessions(member=member, keep=request.session.session_key)
    return panel(request, "people/recovery_codes.html", {"codes": codes})


@staff_from(Role.VIEWER, act=Act.RECOVERY_CODES_MADE)
@sensitive_variables("codes")
@sensitive_post_parameters("codes-password")
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Ten fresh recovery codes, in this answer only."""
    member = acting_member(request)
    _slow_guesses_down(request)
    form = PasswordForm(member.user, request.POST, prefix="codes")
    if member.two_factor_at is None or not form.is_valid():
        return _second_factor(request, codes_form=form)
    with acting(request, Act.RECOVERY_CODES_MADE, Subject.MEMBER, member.pk):
        codes = two_factor.make_recovery_codes(member=member)
    return panel(request, "people/recovery_codes.html", {"codes": codes})


@staff_from(Role.VIEWER, act=Act.TWO_FACTOR_REMOVED)
@sensitive_post_parameters("remove-password")
@require_POST
def second_factor_remove(request: HttpRequest) -> HttpResponseBase:
    """Goes back to the password alone."""
    member = acting_member(request)
    _slow_guesses_down(request)
    form = PasswordForm(member.user, request.POST, prefix="remove")
    if member.two_factor_at is None or not form.is_valid():
        return _second_factor(request, remove_form=form)
    with acting(request, Act.TWO_FACTOR_REMOVED, Subject.MEMBER, member.pk):
        two_factor.remove(member=member)
    messages.success(request, _("Two-factor sign-in is off for your account."))
    return redirect("staff-two-factor")


def _slow_guesses_down(request: HttpRequest) -> None:
    """Whoever finds a browser signed in must not get to the password by trying. Raises TooOften."""
    enforce(request, Limited.SIGN_IN, email=f"password of {acting_member(request).pk}")


def _account(request: HttpRequest, *, password_form: ChangePasswordForm | None = None) -> HttpResponse:
    member = acting_member(request)
    context = {
        "member": member,
        "password_form": password_form or ChangePasswordForm(member.user),
        "sessions": list(sessions.list_sessions(member, now=clock.now())),
        "own_session": request.session.session_key,
    }
    return panel(request, "people/account.html", context, status=400 if password_form else 200)


def _second_factor(request: HttpRequest, **forms: Any) -> HttpResponse:
    """The page, with the form that was sent and needs another look."""
    member = acting_member(request)
    begun = two_factor.find_begun(member) if member.two_factor_at is None else None
    context = {
        "member": member,
        "is_required": two_factor.is_required(member),
        "begun": begun,
        "qr_code": two_factor.qr_code(begun) if begun else "",
        "secret": two_factor.secret_in_words(begun) if begun else "",
        "codes_left": two_factor.recovery_codes_left(member),
        "code_form": CodeForm(),
        "codes_form": PasswordForm(member.user, prefix="codes"),
        "remove_form": PasswordForm(member.user, prefix="remove"),
        **forms,
    }
    return panel(request, "people/second_factor.html", context, status=400 if forms else 200)
