"""WeChat Pay, APIv3: a QR code on a desk (native), WeChat itself on a phone (H5).

https://pay.weixin.qq.com/doc/v3/merchant/4012791877 (native), 4012791834 (H5), 4012365342 (signatures). Every
answer and every message is believed only with the signature of WeChat's public key, made within five minutes.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wenlan.payments.backends.calls import call
from wenlan.payments.backends.notation import BEIJING
from wenlan.payments.backends.signatures import is_signed, signature_of
from wenlan.payments.backends.wechat_bill import bill_lines
from wenlan.payments.models import QR_LIFETIME, TopUp
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

SIGNATURE_SECONDS = 300
SCHEME = "WECHATPAY2-SHA256-RSA2048"
TRANSACTIONS = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"
DESCRIPTION_LENGTH = 40
_FAILED_STATES = {"CLOSED", "REVOKED", "PAYERROR"}
_REFUND_STATES = {
    "SUCCESS": RefundState.DONE,
    "PROCESSING": RefundState.PENDING,
    "CLOSED": RefundState.FAILED,
    "ABNORMAL": RefundState.FAILED,  # the payer's card is gone; an operator decides in the merchant platform
}
#: Error codes after which nothing is known, or which are the operator's to mend: no payment is refused by them.
_NOT_THE_PAYERS_FAULT = {"SYSTEM_ERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED", "SIGN_ERROR"}


class _NotFound(PaymentRefused):
    """WeChat does not know what was asked about."""


class WeChatProvider:
    """WeChat Pay for a direct merchant (普通商户)."""

    name = "wechat"
    label = _("WeChat Pay")
    needs_network = True
    signature_headers = (
        "Wechatpay-Timestamp",
        "Wechatpay-Nonce",
        "Wechatpay-Serial",
        "Wechatpay-Signature",
        "Wechatpay-Signature-Type",
    )
    statement_zone: datetime.tzinfo = BEIJING

    def start(self, top_up: TopUp, *, payer: Payer) -> PayAction:
        order: dict[str, Any] = {
            "appid": settings.WECHAT_APP_ID,
            "mchid": settings.WECHAT_MERCHANT_ID,
            "description": settings.SITE_NAME[:DESCRIPTION_LENGTH],
            "out_trade_no": top_up.reference,
            "time_expire": (top_up.created_at + QR_LIFETIME)
            .astimezone(BEIJING)
            .isoformat(timespec="seconds"),
            "notify_url": settings.SITE_URL + reverse("payments:notify", args=[self.name]),
            "amount": {"total": top_up.amount_minor, "currency": top_up.currency},
        }
        if not (payer.is_on_phone and settings.WECHAT_PHONE_PAY):
            return PayAction(qr_text=self._ask("POST", f"{TRANSACTIONS}/native", order)["code_url"])
        order["scene_info"] = {"payer_client_ip": payer.address, "h5_info": {"type": "Wap"}}
        h5_url = self._ask("POST", f"{TRANSACTIONS}/h5", order)["h5_url"]
        back = settings.SITE_URL + reverse("payments:pay", args=[top_up.reference])
        return PayAction(url=f"{h5_url}&redirect_url={quote(back, safe='')}")

    def verify_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        if not _is_genuine(headers, body):
            raise NotificationRejected
        try:
            event = json.loads(body)
            event_id = str(event["id"])
            if not str(event["event_type"]).startswith("TRANSACTION."):
                return Notification("", False, 0, "", event_id=event_id, is_decided=False)
            return _notification_of(_decrypted(event["resource"]), event_id=event_id)
        except (ValueError, KeyError, TypeError, AttributeError, InvalidTag):
            raise NotificationRejected from None

    def answer(self, *, is_taken: bool) -> Answer:
        if is_taken:
            return Answer(204)
        return Answer(400, json.dumps({"code": "FAIL", "message": "失败"}).encode(), "application/json")

    def query(self, top_up: TopUp) -> Notification | None:
        path = f"{TRANSACTIONS}/out-trade-no/{top_up.reference}?mchid={settings.WECHAT_MERCHANT_ID}"
        try:
            news = _notification_of(self._ask("GET", path))
        except _NotFound:
            return None
        return news if news.is_decided else None

    def close(self, top_up: TopUp) -> None:
        path = f"{TRANSACTIONS}/out-trade-no/{top_up.reference}/close"
        try:
            self._ask("POST", path, {"mchid": settings.WECHAT_MERCHANT_ID})
        except PaymentRefused:
            """It does not exist there, or was paid in this moment: whoever closes it asks about it next."""

    def refund(self, top_up: TopUp, *, refund_reference: str, amount_minor: int) -> RefundNews:
        amount = {"refund": amount_minor, "total": top_up.amount_minor, "currency": top_up.currency}
        order = {"out_trade_no": top_up.reference, "out_refund_no": refund_reference, "amount": amount}
        return _refund_news(self._ask("POST", REFUNDS, order))

    def query_refund(self, top_up: TopUp, *, refund_reference: str) -> RefundNews | None:
        try:
            return _refund_news(self._ask("GET", f"{REFUNDS}/{refund_reference}"))
        except _NotFound:
            return None

    def statement(self, day: datetime.date) -> list[StatementLine]:
        try:
            bill = self._ask("GET", f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL")
        except PaymentRefused as refused:
            if "NO_STATEMENT_EXIST" in refused.reason:
                return []
            raise
        return bill_lines(self._bill(bill))

    def _bill(self, bill: dict[str, Any]) -> bytes:
        """The file behind an answer that names it: not signed, but of the hash that the signed answer gave."""
        address = str(bill["download_url"])
        path = "/" + address.split("://", 1)[-1].partition("/")[2]
        content = call("GET", address, headers=_headers("GET", path, b"")).content
        if _sha1(content) != bill["hash_value"]:
            raise ProviderUnavailable("The bill is not the one that was announced.")
        return content

    def _ask(self, method: str, path: str, order: dict[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps(order, ensure_ascii=False).encode() if order is not None else b""
        response = call(
            method, settings.WECHAT_API_URL + path, body=body or None, headers=_headers(method, path, body)
        )
        if response.status_code >= 300:
            raise _error(response)
        if not _is_genuine(response.headers, response.content):
            raise ProviderUnavailable("The answer is not signed by WeChat.")
        answer: dict[str, Any] = response.json() if response.content else {}
        return answer


def _headers(method: str, path: str, body: bytes) -> dict[str, str]:
    """With the signature of the merchant over method, path with query, time, nonce and body."""
    at, nonce = int(time.time()), secrets.token_hex(16)
    text = f"{method}\n{path}\n{at}\n{nonce}\n".encode() + body + b"\n"
    signature = signature_of(text, key_file=settings.WECHAT_PRIVATE_KEY_FILE)
    values = {
        "mchid": settings.WECHAT_MERCHANT_ID,
        "nonce_str": nonce,
        "signature": signature,
        "timestamp": str(at),
        "serial_no": settings.WECHAT_MERCHANT_SERIAL,
    }
    return {
        "Authorization": f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in values.items()),
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": "wenlan",
        "Wechatpay-Serial": settings.WECHAT_PUBLIC_KEY_ID,
    }


def _is_genuine(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether WeChat has signed `body`, with the key we know, at most five minutes ago."""
    at, nonce = headers.get("Wechatpay-Timestamp", ""), headers.get("Wechatpay-Nonce", "")
    if headers.get("Wechatpay-Serial") != settings.WECHAT_PUBLIC_KEY_ID or not (
        at.isascii() and at.isdecimal()
    ):
        return False
    if abs(time.time() - int(at[:12])) > SIGNATURE_SECONDS:
        return False
    text = f"{at}\n{nonce}\n".encode() + body + b"\n"
    signature = headers.get("Wechatpay-Signature", "")
    return is_signed(text, signature=signature, key_file=settings.WECHAT_PUBLIC_KEY_FILE)


def _decrypted(resource: dict[str, Any]) -> dict[str, Any]:
    """What AES-256-GCM hides in a message. Raises InvalidTag, ValueError or KeyError for what is none."""
    if resource["algorithm"] != "AEAD_AES_256_GCM":
        raise ValueError(resource["algorithm"])
    try:
        secret = base64.b64decode(resource["ciphertext"], validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    plain = AESGCM(settings.WECHAT_API_KEY.encode()).decrypt(
        resource["nonce"].encode(), secret, (resource.get("associated_data") or "").encode()
    )
    content: dict[str, Any] = json.loads(plain)
    return content


def _notification_of(transaction: dict[str, Any], *, event_id: str = "") -> Notification:
    """What a transaction says. Raises ValueError for one of another merchant."""
    if transaction["mchid"] != settings.WECHAT_MERCHANT_ID or transaction["appid"] != settings.WECHAT_APP_ID:
        raise ValueError("another merchant's transaction")
    state = str(transaction["trade_state"])
    is_paid = state in {"SUCCESS", "REFUND"}  # a refund is news of what was paid before
    amount = transaction.get("amount") or {}
    return Notification(
        reference=str(transaction["out_trade_no"]),
        is_paid=is_paid,
        paid_minor=int(amount["total"]) if is_paid else 0,
        currency=str(amount.get("currency") or "CNY"),
        failure=str(transaction.get("trade_state_desc") or state) if state in _FAILED_STATES else "",
        event_id=event_id,
        payment_id=str(transaction.get("transaction_id") or ""),
        is_decided=is_paid or state in _FAILED_STATES,
    )


def _refund_news(refund: dict[str, Any]) -> RefundNews:
    state = _REFUND_STATES.get(str(refund["status"]), RefundState.PENDING)
    failure = str(refund["status"]) if state == RefundState.FAILED else ""
    return RefundNews(state, int(refund["amount"]["refund"]), failure)


def _error(response: requests.Response) -> Exception:
    try:
        said = response.json()
        code, words = str(said.get("code", "")), str(said.get("message", ""))
    except (ValueError, AttributeError):
        return ProviderUnavailable(f"HTTP {response.status_code}: {response.text[:200]}")
    if code in _NOT_THE_PAYERS_FAULT or response.status_code == 401:
        return ProviderUnavailable(f"{code}: {words}")
    if response.status_code == 404:
        return _NotFound(f"{code}: {words}")
    return PaymentRefused(f"{code}: {words}")


def _sha1(content: bytes) -> str:
    """The hash by which WeChat names a bill; what vouches for it is the signature of the answer it stands in."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
