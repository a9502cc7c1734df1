"""Whose part of an order's money is in which account: the one place that names the accounts of a sale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from wenlan.accounts.models import User
from wenlan.ledger.models import Account
from wenlan.ledger.services import account_named
from wenlan.orders.models import Order

#: The house's accounts that fees of sales go to: while they are held, and afterwards.
FEES_HELD = "fees_held"
FEES = "fees"


@dataclass(frozen=True)
class Share:
    """One party's part of an order: `part` is the name of its column, `owner` is None for the house."""

    part: str
    owner: User | None
    currency: str

    @cached_property
    def held(self) -> Account:
        """Where the part is until it is released."""
        return self._account(Account.Kind.HELD, FEES_HELD)

    @cached_property
    def free(self) -> Account:
        """Where it is afterwards."""
        return self._account(Account.Kind.EARNINGS, FEES)

    def _account(self, kind: Account.Kind, house_name: str) -> Account:
        if self.owner is None:
            return account_named(kind=Account.Kind.HOUSE, name=house_name, currency=self.currency)
        return account_named(kind=kind, owner=self.owner, currency=self.currency)

    def debt(self) -> Account | None:
        """What the party owes the house; the house owes itself nothing."""
        if self.owner is None:
            return None
        return account_named(kind=Account.Kind.DEBT, owner=self.owner, currency=self.currency)


PARTS = ("author_minor", "fee_minor", "commission_minor")
"""The columns of an order and of a refund that add up to its amount."""


def shares_of(order: Order) -> Iterator[Share]:
    """Everybody who got a part of the order's price, in the order of PARTS."""
    owners = {"author_minor": order.seller, "fee_minor": None, "commission_minor": order.sharer}
    for part in PARTS:
        if getattr(order, part):
            yield Share(part, owners[part], order.currency)
