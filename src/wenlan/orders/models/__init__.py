"""What things cost, what was bought, who may keep what, what was given back, and who showed it to whom."""

from wenlan.orders.models.bundles import Bundle, BundleItem
from wenlan.orders.models.checkouts import Checkout
from wenlan.orders.models.claims import Claim
from wenlan.orders.models.memberships import MemberDownload, MemberOffer, Membership, Plan
from wenlan.orders.models.orders import Entitlement, Order
from wenlan.orders.models.prices import Coupon, CouponUse, SalePrice, Terms
from wenlan.orders.models.refunds import Refund
from wenlan.orders.models.sharing import CommissionRate, KnownDevice, ShareDay, ShareLink, ShareVisit

__all__ = [
    "Bundle",
    "BundleItem",
    "Checkout",
    "Claim",
    "CommissionRate",
    "Coupon",
    "CouponUse",
    "Entitlement",
    "KnownDevice",
    "MemberDownload",
    "MemberOffer",
    "Membership",
    "Order",
    "Plan",
    "Refund",
    "SalePrice",
    "ShareDay",
    "ShareLink",
    "ShareVisit",
    "Terms",
]
