"""Several people at the same moment: real threads, each with its own database connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

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
