"""What a refund would do, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from wenlan.core.money import apportion_minor
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import balance_minor
from wenlan.orders.models import Order
from wenlan.orders.services.holds import parts_left
from wenlan.orders.services.shares import PARTS


@dataclass(frozen=True)
class RefundSources:
    """From whom `amount_minor` of an order's price would come, and what of it the author would owe."""

    amount_minor: int
    author_minor: int
    fee_minor: int
    commission_minor: int
    is_held: bool
    is_whole: bool
    debt_minor: int


def refund_sources(order: Order, amount_minor: int) -> RefundSources:
    """The same parts that `order_refund` would take now."""
    parts = dict(zip(PARTS, apportion_minor(amount_minor, list(parts_left(order).values())), strict=True))
    free_minor = balance_minor(user=order.seller, kind=Account.Kind.EARNINGS, currency=order.currency)
    missing_minor = max(0, parts["author_minor"] - free_minor)
    return RefundSources(
        amount_minor=amount_minor,
        is_held=order.is_held,
        is_whole=amount_minor == order.kept_minor,
        debt_minor=0 if order.is_held else missing_minor,
        **parts,
    )
