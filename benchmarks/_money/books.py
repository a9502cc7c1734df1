"""A large ledger, made as fast as the database takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from wenlan.accounts.models import User
from wenlan.ledger.chain import entry_digest
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.triggers import triggers_create, triggers_drop

ENTRIES_OF_A_TRANSFER = 3
BATCH = 20_000
PRICE_MINOR = 400
AUTHOR_MINOR = 360
_TRANSFER = "INSERT INTO ledger_transfer (id, reason_key, kind, description, cause, created_at) VALUES (%s, %s, %s, %s, %s, %s)"
_ENTRY = "INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, balance_after_minor, digest) VALUES (%s, %s, %s, %s, %s)"


class _Side:
    """An account while its entries are made."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.balance_minor = account.balance_minor
        self.head = account.head

    def add(self, transfer: tuple[Any, ...], amount_minor: int) -> tuple[Any, ...]:
        number, reason_key, kind, description, cause, created_at = transfer
        self.balance_minor += amount_minor
        self.head = entry_digest(
            self.head,
            reason_key=reason_key,
            kind=kind,
            description=description,
            cause=cause,
            created_at=created_at,
            account_id=self.account.pk,
            amount_minor=amount_minor,
            balance_after_minor=self.balance_minor,
        )
        return number, self.account.pk, amount_minor, self.balance_minor, self.head


def books_fill(entries: int, *, readers: list[User], authors: list[User]) -> None:
    """Write transfers of three entries until there are `entries` more, from reader after reader to author after author.

    Past the triggers, which are put back afterwards: what they protect from does not happen here, as `verify` shows.
    Readers' wallets must hold what they spend.
    """
    wallets = [_Side(Account.objects.get(owner=reader, kind=Account.Kind.WALLET)) for reader in readers]
    earnings = [
        _Side(Account.objects.create(owner=author, kind=Account.Kind.EARNINGS, currency="CNY"))
        for author in authors
    ]
    house = _Side(Account.objects.create(kind=Account.Kind.HOUSE, name="books", currency="CNY"))
    with transaction.atomic():
        triggers_drop(connection)
        for transfers, of_transfers in _batches(entries // ENTRIES_OF_A_TRANSFER, wallets, earnings, house):
            with connection.cursor() as cursor:
                cursor.executemany(_ENTRY, of_transfers)
                cursor.executemany(_TRANSFER, transfers)
        sides = [*wallets, *earnings, house]
        for side in sides:
            side.account.balance_minor, side.account.digest = side.balance_minor, side.head
        Account.objects.bulk_update(
            [side.account for side in sides], ["balance_minor", "digest"], batch_size=200
        )
        triggers_create(connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _batches(
    count: int, wallets: list[_Side], earnings: list[_Side], house: _Side
) -> Iterator[tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
    first = Transfer.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    began = datetime(2026, 1, 1, tzinfo=UTC)
    transfers: list[tuple[Any, ...]] = []
    entries: list[tuple[Any, ...]] = []
    for number in range(1, count + 1):
        transfer = (
            first + number,
            f"books:{first + number}",
            "sale",
            "关于做好二〇二六年度工作总结的通知",
            f"order:{number}",
            began + timedelta(seconds=number, microseconds=number % 1_000_000),
        )
        transfers.append(transfer)
        entries.append(wallets[number % len(wallets)].add(transfer, -PRICE_MINOR))
        entries.append(earnings[number % len(earnings)].add(transfer, AUTHOR_MINOR))
        entries.append(house.add(transfer, PRICE_MINOR - AUTHOR_MINOR))
        if len(transfers) >= BATCH or number == count:
            yield transfers, entries
            transfers, entries = [], []
