"""A payment that moves no real money, for demos and tests: a page of our own asks what should happen.

It keeps to the protocol of a real provider: what the page sends is a signed message, and only its
signature makes it count.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wenlan.payments.models import TopUp
from wenlan.payments.ports import (
    Answer,
    Notification,
    NotificationRejected,
    PayAction,
    Payer,
    RefundNews,
    RefundState,
    StatementLine,
)

_SALT = "wenlan.payments.simulated"
_MAX_AGE_SECONDS = 24 * 60 * 60


class SimulatedProvider:
    """The clearly marked payment page at /pay/simulated/."""

    name = "simulated"
    label = _("Simulated payment (no real money)")
    needs_network = False
    signature_headers = ()
    statement_zone: datetime.tzinfo = datetime.UTC

    def start(self, top_up: TopUp, *, payer: Payer) -> PayAction:
        return PayAction(url=reverse("payments:simulated", args=[top_up.reference]))

    def message(self, top_up: TopUp, *, is_paid: bool) -> str:
        """The signed message that a button of the page carries."""
        return signing.dumps(
            {
                "reference": top_up.reference,
                "is_paid": is_paid,
                "paid_minor": top_up.amount_minor if is_paid else 0,
                "currency": top_up.currency,
            },
            salt=_SALT,
        )

    def verify_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        try:
            values = signing.loads(body.decode("ascii"), salt=_SALT, max_age=_MAX_AGE_SECONDS)
        except (signing.BadSignature, UnicodeDecodeError):
            raise NotificationRejected from None
        return Notification(**values)

    def answer(self, *, is_taken: bool) -> Answer:
        return Answer(200 if is_taken else 400)

    def query(self, top_up: TopUp) -> Notification | None:
        """Nothing: what its page decides, it tells at once."""
        return None

    def close(self, top_up: TopUp) -> None:
        """Nobody else holds it open."""

    def refund(self, top_up: TopUp, *, refund_reference: str, amount_minor: int) -> RefundNews:
        return RefundNews(RefundState.DONE, amount_minor)

    def query_refund(self, top_up: TopUp, *, refund_reference: str) -> RefundNews | None:
        return None

    def statement(self, day: datetime.date) -> list[StatementLine]:
        """Empty: there is no company that would keep one."""
        return []
