"""WeChat Pay, APIv3: native and H5 payments, refunds, the day's bill, and encrypted messages.

https://pay.weixin.qq.com/doc/v3/merchant/4012365342 (signatures) and 4012071382 (decryption of messages)
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
import secrets
import time
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wenlan.demo.gateway.books import Books, Callback, Company, Message, Payment, Refund, State, Trouble
from wenlan.demo.gateway.http import Reply, Request, json_reply
from wenlan.demo.gateway.keys import KeyPair, Keys

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
DAY_SECONDS = 24 * 60 * 60
TRANSACTIONS = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"
HEADINGS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_STATES = {State.PAID: "SUCCESS", State.CLOSED: "CLOSED", State.OPEN: "NOTPAY", State.REFUSED: "PAYERROR"}


class WeChat:
    company = Company.WECHAT

    def __init__(self, books: Books, keys: Keys) -> None:
        self.books = books
        self.keys = keys

    def answer(self, request: Request) -> Reply | None:
        """None for what is not WeChat's."""
        if not request.path.startswith("/v3/"):
            return None
        if not self._is_signed(request):
            return _error("SIGN_ERROR", "签名错误", 401)
        reply = self._route(request)
        return self._signed(reply) if reply.status < 300 else reply

    def _route(self, request: Request) -> Reply:
        if request.path in {f"{TRANSACTIONS}/native", f"{TRANSACTIONS}/h5"}:
            return self._begin(request)
        if request.path == "/v3/bill/tradebill":
            return self._bill(request)
        if request.path == "/v3/billdownload/file":
            return Reply(200, self._bill_of(request.query["token"]), "text/plain")
        if request.path.startswith(REFUNDS):
            return self._refund(request)
        reference, _slash, verb = request.path.removeprefix(f"{TRANSACTIONS}/out-trade-no/").partition("/")
        payment = self.books.find(self.company, reference)
        if payment is None:
            return _error("ORDER_NOT_EXIST", "订单不存在", 404)
        if verb != "close":
            return json_reply(self._as_transaction(payment))
        if payment.state == State.PAID:
            return _error("ORDERPAID", "订单已支付", 400)
        payment.state = State.CLOSED
        return Reply(204)

    def _begin(self, request: Request) -> Reply:
        order = request.json()
        if self.books.troubles.get(self.company) == Trouble.REFUSES:
            return _error("NO_AUTH", "商户无权限", 403)
        payment = self.books.begin(
            Payment(
                Company.WECHAT,
                reference=order["out_trade_no"],
                amount_minor=order["amount"]["total"],
                currency=order["amount"]["currency"],
                notify_url=order["notify_url"],
                title=order["description"],
            )
        )
        if payment.state != State.OPEN:
            return _error("ORDERPAID", "订单已支付", 400)
        cashier = f"{request.address}/cashier/wechat/{payment.reference}"
        return json_reply({"h5_url" if request.path.endswith("h5") else "code_url": cashier + "?"})

    def _refund(self, request: Request) -> Reply:
        if request.method == "GET":
            return self._refund_known(request.path.removeprefix(f"{REFUNDS}/"))
        order = request.json()
        payment = self.books.find(self.company, order["out_trade_no"])
        if payment is None or self.books.troubles.get(self.company) == Trouble.REFUSES:
            return _error("RESOURCE_NOT_EXISTS", "订单不存在", 404)
        refund = self.books.refund(payment, order["out_refund_no"], order["amount"]["refund"])
        if refund is None:
            return _error("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致", 400)
        return json_reply(_as_refund(payment, refund))

    def _refund_known(self, reference: str) -> Reply:
        for payment in self.books.of(self.company):
            if reference in payment.refunds:
                return json_reply(_as_refund(payment, payment.refunds[reference]))
        return _error("RESOURCE_NOT_EXISTS", "退款单不存在", 404)

    def _bill(self, request: Request) -> Reply:
        day = request.query["bill_date"]
        content = self._bill_of(day)
        if content.count(b"\n") < 4:
            return _error("NO_STATEMENT_EXIST", "账单文件不存在", 400)
        return json_reply(
            {
                "hash_type": "SHA1",
                "hash_value": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
                "download_url": f"{request.address}/v3/billdownload/file?token={day}",
            }
        )

    def _bill_of(self, day: str) -> bytes:
        rows = [row for payment in self.books.of(self.company) for row in self._rows(payment, day)]
        lines = [",".join(f"`{value}" for value in row) for row in rows]
        total = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
        text = "\r\n".join([HEADINGS, *lines, total, f"`{len(rows)},`0.00,`0.00,`0.00,`0.00,`0.00,`0.00"])
        return f"\ufeff{text}\r\n".encode()

    def _rows(self, payment: Payment, day: str) -> list[list[str]]:
        def row(at: datetime.datetime, refund: Refund | None) -> list[str]:
            amount, back = _yuan(payment.amount_minor), _yuan(refund.amount_minor if refund else 0)
            return [
                *(f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}", self.keys.wechat_app_id),
                *(
                    self.keys.wechat_merchant_id,
                    "0",
                    "",
                    payment.number,
                    payment.reference,
                    "payer",
                    "NATIVE",
                ),
                *(
                    "REFUND" if refund else "SUCCESS",
                    "OTHERS",
                    payment.currency,
                    "0.00" if refund else amount,
                    "0.00",
                ),
                *((refund.number, refund.reference, back, "0.00") if refund else ("0", "0", "0.00", "0.00")),
                *(("ORIGINAL", "SUCCESS") if refund else ("", "")),
                *(
                    payment.title.replace(",", " "),
                    "",
                    f"{0 if refund else payment.fee_minor / 100:.5f}",
                    "0.60%",
                ),
                *("0.00" if refund else amount, back, ""),
            ]

        moves: list[tuple[datetime.datetime, Refund | None]] = (
            [(payment.paid_at, None)] if payment.paid_at else []
        )
        moves += [(refund.at, refund) for refund in payment.refunds.values()]
        return [row(at, refund) for at, refund in moves if f"{at.astimezone(BEIJING):%Y-%m-%d}" == day]

    def _as_transaction(self, payment: Payment) -> dict[str, Any]:
        transaction: dict[str, Any] = {
            "appid": self.keys.wechat_app_id,
            "mchid": self.keys.wechat_merchant_id,
            "out_trade_no": payment.reference,
            "trade_state": _STATES[payment.state],
            "trade_state_desc": "",
            "amount": {"total": payment.amount_minor, "currency": payment.currency},
        }
        if payment.paid_at:
            transaction |= {
                "transaction_id": payment.number,
                "success_time": payment.paid_at.astimezone(BEIJING).isoformat(timespec="seconds"),
            }
        return transaction

    def message(self, message: Message) -> tuple[dict[str, str], bytes]:
        """Headers and body of a message as it is sent now."""
        transaction = self._as_transaction(message.payment)
        transaction["trade_state"] = "SUCCESS" if message.is_paid else "PAYERROR"
        if message.twist == Callback.WRONG_AMOUNT:
            transaction["amount"]["total"] = 1
        if message.twist == Callback.WRONG_CURRENCY:
            transaction["amount"]["currency"] = "USD"
        nonce = secrets.token_hex(6)
        secret = AESGCM(self.keys.wechat_api_key.encode()).encrypt(
            nonce.encode(), json.dumps(transaction).encode(), b"transaction"
        )
        event = {
            "id": message.number,
            "create_time": datetime.datetime.now(BEIJING).isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource",
            "event_type": "TRANSACTION.SUCCESS" if message.is_paid else "TRANSACTION.PAYERROR",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(secret).decode(),
                "nonce": nonce,
                "associated_data": "transaction",
                "original_type": "transaction",
            },
        }
        body = json.dumps(event).encode()
        days_old = 3 if message.twist == Callback.OLD else 0
        key = KeyPair() if message.twist == Callback.FORGED else self.keys.wechat_platform
        headers = self._signature(body, at=int(time.time()) - days_old * DAY_SECONDS, key=key)
        return {**headers, "Content-Type": "application/json"}, body

    def is_taken(self, status: int, body: bytes) -> bool:
        return 200 <= status < 300

    def _signature(self, body: bytes, *, at: int, key: KeyPair) -> dict[str, str]:
        nonce = secrets.token_hex(16)
        return {
            "Wechatpay-Timestamp": str(at),
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": self.keys.wechat_public_key_id,
            "Wechatpay-Signature": key.sign(f"{at}\n{nonce}\n".encode() + body + b"\n"),
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def _signed(self, reply: Reply) -> Reply:
        headers = self._signature(reply.body, at=int(time.time()), key=self.keys.wechat_platform)
        return Reply(reply.status, reply.body, reply.content_type, headers)

    def _is_signed(self, request: Request) -> bool:
        scheme, _space, values = request.headers.get("Authorization", "").partition(" ")
        said = dict(re.findall(r'(\w+)="([^"]*)"', values))
        if scheme != "WECHATPAY2-SHA256-RSA2048" or said.get("serial_no") != self.keys.wechat_merchant_serial:
            return False
        lines = [
            request.method,
            request.target,
            said["timestamp"],
            said["nonce_str"],
            request.body.decode(),
            "",
        ]
        return (
            said["mchid"] == self.keys.wechat_merchant_id
            and abs(time.time() - int(said["timestamp"])) < 300
            and self.keys.wechat_merchant.verifies(said["signature"], "\n".join(lines).encode())
        )


def _as_refund(payment: Payment, refund: Refund) -> dict[str, Any]:
    return {
        "refund_id": refund.number,
        "out_refund_no": refund.reference,
        "transaction_id": payment.number,
        "out_trade_no": payment.reference,
        "status": "SUCCESS",
        "amount": {
            "total": payment.amount_minor,
            "refund": refund.amount_minor,
            "currency": payment.currency,
        },
    }


def _yuan(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02d}"


def _error(code: str, message: str, status: int) -> Reply:
    return json_reply({"code": code, "message": message}, status)
