"""Reading the ledger, and proving that it is right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum

from wenlan.accounts.models import User
from wenlan.core.handlers import handlers
from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.ledger.triggers import triggers_missing


def balance_minor(*, user: User, kind: Account.Kind, currency: str = "") -> int:
    """What `user` has in the account of that kind; 0 when it was never opened.

    In the site's currency unless another is named.
    """
    balances = Account.objects.filter(owner=user, kind=kind, currency=currency or settings.CURRENCY)
    return balances.values_list("balance_minor", flat=True).first() or 0


def wallet_balance_minor(user: User, currency: str = "") -> int:
    """What `user` can spend; in the site's currency unless another is named."""
    return balance_minor(user=user, kind=Account.Kind.WALLET, currency=currency)


def earnings_balance_minor(user: User) -> int:
    """What `user` has earned, is free, and not yet taken out."""
    return balance_minor(user=user, kind=Account.Kind.EARNINGS)


def held_balance_minor(user: User) -> int:
    """What `user` has earned and will be free when the time for complaints is over."""
    return balance_minor(user=user, kind=Account.Kind.HELD)


def debt_minor(user: User) -> int:
    """What `user` owes the house, as a positive amount."""
    return -balance_minor(user=user, kind=Account.Kind.DEBT)


def entries_of(*, user: User, kind: Account.Kind) -> QuerySet[Entry]:
    """The history of a person's account, newest first, each entry with its transfer and the balance after it."""
    return (
        Entry.objects.filter(account__owner=user, account__kind=kind, account__currency=settings.CURRENCY)
        .select_related("transfer", "account")
        .order_by("-id")
    )


@dataclass(frozen=True)
class Discrepancy:
    """Something in the books that cannot be: which rule, where, and what was found."""

    rule: str
    subject: str
    found: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject}: {self.found}"


@dataclass
class Verification:
    """What `verify` went through, and everything that was wrong."""

    account_count: int = 0
    transfer_count: int = 0
    entry_count: int = 0
    discrepancies: list[Discrepancy] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.discrepancies


def verify() -> Verification:
    """Replay the whole ledger and compare it with what is stored.

    Proves that every transfer and the whole sum to zero in each currency, that each account's balance and
    each balance noted beside an entry are what its entries add up to, that no account is below zero that
    must not be, and that the database still refuses changes; then that the rooms whose rows say where money is
    say what the ledger says (the `ledger_audit` handlers). Reads one state of the database, in memory
    that does not grow with the number of entries; whoever pays meanwhile does not wait for it.
    """
    with _snapshot():
        result = Verification(account_count=Account.objects.count(), transfer_count=Transfer.objects.count())
        result.discrepancies.extend(_sums_off())
        result.discrepancies.extend(_transfers_off())
        result.discrepancies.extend(_accounts_off(result))
        result.discrepancies.extend(
            Discrepancy("protection", name, "the trigger is missing") for name in triggers_missing(connection)
        )
        for audit in handlers("ledger_audit"):
            result.discrepancies.extend(Discrepancy(*found) for found in audit())
    return result


@contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the database for every query of the block, which must not write; no lock is taken.

    Inside a transaction of the caller, that transaction decides what is seen.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # `atomic` would take the write lock at its start, as the settings have it.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _sums_off() -> Iterator[Discrepancy]:
    sums = Entry.objects.order_by().values("account__currency").annotate(total=Sum("amount_minor"))
    for row in sums:
        if row["total"]:
            yield Discrepancy("zero sum", row["account__currency"], f"all entries sum to {row['total']}")


def _transfers_off() -> Iterator[Discrepancy]:
    off = (
        Transfer.objects.order_by("pk")
        .annotate(
            parts=Count("entries"),
            total=Sum("entries__amount_minor"),
            currencies=Count("entries__account__currency", distinct=True),
        )
        .filter(Q(parts__lt=2) | ~Q(total=0) | ~Q(currencies=1))
    )
    for transfer in off.iterator():
        yield Discrepancy(
            "transfer",
            f"{transfer.pk} ({transfer.reason_key})",
            f"{transfer.parts} entries in {transfer.currencies} currencies sum to {transfer.total}",
        )


def _accounts_off(result: Verification) -> Iterator[Discrepancy]:
    entries = (
        Entry.objects.order_by("account_id", "id")
        .values_list("account_id", "id", "amount_minor", "balance_after_minor")
        .iterator(chunk_size=5000)
    )
    totals: dict[int, int] = {}
    for account_id, rows in groupby(entries, key=lambda row: row[0]):
        total = running = 0
        for _account_id, entry_id, amount_minor, balance_after_minor in rows:
            result.entry_count += 1
            total += amount_minor
            if running + amount_minor != balance_after_minor:
                yield Discrepancy(
                    "running balance",
                    f"entry {entry_id} of account {account_id}",
                    f"{running} and {amount_minor} do not make {balance_after_minor}",
                )
            running = balance_after_minor  # so that each break in the chain is told once
        totals[account_id] = total
    for account in Account.objects.order_by("pk").iterator():
        subject = f"account {account.pk} ({account})"
        total = totals.get(account.pk, 0)
        if account.balance_minor != total:
            yield Discrepancy("balance", subject, f"{account.balance_minor} stored, entries sum to {total}")
        if account.balance_minor < 0 and not account.may_be_negative:
            yield Discrepancy("below zero", subject, str(account.balance_minor))
