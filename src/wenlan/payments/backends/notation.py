"""How WeChat Pay and Alipay write time and money: in Beijing, and in yuan with two decimals."""

from __future__ import annotations

import datetime
from decimal import Decimal

BEIJING = datetime.timezone(datetime.timedelta(hours=8))


def time_of(text: str) -> datetime.datetime:
    """`2026-01-31 08:00:00` as they write it. Raises ValueError for anything else."""
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)


def time_text(at: datetime.datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def yuan(amount_minor: int) -> str:
    """`1250` → `12.50`."""
    return f"{amount_minor // 100}.{amount_minor % 100:02d}"


def fen(text: str) -> int:
    """`12.50` → 1250. Raises ValueError for an amount finer than that, ArithmeticError for none."""
    amount = Decimal(text) * 100
    if amount != amount.to_integral_value():
        raise ValueError(text)
    return int(amount)


def fee_fen(text: str) -> int:
    """A fee, which has up to five decimals, rounded to the 分; nothing where none is written."""
    return round(Decimal(text or "0") * 100)
