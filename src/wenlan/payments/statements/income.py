"""What the house itself earned, month by month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum
from django.db.models.functions import TruncMonth

from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.orders.models import Order
from wenlan.orders.services.memberships import POOL
from wenlan.payments.statements.building import Month, tax_minor


@dataclass
class HouseMonth:
    """What came to the house in a month, what it gave back, and what went out to authors and sharers.

    `other_minor` is what came or went by anything else, such as memberships; releases move nothing in sum.
    """

    month: Month
    sales_minor: int = 0
    refunds_minor: int = 0
    payout_fees_minor: int = 0
    other_minor: int = 0
    commissions_minor: int = 0
    payouts_minor: int = 0

    @property
    def income_minor(self) -> int:
        return self.sales_minor + self.refunds_minor + self.payout_fees_minor + self.other_minor

    @property
    def tax_minor(self) -> int:
        return tax_minor(self.income_minor)


_COLUMNS = {
    Transfer.Kind.SALE: "sales_minor",
    Transfer.Kind.REFUND: "refunds_minor",
    Transfer.Kind.PAYOUT_DONE: "payout_fees_minor",
}


def house_months() -> list[HouseMonth]:
    """Every month in which the books moved something of the house's, the latest first."""
    months: dict[Month, HouseMonth] = {}
    for month, kind, minor in _by_month(account__kind=Account.Kind.HOUSE):
        row = months.setdefault(month, HouseMonth(month))
        column = _COLUMNS.get(Transfer.Kind(kind), "other_minor")
        setattr(row, column, getattr(row, column) + minor)
    for month, minor in _commissions().items():
        months.setdefault(month, HouseMonth(month)).commissions_minor = minor
    for month, kind, minor in _by_month(account__kind=Account.Kind.PAYOUT):
        if kind == Transfer.Kind.PAYOUT_DONE:
            months.setdefault(month, HouseMonth(month)).payouts_minor = -minor
    return [months[month] for month in sorted(months, key=str, reverse=True)]


def _by_month(**which: str) -> list[tuple[Month, str, int]]:
    rows = (
        Entry.objects.filter(account__currency=settings.CURRENCY, **which)
        # What is in the pool of memberships belongs to authors.
        .exclude(account__kind=Account.Kind.HOUSE, account__name=POOL)
        .order_by()
        .values_list(TruncMonth("transfer__created_at"), "transfer__kind")
        .annotate(Sum("amount_minor"))
    )
    return [(Month(moment.year, moment.month), kind, minor) for moment, kind, minor in rows]


def _commissions() -> dict[Month, int]:
    """What sharers got of the sales of each month, less what went back of them."""
    rows = (
        Order.objects.filter(sharer__isnull=False, currency=settings.CURRENCY, paid_at__isnull=False)
        .order_by()
        .values_list(TruncMonth("paid_at"))
    )
    found: dict[Month, int] = defaultdict(int)
    for moment, minor in rows.annotate(Sum("commission_minor")):
        found[Month(moment.year, moment.month)] += minor
    for moment, minor in rows.annotate(Sum("refunds__commission_minor")):
        found[Month(moment.year, moment.month)] -= minor or 0
    return found
