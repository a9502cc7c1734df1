"""Where payouts and the ledger must say the same, for `wenlan ledger verify`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Sum

from wenlan.ledger.models import Account
from wenlan.payments.models import Payout


def under_way_is_what_payouts_say() -> Iterator[tuple[str, str, str]]:
    """Whoever has more or less in their account of payouts under way than their payouts that are not settled."""
    accounts = Account.objects.filter(kind=Account.Kind.PAYOUT)
    there = Counter(
        {
            (owner, currency): minor
            for owner, currency, minor in accounts.values_list("owner_id", "currency", "balance_minor")
        }
    )
    payouts = Payout.objects.filter(state__in=Payout.UNDER_WAY).order_by().values_list("user_id", "currency")
    asked: Counter[tuple[int, str]] = Counter()
    for user, currency, minor in payouts.annotate(minor=Sum("amount_minor")):
        asked[user, currency] = minor
    for whose in sorted(there.keys() | asked.keys()):
        if there[whose] != asked[whose]:
            owner, currency = whose
            yield (
                "payouts",
                f"person {owner} in {currency}",
                f"{there[whose]} under way, payouts say {asked[whose]}",
            )
