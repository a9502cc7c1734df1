"""Errors and locks around tantivy, which knows none of ours."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from wenlan.search.backends.patience import within
from wenlan.search.ports import SearchUnavailable

Reason = SearchUnavailable.Reason
T = TypeVar("T")


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


def answered_within(seconds: float, work: Callable[[], T]) -> T:
    """The result of `work`, which asks tantivy. Raises SearchUnavailable when it fails or is late."""
    with mapped_errors(Reason.DAMAGED):
        return within(seconds, work)


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
