"""Stripe: Checkout in the reader's browser, webhooks for the news.

https://docs.stripe.com/api/checkout/sessions and https://docs.stripe.com/webhooks/signature. Amounts are in the
smallest unit of the currency, which for the currencies of `core.money` is our minor unit, also without decimals.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import stripe
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wenlan.payments.models import TopUp
from wenlan.payments.ports import (
    Answer,
    LineKind,
    Notification,
    NotificationRejected,
    PayAction,
    Payer,
    PaymentRefused,
    ProviderUnavailable,
    RefundNews,
    RefundState,
    StatementLine,
)

_SIGNATURE_SECONDS = 300
_PAYMENT_TYPES = {"charge", "payment"}
_REFUND_TYPES = {"refund", "payment_refund"}
_REFUND_STATES = {
    "succeeded": RefundState.DONE,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


@contextmanager
def _vendor_errors() -> Iterator[None]:
    """Stripe's errors as ours. A key that Stripe does not know is for the operator: no payment is refused by it."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise PaymentRefused(error.user_message or str(error)) from error
    except stripe.StripeError as error:
        raise ProviderUnavailable(str(error)) from error


class StripeProvider:
    """Cards, and whatever else the operator has switched on in Stripe's dashboard."""

    name = "stripe"
    label = _("Card (Stripe)")
    needs_network = True
    signature_headers = ("Stripe-Signature",)
    statement_zone: datetime.tzinfo = datetime.UTC

    def __init__(self) -> None:
        self._client = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses={"api": settings.STRIPE_API_URL},
            http_client=stripe.RequestsClient(timeout=settings.PAYMENT_TIMEOUT_SECONDS),
            max_network_retries=0,  # the same top-up is asked for again by whoever waits for it
        )

    def start(self, top_up: TopUp, *, payer: Payer) -> PayAction:
        back = settings.SITE_URL + reverse("payments:pay", args=[top_up.reference])
        line = {
            "quantity": 1,
            "price_data": {
                "currency": top_up.currency.lower(),
                "unit_amount": top_up.amount_minor,
                "product_data": {"name": settings.SITE_NAME},
            },
        }
        params: Any = {
            "mode": "payment",
            "client_reference_id": top_up.reference,
            "line_items": [line],
            "metadata": {"reference": top_up.reference},
            "payment_intent_data": {"metadata": {"reference": top_up.reference}},
            "adaptive_pricing": {"enabled": False},  # what is paid is what was asked, in that currency
            "success_url": back,
            "cancel_url": back,
        }
        with _vendor_errors():
            session = self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": f"top-up-{top_up.reference}"}
            )
        return PayAction(url=session.url or "", handle=session.id)

    def verify_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        try:
            stripe.WebhookSignature.verify_header(
                body,
                headers.get("Stripe-Signature"),
                settings.STRIPE_WEBHOOK_SECRET,
                tolerance=_SIGNATURE_SECONDS,
            )
            event = json.loads(body)
            return _notification_of_event(event)
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError):
            raise NotificationRejected from None

    def answer(self, *, is_taken: bool) -> Answer:
        return Answer(200 if is_taken else 400)

    def query(self, top_up: TopUp) -> Notification | None:
        if not top_up.handle:  # nobody was ever told where to pay
            return None
        with _vendor_errors():
            session = self._client.v1.checkout.sessions.retrieve(top_up.handle)
        news = _notification_of_session(session.to_dict())
        return news if news.is_decided else None

    def close(self, top_up: TopUp) -> None:
        if not top_up.handle:
            return
        with _vendor_errors():
            session = self._client.v1.checkout.sessions.retrieve(top_up.handle)
            if session.status == "open":
                self._client.v1.checkout.sessions.expire(top_up.handle)

    def refund(self, top_up: TopUp, *, refund_reference: str, amount_minor: int) -> RefundNews:
        params: Any = {
            "payment_intent": top_up.payment_id,
            "amount": amount_minor,
            "metadata": {"reference": refund_reference},
        }
        with _vendor_errors():
            refund = self._client.v1.refunds.create(params, {"idempotency_key": f"refund-{refund_reference}"})
        return _refund_news(refund.to_dict())

    def query_refund(self, top_up: TopUp, *, refund_reference: str) -> RefundNews | None:
        with _vendor_errors():
            refunds = self._client.v1.refunds.list({"payment_intent": top_up.payment_id, "limit": 100})
            for refund in refunds.auto_paging_iter():
                values = refund.to_dict()
                if (values.get("metadata") or {}).get("reference") == refund_reference:
                    return _refund_news(values)
        return None

    def statement(self, day: datetime.date) -> list[StatementLine]:
        start = datetime.datetime.combine(day, datetime.time(), self.statement_zone)
        end = start + datetime.timedelta(days=1)
        params: Any = {
            "created": {"gte": int(start.timestamp()), "lt": int(end.timestamp())},
            "expand": ["data.source"],
            "limit": 100,
        }
        with _vendor_errors():
            page = self._client.v1.balance_transactions.list(params)
            lines = [_statement_line(each.to_dict()) for each in page.auto_paging_iter()]
        return [line for line in lines if line]


def _notification_of_event(event: dict[str, Any]) -> Notification:
    """What an event says. Of the many kinds only those about a Checkout Session decide a payment."""
    event_id, kind, about = str(event["id"]), str(event["type"]), event["data"]["object"]
    if not kind.startswith("checkout.session."):
        return Notification("", False, 0, "", event_id=event_id, is_decided=False)
    failure = "payment failed" if kind == "checkout.session.async_payment_failed" else ""
    return _notification_of_session(about, event_id=event_id, failure=failure)


def _notification_of_session(
    session: dict[str, Any], *, event_id: str = "", failure: str = ""
) -> Notification:
    """`failure` is why a payment failed whose session does not say so itself.

    A session without a reference is somebody else's who shares the account at Stripe, and decides nothing here.
    """
    reference = str(session["client_reference_id"] or "")
    is_paid = session["payment_status"] == "paid"
    if not is_paid and session["status"] == "expired":
        failure = failure or "expired"
    return Notification(
        reference=reference,
        is_paid=is_paid,
        paid_minor=int(session["amount_total"]) if is_paid else 0,
        currency=str(session["currency"]).upper(),
        failure="" if is_paid else failure,
        event_id=event_id,
        payment_id=str(session["payment_intent"] or ""),
        is_decided=bool(reference) and (is_paid or bool(failure)),
    )


def _refund_news(refund: dict[str, Any]) -> RefundNews:
    state = _REFUND_STATES.get(refund["status"], RefundState.PENDING)
    return RefundNews(state, int(refund["amount"]), str(refund.get("failure_reason") or ""))


def _statement_line(entry: dict[str, Any]) -> StatementLine | None:
    """A line of Stripe's balance; None for payouts, fees of Stripe's own and what else is no payment of ours."""
    kind, source = entry["type"], entry["source"]
    if kind not in _PAYMENT_TYPES | _REFUND_TYPES or not isinstance(source, dict):
        return None
    return StatementLine(
        reference=str((source.get("metadata") or {}).get("reference") or source["id"]),
        kind=LineKind.PAYMENT if kind in _PAYMENT_TYPES else LineKind.REFUND,
        # As the reader paid it: the entry itself may be in the currency of the operator's bank account.
        amount_minor=int(source["amount"]),
        currency=str(source["currency"]).upper(),
        fee_minor=int(entry["fee"]),
        at=datetime.datetime.fromtimestamp(entry["created"], datetime.UTC),
        payment_id=str(source.get("payment_intent") or ""),
    )
