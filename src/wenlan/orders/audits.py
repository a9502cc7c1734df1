"""Where orders and the ledger must say the same, for `wenlan ledger verify`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import F, Q, Sum

from wenlan.ledger.models import Account
from wenlan.orders.models import Order, Refund

Whose = tuple[int, str]
"""Somebody's number, and a currency."""


def held_is_what_orders_say() -> Iterator[tuple[str, str, str]]:
    """Whoever holds more or less than their shares of the orders that are not released yet, less what was given back."""
    held = Counter(
        {
            (owner, currency): minor
            for owner, currency, minor in Account.objects.filter(kind=Account.Kind.HELD).values_list(
                "owner_id", "currency", "balance_minor"
            )
        }
    )
    owed = _owed()
    for whose in sorted(held.keys() | owed.keys()):
        if held[whose] != owed[whose]:
            owner, currency = whose
            yield (
                "holds",
                f"person {owner} in {currency}",
                f"{held[whose]} held, open orders say {owed[whose]}",
            )


def _owed() -> Counter[Whose]:
    waiting = Q(released_at=None, state=Order.State.PAID)
    owed: Counter[Whose] = Counter()
    for whose, share in [("seller_id", "author_minor"), ("sharer_id", "commission_minor")]:
        orders = Order.objects.filter(waiting).order_by().values_list(whose, "currency")
        for owner, currency, minor in orders.annotate(minor=Sum(share)):
            if minor:
                owed[owner, currency] += minor
        given_back = (
            Refund.objects.filter(order__released_at=None, order__state=Order.State.PAID)
            .order_by()
            .values_list(f"order__{whose}", "order__currency")
        )
        for owner, currency, minor in given_back.annotate(minor=Sum(F(share))):
            if minor:
                owed[owner, currency] -= minor
    return owed
