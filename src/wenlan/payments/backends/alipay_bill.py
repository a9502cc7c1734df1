"""Alipay's bill of a day (业务明细): a CSV file in GB 18030 within a ZIP file, framed by lines that begin with #."""

from __future__ import annotations

import csv
import io
import zipfile

from wenlan.payments.backends.notation import fee_fen, fen, time_of
from wenlan.payments.ports import LineKind, ProviderUnavailable, StatementLine

MAX_BYTES = 256 * 1024 * 1024


def bill_lines(content: bytes) -> list[StatementLine]:
    """Every payment and refund of a bill. Raises ProviderUnavailable for a file that is none."""
    try:
        return _lines(_text(content))
    except (zipfile.BadZipFile, ValueError, KeyError, ArithmeticError, csv.Error) as error:
        raise ProviderUnavailable(f"The bill cannot be read: {error!r}") from error


def _lines(text: str) -> list[StatementLine]:
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    names = [name.strip() for name in next(rows, [])]
    values = [dict(zip(names, (value.strip() for value in row), strict=False)) for row in rows if row]
    return [_line(each) for each in values]


def _text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # Names of files are in GBK without saying so; the summary is the one with the word 汇总 in it.
        details = [each for each in archive.infolist() if "汇总" not in _name(each)]
        if not details or details[0].file_size > MAX_BYTES:
            raise ValueError("no list of payments in it")
        return archive.read(details[0]).decode("gb18030")


def _name(file: zipfile.ZipInfo) -> str:
    if file.flag_bits & 0x800:  # UTF-8 (APPNOTE.TXT, 4.4.4)
        return file.filename
    return file.filename.encode("cp437", "replace").decode("gb18030", "replace")


def _line(values: dict[str, str]) -> StatementLine:
    is_refund = values["业务类型"] == "退款"
    return StatementLine(
        reference=values["退款批次号/请求号" if is_refund else "商户订单号"],
        kind=LineKind.REFUND if is_refund else LineKind.PAYMENT,
        amount_minor=abs(fen(values["订单金额（元）"])),
        currency="CNY",
        fee_minor=abs(fee_fen(values["服务费（元）"])),
        at=time_of(values["完成时间"]),
        payment_id=values["支付宝交易号"],
    )
