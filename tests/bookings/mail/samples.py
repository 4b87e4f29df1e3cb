"""The portal's own invented mails, of an operator who is invented as well."""

from dataclasses import dataclass

from bookings.mail.messages import MailContext
from bookings.mail.samples import ENROLMENT, MEETING, WATCHED, samples

__all__ = ["ENROLMENT", "MEETING", "OPERATOR", "SAMPLES", "SAMPLES_IN", "STATUS", "WATCHED", "SampleOperator"]


@dataclass(frozen=True, slots=True)
class SampleOperator:
    """Who runs the portal in these mails."""

    name: str = "Workways"
    contact_email: str = "hello@workways.example"
    contact_phone: str = "+33 1 23 45 67 89"
    vat_wording: str = "excluded"


OPERATOR = SampleOperator()
STATUS = "http://127.0.0.1:8000/l/status-token/"
SAMPLES_IN: dict[str, list[MailContext]] = {
    language: samples(operator=OPERATOR, language=language) for language in ("en", "fr")
}
SAMPLES = SAMPLES_IN["en"]
