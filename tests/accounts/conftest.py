"""A real mail server on loopback, and a postman."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from wenlan.accounts import services
from wenlan.accounts.models import OutgoingMail


class Inbox:
    """What the mail server accepted; `refuse` is its reply to recipients instead of 250."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse = ""

    @property
    def last(self) -> EmailMessage:
        return self.messages[-1]

    @property
    def last_text(self) -> str:
        return str(self.last.get_content())


class _Hooks:
    """Puts what arrives into an inbox; aiosmtpd finds the hooks by their names."""

    def __init__(self, inbox: Inbox) -> None:
        self.inbox = inbox

    async def handle_RCPT(  # noqa: N802 -- the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.inbox.refuse:
            return self.inbox.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.inbox.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    """A mail server on a free port of this machine that the site sends through."""
    inbox = Inbox()
    controller = Controller(_Hooks(inbox), hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield inbox
    controller.stop()


@pytest.fixture
def post(db: None) -> Callable[[], int]:
    """Deliver whatever waits, as the worker does; returns how many mails the server took."""

    def deliver() -> int:
        queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED).order_by("pk")
        mail_ids = list(queued.values_list("pk", flat=True))
        return sum(services.mail_deliver(mail_id=mail_id) for mail_id in mail_ids)

    return deliver
