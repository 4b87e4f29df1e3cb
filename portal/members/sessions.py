"""The browsers in which members are signed in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.module_loading import import_string

from portal.members.browsers import browser_in_words
from portal.members.models import Member, MemberSession

# How exactly the list knows when a browser was last seen.
_STEP = timedelta(minutes=5)
_KEY = "panel_seen"


def notice(*, request: HttpRequest, member: Member, now: datetime) -> bool:
    """Keeps the list of signed-in browsers; one comparison for most requests. True when the browser is new to it.

    Raises SessionInterrupted when the browser was signed out while its request was on the way.
    """
    key = request.session.session_key
    kept = request.session.get(_KEY) or {}
    is_known = kept.get("session") == key
    if is_known and 0 <= now.timestamp() - kept["at"] < _STEP.total_seconds():
        return False
    seen = {"member": member, "browser": browser_in_words(request.headers.get("User-Agent", "")), "seen_at": now}
    seen["network"] = import_string(settings.VISITOR_NETWORK)(request)
    try:
        with transaction.atomic():
            _row, is_new = MemberSession.objects.update_or_create(
                session_id=key, defaults=seen, create_defaults={**seen, "begun_at": now}
            )
    except IntegrityError as error:
        raise SessionInterrupted("This browser was signed out a moment ago.") from error
    request.session[_KEY] = {"session": key, "at": now.timestamp()}
    return is_new


def list_sessions(member: Member, *, now: datetime) -> QuerySet[MemberSession]:
    """The browsers in which the member is signed in, the last seen first."""
    return member.sessions.filter(session__expire_date__gt=now)


@transaction.atomic
def end_sessions(*, member: Member, keep: str | None = None) -> int:
    """Signs the member's browsers out, but for the session with the key `keep`; tells how many.

    Looks into every session there is: one that opened no page yet is on no list.
    """
    account = str(member.user_id)
    ended = [
        session.pk
        for session in Session.objects.exclude(pk=keep).iterator()
        if session.get_decoded().get(SESSION_KEY) == account
    ]
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)


def drop_ended(*, now: datetime) -> int:
    """Forgets sessions whose time is over, with what was known of their browsers; tells how many."""
    ended, _rows = Session.objects.filter(expire_date__lte=now).delete()
    return ended
