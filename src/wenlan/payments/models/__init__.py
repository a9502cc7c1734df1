"""Money on its way into wallets, back to who paid it, and out to authors."""

from wenlan.payments.models.payouts import (
    Method,
    Payout,
    PayoutAccount,
    PayoutBatch,
    PayoutEvent,
    masked,
    new_key,
)
from wenlan.payments.models.top_ups import (
    QR_LIFETIME,
    Refund,
    TopUp,
    WebhookEvent,
    first_check,
    new_reference,
)

__all__ = [
    "QR_LIFETIME",
    "Method",
    "Payout",
    "PayoutAccount",
    "PayoutBatch",
    "PayoutEvent",
    "Refund",
    "TopUp",
    "WebhookEvent",
    "first_check",
    "masked",
    "new_key",
    "new_reference",
]
