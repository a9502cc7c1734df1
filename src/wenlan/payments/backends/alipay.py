"""Alipay: its page on a desk (page pay), its app or page on a phone (WAP pay).

https://opendocs.alipay.com/open/028r8t (page), 02ivbs (WAP), https://opendocs.alipay.com/common/02kf5q (signatures).
The protocol is RSA2 over the parameters in the order of their names; every answer and message is believed only with
the signature of Alipay's public key.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.payments.backends.alipay_bill import bill_lines
from wenlan.payments.backends.calls import call
from wenlan.payments.backends.notation import BEIJING, fen, time_of, time_text, yuan
from wenlan.payments.backends.signatures import is_signed, signature_of
from wenlan.payments.models import TopUp
from wenlan.payments.ports import (
    Answer,
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

MESSAGE_LIFETIME = datetime.timedelta(hours=48)
"""Alipay repeats a message for 25 hours; an older one is somebody's recording."""
PAGE, WAP = ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"), ("alipay.trade.wap.pay", "QUICK_WAP_WAY")
SUBJECT_LENGTH = 40
_PAID_STATES = {"TRADE_SUCCESS", "TRADE_FINISHED"}
#: Codes after which nothing is known, or which are the operator's to mend: https://opendocs.alipay.com/common/02km9f
_NOT_THE_PAYERS_FAULT = {"20000", "20001", "40001", "40002", "40003", "40006"}


class _NotFound(PaymentRefused):
    """Alipay does not know what was asked about: nobody has opened its page yet."""


class AlipayProvider:
    """Alipay for a merchant in mainland China, with a public key rather than certificates."""

    name = "alipay"
    label = _("Alipay")
    needs_network = True
    signature_headers = ()
    statement_zone: datetime.tzinfo = BEIJING

    def start(self, top_up: TopUp, *, payer: Payer) -> PayAction:
        """The address of Alipay's page, signed here: Alipay hears of the payment when the reader opens it."""
        method, product = WAP if payer.is_on_phone else PAGE
        back = settings.SITE_URL + reverse("payments:pay", args=[top_up.reference])
        order = {
            "out_trade_no": top_up.reference,
            "total_amount": yuan(top_up.amount_minor),
            "subject": settings.SITE_NAME[:SUBJECT_LENGTH],
            "product_code": product,
            "time_expire": time_text(top_up.created_at + datetime.timedelta(days=1)),
        }
        if payer.is_on_phone:
            order["quit_url"] = back
        notify_url = settings.SITE_URL + reverse("payments:notify", args=[self.name])
        values = _signed(method, order, {"notify_url": notify_url, "return_url": back})
        return PayAction(url=f"{settings.ALIPAY_API_URL}?{urlencode(values)}")

    def verify_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        try:
            values = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
            signature = values.pop("sign")
            values.pop("sign_type", None)
            if not is_signed(
                _canonical(values), signature=signature, key_file=settings.ALIPAY_PUBLIC_KEY_FILE
            ):
                raise NotificationRejected
            return _notification_of_message(values)
        except (ValueError, KeyError, ArithmeticError):
            raise NotificationRejected from None

    def answer(self, *, is_taken: bool) -> Answer:
        return Answer(200, b"success" if is_taken else b"fail")

    def query(self, top_up: TopUp) -> Notification | None:
        try:
            trade = self._ask("alipay.trade.query", {"out_trade_no": top_up.reference})
        except _NotFound:
            return None
        news = _notification_of(trade)
        return news if news.is_decided else None

    def close(self, top_up: TopUp) -> None:
        try:
            self._ask("alipay.trade.close", {"out_trade_no": top_up.reference})
        except PaymentRefused:
            """It does not exist there, or was paid in this moment: whoever closes it asks about it next."""

    def refund(self, top_up: TopUp, *, refund_reference: str, amount_minor: int) -> RefundNews:
        order = {
            "out_trade_no": top_up.reference,
            "out_request_no": refund_reference,
            "refund_amount": yuan(amount_minor),
        }
        self._ask("alipay.trade.refund", order)
        # Whether the money has moved is said by the query alone.
        return self.query_refund(top_up, refund_reference=refund_reference) or RefundNews(
            RefundState.PENDING, amount_minor
        )

    def query_refund(self, top_up: TopUp, *, refund_reference: str) -> RefundNews | None:
        order = {"out_trade_no": top_up.reference, "out_request_no": refund_reference}
        try:
            refund = self._ask("alipay.trade.fastpay.refund.query", order)
        except _NotFound:
            return None
        if not refund.get("refund_amount"):  # a query about nothing succeeds with nothing in it
            return None
        is_done = refund.get("refund_status", "REFUND_SUCCESS") == "REFUND_SUCCESS"
        return RefundNews(
            RefundState.DONE if is_done else RefundState.PENDING, fen(str(refund["refund_amount"]))
        )

    def statement(self, day: datetime.date) -> list[StatementLine]:
        order = {"bill_type": "trade", "bill_date": day.isoformat()}
        try:
            bill = self._ask("alipay.data.dataservice.bill.downloadurl.query", order)
        except PaymentRefused as refused:
            if "bill_not_exist" in refused.reason.lower():
                return []
            raise
        return bill_lines(call("GET", str(bill["bill_download_url"])).content)

    def _ask(self, method: str, order: dict[str, str]) -> dict[str, Any]:
        response = call(
            "POST",
            settings.ALIPAY_API_URL,
            body=urlencode(_signed(method, order, {})).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
        )
        answer = _genuine(response.content, f"{method.replace('.', '_')}_response")
        if answer.get("code") == "10000":
            return answer
        sub_code = str(answer.get("sub_code") or "")
        said = f"{sub_code or answer.get('code')}: {answer.get('sub_msg') or answer.get('msg')}"
        if answer.get("code") in _NOT_THE_PAYERS_FAULT or "SYSTEM_ERROR" in sub_code:
            raise ProviderUnavailable(said)
        raise _NotFound(said) if "NOT_EXIST" in sub_code and "bill" not in sub_code else PaymentRefused(said)


def _signed(method: str, order: dict[str, str], addresses: dict[str, str]) -> dict[str, str]:
    """The parameters of a request, with the merchant's signature."""
    values = {
        "app_id": settings.ALIPAY_APP_ID,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": time_text(timezone.now()),
        "version": "1.0",
        "biz_content": json.dumps(order, ensure_ascii=False, separators=(",", ":")),
        **addresses,
    }
    values["sign"] = signature_of(_canonical(values), key_file=settings.ALIPAY_PRIVATE_KEY_FILE)
    return values


def _canonical(values: Mapping[str, str]) -> bytes:
    """What is signed: every parameter that has a value, in the order of its name."""
    return "&".join(f"{name}={values[name]}" for name in sorted(values) if values[name]).encode()


def _genuine(content: bytes, name: str) -> dict[str, Any]:
    """The answer called `name`, whose very characters Alipay has signed.

    Raises ProviderUnavailable for one that is not signed, which says nothing.
    """
    try:
        text = content.decode()
        start = text.index(f'"{name}"') + len(name) + 2
        start += text[start:].index(":") + 1
        start += len(text[start:]) - len(text[start:].lstrip())
        answer, end = json.JSONDecoder().raw_decode(text, start)
        signature = json.loads(text)["sign"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderUnavailable(f"The answer cannot be read: {content[:200]!r}") from error
    signed = text[start:end].encode()
    if not isinstance(answer, dict) or not is_signed(
        signed, signature=str(signature), key_file=settings.ALIPAY_PUBLIC_KEY_FILE
    ):
        raise ProviderUnavailable("The answer is not signed by Alipay.")
    return answer


def _notification_of_message(values: dict[str, str]) -> Notification:
    """What a message says whose signature is good. Raises ValueError for an old one, and for another merchant's."""
    if (
        abs(timezone.now() - time_of(values["notify_time"])) > MESSAGE_LIFETIME
        or values["app_id"] != settings.ALIPAY_APP_ID
    ):
        raise ValueError("old, or for somebody else")
    return _notification_of(values, event_id=values["notify_id"])


def _notification_of(trade: Mapping[str, Any], *, event_id: str = "") -> Notification:
    """A trade that was refunded in full is closed as well, and was paid before: its refund is no news here."""
    state = str(trade["trade_status"])
    is_paid = state in _PAID_STATES
    is_refunded = bool(trade.get("gmt_refund") or trade.get("refund_fee"))
    is_closed = state == "TRADE_CLOSED" and not is_refunded
    return Notification(
        reference=str(trade["out_trade_no"]),
        is_paid=is_paid,
        paid_minor=fen(str(trade["total_amount"])) if is_paid else 0,
        currency=str(trade.get("trans_currency") or "CNY"),
        failure=state if is_closed else "",
        event_id=event_id,
        payment_id=str(trade.get("trade_no") or ""),
        is_decided=is_paid or is_closed,
    )
