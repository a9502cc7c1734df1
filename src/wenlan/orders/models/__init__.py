"""What was bought, who may keep what, what was given back, and who showed it to whom."""

from wenlan.orders.models.memberships import MemberDownload, MemberOffer, Membership, Plan
from wenlan.orders.models.orders import Entitlement, Order
from wenlan.orders.models.refunds import Refund
from wenlan.orders.models.sharing import CommissionRate, KnownDevice, ShareDay, ShareLink, ShareVisit

__all__ = [
    "CommissionRate",
    "Entitlement",
    "KnownDevice",
    "MemberDownload",
    "MemberOffer",
    "Membership",
    "Order",
    "Plan",
    "Refund",
    "ShareDay",
    "ShareLink",
    "ShareVisit",
]
