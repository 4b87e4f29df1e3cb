"""What each kind of mail says, made from invented data; nothing of a real person can be in it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from bookings.catalog.queries import operator_settings
from bookings.mail.names import KIND_NAMES
from bookings.mail.rendering import Rendered, render
from bookings.mail.samples import sample_of
from bookings.staff.outbox.frames import framed
from bookings.staff.pages import panel
from portal.access import staff

_LANGUAGES = dict(settings.LANGUAGES)


@staff
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """All kinds of mail with their subjects, in the language of the page."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    kinds = [(kind, name, _rendered(kind, language).subject) for kind, name in KIND_NAMES.items() if _has_sample(kind)]
    return panel(request, "outbox/gallery.html", {"kinds": kinds})


@staff
@require_safe
def sample(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """One kind of mail as it looks on a phone and on a wide screen, and as text."""
    context = {"kind": kind, "name": KIND_NAMES.get(kind, kind), "mail_language": language}
    return panel(request, "outbox/sample.html", {**context, "rendered": _rendered(kind, language)})


@staff
@require_safe
@xframe_options_sameorigin
def sample_html(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The HTML of a kind of mail by itself, for the frames in its page."""
    return framed(_rendered(kind, language).html)


def _has_sample(kind: str) -> bool:
    return sample_of(kind, operator=operator_settings(), language=settings.LANGUAGE_CODE) is not None


def _rendered(kind: str, language: str) -> Rendered:
    """The mail with invented data and the real operator. Raises Http404 for no kind or language of ours."""
    found = sample_of(kind, operator=operator_settings(), language=language) if language in _LANGUAGES else None
    if found is None:
        raise Http404("No such mail.")
    return render(found, language)
