"""Waiting for an index no longer than a reader waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from wenlan.search.ports import SearchUnavailable

READER_THREADS = 4

T = TypeVar("T")

_pool: ThreadPoolExecutor | None = None


def _forget_pool() -> None:
    global _pool
    _pool = None


os.register_at_fork(after_in_child=_forget_pool)  # threads do not survive a fork


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, which runs in another thread; SearchUnavailable (TIMED_OUT) when it is late."""
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="search")
    future = _pool.submit(work)
    try:
        return future.result(timeout=seconds)
    except TimeoutError:
        future.cancel()
        raise SearchUnavailable(SearchUnavailable.Reason.TIMED_OUT, f"after {seconds} s") from None
