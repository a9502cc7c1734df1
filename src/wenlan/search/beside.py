"""Work that goes on beside that of the request."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

THREADS = 4

T = TypeVar("T")

_pool: ThreadPoolExecutor | None = None


def _forget_pool() -> None:
    global _pool
    _pool = None


os.register_at_fork(after_in_child=_forget_pool)  # threads do not survive a fork


def begun(work: Callable[[], T]) -> Callable[[], T]:
    """Begin `work`, which asks no database, in another thread; what is returned waits for its result or its error."""
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(THREADS, thread_name_prefix="beside-search")
    return _pool.submit(work).result
