"""The mails about a registration: which one goes with which state, each with a link to the registration's page."""

from datetime import datetime
from typing import Any

from django.utils.translation import override

from bookings.booking_requests.notices import build_meeting
from bookings.catalog.queries import operator_of
from bookings.links import tokens
from bookings.links.actions import NewCode
from bookings.links.models import Purpose
from bookings.mail import actions as mail
from bookings.mail import messages
from bookings.mail.models import OutboxMail
from bookings.registration import pages, queries
from bookings.registration.models import Registration
from bookings.registration.states import RegistrationState


def mail_code(registration: Registration, code: NewCode, *, now: datetime) -> None:
    """The code and the link that prove the address."""
    context = messages.ProveAddress(
        operator=operator_of(queries.site_of(registration)),
        code=code.code,
        link=_link(registration, now=now, revoke_older=True),
        minutes=round((code.expires_at - now).total_seconds() / 60),
        place=_place(registration),
    )
    _enqueue(registration, context, f"proof:{code.serial}:{registration.reference}")


def mail_resume(registration: Registration, *, now: datetime) -> None:
    """The way back to an unfinished registration, once; the link in the code's mail stays good."""
    repeat_key = f"resume:{registration.reference}"
    if not _is_written(repeat_key):
        told = _told(registration, _link(registration, now=now, revoke_older=False))
        _enqueue(registration, messages.RegistrationResume(**told), repeat_key)


def mail_fresh_link(registration: Registration, *, now: datetime) -> None:
    """A fresh link, at most one a minute; older ones end."""
    repeat_key = f"link:{registration.reference}:{now:%Y%m%d%H%M}"
    if not _is_written(repeat_key):
        told = _told(registration, _link(registration, now=now, revoke_older=True))
        _enqueue(registration, messages.RegistrationResume(**told), repeat_key)


def mail_outcome(registration: Registration, *, now: datetime) -> None:
    """The mail of the state that the registration just reached, once per sending; links in older mails end."""
    sent = int(registration.sent_at.timestamp()) if registration.sent_at else 0
    repeat_key = f"registration:{registration.reference}:{registration.state}:{sent}"
    if not _is_written(repeat_key):
        link = _link(registration, now=now, revoke_older=True)
        _enqueue(registration, _outcome_context(registration, link), repeat_key)


def _outcome_context(registration: Registration, link: str) -> messages.MailContext:
    told = _told(registration, link)
    with override(registration.language):
        identity = pages.identity_in_words(registration)
        reason = pages.refusal_in_words(registration)
    match RegistrationState(registration.state):
        case RegistrationState.CREATED:
            return messages.RegistrationCreated(**told, identity=identity)
        case RegistrationState.UPDATED:
            return messages.RegistrationUpdated(**told, identity=identity)
        case RegistrationState.USER_EXISTS:
            return messages.RegistrationExists(**told)
        case RegistrationState.REFUSED:
            return messages.RegistrationRefused(**told, reason=reason)
        case RegistrationState.KEPT:
            return messages.RegistrationKept(**told)
        case RegistrationState.BEING_CONFIRMED:
            return messages.RegistrationBeingConfirmed(**told)
        case RegistrationState.DRAFT | RegistrationState.SENDING:
            raise ValueError(f"Nobody is told by mail that a registration is {registration.state}.")


def _told(registration: Registration, link: str) -> dict[str, Any]:
    """What every mail about a registration says."""
    request = registration.booking_request
    return {
        "operator": operator_of(queries.site_of(registration)),
        "enrolment": messages.Enrolment(
            reference=registration.reference,
            place=_place(registration),
            company=registration.company,
            meeting=None if request is None else build_meeting(request),
        ),
        "status_url": link,
        "person": registration.person,
    }


def _place(registration: Registration) -> str:
    with override(registration.language):
        return queries.place_of(registration)


def status_link(registration: Registration, *, language: str, now: datetime) -> str:
    """One more link to the registration's page, for a mail of another feature; older ones stay good."""
    return messages.absolute_url(
        "registration-link", _token(registration, now=now, revoke_older=False), language=language
    )


def _token(registration: Registration, *, now: datetime, revoke_older: bool) -> str:
    return tokens.issue(
        purpose=Purpose.REGISTRATION,
        email=registration.email,
        now=now,
        registration=registration,
        revoke_older=revoke_older,
    )


def _link(registration: Registration, *, now: datetime, revoke_older: bool) -> str:
    token = _token(registration, now=now, revoke_older=revoke_older)
    return messages.absolute_url("registration-link", token, language=registration.language)


def _is_written(repeat_key: str) -> bool:
    return OutboxMail.objects.filter(repeat_key=repeat_key).exists()


def _enqueue(registration: Registration, context: messages.MailContext, repeat_key: str) -> None:
    mail.enqueue(
        to=registration.email,
        language=registration.language,
        context=context,
        repeat_key=repeat_key,
        registration=registration,
    )
