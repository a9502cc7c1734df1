"""What the companies know: payments, refunds, and the messages that are on their way."""

from __future__ import annotations

import datetime
import secrets
import threading
from dataclasses import dataclass, field
from enum import StrEnum


class Company(StrEnum):
    STRIPE = "stripe"
    WECHAT = "wechat"
    ALIPAY = "alipay"


class State(StrEnum):
    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"
    CLOSED = "closed"


class Callback(StrEnum):
    """What becomes of the message about a payment."""

    SENT = "sent"
    LOST = "lost"
    TWICE = "twice"
    HELD = "held"  # until the control releases what is held, the last first
    FORGED = "forged"
    OLD = "old"  # signed three days ago, as a message that somebody has recorded and plays again
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"


class Trouble(StrEnum):
    """What is wrong with a company as a whole."""

    DOWN = "down"  # answers 503 to everything
    HANGS = "hangs"  # does what it is asked, and answers when nobody waits any more
    REFUSES = "refuses"  # says no to every new payment and refund


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass
class Refund:
    """Money that goes back; `reference` is the merchant's, `number` the company's."""

    reference: str
    amount_minor: int
    number: str
    at: datetime.datetime = field(default_factory=now)


@dataclass
class Payment:
    """What a merchant asks for. `reference` is the merchant's, `number` and `session` are the company's."""

    company: Company
    reference: str
    amount_minor: int
    currency: str
    notify_url: str
    return_url: str = ""
    title: str = ""
    state: State = State.OPEN
    number: str = field(default_factory=lambda: f"42{secrets.randbelow(10**26):026d}")
    session: str = field(default_factory=lambda: f"cs_test_{secrets.token_hex(20)}")
    began_at: datetime.datetime = field(default_factory=now)
    paid_at: datetime.datetime | None = None
    refunds: dict[str, Refund] = field(default_factory=dict)

    @property
    def fee_minor(self) -> int:
        """Six thousandths, as Chinese companies take."""
        return round(self.amount_minor * 6 / 1000)


@dataclass
class Message:
    """One piece of news for the merchant; it is signed whenever it is sent. `answers` is what the merchant said."""

    payment: Payment
    is_paid: bool
    twist: Callback = Callback.SENT
    number: str = field(default_factory=lambda: secrets.token_hex(16))
    answers: list[tuple[int, bytes]] = field(default_factory=list)


class Books:
    """Everything the companies have written down; several threads use it at once."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.payments: dict[tuple[Company, str], Payment] = {}
        self.messages: list[Message] = []
        self.troubles: dict[Company, Trouble] = {}
        self.hang_seconds = 3.0

    def clear(self) -> None:
        with self.lock:
            self.payments.clear()
            self.messages.clear()
            self.troubles.clear()

    def begin(self, payment: Payment) -> Payment:
        """The payment with that reference, which is this one when there was none yet."""
        with self.lock:
            return self.payments.setdefault((payment.company, payment.reference), payment)

    def find(self, company: Company, reference: str) -> Payment | None:
        return self.payments.get((company, reference))

    def of(self, company: Company) -> list[Payment]:
        with self.lock:
            return [payment for payment in self.payments.values() if payment.company == company]

    def refund(self, payment: Payment, reference: str, amount_minor: int) -> Refund | None:
        """Give a part back, once for each reference; None for more than was paid."""
        with self.lock:
            if reference in payment.refunds:
                return payment.refunds[reference]
            left = payment.amount_minor - sum(refund.amount_minor for refund in payment.refunds.values())
            if payment.state != State.PAID or not 0 < amount_minor <= left:
                return None
            number = f"50{secrets.randbelow(10**26):026d}"
            return payment.refunds.setdefault(reference, Refund(reference, amount_minor, number))
