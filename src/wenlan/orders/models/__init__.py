"""What things cost, what was bought, who may keep what, and what was given back."""

from wenlan.orders.models.bundles import Bundle, BundleItem
from wenlan.orders.models.checkouts import Checkout
from wenlan.orders.models.claims import Claim
from wenlan.orders.models.orders import Entitlement, Order
from wenlan.orders.models.prices import Coupon, CouponUse, SalePrice, Terms
from wenlan.orders.models.refunds import Refund

__all__ = [
    "Bundle",
    "BundleItem",
    "Checkout",
    "Claim",
    "Coupon",
    "CouponUse",
    "Entitlement",
    "Order",
    "Refund",
    "SalePrice",
    "Terms",
]
