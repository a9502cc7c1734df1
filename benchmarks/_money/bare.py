"""The same rows into tables of the same shape, in the same transactions, without any of our code."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

TABLES = {
    "orders_order": "id",
    "ledger_entry": "transfer_id",
    "ledger_transfer": "id",
    "orders_entitlement": "order_id",
}
"""What a purchase leaves → the column that says of which it is: an order's number or its transfer's."""


@dataclass(frozen=True)
class BareRows:
    """The rows of each purchase by table, and how each table is written to."""

    statements: dict[str, str]
    purchases: list[dict[str, list[tuple[Any, ...]]]]

    @property
    def rows_of_a_purchase(self) -> float:
        rows = sum(len(rows) for purchase in self.purchases for rows in purchase.values())
        return rows / max(1, len(self.purchases))

    @property
    def ledger_rows_of_a_purchase(self) -> float:
        return sum(
            len(purchase[table]) for purchase in self.purchases for table in TABLES if "ledger" in table
        ) / max(1, len(self.purchases))


def rows_read(first_order: int) -> BareRows:
    """What the purchases from that order on have left, and empty tables of the same shape with the same indexes."""
    mark = "%s" if connection.vendor == "postgresql" else "?"
    statements, rows = {}, {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, transfer_id FROM orders_order WHERE id >= %s ORDER BY id", [first_order])
        orders = cursor.fetchall()
        for table in TABLES:
            _table_like(cursor, table)
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
            columns = [column[0] for column in cursor.description]
            marks = ", ".join([mark] * len(columns))
            names = ", ".join(f'"{name}"' for name in columns)
            statements[table] = f"INSERT INTO bare_{table} ({names}) VALUES ({marks})"  # noqa: S608
            key = columns.index(TABLES[table])
            rows[table] = _by_key(cursor.fetchall(), key)
    purchases = [
        {table: rows[table].get(transfer if "ledger" in table else order, []) for table in TABLES}
        for order, transfer in orders
    ]
    return BareRows(statements, purchases)


def _by_key(rows: Sequence[tuple[Any, ...]], key: int) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _table_like(cursor: Any, table: str) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS bare_{table}")
    if connection.vendor == "postgresql":
        cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        return
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL AND type <> 'trigger'",
        [table],
    )
    for name, sql in cursor.fetchall():
        anew = sql.replace(f'"{table}"', f'"bare_{table}"')
        cursor.execute(anew if name == table else anew.replace(f'"{name}"', f'"bare_{name}"'))


def bare_buy(rows: BareRows, numbers: Sequence[int], database: dict[str, Any]) -> None:
    """Write the rows of those purchases, each in a transaction, through one connection."""
    with _cursor(database) as (execute_many, begin, commit):
        for number in numbers:
            begin()
            for table, of_table in rows.purchases[number].items():
                execute_many(rows.statements[table], of_table)
            commit()


@contextmanager
def _cursor(
    database: dict[str, Any],
) -> Iterator[tuple[Callable[[str, Any], object], Callable[[], object], Callable[[], object]]]:
    if database["ENGINE"].endswith("sqlite3"):
        with closing(sqlite3.connect(database["NAME"], timeout=30, isolation_level=None)) as lite:
            lite.execute("PRAGMA synchronous=NORMAL")
            yield (
                lite.executemany,
                lambda: lite.execute("BEGIN IMMEDIATE"),
                lambda: lite.execute("COMMIT"),
            )
        return
    with psycopg.connect(
        host=database["HOST"],
        port=database["PORT"],
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
    ) as postgres:
        cursor = postgres.cursor()
        yield cursor.executemany, lambda: None, postgres.commit
