"""The embedded API over real HTTP, and the pages behind its mails."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock
from portal.access import link, public
from portal.embedded import accounts
from portal.embedded.answers import ApiRequest, ApiResponse, Mailer, Refused
from portal.embedded.api import handle
from portal.embedded.forms import PasswordForm
from portal.embedded.inputs import MAX_BODY_BYTES
from portal.embedded.models import Verification


@public
@csrf_exempt
def api(request: HttpRequest) -> HttpResponse:
    """Everything under /api/, and /imageroom. Callers are known by their token, never by a cookie, so nothing can be
    forged.
    """
    try:
        body, query = _body(request), request.GET.dict()
    except (UnreadablePostError, SuspiciousOperation):
        return _http(request, Refused("Bad request").response())
    prefix = request.META.get("SCRIPT_NAME", "").rstrip("/")
    answer = handle(
        ApiRequest(
            method=request.method or "GET",
            path=request.path_info,
            query=query,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            base_url=f"{request.scheme}://{request.get_host()}{prefix}",
        ),
        now=clock.now(),
        mailer=_mailer(),
    )
    return _http(request, answer)


@link
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def account_verify(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a verification link. Opening it changes nothing, however often; the form sets the password."""
    verification = accounts.find_verification(token)
    if verification is None or not accounts.is_usable(verification, now=clock.now()):
        return _closed_page(request, token, verification)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.verify(verification=verification, password=form.cleaned_data["password"], now=clock.now())
        except accounts.LinkNotUsable:
            messages.info(request, _("This link was used a moment ago, perhaps in another window."))
        return redirect("account-verify", token)
    context = {
        "form": form,
        "token": token,
        "email": verification.user.email,
        "waiting": accounts.list_waiting(verification.user),
    }
    return render(request, "embedded/verify.html", context, status=422 if form.is_bound else 200)


@link
@never_cache
@require_POST
def account_fresh_link(request: HttpRequest, token: str) -> HttpResponse:
    """Mails another link to the address that the old one was sent to."""
    verification = accounts.find_verification(token)
    if verification is None or verification.user.is_shut_out:
        return _closed_page(request, token, verification)
    if accounts.send_fresh_link(user=verification.user, now=clock.now(), mailer=_mailer()):
        messages.success(request, _("A new link is on its way to the same address."))
    else:
        messages.info(
            request, _("A link left only minutes ago. Please look into your mailbox, and into its folder for spam.")
        )
    return redirect("account-verify", token)


def _closed_page(request: HttpRequest, token: str, verification: Verification | None) -> HttpResponse:
    """What to know of a link that can't be used any more: it did its work, it's too old, or nobody was ever sent it."""
    context: dict[str, Any] = {"token": token}
    if verification is None:
        return render(request, "embedded/unknown_link.html", context, status=404)
    if verification.user.is_shut_out:
        return render(request, "embedded/archived.html", context, status=403)
    if verification.used_at is None:
        return render(request, "embedded/expired.html", context, status=410)
    context["confirmed"] = accounts.list_outcome(verification, "confirmed")
    context["lost"] = accounts.list_outcome(verification, "lost")
    return render(request, "embedded/verified.html", context)


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        # Too much for Django is too much for the core as well, which has the words for it.
        return b" " * (MAX_BODY_BYTES + 1)


def _mailer() -> Mailer:
    mailer: Mailer = import_string(settings.EMBEDDED_MAILER)
    return mailer


def _http(request: HttpRequest, answer: ApiResponse) -> HttpResponse:
    content = b"" if request.method == "HEAD" else answer.body
    response = HttpResponse(content, status=answer.status, headers=answer.headers)
    if "content-type" not in answer.headers:
        del response.headers["Content-Type"]
    if request.method == "HEAD":
        response.headers["Content-Length"] = str(len(answer.body))
    return response
