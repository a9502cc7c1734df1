"""Money as whole minor units (分, cents) with its currency."""

from __future__ import annotations

import re
import unicodedata
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


class InvalidAmount(WenlanError):
    """A text does not name an amount of money that can be paid."""

    code = "invalid_amount"


def format_money(amount_minor: int, currency: str) -> str:
    """`1250, "CNY"` → `¥12.50`; a minus stands before the sign."""
    digits, sign = CURRENCIES[currency]
    amount = Decimal(abs(amount_minor)).scaleb(-digits)
    return f"{'-' if amount_minor < 0 else ''}{sign}{amount:,.{digits}f}"


def parse_money(text: str, currency: str, *, maximum_minor: int) -> int:
    """Whole minor units named by `text` (`"12.5"` → 1250 for CNY).

    Raises InvalidAmount for anything negative, finer than the minor unit, above the maximum, or no number.
    """
    digits, sign = CURRENCIES[currency]
    # Chinese input methods type full-width digits and signs; NFKC makes them ASCII.
    number = unicodedata.normalize("NFKC", text).strip().removeprefix(sign).replace(",", "")
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", number, re.ASCII):
        raise InvalidAmount(_("Write the amount as a number, such as 4.50."))
    amount = Decimal(number)
    if amount < 0:
        raise InvalidAmount(_("The amount cannot be negative."))
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
