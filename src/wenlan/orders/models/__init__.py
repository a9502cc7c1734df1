"""What was bought, who may keep what, and what was given back."""

from wenlan.orders.models.memberships import MemberDownload, MemberOffer, Membership, Plan
from wenlan.orders.models.orders import Entitlement, Order
from wenlan.orders.models.refunds import Refund

__all__ = ["Entitlement", "MemberDownload", "MemberOffer", "Membership", "Order", "Plan", "Refund"]
