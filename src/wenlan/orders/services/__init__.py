"""Buying documents, holding and releasing what they bring, giving it back, and sharing them."""

from wenlan.ledger.services import InsufficientFunds
from wenlan.orders.services.buying import PriceChanged, document_buy
from wenlan.orders.services.commissions import CommissionTooHigh, commission_basis_points, commission_set
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
from wenlan.orders.services.posters import poster_draw, poster_known, posters_forget, posters_sweep
from wenlan.orders.services.refunds import RefundTooLarge, order_refund
from wenlan.orders.services.sharing import (
    device_is_of,
    device_note,
    share_click,
    share_link_for,
    share_sweep,
)

__all__ = [
    "CommissionTooHigh",
    "InsufficientFunds",
    "NothingLeft",
    "PriceChanged",
    "RefundTooLarge",
    "commission_basis_points",
    "commission_set",
    "device_is_of",
    "device_note",
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
    "poster_draw",
    "poster_known",
    "posters_forget",
    "posters_sweep",
    "share_click",
    "share_link_for",
    "share_sweep",
]
