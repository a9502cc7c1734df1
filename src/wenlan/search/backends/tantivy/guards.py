"""Errors, threads and locks around tantivy, which knows none of ours."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from wenlan.search.ports import SearchUnavailable

READER_THREADS = 4

Reason = SearchUnavailable.Reason
T = TypeVar("T")

_pool: ThreadPoolExecutor | None = None


@contextlib.contextmanager
def mapped_errors(reason: SearchUnavailable.Reason) -> Iterator[None]:
    """tantivy's errors as ours: it raises ValueError for nearly everything, and panics on some damage."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SearchUnavailable(reason, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a class of the Rust bridge that cannot be imported
            raise
        raise SearchUnavailable(Reason.DAMAGED, error) from error


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
    with mapped_errors(Reason.DAMAGED):
        try:
            return future.result(timeout=seconds)
        except TimeoutError:
            future.cancel()
            raise SearchUnavailable(Reason.TIMED_OUT, f"after {seconds} s") from None


@contextlib.contextmanager
def locked(path: Path, timeout_seconds: float) -> Iterator[None]:
    """An exclusive lock on `path` between processes; the system lets go of it when ours dies."""
    deadline = time.monotonic() + timeout_seconds
    with mapped_errors(Reason.UNWRITABLE):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    with file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise SearchUnavailable(Reason.BUSY, path.name) from None
                time.sleep(0.02)
        yield
