"""What the house asks of a company that takes payments."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenlan.core.errors import WenlanError
from wenlan.payments.models import TopUp


class NotificationRejected(WenlanError):
    """A message that claims to come from a provider does not, or cannot be understood."""

    code = "notification_rejected"

    def __init__(self) -> None:
        super().__init__(_("This payment message is not genuine."))


class ProviderUnavailable(WenlanError):
    """The provider does not answer, or not in a way that says anything: what became of a payment is unknown.

    `detail` is for the log.
    """

    code = "provider_unavailable"

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(
            _("The payment company does not answer at the moment. Nothing is lost; try again later.")
        )


class PaymentRefused(WenlanError):
    """The provider does not do what it was asked; `reason` is what it says, in its own words."""

    code = "payment_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(_("The payment company refused the payment."))


@dataclass(frozen=True)
class Payer:
    """What a provider wants to know of who is about to pay."""

    is_on_phone: bool = False
    address: str = "127.0.0.1"


@dataclass(frozen=True)
class PayAction:
    """How the reader pays: by going to `url` (absolute, or a path of this site), or by scanning `qr_text`.

    `handle` is what the provider calls the payment as long as nothing is paid, where that is not our reference.
    """

    url: str = ""
    qr_text: str = ""
    handle: str = ""


@dataclass(frozen=True)
class Notification:
    """What a provider says about one payment: `paid_minor` of `currency` arrived, or it failed and why.

    `event_id` is the provider's number of this piece of news, `payment_id` its own number of the payment. Where
    `is_decided` is False the message is genuine, and says nothing about the end of a payment.
    """

    reference: str
    is_paid: bool
    paid_minor: int
    currency: str
    failure: str = ""
    event_id: str = ""
    payment_id: str = ""
    is_decided: bool = True


@dataclass(frozen=True)
class Answer:
    """What a provider wants to hear when it has told us something."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


class RefundState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class RefundNews:
    """What a provider says about one refund."""

    state: RefundState
    amount_minor: int
    failure: str = ""


class LineKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True)
class StatementLine:
    """One line of a provider's statement; amounts are positive, `reference` is ours (a refund has its own)."""

    reference: str
    kind: LineKind
    amount_minor: int
    currency: str
    fee_minor: int
    at: datetime.datetime
    payment_id: str = ""


class PaymentProvider(Protocol):
    """One way to pay. Nothing here touches the database: services do.

    What asks over the network never waits longer than the time limit of the settings, and raises
    ProviderUnavailable when it is not known what the provider did, and PaymentRefused when it says no.
    """

    name: str
    label: str | Promise
    needs_network: bool
    signature_headers: tuple[str, ...]
    statement_zone: datetime.tzinfo

    def start(self, top_up: TopUp, *, payer: Payer) -> PayAction:
        """Ask for a payment; the same top-up may be started again and is paid at most once."""

    def verify_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        """What the raw bytes of a provider's message say. Raises NotificationRejected unless it is genuine."""

    def answer(self, *, is_taken: bool) -> Answer:
        """What to answer to a message: that it was taken, or that it shall come again."""

    def query(self, top_up: TopUp) -> Notification | None:
        """What the provider says of a payment now; None as long as it can still be paid or is not known there."""

    def close(self, top_up: TopUp) -> None:
        """Let nobody pay it any more. Harmless for one that was never begun, and when done again."""

    def refund(self, top_up: TopUp, *, refund_reference: str, amount_minor: int) -> RefundNews:
        """Give back a part of a payment, exactly once for each `refund_reference`."""

    def query_refund(self, top_up: TopUp, *, refund_reference: str) -> RefundNews | None:
        """What the provider says of a refund now; None when it has never heard of it."""

    def statement(self, day: datetime.date) -> list[StatementLine]:
        """Every payment and refund of one day in `statement_zone`."""
