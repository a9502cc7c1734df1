"""What was bought, who may keep what, and what was given back."""

from wenlan.orders.models.orders import Entitlement, Order
from wenlan.orders.models.refunds import Refund

__all__ = ["Entitlement", "Order", "Refund"]
