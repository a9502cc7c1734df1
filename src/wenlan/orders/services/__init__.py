"""Buying documents, holding and releasing what they bring, giving it back."""

from wenlan.ledger.services import InsufficientFunds
from wenlan.orders.services.buying import PriceChanged, document_buy
from wenlan.orders.services.holds import order_hold, order_release, order_unhold, orders_sweep
from wenlan.orders.services.memberships import (
    NothingLeft,
    document_open_to_members,
    document_take_as_member,
    membership_buy,
    membership_renewal_set,
    membership_settle,
    memberships_sweep,
)
from wenlan.orders.services.refunds import RefundTooLarge, order_refund

__all__ = [
    "InsufficientFunds",
    "NothingLeft",
    "PriceChanged",
    "RefundTooLarge",
    "document_buy",
    "document_open_to_members",
    "document_take_as_member",
    "membership_buy",
    "membership_renewal_set",
    "membership_settle",
    "memberships_sweep",
    "order_hold",
    "order_refund",
    "order_release",
    "order_unhold",
    "orders_sweep",
]
