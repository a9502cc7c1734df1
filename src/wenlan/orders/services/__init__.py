"""Deciding about prices, buying documents, holding and releasing what they bring, giving it back."""

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
from wenlan.orders.services.coupons import InvalidCoupon, coupon_create, coupon_stop
from wenlan.orders.services.holds import order_hold, order_release, order_unhold, orders_sweep
from wenlan.orders.services.prices import InvalidPrice, sale_price_add, sale_price_end, terms_set
from wenlan.orders.services.refunds import RefundTooLarge, order_refund

__all__ = [
    "AlreadyOwned",
    "InsufficientFunds",
    "InvalidBundle",
    "InvalidCoupon",
    "InvalidPrice",
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
    "coupon_create",
    "coupon_stop",
    "document_buy",
    "order_hold",
    "order_refund",
    "order_release",
    "order_unhold",
    "orders_sweep",
    "sale_price_add",
    "sale_price_end",
    "terms_set",
]
