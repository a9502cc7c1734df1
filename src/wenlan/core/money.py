"""Money as whole minor units (分, cents) with its currency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from wenlan.core.errors import WenlanError

#: Decimal digits of the minor unit and the sign shown, by ISO 4217 code.
CURRENCIES: dict[str, tuple[int, str]] = {
    "CNY": (2, "¥"),
    "USD": (2, "$"),
    "EUR": (2, "€"),
    "HKD": (2, "HK$"),
    "TWD": (2, "NT$"),
    "JPY": (0, "JP¥"),
}

# What Chinese input methods write for the characters of an amount, one by one. Normal forms such as NFKC would
# take ² for 2 and ① for 1, too.
_AS_TYPED = str.maketrans("０１２３４５６７８９．。，－−￥＄", "0123456789..,--¥$")
_NUMBER = re.compile(r"(?:[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.[0-9]{1,18})?")


class InvalidAmount(WenlanError):
    """A text does not name an amount of money that can be paid."""

    code = "invalid_amount"


def format_money(amount_minor: int, currency: str) -> str:
    """`1250, "CNY"` → `¥12.50`; a true minus (U+2212) stands before the sign."""
    digits, sign = CURRENCIES[currency]
    amount = Decimal(abs(amount_minor)).scaleb(-digits)
    return f"{'−' if amount_minor < 0 else ''}{sign}{amount:,.{digits}f}"


def parse_money(text: str, currency: str, *, maximum_minor: int) -> int:
    """Whole minor units named by `text` (`"12.5"` → 1250 for CNY).

    A point stands before the decimals, commas between groups of three digits or nowhere: `"4,50"` would be
    4.50 to one reader and 450 to another. Raises InvalidAmount for it, and for anything negative, finer than
    the minor unit, above the maximum, or no number.
    """
    digits, sign = CURRENCIES[currency]
    typed = text.translate(_AS_TYPED).strip()
    number = typed.removeprefix("-").removeprefix(sign).strip()
    if not _NUMBER.fullmatch(number):
        if "," in number and re.fullmatch(r"[0-9.,]+", number):
            raise InvalidAmount(
                _("Write a point before the decimals, such as 4.50; a comma stands only as in 1,000.")
            )
        raise InvalidAmount(_("Write the amount as a number, such as 4.50."))
    if typed.startswith("-"):
        raise InvalidAmount(_("The amount cannot be negative."))
    amount = Decimal(number.replace(",", ""))
    if amount > Decimal(maximum_minor).scaleb(-digits):
        raise InvalidAmount(
            _("The amount can be at most %(maximum)s.") % {"maximum": format_money(maximum_minor, currency)}
        )
    minor = amount.scaleb(digits)
    if minor != minor.to_integral_value():
        raise InvalidAmount(_("The amount can have at most %(digits)d decimals.") % {"digits": digits})
    return int(minor)


def share_minor(amount_minor: int, basis_points: int) -> int:
    """The part of `amount_minor` that `basis_points` (1/100 of a percent) makes, rounded down."""
    return amount_minor * basis_points // 10_000


def apportion_minor(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """`amount_minor` in parts that are to each other as `weights`, and together exactly the amount.

    By largest remainder (Hamilton's method): each part is its exact share rounded down, and what is then missing
    goes, one unit each, to those who lost most by rounding, the earlier one first. No part is larger than its
    weight unless the amount is larger than all weights together. Raises ValueError when all weights are zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("there is nothing to apportion by")
    parts = [amount_minor * weight // whole for weight in weights]
    lost = sorted(range(len(weights)), key=lambda place: (-(amount_minor * weights[place] % whole), place))
    for place in lost[: amount_minor - sum(parts)]:
        parts[place] += 1
    return parts
