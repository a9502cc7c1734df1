"""Buying documents and bundles, receipts, and an author's sales, prices and coupons."""

from wenlan.orders.views.bundles import bundle
from wenlan.orders.views.buying import buy, checkout, order
from wenlan.orders.views.claims import claim, claim_lost
from wenlan.orders.views.pricing import bundle_stop, bundles, coupon_stop, coupons, price, sale_end, terms
from wenlan.orders.views.sales import sales

__all__ = [
    "bundle",
    "bundle_stop",
    "bundles",
    "buy",
    "checkout",
    "claim",
    "claim_lost",
    "coupon_stop",
    "coupons",
    "order",
    "price",
    "sale_end",
    "sales",
    "terms",
]
