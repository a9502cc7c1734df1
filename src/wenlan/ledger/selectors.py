"""Reading the ledger, and proving that it is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum

from wenlan.accounts.models import User
from wenlan.core.handlers import handlers
from wenlan.ledger.chain import account_digest, entry_digest
from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.ledger.seals import Seal, seals_off
from wenlan.ledger.triggers import triggers_missing

PROGRESS_ENTRIES = 10_000
Progress = Callable[[int], None]
"""Is told from time to time how many entries were replayed."""


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


def verify(*, seals: Iterable[Seal] = (), progress: Progress | None = None) -> Verification:
    """Replay the whole ledger and compare it with what is stored.

    Proves that every transfer and the whole sum to zero in each currency, that each account's balance and
    each balance noted beside an entry are what its entries add up to, that each entry says what it said when its
    digest was made, that no account is below zero that must not be, and that the database still keeps the books; then that the rooms whose rows say where money is
    say what the ledger says (the `ledger_audit` handlers), and that what was sealed is still there, unchanged. Reads one state of the database, in memory
    that does not grow with the number of entries; whoever pays meanwhile does not wait for it.
    """
    with _snapshot():
        result = Verification(account_count=Account.objects.count(), transfer_count=Transfer.objects.count())
        result.discrepancies.extend(_sums_off())
        result.discrepancies.extend(_transfers_off())
        result.discrepancies.extend(_accounts_off(result, progress))
        result.discrepancies.extend(
            Discrepancy("protection", name, "the trigger is missing") for name in triggers_missing(connection)
        )
        for audit in handlers("ledger_audit"):
            result.discrepancies.extend(Discrepancy(*found) for found in audit())
        result.discrepancies.extend(Discrepancy("seal", *found) for found in seals_off(seals))
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


def _accounts_off(result: Verification, progress: Progress | None) -> Iterator[Discrepancy]:
    totals: dict[int, int] = {}
    heads: dict[int, str] = {}
    for account_id, rows in groupby(_replayed(), key=itemgetter(0)):
        total = running = 0
        previous = ""
        for _account_id, entry_id, amount_minor, balance_after_minor, digest, *chained in rows:
            result.entry_count += 1
            if progress is not None and result.entry_count % PROGRESS_ENTRIES == 0:
                progress(result.entry_count)
            subject = f"entry {entry_id} of account {account_id}"
            total += amount_minor
            if running + amount_minor != balance_after_minor:
                found = f"{running} and {amount_minor} do not make {balance_after_minor}"
                yield Discrepancy("running balance", subject, found)
            running = balance_after_minor  # so that each break in the chain is told once
            made = _digest(previous, account_id, amount_minor, balance_after_minor, chained)
            if made != digest:
                yield Discrepancy("chain", subject, f"its digest is {digest}, what it says makes {made}")
            previous = digest
        totals[account_id] = total
        heads[account_id] = previous
    for account in Account.objects.order_by("pk").iterator():
        yield from _account_off(account, totals.get(account.pk, 0), heads.get(account.pk, ""))


def _replayed() -> Iterator[tuple[Any, ...]]:
    """Each account's entries, one after the other, with what their digests are made of."""
    return (
        # Backwards by account, so that the index of an account's history gives them in order, without sorting.
        Entry.objects.order_by("-account_id", "id")
        .values_list(
            "account_id",
            "id",
            "amount_minor",
            "balance_after_minor",
            "digest",
            "transfer__reason_key",
            "transfer__kind",
            "transfer__description",
            "transfer__cause",
            "transfer__created_at",
            "account__kind",
            "account__owner_id",
            "account__name",
            "account__currency",
        )
        .iterator(chunk_size=5000)
    )


def _digest(
    previous: str, account_id: int, amount_minor: int, balance_after_minor: int, chained: Sequence[Any]
) -> str:
    reason_key, kind, description, cause, created_at, account_kind, owner_id, name, currency = chained
    return entry_digest(
        previous
        or account_digest(
            account_id=account_id, kind=account_kind, owner_id=owner_id, name=name, currency=currency
        ),
        reason_key=reason_key,
        kind=kind,
        description=description,
        cause=cause,
        created_at=created_at,
        account_id=account_id,
        amount_minor=amount_minor,
        balance_after_minor=balance_after_minor,
    )


def _account_off(account: Account, total: int, head: str) -> Iterator[Discrepancy]:
    subject = f"account {account.pk} ({account})"
    if account.balance_minor != total:
        yield Discrepancy("balance", subject, f"{account.balance_minor} stored, entries sum to {total}")
    if account.digest != head:
        yield Discrepancy("chain", subject, f"it ends with {account.digest}, its last entry with {head}")
    if account.balance_minor < 0 and not account.may_be_negative:
        yield Discrepancy("below zero", subject, str(account.balance_minor))
