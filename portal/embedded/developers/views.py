"""The pages of the account area."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.access import public
from portal.embedded.developers import actions, sessions
from portal.embedded.developers.forms import PasswordLinkForm, SignInForm, TokenForm
from portal.embedded.models import ApiToken, User
from portal.embedded.panel.pages import panel_zone


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The way in. A wrong password and an unknown address are answered alike."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _enforce_limit(request, form.cleaned_data["email"])
        user = sessions.find_by_password(**form.cleaned_data)
        if user is not None and sessions.may_keep_tokens(user):
            sessions.sign_in(request, user, now=clock.now())
            return redirect("account-api")
        if user is None:
            form.add_error(
                None, _("The address or the password is wrong. Please check both, or choose a new password.")
            )
        else:
            form.add_error(None, _("This account may not use the API. Please ask the Workways team for access."))
    return render(request, "embedded/developers/sign_in.html", {"form": form}, status=400 if form.errors else 200)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_link(request: HttpRequest) -> HttpResponseBase:
    """Mails the link to choose a password. The answer is the same for every address."""
    form = PasswordLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        _enforce_limit(request, email)
        actions.send_password_link(email=email, now=clock.now(), mailer=import_string(settings.EMBEDDED_MAILER))
        messages.info(
            request, _("If there is a developer's account for %(email)s, a link is on its way.") % {"email": email}
        )
        return redirect("account-sign-in")
    context = {"form": form}
    return render(request, "embedded/developers/password_link.html", context, status=400 if form.errors else 200)


@public
@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """The way out."""
    sessions.sign_out(request)
    messages.info(request, _("You are signed out."))
    return redirect("account-sign-in")


@sessions.developer
@require_safe
def api_settings(request: HttpRequest, user: User) -> HttpResponse:
    """The developer's tokens."""
    return _settings_page(request, user, TokenForm())


@sessions.developer
@require_POST
@sensitive_variables("token")
def token_new(request: HttpRequest, user: User) -> HttpResponse:
    """Creates a token and shows it in this answer only: kept for a page after a redirect, it could be read again."""
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token = actions.create_token(user=user, name=form.cleaned_data["name"], now=clock.now())
        except actions.TooManyTokens:
            form.add_error(
                "name",
                _("You have %(count)s tokens, which is the most there can be. Please delete one you no longer use.")
                % {"count": actions.MOST_TOKENS},
            )
        else:
            return _token_page(request, form.cleaned_data["name"], token)
    return _settings_page(request, user, form)


@sessions.developer
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("text")
def token_regenerate(request: HttpRequest, user: User, token_id: str) -> HttpResponse:
    """Asks, then makes another text for the same token and shows it once."""
    token = _get_token(user, token_id)
    if request.method != "POST":
        return _page(request, "regenerate.html", {"token": token})
    text = actions.regenerate_token(token=token, now=clock.now())
    return _token_page(request, token.name, text)


@sessions.developer
@require_http_methods(["GET", "HEAD", "POST"])
def token_delete(request: HttpRequest, user: User, token_id: str) -> HttpResponseBase:
    """Asks, then deletes the token for good."""
    token = _get_token(user, token_id)
    if request.method != "POST":
        return _page(request, "delete.html", {"token": token})
    actions.delete_token(token=token, now=clock.now())
    messages.success(request, _("The token “%(name)s” is deleted and no longer works.") % {"name": token.name})
    return redirect("account-api")


def _get_token(user: User, token_id: str) -> ApiToken:
    return get_object_or_404(user.tokens.select_related("user"), pk=token_id)


def _settings_page(request: HttpRequest, user: User, form: TokenForm) -> HttpResponse:
    tokens = list(user.tokens.order_by("-created_at", "pk"))
    context = {"owner": user, "tokens": tokens, "form": form, "zone": panel_zone(), "now": clock.now()}
    return _page(request, "settings.html", context, status=400 if form.errors else 200)


def _token_page(request: HttpRequest, name: str, token: str) -> HttpResponse:
    return _page(request, "token.html", {"name": name, "token": token})


def _page(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, f"embedded/developers/{template}", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _enforce_limit(request: HttpRequest, email: str) -> None:
    """Counts one try for the network and the address; too many become a page that asks for patience."""
    import_string(settings.EMBEDDED_SIGN_IN_LIMIT)(request, email)
