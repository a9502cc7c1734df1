"""Money for tests, from where money comes from."""

from __future__ import annotations

from uuid import uuid4

from wenlan.accounts.models import User
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, account_for, transfer_post


def give_money(user: User, amount_minor: int) -> Transfer:
    """Put money into the wallet of `user`, from a provider called test."""
    return transfer_post(
        reason_key=f"test:{uuid4()}",
        kind=Transfer.Kind.TOP_UP,
        description="test",
        postings=[
            Posting(account_for(kind=Account.Kind.PROVIDER, name="test"), -amount_minor),
            Posting(account_for(kind=Account.Kind.WALLET, owner=user), amount_minor),
        ],
    )


def give_earnings(user: User, amount_minor: int) -> Transfer:
    """Put free earnings into the account of `user`, from a provider called test."""
    return transfer_post(
        reason_key=f"test:{uuid4()}",
        kind=Transfer.Kind.RELEASE,
        description="test",
        postings=[
            Posting(account_for(kind=Account.Kind.PROVIDER, name="test"), -amount_minor),
            Posting(account_for(kind=Account.Kind.EARNINGS, owner=user), amount_minor),
        ],
    )


def owe(user: User, amount_minor: int) -> Transfer:
    """Let `user` owe the house so much, as after a refund of what they had taken out."""
    return transfer_post(
        reason_key=f"test:{uuid4()}",
        kind=Transfer.Kind.REFUND,
        description="test",
        postings=[
            Posting(account_for(kind=Account.Kind.PROVIDER, name="test"), amount_minor),
            Posting(account_for(kind=Account.Kind.DEBT, owner=user), -amount_minor),
        ],
    )
