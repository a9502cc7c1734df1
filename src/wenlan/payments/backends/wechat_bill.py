"""WeChat's bill of a day (交易账单): a CSV file whose values begin with a backtick.

https://pay.weixin.qq.com/doc/v3/merchant/4012365324. Below the lines of the day stand two lines of totals.
"""

from __future__ import annotations

import csv

from wenlan.payments.backends.notation import fee_fen, fen, time_of
from wenlan.payments.ports import LineKind, ProviderUnavailable, StatementLine


def bill_lines(content: bytes) -> list[StatementLine]:
    """Every payment and refund of a bill. Columns are found by their names, which have moved in the past.

    Raises ProviderUnavailable for a file that is none.
    """
    try:
        return _lines(content)
    except (ValueError, KeyError, ArithmeticError, csv.Error) as error:
        raise ProviderUnavailable(f"The bill cannot be read: {error!r}") from error


def _lines(content: bytes) -> list[StatementLine]:
    rows = csv.reader(content.decode("utf-8-sig").splitlines())
    names = [name.strip() for name in next(rows, [])]
    lines = []
    for row in rows:
        if not row or not row[0].startswith("`"):
            break
        lines.append(_line(dict(zip(names, (value.lstrip("`").strip() for value in row), strict=False))))
    return lines


def _line(values: dict[str, str]) -> StatementLine:
    is_refund = values["交易状态"] == "REFUND"
    return StatementLine(
        reference=values["商户退款单号" if is_refund else "商户订单号"],
        kind=LineKind.REFUND if is_refund else LineKind.PAYMENT,
        amount_minor=fen(values["申请退款金额" if is_refund else "订单金额"]),
        currency=values["货币种类"],
        fee_minor=fee_fen(values["手续费"]),
        at=time_of(values["交易时间"]),
        payment_id=values["微信订单号"],
    )
