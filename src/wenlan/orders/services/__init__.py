"""Deciding about prices, buying documents, holding and releasing what they bring, giving it back, sharing them."""

from wenlan.ledger.services import InsufficientFunds
from wenlan.orders.services.bundles import InvalidBundle, bundle_buy, bundle_create, bundle_stop
from wenlan.orders.services.buying import PriceChanged, document_buy
from wenlan.orders.services.checkouts import (
    AlreadyOwned,
    checkout_lock,
    checkout_missing_minor,
    checkout_open,
    checkout_settle,
    checkouts_sweep,
)
from wenlan.orders.services.commissions import CommissionTooHigh, commission_basis_points, commission_set
from wenlan.orders.services.coupons import InvalidCoupon, coupon_create, coupon_stop
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
from wenlan.orders.services.prices import InvalidPrice, sale_price_add, sale_price_end, terms_set
from wenlan.orders.services.refunds import RefundTooLarge, order_refund
from wenlan.orders.services.sharing import (
    device_is_of,
    device_note,
    share_click,
    share_link_for,
    share_sweep,
)

__all__ = [
    "AlreadyOwned",
    "CommissionTooHigh",
    "InsufficientFunds",
    "InvalidBundle",
    "InvalidCoupon",
    "InvalidPrice",
    "NothingLeft",
    "PriceChanged",
    "RefundTooLarge",
    "bundle_buy",
    "bundle_create",
    "bundle_stop",
    "checkout_lock",
    "checkout_missing_minor",
    "checkout_open",
    "checkout_settle",
    "checkouts_sweep",
    "commission_basis_points",
    "commission_set",
    "coupon_create",
    "coupon_stop",
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
    "sale_price_add",
    "sale_price_end",
    "share_click",
    "share_link_for",
    "share_sweep",
    "terms_set",
]
