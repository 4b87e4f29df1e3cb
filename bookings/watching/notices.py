"""The mails about a watch, each with a link to its page."""

from datetime import datetime

from django.utils.translation import override

from bookings.catalog.queries import operator_of
from bookings.links import tokens
from bookings.links.actions import NewCode
from bookings.links.models import Purpose
from bookings.mail import actions as mail
from bookings.mail import messages
from bookings.watching.models import SlotWatch
from bookings.watching.rules import OFFER_MINUTES


def mail_code(watch: SlotWatch, code: NewCode, *, now: datetime) -> None:
    """The code and the link that prove the address."""
    context = messages.WatchProof(
        operator=operator_of(watch.room.site),
        watched=build_watched(watch),
        link=status_link(watch, language=watch.language, now=now),
        code=code.code,
        minutes=round((code.expires_at - now).total_seconds() / 60),
    )
    _enqueue(watch, context, f"proof:{code.serial}:{watch.reference}")


def mail_set(watch: SlotWatch, *, now: datetime) -> None:
    """The way back to a watch that was set without a code."""
    context = messages.WatchSet(
        operator=operator_of(watch.room.site),
        watched=build_watched(watch),
        link=status_link(watch, language=watch.language, now=now),
    )
    _enqueue(watch, context, f"watch:{watch.reference}:set")


def mail_offer(watch: SlotWatch, *, until: datetime, now: datetime) -> None:
    """It is the watcher's turn; a watch is offered its time once."""
    context = messages.WatchOffer(
        operator=operator_of(watch.room.site),
        watched=build_watched(watch),
        link=status_link(watch, language=watch.language, now=now),
        until=until,
        minutes=OFFER_MINUTES,
    )
    _enqueue(watch, context, f"watch:{watch.reference}:offer")


def build_watched(watch: SlotWatch) -> messages.Watched:
    """The time as mails tell it."""
    with override(watch.language):
        return messages.Watched(
            room=watch.room.shown_name,
            site=watch.room.site.shown_name,
            span=watch.span,
            zone=watch.zone,
            people=watch.people,
        )


def status_link(watch: SlotWatch, *, language: str, now: datetime) -> str:
    """One more link to the watch's page; older ones stay good."""
    token = tokens.issue(purpose=Purpose.WATCH, email=watch.email, now=now, watch=watch)
    return messages.absolute_url("watch-link", token, language=language)


def _enqueue(watch: SlotWatch, context: messages.MailContext, repeat_key: str) -> None:
    mail.enqueue(to=watch.email, language=watch.language, context=context, repeat_key=repeat_key)
