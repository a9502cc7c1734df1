"""Deciding about prices, buying documents, holding and releasing what they bring, giving it back."""

from wenlan.ledger.services import InsufficientFunds
from wenlan.orders.services.buying import PriceChanged, document_buy
from wenlan.orders.services.coupons import InvalidCoupon, coupon_create, coupon_stop
from wenlan.orders.services.holds import order_hold, order_release, order_unhold, orders_sweep
from wenlan.orders.services.prices import InvalidPrice, sale_price_add, sale_price_end, terms_set
from wenlan.orders.services.refunds import RefundTooLarge, order_refund

__all__ = [
    "InsufficientFunds",
    "InvalidCoupon",
    "InvalidPrice",
    "PriceChanged",
    "RefundTooLarge",
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
