"""Several people at the same moment: real threads, each with its own database connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from typing import TypeVar

import pytest
from django.db import connection

Result = TypeVar("Result")


def at_once(count: int, action: Callable[[int], Result]) -> list[Result | Exception]:
    """Call `action(0)` … `action(count - 1)` in as many threads, started together.

    What each returned or raised, in order.
    """
    start = Barrier(count)

    def run(number: int) -> Result | Exception:
        start.wait(timeout=30)
        try:
            return action(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


def wait_until_a_lock_is_waited_for() -> None:
    """Wait until somebody else waits for a lock of this PostgreSQL; a test fails when nobody ever does."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            sleep(0.01)
    pytest.fail("nothing waits for a lock")
