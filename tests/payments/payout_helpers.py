"""Somebody with earnings, and their payout in any state."""

from __future__ import annotations

from wenlan.accounts.models import User
from wenlan.payments.models import Payout, new_key
from wenlan.payments.payouts.batches import payouts_export
from wenlan.payments.payouts.money import payout_quote
from wenlan.payments.payouts.services import payout_account_set, payout_approve, payout_request

CARD = "6222020200112233445"
DETAILS = {"method": "bank", "holder": "李爱丽", "number": CARD, "bank": "工商银行北京分行"}


def ask(user: User, amount_minor: int, *, key: str = "") -> Payout:
    """Ask for a payout at the present fee, with a key of its own unless one is named."""
    payout_account_set(user=user, details=DETAILS)
    return payout_request(
        user=user,
        amount_minor=amount_minor,
        expected_fee_minor=payout_quote(amount_minor).fee_minor,
        key=key or new_key(),
    )


def sent(user: User, amount_minor: int, *, operator: User) -> Payout:
    """A payout that is with the bank."""
    payout = ask(user, amount_minor)
    payout_approve(operator=operator, payout_id=payout.pk)
    payouts_export(operator=operator, method="bank")
    payout.refresh_from_db()
    return payout
