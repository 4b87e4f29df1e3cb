"""A mail server that is too busy."""

from collections.abc import Sequence
from smtplib import SMTPDataError

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Refusing(BaseEmailBackend):
    """Takes nothing for now (RFC 5321, 4.2.3)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises SMTPDataError."""
        raise SMTPDataError(451, b"4.3.0 come back later")
