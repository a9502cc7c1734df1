"""Alipay: pages to pay at, the gateway with its signed answers, the day's bill, and asynchronous messages.

https://opendocs.alipay.com/common/02kf5q (signatures) and https://opendocs.alipay.com/open/270/105902 (messages)
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from wenlan.demo.gateway.books import Books, Callback, Company, Message, Payment, Refund, State, Trouble
from wenlan.demo.gateway.http import Reply, Request, redirect
from wenlan.demo.gateway.keys import KeyPair, Keys

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
HEADINGS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_STATES = {
    State.PAID: "TRADE_SUCCESS",
    State.CLOSED: "TRADE_CLOSED",
    State.REFUSED: "TRADE_CLOSED",
    State.OPEN: "WAIT_BUYER_PAY",
}


class Alipay:
    company = Company.ALIPAY

    def __init__(self, books: Books, keys: Keys) -> None:
        self.books = books
        self.keys = keys

    def answer(self, request: Request) -> Reply | None:
        """None for what is not Alipay's."""
        if request.path == "/alipay-bill.zip":
            return Reply(200, self._bill_of(request.query["day"]), "application/zip")
        if request.path != "/gateway.do":
            return None
        values = {**request.query, **request.form}
        method = values.get("method", "")
        if not self._is_signed(values):
            return self._signed(method, _error("isv.invalid-signature", "无效签名", code="40002"))
        order = json.loads(values.get("biz_content") or "{}")
        if method in {"alipay.trade.page.pay", "alipay.trade.wap.pay"}:
            return self._begin(request, values, order)
        return self._signed(method, self._act(method, order, request))

    def _begin(self, request: Request, values: Mapping[str, str], order: dict[str, Any]) -> Reply:
        payment = self.books.begin(
            Payment(
                Company.ALIPAY,
                reference=order["out_trade_no"],
                amount_minor=int(Decimal(order["total_amount"]) * 100),
                currency="CNY",
                notify_url=values["notify_url"],
                return_url=values.get("return_url", ""),
                title=order["subject"],
            )
        )
        return redirect(f"{request.address}/cashier/alipay/{payment.reference}")

    def _act(self, method: str, order: dict[str, Any], request: Request) -> dict[str, Any]:
        if method == "alipay.data.dataservice.bill.downloadurl.query":
            return self._bill(order["bill_date"], request)
        payment = self.books.find(self.company, order["out_trade_no"])
        if payment is None:
            return _error("ACQ.TRADE_NOT_EXIST", "交易不存在")
        match method:
            case "alipay.trade.query":
                return _ok(self._as_trade(payment))
            case "alipay.trade.close":
                if payment.state == State.PAID:
                    return _error("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
                payment.state = State.CLOSED
                return _ok({"out_trade_no": payment.reference})
            case "alipay.trade.refund":
                return self._refund(payment, order)
            case "alipay.trade.fastpay.refund.query":
                refund = payment.refunds.get(order["out_request_no"])
                return _ok(_as_refund(payment, refund) if refund else {})
        return _error("isv.invalid-method", "不存在的方法名", code="40002")

    def _refund(self, payment: Payment, order: dict[str, Any]) -> dict[str, Any]:
        if self.books.troubles.get(self.company) == Trouble.REFUSES:
            return _error("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足")
        refund = self.books.refund(
            payment, order["out_request_no"], int(Decimal(order["refund_amount"]) * 100)
        )
        if refund is None:
            return _error("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        return _ok({**_as_refund(payment, refund), "fund_change": "Y"})

    def _as_trade(self, payment: Payment) -> dict[str, str]:
        return {
            "trade_no": payment.number,
            "out_trade_no": payment.reference,
            "trade_status": _STATES[payment.state],
            "total_amount": _yuan(payment.amount_minor),
        }

    def _bill(self, day: str, request: Request) -> dict[str, Any]:
        if not any(self._rows(payment, day) for payment in self.books.of(self.company)):
            return _error("isp.bill_not_exist", "账单不存在")
        return _ok({"bill_download_url": f"{request.address}/alipay-bill.zip?day={day}"})

    def _bill_of(self, day: str) -> bytes:
        rows = [row for payment in self.books.of(self.company) for row in self._rows(payment, day)]
        lines = [",".join(f"{value}\t" for value in row) for row in rows]
        head = [
            "#支付宝业务明细查询",
            f"#账号：[{self.keys.alipay_app_id}]",
            "#-----业务明细列表-----",
            HEADINGS,
        ]
        text = "\r\n".join([*head, *lines, "#-----业务明细列表结束-----", ""])
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            stem = f"{self.keys.alipay_app_id}_{day.replace('-', '')}"
            archive.writestr(f"{stem}_业务明细.csv", text.encode("gb18030"))
            archive.writestr(f"{stem}_业务明细(汇总).csv", "#支付宝业务汇总查询\r\n".encode("gb18030"))
        return file.getvalue()

    def _rows(self, payment: Payment, day: str) -> list[list[str]]:
        def row(at: datetime.datetime, refund: Refund | None) -> list[str]:
            amount = f"-{_yuan(refund.amount_minor)}" if refund else _yuan(payment.amount_minor)
            when = f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
            fee = "0.00" if refund else f"-{_yuan(payment.fee_minor)}"
            return [
                *(payment.number, payment.reference, "退款" if refund else "交易"),
                *(payment.title.replace(",", " "), when, when, "", "", "", "", "payer", amount, amount),
                *("0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00"),
                *(refund.reference if refund else "", fee, "0.00", ""),
            ]

        moves: list[tuple[datetime.datetime, Refund | None]] = (
            [(payment.paid_at, None)] if payment.paid_at else []
        )
        moves += [(refund.at, refund) for refund in payment.refunds.values()]
        return [row(at, refund) for at, refund in moves if f"{at.astimezone(BEIJING):%Y-%m-%d}" == day]

    def message(self, message: Message) -> tuple[dict[str, str], bytes]:
        """Headers and body of a message as it is sent now."""
        payment = message.payment
        at = datetime.datetime.now(BEIJING)
        if message.twist == Callback.OLD:
            at -= datetime.timedelta(days=3)
        values = {
            **self._as_trade(payment),
            "trade_status": "TRADE_SUCCESS" if message.is_paid else "TRADE_CLOSED",
            "app_id": self.keys.alipay_app_id,
            "notify_id": message.number,
            "notify_time": f"{at:%Y-%m-%d %H:%M:%S}",
            "notify_type": "trade_status_sync",
            "charset": "utf-8",
            "version": "1.0",
            "subject": payment.title,
        }
        if message.twist == Callback.WRONG_AMOUNT:
            values["total_amount"] = "0.01"
        if message.twist == Callback.WRONG_CURRENCY:
            values["trans_currency"] = "USD"
        key = KeyPair() if message.twist == Callback.FORGED else self.keys.alipay_platform
        signed = {**values, "sign_type": "RSA2", "sign": key.sign(_canonical(values))}
        return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(signed).encode()

    def is_taken(self, status: int, body: bytes) -> bool:
        return body == b"success"

    def _is_signed(self, values: Mapping[str, str]) -> bool:
        signed = {name: value for name, value in values.items() if name != "sign"}
        return values.get("app_id") == self.keys.alipay_app_id and self.keys.alipay_merchant.verifies(
            values.get("sign", ""), _canonical(signed)
        )

    def _signed(self, method: str, content: dict[str, Any]) -> Reply:
        text = json.dumps(content, ensure_ascii=False)
        signature = self.keys.alipay_platform.sign(text.encode())
        name = f"{method.replace('.', '_')}_response"
        return Reply(200, f'{{"{name}":{text},"sign":"{signature}"}}'.encode())


def _canonical(values: Mapping[str, str]) -> bytes:
    """What is signed: everything that has a value, in the order of its name."""
    return "&".join(f"{name}={values[name]}" for name in sorted(values) if values[name]).encode()


def _as_refund(payment: Payment, refund: Refund) -> dict[str, str]:
    return {
        "trade_no": payment.number,
        "out_trade_no": payment.reference,
        "out_request_no": refund.reference,
        "refund_amount": _yuan(refund.amount_minor),
        "refund_status": "REFUND_SUCCESS",
    }


def _yuan(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02d}"


def _ok(values: Mapping[str, str]) -> dict[str, Any]:
    return {"code": "10000", "msg": "Success", **values}


def _error(sub_code: str, words: str, *, code: str = "40004") -> dict[str, Any]:
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": words}
