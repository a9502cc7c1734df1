"""Purchases per second, beside the bare cost of the same rows; how long the books take to be proven; kill -9.

Each database is a process of its own, in which everything is measured one after the other. A purchase is
`document_buy` by one of 16 connections, in 4 processes; its bare cost are the rows it left, inserted by executemany into
tables of the same shape in as many transactions, through as many connections. PostgreSQL writes to the disk at each commit; SQLite
as this project sets it (WAL, synchronous=NORMAL).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from script.support.temporary_postgres import PostgresUnavailable, temporary_postgres

from benchmarks._measure import progress, table, timed

PROCESSES = 4
CONNECTIONS_OF_A_PROCESS = 4
POSTGRES_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
}
SCENES = {
    "200 authors": (200, 0),
    "200 authors, 10 % to the house": (200, 1000),
    "one author": (1, 0),
}
"""Who is bought from → authors, and the house's fee in basis points."""
KILLS_BETWEEN_LOOKS = 50


def main() -> int:
    arguments = _arguments()
    if arguments.here:
        print(json.dumps(_measure_here(arguments)))
        return 0
    results = {}
    for database in arguments.on:
        try:
            results[database] = _measure(database, arguments)
        except PostgresUnavailable as error:
            progress(f"PostgreSQL is left out: {error}")
    _tell(results)
    wrong = [line for result in results.values() for line in result["wrong"]]
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--purchases", type=int, default=4000, help="of each kind (default: %(default)s)")
    parser.add_argument("--readers", type=int, default=1000, help="who buy one document at once")
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the ledger that is verified")
    parser.add_argument(
        "--kills", type=int, default=500, help="of who pays, releases and refunds; 0 for none"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    parser.add_argument("--on", nargs="+", choices=("PostgreSQL", "SQLite"), default=["PostgreSQL", "SQLite"])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(database: str, arguments: argparse.Namespace) -> dict[str, Any]:
    if database == "SQLite":
        return _in_a_process(None, arguments)
    with temporary_postgres(settings=POSTGRES_SETTINGS) as url:
        return _in_a_process(url, arguments)


def _in_a_process(url: str | None, arguments: argparse.Namespace) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    numbers = [
        f"--{name}={getattr(arguments, name)}"
        for name in ("purchases", "readers", "entries", "kills", "seed")
    ]
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-") as data:
        environment["WENLAN_DATA_DIR"] = data
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.money", "--here", *numbers],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _measure_here(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything on the database that the environment names; Django is set up here, and not before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenlan.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    result: dict[str, Any] = {"wrong": [], "scenes": {}}
    for scene, (authors, fee) in SCENES.items():
        progress(f"{scene}: {arguments.purchases} purchases")
        result["scenes"][scene] = _purchases(arguments.purchases, authors=authors, fee_basis_points=fee)
    result["statements"] = _statements()
    progress(f"{arguments.readers} readers buy one document")
    result["crowd_seconds"] = _crowd(arguments.readers, result["wrong"])
    if arguments.kills:
        progress(f"{arguments.kills} kills")
        result["kills"] = _kills(arguments.kills, arguments.seed, result["wrong"])
    progress(f"{arguments.entries} entries")
    result["verified"] = _verified(arguments.entries, result["wrong"])
    return result


def _purchases(count: int, *, authors: int, fee_basis_points: int) -> dict[str, float]:
    from django.conf import settings
    from django.db import connection

    from benchmarks._money.bare import bare_buy, rows_read
    from benchmarks._money.shop import MOST_PURCHASES, shop_open
    from wenlan.orders.models import Order

    settings.HOUSE_FEE_BASIS_POINTS = fee_basis_points
    shop = shop_open(authors=authors)
    count = min(count, MOST_PURCHASES)
    before = Order.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    seconds = _spread(count, lambda numbers: [shop.buy(number) for number in numbers])
    rows = rows_read(before + 1)
    assert len(rows.purchases) == count
    database = dict(connection.settings_dict)
    bare = _spread(count, lambda numbers: bare_buy(rows, numbers, database))
    return {
        "per_second": count / seconds,
        "bare_per_second": count / bare,
        "rows": rows.rows_of_a_purchase,
        "ledger_rows": rows.ledger_rows_of_a_purchase,
    }


_job: Callable[[list[int]], object]
"""What a process inherits by the fork; it could not be sent to it."""


def _spread(count: int, job: Callable[[list[int]], object]) -> float:
    """Seconds in which the numbers below `count` were done, a part of them by each connection of each process."""
    global _job
    from django.db import connections

    _job = job
    connections.close_all()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        list(pool.map(_nothing, range(PROCESSES * 4)))  # all of them are there
        started = time.perf_counter()
        for part in [pool.submit(_part, number, count) for number in range(PROCESSES)]:
            part.result()
        return time.perf_counter() - started


def _nothing(_number: int) -> None:
    time.sleep(0.05)


def _part(process: int, count: int) -> None:
    from django.db import connection

    steps = PROCESSES * CONNECTIONS_OF_A_PROCESS

    def run(number: int) -> None:
        _job(list(range(process * CONNECTIONS_OF_A_PROCESS + number, count, steps)))
        connection.close()

    with ThreadPoolExecutor(CONNECTIONS_OF_A_PROCESS) as pool:
        list(pool.map(run, range(CONNECTIONS_OF_A_PROCESS)))


def _statements() -> int:
    """What one purchase asks of the database, its beginning and end among them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks._money.crowd import readers_make
    from benchmarks._money.shop import PRICE_MINOR, document_publish

    author, first, second = readers_make(3, wallet_minor=PRICE_MINOR)
    document = document_publish(author)
    from wenlan.orders.services import document_buy

    document_buy(reader=first, document_id=document.pk, expected_price_minor=PRICE_MINOR)
    with CaptureQueriesContext(connection) as queries:
        document_buy(reader=second, document_id=document.pk, expected_price_minor=PRICE_MINOR)
    return len(queries)


def _crowd(count: int, wrong: list[str]) -> float:
    from django.conf import settings

    from benchmarks._money.crowd import readers_make
    from benchmarks._money.shop import PRICE_MINOR, document_publish
    from wenlan.ledger.selectors import held_balance_minor, verify
    from wenlan.orders.models import Entitlement
    from wenlan.orders.services import document_buy

    settings.HOUSE_FEE_BASIS_POINTS = 0
    (author,) = readers_make(1, wallet_minor=1)
    document = document_publish(author)
    readers = readers_make(count, wallet_minor=PRICE_MINOR)
    seconds = _spread(
        count,
        lambda numbers: [
            document_buy(reader=readers[n], document_id=document.pk, expected_price_minor=PRICE_MINOR)
            for n in numbers
        ],
    )
    bought = Entitlement.objects.filter(document=document).count()
    if (bought, held_balance_minor(author)) != (count, count * PRICE_MINOR):
        wrong.append(f"{bought} of {count} have it, {held_balance_minor(author)} is held")
    wrong.extend(map(str, verify().discrepancies))
    return seconds


def _kills(kills: int, seed: int, wrong: list[str]) -> dict[str, float]:
    from benchmarks._money.crowd import readers_make
    from benchmarks._money.killing import Work, kill_loop
    from benchmarks._money.shop import document_publish

    reader, author = readers_make(2, wallet_minor=1)
    work = Work(reader, document_publish(author), wallet_before_minor=1)
    started = time.perf_counter()
    killed = kill_loop(work, kills=kills, seed=seed, check_every=KILLS_BETWEEN_LOOKS)
    wrong.extend(killed.wrong)
    return {"kills": killed.kills, "operations": killed.operations, "seconds": time.perf_counter() - started}


def _verified(entries: int, wrong: list[str]) -> dict[str, float]:
    from benchmarks._money.books import ENTRIES_OF_A_TRANSFER, PRICE_MINOR, books_fill
    from benchmarks._money.crowd import readers_make
    from wenlan.ledger.models import Entry
    from wenlan.ledger.seals import seal_make
    from wenlan.ledger.selectors import verify

    count = 1000
    spent = PRICE_MINOR * (entries // ENTRIES_OF_A_TRANSFER // count + 2)
    readers = readers_make(count, wallet_minor=spent)
    filled = timed(lambda: books_fill(entries, readers=readers, authors=readers_make(100, wallet_minor=1)))
    started = time.perf_counter()
    result = verify()
    seconds = time.perf_counter() - started
    wrong.extend(map(str, result.discrepancies[:5]))
    sealed = timed(seal_make)
    return {"entries": Entry.objects.count(), "fill": filled, "seconds": seconds, "seal": sealed}


def _tell(results: dict[str, dict[str, Any]]) -> None:
    rows = [
        ["database", "bought from", "purchases/s", "bare rows/s", "share of bare", "rows", "of the ledger"]
    ]
    for database, result in results.items():
        for scene, found in result["scenes"].items():
            rows.append(
                [
                    database,
                    scene,
                    f"{found['per_second']:.0f}",
                    f"{found['bare_per_second']:.0f}",
                    f"1/{found['bare_per_second'] / found['per_second']:.1f}",
                    f"{found['rows']:.0f}",
                    f"{found['ledger_rows']:.0f}",
                ]
            )
    print(f"Purchases through {PROCESSES * CONNECTIONS_OF_A_PROCESS} connections\n\n{table(rows)}\n")
    rows = [
        ["database", "statements of a purchase", "readers of one document", "kills", "verified", "sealed"]
    ]
    for database, result in results.items():
        verified, kills = result["verified"], result.get("kills")
        rows.append(
            [
                database,
                str(result["statements"]),
                f"{result['crowd_seconds']:.1f} s",
                f"{kills['kills']} in {kills['operations']} operations" if kills else "—",
                f"{verified['entries']:,} entries in {verified['seconds']:.1f} s",
                f"{verified['seal']:.1f} s",
            ]
        )
    print(table(rows))


if __name__ == "__main__":
    raise SystemExit(main())
