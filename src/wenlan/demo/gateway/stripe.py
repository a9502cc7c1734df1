"""Stripe: Checkout Sessions, refunds, the balance, and webhooks.

https://docs.stripe.com/api and https://docs.stripe.com/webhooks/signature
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from wenlan.demo.gateway.books import Books, Callback, Company, Message, Payment, Refund, State, Trouble
from wenlan.demo.gateway.http import Reply, Request, json_reply
from wenlan.demo.gateway.keys import Keys

DAY_SECONDS = 24 * 60 * 60
SESSIONS = "/v1/checkout/sessions"


class Stripe:
    company = Company.STRIPE

    def __init__(self, books: Books, keys: Keys) -> None:
        self.books = books
        self.keys = keys
        self.webhook_url = ""

    def answer(self, request: Request) -> Reply | None:
        """None for what is not Stripe's."""
        if not request.path.startswith("/v1/"):
            return None
        if request.headers.get("Authorization") != f"Bearer {self.keys.stripe_secret}":
            return _error("Invalid API Key provided.", 401)
        match request.method, request.path:
            case "POST", "/v1/checkout/sessions":
                return self._begin(request)
            case "POST", "/v1/refunds":
                return self._refund(request)
            case "GET", "/v1/refunds":
                return self._refunds(request)
            case "GET", "/v1/balance_transactions":
                return self._balance(request)
        return self._session(request)

    def _begin(self, request: Request) -> Reply:
        form = request.form
        if self.books.troubles.get(self.company) == Trouble.REFUSES:
            return _error("The Checkout Session's total amount is too small.")
        payment = self.books.begin(
            Payment(
                Company.STRIPE,
                reference=form["client_reference_id"],
                amount_minor=int(form["line_items[0][price_data][unit_amount]"]),
                currency=form["line_items[0][price_data][currency]"].upper(),
                notify_url=self.webhook_url,
                return_url=form["success_url"],
                title=form["line_items[0][price_data][product_data][name]"],
                number=f"pi_{secrets.token_hex(12)}",
            )
        )
        return json_reply(self._as_session(payment, request.address))

    def _session(self, request: Request) -> Reply:
        number, _slash, verb = request.path.removeprefix(f"{SESSIONS}/").partition("/")
        payment = next((each for each in self.books.of(self.company) if each.session == number), None)
        if payment is None:
            return _error(f"No such checkout.session: {number}", 404)
        if verb == "expire":
            if payment.state != State.OPEN:
                return _error("Only open sessions can be expired.")
            payment.state = State.CLOSED
        return json_reply(self._as_session(payment, request.address))

    def _refund(self, request: Request) -> Reply:
        form = request.form
        payment = self._numbered(form["payment_intent"])
        if payment is None or self.books.troubles.get(self.company) == Trouble.REFUSES:
            return _error("This payment cannot be refunded.")
        refund = self.books.refund(payment, form["metadata[reference]"], int(form["amount"]))
        return json_reply(_as_refund(payment, refund)) if refund else _error("Refund amount is too large.")

    def _refunds(self, request: Request) -> Reply:
        payment = self._numbered(request.query["payment_intent"])
        found = [_as_refund(payment, each) for each in payment.refunds.values()] if payment else []
        return json_reply(_list(found, "/v1/refunds"))

    def _numbered(self, number: str) -> Payment | None:
        return next((each for each in self.books.of(self.company) if each.number == number), None)

    def _balance(self, request: Request) -> Reply:
        start, end = int(request.query["created[gte]"]), int(request.query["created[lt]"])
        entries = [entry for payment in self.books.of(self.company) for entry in _entries(payment)]
        within = [entry for entry in entries if start <= entry["created"] < end]
        return json_reply(_list(within, "/v1/balance_transactions"))

    def _as_session(self, payment: Payment, address: str = "") -> dict[str, Any]:
        state = {State.PAID: "complete", State.CLOSED: "expired"}.get(payment.state, "open")
        return {
            "id": payment.session,
            "object": "checkout.session",
            "url": f"{address}/cashier/stripe/{payment.reference}" if payment.state == State.OPEN else None,
            "client_reference_id": payment.reference,
            "amount_total": payment.amount_minor,
            "currency": payment.currency.lower(),
            "payment_status": "paid" if payment.state == State.PAID else "unpaid",
            "status": state,
            "payment_intent": payment.number if payment.state == State.PAID else None,
            "created": int(payment.began_at.timestamp()),
            "metadata": {"reference": payment.reference},
        }

    def message(self, message: Message) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook as it is sent now."""
        session = self._as_session(message.payment)
        session["payment_status"] = "paid" if message.is_paid else "unpaid"
        session["status"] = "complete"
        if message.twist == Callback.WRONG_AMOUNT:
            session["amount_total"] = 1
        if message.twist == Callback.WRONG_CURRENCY:
            session["currency"] = "usd" if message.payment.currency != "USD" else "eur"
        kind = "completed" if message.is_paid else "async_payment_failed"
        event = {
            "id": f"evt_{message.number}",
            "object": "event",
            "type": f"checkout.session.{kind}",
            "created": int(time.time()),
            "data": {"object": session},
        }
        body = json.dumps(event).encode()
        at = int(time.time()) - (3 * DAY_SECONDS if message.twist == Callback.OLD else 0)
        secret = "whsec_another" if message.twist == Callback.FORGED else self.keys.stripe_webhook_secret
        digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={at},v1={digest}", "Content-Type": "application/json"}, body

    def is_taken(self, status: int, body: bytes) -> bool:
        return 200 <= status < 300


def _as_refund(payment: Payment, refund: Refund) -> dict[str, Any]:
    return {
        "id": f"re_{refund.number}",
        "object": "refund",
        "amount": refund.amount_minor,
        "currency": payment.currency.lower(),
        "payment_intent": payment.number,
        "status": "succeeded",
        "metadata": {"reference": refund.reference},
    }


def _entries(payment: Payment) -> list[dict[str, Any]]:
    """The lines of the balance that a payment has made."""
    if payment.paid_at is None:
        return []
    charge = {
        "id": f"ch_{payment.number}",
        "object": "charge",
        "amount": payment.amount_minor,
        "currency": payment.currency.lower(),
        "payment_intent": payment.number,
        "metadata": {"reference": payment.reference},
    }
    paid = {
        "id": f"txn_{payment.number}",
        "object": "balance_transaction",
        "type": "charge",
        "amount": payment.amount_minor,
        "currency": payment.currency.lower(),
        "fee": payment.fee_minor,
        "created": int(payment.paid_at.timestamp()),
        "source": charge,
    }
    returned = [
        {
            **paid,
            "id": f"txn_{refund.number}",
            "type": "refund",
            "amount": -refund.amount_minor,
            "fee": 0,
            "created": int(refund.at.timestamp()),
            "source": _as_refund(payment, refund),
        }
        for refund in payment.refunds.values()
    ]
    return [paid, *returned]


def _list(values: list[dict[str, Any]], url: str) -> dict[str, Any]:
    return {"object": "list", "data": values, "has_more": False, "url": url}


def _error(message: str, status: int = 400) -> Reply:
    return json_reply({"error": {"type": "invalid_request_error", "message": message}}, status)
