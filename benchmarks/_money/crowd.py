"""Many people through few connections, as on a site: each thread keeps its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import connection

from wenlan.accounts.models import User
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, account_named, transfer_post

Result = TypeVar("Result")


def readers_make(count: int, *, wallet_minor: int) -> list[User]:
    """So many readers with that much money each, from a provider called crowd."""
    names = [uuid4().hex for _ in range(count)]
    unusable = make_password(None)
    readers = User.objects.bulk_create(
        [User(email=f"{name}@example.com", display_name=name[:8], password=unusable) for name in names]
    )
    money_give(readers, wallet_minor)
    return readers


def money_give(readers: Iterable[User], amount_minor: int) -> None:
    """Put that much money into each wallet, in one transfer."""
    wallets = [account_named(kind=Account.Kind.WALLET, owner=reader) for reader in readers]
    world = account_named(kind=Account.Kind.PROVIDER, name="crowd")
    transfer_post(
        reason_key=f"crowd:{uuid4()}",
        kind=Transfer.Kind.TOP_UP,
        description="crowd",
        postings=[
            Posting(world, -amount_minor * len(wallets)),
            *(Posting(wallet, amount_minor) for wallet in wallets),
        ],
    )


def through(connections: int, count: int, action: Callable[[int], Result]) -> list[Result | Exception]:
    """`action(0)` … `action(count - 1)`, as many at once as there are connections; what each returned or raised."""

    def run(number: int) -> Result | Exception:
        try:
            return action(number)
        except Exception as error:
            return error

    every_thread = Barrier(connections)

    def close(_number: int) -> None:
        every_thread.wait()  # so that each thread has one of these
        connection.close()

    with ThreadPoolExecutor(connections) as pool:
        outcomes = list(pool.map(run, range(count)))
        list(pool.map(close, range(connections)))
    return outcomes
