"""Developers and their tokens, as an administrator keeps them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.embedded.models import DEVELOPER_ROLES, ApiToken, User
from portal.embedded.panel import queries
from portal.embedded.panel.pages import actor_of, admins, admins_see, is_post, page_of, panel, posted
from portal.embedded.panel.people_actions import (
    create_token,
    deactivate_token,
    make_developer,
    regenerate_token,
    set_quotas,
)
from portal.embedded.panel.people_forms import DeveloperForm, QuotaForm, TokenForm


@admins_see("accounts")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponseBase:
    """All tokens, and making somebody a developer."""
    form = DeveloperForm(posted(request))
    if is_post(request) and form.is_valid():
        made = make_developer(email=form.cleaned_data["email"], actor=actor_of(request), now=clock.now())
        messages.success(request, _("%(email)s is a developer. Create a token for them now.") % {"email": made.email})
        return redirect("operator-developer", made.pk)
    developers = User.objects.filter(role__in=DEVELOPER_ROLES).order_by("email")
    context = {"form": form, "page": page_of(request, queries.list_tokens()), "developers": list(developers[:200])}
    return panel(request, "tokens.html", context, status=400 if form.errors else 200)


@admins_see("account")
@require_safe
def developer(request: HttpRequest, user_id: str) -> HttpResponse:
    """One developer: tokens and quotas."""
    return _developer(request, _get_developer(user_id))


@admins
@require_POST
@sensitive_variables("token")
def token_new(request: HttpRequest, user_id: str) -> HttpResponse:
    """Creates a token. It stands in this answer only: kept for a page after a redirect, it could be read again."""
    owner = _get_developer(user_id)
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _developer(request, owner, token_form=form)
    token = create_token(user=owner, name=form.cleaned_data["name"], actor=actor_of(request), now=clock.now())
    return panel(request, "token.html", {"owner": owner, "token": token, "name": form.cleaned_data["name"]})


@admins
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("text")
def token_regenerate(request: HttpRequest, token_id: str) -> HttpResponse:
    """Asks, then makes another text for somebody's token and shows it once."""
    found = get_object_or_404(ApiToken.objects.select_related("user__organization"), pk=token_id)
    context = {"owner": found.user, "name": found.name}
    if not is_post(request):
        return panel(request, "regenerate.html", {**context, "found": found})
    text = regenerate_token(token=found, actor=actor_of(request), now=clock.now())
    return panel(request, "token.html", {**context, "token": text})


@admins
@require_POST
def token_deactivate(request: HttpRequest, token_id: str) -> HttpResponseBase:
    """Makes somebody's token worthless; its row stays."""
    found = get_object_or_404(ApiToken.objects.select_related("user"), pk=token_id)
    if deactivate_token(token=found, actor=actor_of(request), now=clock.now()):
        messages.success(request, _("The token %(prefix)s… no longer works.") % {"prefix": found.prefix})
    else:
        messages.info(request, _("The token %(prefix)s… was deactivated before.") % {"prefix": found.prefix})
    return redirect("operator-tokens")


@admins
@require_POST
def quotas(request: HttpRequest, user_id: str) -> HttpResponseBase:
    """Limits how much a developer may call."""
    owner = _get_developer(user_id)
    form = QuotaForm(request.POST, instance=owner)
    if not form.is_valid():
        return _developer(request, owner, quota_form=form)
    set_quotas(form=form, actor=actor_of(request), now=clock.now())
    messages.success(request, _("The quotas are saved, and hold from the next call on."))
    return redirect("operator-developer", user_id)


def _get_developer(user_id: str) -> User:
    return get_object_or_404(User.objects.select_related("organization"), pk=user_id, role__in=DEVELOPER_ROLES)


def _developer(
    request: HttpRequest, owner: User, *, token_form: TokenForm | None = None, quota_form: QuotaForm | None = None
) -> HttpResponse:
    own = list(owner.tokens.order_by("-is_active", "-created_at", "pk"))
    context = {
        "owner": owner,
        "tokens": own,
        "token_form": token_form or TokenForm(),
        "quota_form": quota_form or QuotaForm(instance=owner),
        "entries": queries.audit_of(owner, *own),
    }
    return panel(request, "developer.html", context, status=400 if token_form or quota_form else 200)
