"""The ways into the panel: password, second factor, and mailed links."""

import unicodedata

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.views import LoginView, redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from bookings.audit.actions import Actor, record
from bookings.audit.vocabulary import Act as Deed
from bookings.audit.vocabulary import Subject
from bookings.links.limits import Act, enforce, network_of
from bookings.staff.people import mails
from bookings.staff.people.forms import CodeForm, ForgottenForm, NewPasswordForm, SignInForm
from portal import clock
from portal.access import Member, link, public
from portal.members import passwords, two_factor
from portal.members.passwords import LinkPurpose
from portal.members.queries import find_member, list_by_name

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@public
@never_cache
@sensitive_post_parameters("password")
@_form_page
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The way into the panel; slowed down for who guesses."""
    if request.method == "POST":
        enforce(request, Act.SIGN_IN, email=as_django_reads_it(request.POST.get("username", "")))
    context = {"demo_members": _demo_members()}
    view = LoginView.as_view(
        template_name="staff/people/login.html", authentication_form=SignInForm, extra_context=context
    )
    response = view(request)
    member = find_member(request.user) if request.method == "POST" else None
    if member is not None and member.two_factor_at is None:
        _note(request, member, Deed.SIGNED_IN)
    return response


@public
@never_cache
@sensitive_post_parameters("code")
@_form_page
def code(request: HttpRequest) -> HttpResponseBase:
    """The second factor, once the password was right."""
    member = find_member(request.user)
    if member is None:
        return redirect_to_login(reverse("staff-home"))
    if two_factor.passage(request, member) != two_factor.Passage.CODE:
        return HttpResponseRedirect(_next(request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        enforce(request, Act.SIGN_IN, email=f"code of {member.pk}")
        if _is_right(request, member, form):
            return HttpResponseRedirect(_next(request))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "staff/people/code.html", context, status=400 if form.errors else 200)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ends the session."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@public
@never_cache
@_form_page
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Mails a link to choose another password. The answer is the same for every name."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"].strip()
        enforce(request, Act.SIGN_IN, email=as_django_reads_it(name))
        for member in list_by_name(name):
            with transaction.atomic():
                mails.send_password_link(member=member, now=clock.now())
                _note(request, member, Deed.PASSWORD_LINK_ASKED)
        messages.info(request, _("If this account is on the team, a link is on its way to its e-mail address."))
        return redirect("staff-login")
    return render(request, "staff/people/forgotten.html", {"form": form}, status=400 if form.errors else 200)


@link
@never_cache
@sensitive_post_parameters("first", "second")
@_form_page
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """A new member chooses the first password."""
    return _choose(request, token, LinkPurpose.INVITATION)


@link
@never_cache
@sensitive_post_parameters("first", "second")
@_form_page
def password_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A member chooses another password."""
    return _choose(request, token, LinkPurpose.RESET)


def _choose(request: HttpRequest, token: str, purpose: LinkPurpose) -> HttpResponse:
    """Opening the link shows the form; only its button uses the link up."""
    now = clock.now()
    enforce(request, Act.OPEN_LINK)
    member = passwords.find_by_link(token=token, purpose=purpose, now=now)
    if member is None:
        return render(request, "staff/people/link_over.html", {"purpose": purpose}, status=404)
    form = NewPasswordForm(member.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        password = form.cleaned_data["first"]
        with transaction.atomic():
            chosen = passwords.choose_password(token=token, purpose=purpose, password=password, now=now)
            if chosen is not None:
                _note(request, chosen, Deed.PASSWORD_SET)
        if chosen is None:
            return render(request, "staff/people/link_over.html", {"purpose": purpose}, status=404)
        login(request, chosen.user)
        if chosen.two_factor_at is None:
            _note(request, chosen, Deed.SIGNED_IN)
        messages.success(request, _("Your password is set, and you are signed in."))
        return redirect("staff-home")
    context = {"form": form, "member": member, "purpose": purpose}
    return render(request, "staff/people/choose_password.html", context, status=400 if form.errors else 200)


def _is_right(request: HttpRequest, member: Member, form: CodeForm) -> bool:
    """Lets the browser pass for a right code; otherwise the form says what is wrong."""
    typed = form.cleaned_data["code"]
    wait = two_factor.wait_seconds(member, typed)
    if wait:
        sentence = ngettext(
            "After wrong codes there is a pause. Wait %(num)s second, then type the code that your app shows then.",
            "After wrong codes there is a pause. Wait %(num)s seconds, then type the code that your app shows then.",
            wait,
        )
        form.add_error("code", sentence % {"num": wait})
        return False
    proof = two_factor.check(member=member, code=typed)
    if proof == two_factor.Proof.WRONG:
        form.add_error("code", _("This code is wrong, used, or too old. Type the one that your app shows now."))
        return False
    two_factor.let_pass(request, member)
    _note(request, member, Deed.SIGNED_IN)
    if proof == two_factor.Proof.RECOVERY:
        _note(request, member, Deed.RECOVERY_CODE_USED)
        left = two_factor.recovery_codes_left(member)
        sentence = ngettext(
            "You used a recovery code. %(num)s is left.", "You used a recovery code. %(num)s are left.", left
        )
        messages.warning(request, sentence % {"num": left})
    return True


def as_django_reads_it(name: str) -> str:
    """A user name in the form in which it is looked for (UsernameField), so that each account has one count of guesses.

    Otherwise letters of full width, which Django takes for plain ones, would bring a guesser a fresh allowance.
    """
    return unicodedata.normalize("NFKC", name[:254])


def _note(request: HttpRequest, member: Member, act: Deed) -> None:
    """A row about a member's own account, which nobody who is signed in stands for yet."""
    actor = Actor(name=member.name, user_id=member.user_id, role=member.rank, network=network_of(request))
    record(by=actor, act=act, subject=Subject.MEMBER, reference=str(member.pk), now=clock.now())


def _next(request: HttpRequest) -> str:
    """Where the member wanted to go, as long as that is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else reverse("staff-home")


def _demo_members() -> list[Member]:
    """Who can be tried out, in the demo only: all have the password that the demo prints."""
    return list(Member.objects.select_related("user").order_by("-role", "pk")[:6]) if settings.IS_DEMO else []
