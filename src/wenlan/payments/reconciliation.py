"""Comparing the books of the house with the statement of a provider, line by line."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q, Sum

from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.payments.backends import provider_named
from wenlan.payments.models import Refund, TopUp
from wenlan.payments.ports import LineKind, PaymentProvider, PaymentRefused, StatementLine

LOOK_BACK_DAYS = 2
"""How many days before ours a provider may have the money: a payment is asked about for a day."""


class Kind(StrEnum):
    MISSING_HERE = "missing here"
    MISSING_THERE = "missing there"
    OTHER_AMOUNT = "other amount"
    TWICE = "twice"
    OTHER_IN_LEDGER = "other in the ledger"


@dataclass(frozen=True)
class Difference:
    """What does not agree. An amount is None where the side knows no such payment; `there` is the provider's."""

    kind: Kind
    what: LineKind
    reference: str
    here: tuple[int, str] | None
    there: tuple[int, str] | None

    def __str__(self) -> str:
        return f"{self.what} {self.reference}: {self.kind} (here {_words(self.here)}, there {_words(self.there)})"


@dataclass
class Reconciliation:
    provider: str
    day: datetime.date
    lines: int = 0
    fee_minor: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.differences


def reconcile(*, provider: str, day: datetime.date) -> Reconciliation:
    """Compare one day, in the provider's own time zone.

    Raises NotAllowed for a provider that is not offered, ProviderUnavailable and PaymentRefused when it gives no
    statement of that day.
    """
    backend = provider_named(provider)
    lines = backend.statement(day)
    result = Reconciliation(provider, day, lines=len(lines), fee_minor=sum(line.fee_minor for line in lines))
    result.differences += _twice(lines)
    once = {(line.kind, line.reference): line for line in lines}
    result.differences += _differing(provider, once.values())
    result.differences += _missing_there(backend, day, once)
    return result


def _twice(lines: list[StatementLine]) -> list[Difference]:
    counts = Counter((line.kind, line.reference) for line in lines)
    sums = {
        key: sum(line.amount_minor for line in lines if (line.kind, line.reference) == key)
        for key, count in counts.items()
        if count > 1
    }
    return [Difference(Kind.TWICE, *key, here=None, there=(total, "")) for key, total in sums.items()]


def _differing(provider: str, lines: Iterable[StatementLine]) -> list[Difference]:
    """Lines of the statement that we do not have, or have with another amount."""
    differences = []
    for line in lines:
        here, in_ledger = _here(provider, line)
        there = (line.amount_minor, line.currency)
        if here is None:
            differences.append(Difference(Kind.MISSING_HERE, line.kind, line.reference, None, there))
        elif here != there:
            differences.append(Difference(Kind.OTHER_AMOUNT, line.kind, line.reference, here, there))
        elif in_ledger != there:
            differences.append(Difference(Kind.OTHER_IN_LEDGER, line.kind, line.reference, in_ledger, there))
    return differences


def _here(provider: str, line: StatementLine) -> tuple[tuple[int, str] | None, tuple[int, str]]:
    """What we say of a line, and what the account of the provider in the ledger says."""
    if line.kind == LineKind.PAYMENT:
        paid = TopUp.objects.filter(
            reference=line.reference, provider=provider, state=TopUp.State.PAID
        ).first()
        if paid is None:
            return None, (0, "")
        in_ledger = -_in_ledger(provider, paid.transfer, paid.currency)
        return (paid.amount_minor, paid.currency), (in_ledger, paid.currency)
    refund = (
        Refund.objects.select_related("top_up")
        .filter(reference=line.reference, top_up__provider=provider)
        .exclude(state=Refund.State.FAILED)
        .first()
    )
    if refund is None:
        return None, (0, "")
    currency = refund.top_up.currency
    return (refund.amount_minor, currency), (_in_ledger(provider, refund.transfer, currency), currency)


def _in_ledger(provider: str, transfer: Transfer | None, currency: str) -> int:
    entries = Entry.objects.filter(
        transfer=transfer,
        account__kind=Account.Kind.PROVIDER,
        account__name=provider,
        account__currency=currency,
    )
    return entries.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _missing_there(
    backend: PaymentProvider, day: datetime.date, once: dict[tuple[LineKind, str], StatementLine]
) -> list[Difference]:
    """What arrived here on that day and is in no statement of it or of the days before."""
    missing = [
        difference
        for difference in _ours(backend, day)
        if (difference.what, difference.reference) not in once
    ]
    for days in range(1, LOOK_BACK_DAYS + 1):
        if not missing:
            break
        earlier = _statement_if_any(backend, day - datetime.timedelta(days=days))
        known = {(line.kind, line.reference) for line in earlier}
        missing = [each for each in missing if (each.what, each.reference) not in known]
    return missing


def _statement_if_any(backend: PaymentProvider, day: datetime.date) -> list[StatementLine]:
    try:
        return backend.statement(day)
    except PaymentRefused:  # there are no statements of days so long ago
        return []


def _ours(backend: PaymentProvider, day: datetime.date) -> list[Difference]:
    """Everything settled here on that day, as if it were missing there."""
    start = datetime.datetime.combine(day, datetime.time(), backend.statement_zone)
    on_that_day = Q(settled_at__gte=start, settled_at__lt=start + datetime.timedelta(days=1))
    top_ups = TopUp.objects.filter(on_that_day, provider=backend.name, state=TopUp.State.PAID)
    refunds = Refund.objects.filter(on_that_day, top_up__provider=backend.name).select_related("top_up")
    paid = [(LineKind.PAYMENT, each.reference, each.amount_minor, each.currency) for each in top_ups]
    back = [(LineKind.REFUND, each.reference, each.amount_minor, each.top_up.currency) for each in refunds]
    return [
        Difference(Kind.MISSING_THERE, what, reference, (amount_minor, currency), None)
        for what, reference, amount_minor, currency in [*paid, *back]
    ]


def _words(amount: tuple[int, str] | None) -> str:
    return "nothing" if amount is None else f"{amount[0]} {amount[1]}".strip()
