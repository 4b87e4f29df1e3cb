"""A real mail server on this machine, which can refuse, stall and hang up."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """What arrived, and how the server behaves: set `recipient_answer` or `data_answer` to a refusal, or `stall`."""

    def __init__(self) -> None:
        self.port = 0
        self.arrived: list[EmailMessage] = []
        self.recipient_answer = ""
        self.data_answer = ""
        # Takes the mail, then neither answers nor hangs up.
        self.stall = False
        # Takes the mail, then hangs up without an answer.
        self.hang_up = False
        self.reached = threading.Event()

    async def handle_RCPT(  # noqa: N802 RUF100  aiosmtpd names its hooks so.
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 RUF100  as above
        if self.data_answer:
            return self.data_answer
        self.arrived.append(message_from_bytes(envelope.content or b"", policy=policy.default))  # type: ignore[arg-type]
        self.reached.set()
        if self.hang_up:
            server.transport.close()
        if self.stall:
            await asyncio.sleep(60)
        return "250 OK"

    def settings(self) -> dict[str, Any]:
        """What Django must be told to send here."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_TIMEOUT": 5,
        }


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """A server on a free port, gone at the end."""
    handler = MailServer()
    handler.port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
