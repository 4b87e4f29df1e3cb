"""What the page of a registration says: its title, its badge, and the upstream's findings in words."""

from dataclasses import dataclass

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.booking_requests.pages import Mood
from bookings.registration.models import Registration
from bookings.registration.rules import Step
from bookings.registration.states import RegistrationState

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title, its badge, its mood, and whether it looks again by itself until the state moves."""

    title: Text
    badge: Text
    mood: Mood
    is_waiting: bool = False


PAGES: dict[RegistrationState, Page] = {
    RegistrationState.DRAFT: Page(_("Your registration is not finished"), _("Not sent yet"), Mood.NEUTRAL),
    RegistrationState.SENDING: Page(
        _("Your registration is being sent"), _("Being sent"), Mood.NEUTRAL, is_waiting=True
    ),
    RegistrationState.BEING_CONFIRMED: Page(
        _("Your registration is being confirmed"), _("Being confirmed"), Mood.WARN, is_waiting=True
    ),
    RegistrationState.KEPT: Page(_("We have kept your registration"), _("With our team"), Mood.WARN),
    RegistrationState.CREATED: Page(_("Your company is registered"), _("Registered"), Mood.GOOD),
    RegistrationState.UPDATED: Page(_("Your registration is complete"), _("Registered"), Mood.GOOD),
    RegistrationState.USER_EXISTS: Page(_("You are registered already"), _("Registered"), Mood.GOOD),
    RegistrationState.REFUSED: Page(_("Workways did not accept this registration"), _("Not registered"), Mood.BAD),
}

STEP_LABELS: dict[Step, Text] = {
    Step.CODE: _("Your address"),
    Step.PERSON: _("You"),
    Step.COMPANY: _("Your company"),
    Step.USERS: _("People and place"),
    Step.CHECK: _("Check and send"),
}

# The registers that stand behind the upstream's `identityVerification.source`; the document names the first.
_REGISTERS: dict[str, Text] = {
    "insee_siret": _("the French register of companies (INSEE)"),
    "bce_kbo": _("the Belgian register of companies (BCE/KBO)"),
    "revenue_vat": _("the Irish register of VAT numbers"),
}


def identity_in_words(registration: Registration) -> str:
    """What became of the company number, as a sentence; "" when none was given."""
    if not registration.company_number:
        return ""
    found = registration.identity
    if not found or not found.get("verified_name"):
        return gettext(
            "Workways could not check your company number by itself. There is nothing you need to do; "
            "the team may ask you about it."
        )
    facts = {
        "register": str(_REGISTERS.get(found["source"], gettext("a public register"))),
        "number": found["verified_number"] or registration.company_number,
        "name": found["verified_name"],
    }
    if found["confidence"] == 100:
        return gettext("Your company number %(number)s was checked with %(register)s: it belongs to %(name)s.") % facts
    return (
        gettext(
            "Your company number %(number)s was checked with %(register)s, which names %(name)s, but without being "
            "sure. The team may ask you about it."
        )
        % facts
    )


def phone_in_words(registration: Registration) -> str:
    """The telephone number in groups: +33 6 12 34 56 78."""
    if not registration.phone:
        return ""
    return phonenumbers.format_number(
        phonenumbers.parse(registration.phone), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )


def refusal_in_words(registration: Registration) -> str:
    """What the upstream said when it refused, in its own words; a sentence of ours when it said nothing."""
    return registration.upstream_message or gettext("Workways gave no reason.")
