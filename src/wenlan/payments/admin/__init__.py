"""What operators see of payments and payouts."""

from wenlan.payments.admin import payouts, top_ups

__all__ = ["payouts", "top_ups"]
