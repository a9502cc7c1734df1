"""What a payout costs, and where its money goes."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from wenlan.core.money import share_minor
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, account_for, accounts_lock, transfer_post
from wenlan.payments.models import Payout

#: The house's account that fees of payouts go to.
PAYOUT_FEES = "payout_fees"


@dataclass(frozen=True)
class PayoutQuote:
    """What a payout of `amount_minor` costs and brings, in the site's currency."""

    amount_minor: int
    fee_minor: int

    @property
    def arrives_minor(self) -> int:
        return self.amount_minor - self.fee_minor


def payout_quote(amount_minor: int) -> PayoutQuote:
    """The fee of the settings: a fixed part and a share of the amount, the share rounded down."""
    fee = settings.PAYOUT_FEE_MINOR + share_minor(amount_minor, settings.PAYOUT_FEE_BASIS_POINTS)
    return PayoutQuote(amount_minor, fee)


def world_account_name(method: str) -> str:
    """The account of the world outside that payouts go to: none of those that top-ups come from."""
    return f"payout_{method}"


def _account(payout: Payout, kind: Account.Kind) -> Account:
    return account_for(kind=kind, owner=payout.user, currency=payout.currency)


def money_set_aside(payout: Payout) -> Transfer:
    """Take the amount from the free earnings. Raises InsufficientFunds."""
    return transfer_post(
        reason_key=f"payout:{payout.pk}",
        kind=Transfer.Kind.PAYOUT,
        description=str(payout),
        cause=f"payout:{payout.pk}",
        postings=[
            Posting(_account(payout, Account.Kind.EARNINGS), -payout.amount_minor),
            Posting(_account(payout, Account.Kind.PAYOUT), payout.amount_minor),
        ],
    )


def money_out(payout: Payout) -> Transfer:
    """Let the money leave the house: the fee stays."""
    outside = account_for(
        kind=Account.Kind.PROVIDER, name=world_account_name(payout.account.method), currency=payout.currency
    )
    postings = [
        Posting(_account(payout, Account.Kind.PAYOUT), -payout.amount_minor),
        Posting(outside, payout.arrives_minor),
    ]
    if payout.fee_minor:
        fees = account_for(kind=Account.Kind.HOUSE, name=PAYOUT_FEES, currency=payout.currency)
        postings.append(Posting(fees, payout.fee_minor))
    return transfer_post(
        reason_key=f"payout_done:{payout.pk}",
        kind=Transfer.Kind.PAYOUT_DONE,
        description=str(payout),
        cause=f"payout:{payout.pk}",
        postings=postings,
    )


def money_back(payout: Payout) -> Transfer:
    """Give the whole amount back to the earnings; what its author owes by now is paid off first."""
    under_way, earnings, debt = (
        _account(payout, kind) for kind in (Account.Kind.PAYOUT, Account.Kind.EARNINGS, Account.Kind.DEBT)
    )
    locked = accounts_lock([under_way, earnings, debt])
    owed_minor = min(-locked[debt.pk].balance_minor, payout.amount_minor)
    postings = [Posting(under_way, -payout.amount_minor)]
    if owed_minor:
        postings.append(Posting(debt, owed_minor))
    if owed_minor < payout.amount_minor:
        postings.append(Posting(earnings, payout.amount_minor - owed_minor))
    return transfer_post(
        reason_key=f"payout_return:{payout.pk}",
        kind=Transfer.Kind.PAYOUT_RETURN,
        description=str(payout),
        cause=f"payout:{payout.pk}",
        postings=postings,
    )
