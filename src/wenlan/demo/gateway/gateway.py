"""The three companies together: what a payer does at them, and how their messages reach the merchant."""

from __future__ import annotations

import time
import urllib.error
import urllib.request

from wenlan.demo.gateway.alipay import Alipay
from wenlan.demo.gateway.books import Books, Callback, Company, Message, Payment, State, Trouble, now
from wenlan.demo.gateway.http import Reply, Request
from wenlan.demo.gateway.keys import Keys
from wenlan.demo.gateway.stripe import Stripe
from wenlan.demo.gateway.wechat import WeChat

DELIVERY_SECONDS = 20


class UnknownPayment(Exception):
    """No merchant has asked for that payment."""


class Gateway:
    """Three payment companies that move no money."""

    def __init__(self) -> None:
        self.books = Books()
        self.keys = Keys()
        self.stripe = Stripe(self.books, self.keys)
        self.companies: dict[Company, Stripe | WeChat | Alipay] = {
            Company.STRIPE: self.stripe,
            Company.WECHAT: WeChat(self.books, self.keys),
            Company.ALIPAY: Alipay(self.books, self.keys),
        }

    def answer(self, request: Request) -> Reply | None:
        """What the company answers that is asked; None when it is none of them."""
        for name, company in self.companies.items():
            reply = company.answer(request)
            if reply is None:
                continue
            trouble = self.books.troubles.get(name)
            if trouble == Trouble.HANGS:
                time.sleep(self.books.hang_seconds)
            return reply if trouble != Trouble.DOWN else Reply(503, b"the company is down", "text/plain")
        return None

    def payment(self, company: Company, reference: str) -> Payment:
        payment = self.books.find(company, reference)
        if payment is None:
            raise UnknownPayment(f"{company} knows no payment {reference}.")
        return payment

    def pay(self, company: Company, reference: str, callback: Callback = Callback.SENT) -> Payment:
        """The payer pays; the merchant hears of it, or does not, as `callback` says."""
        payment = self.payment(company, reference)
        with self.books.lock:
            if payment.state in {State.OPEN, State.REFUSED}:
                payment.state, payment.paid_at = State.PAID, now()
        self._tell(Message(payment, is_paid=payment.state == State.PAID, twist=callback))
        return payment

    def refuse(self, company: Company, reference: str, callback: Callback = Callback.SENT) -> Payment:
        """The payment of the payer is refused; it can be tried again."""
        payment = self.payment(company, reference)
        with self.books.lock:
            if payment.state == State.OPEN:
                payment.state = State.REFUSED
        self._tell(Message(payment, is_paid=False, twist=callback))
        return payment

    def _tell(self, message: Message) -> None:
        with self.books.lock:
            self.books.messages.append(message)
        if message.twist in {Callback.LOST, Callback.HELD}:
            return
        self._send(message)
        if message.twist == Callback.TWICE:
            self._send(message)

    def release(self) -> list[Message]:
        """Send what was held, the last first."""
        held = [
            each for each in reversed(self.books.messages) if each.twist == Callback.HELD and not each.answers
        ]
        for message in held:
            self._send(message)
        return held

    def repeat(self) -> list[Message]:
        """Send again what the merchant has not taken, as companies do for a day."""
        missed = [
            each
            for each in self.books.messages
            if each.answers and not self.companies[each.payment.company].is_taken(*each.answers[-1])
        ]
        for message in missed:
            self._send(message)
        return missed

    def _send(self, message: Message) -> None:
        headers, body = self.companies[message.payment.company].message(message)
        request = urllib.request.Request(message.payment.notify_url, body, headers, method="POST")  # noqa: S310 - the merchant's own address
        try:
            with urllib.request.urlopen(request, timeout=DELIVERY_SECONDS) as response:  # noqa: S310 - the same
                answer = response.status, response.read()
        except urllib.error.HTTPError as error:
            answer = error.code, error.read()
        except OSError as error:
            answer = 0, str(error).encode()
        message.answers.append(answer)
