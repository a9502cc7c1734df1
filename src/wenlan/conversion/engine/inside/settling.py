"""What this process takes and what goes on in it, and waiting until nothing does."""

from __future__ import annotations

import resource
import time
from pathlib import Path

SETTLING_SECONDS = 5.0


def resident_bytes() -> int:
    """How much memory this process takes, what it shares with its children included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def threads_of_this_process() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def settle(threads: int) -> None:
    """Wait until what priming set going is done (LibreOffice writes its settings a second late): a fork while
    another thread holds a lock would give the child a lock that nobody releases."""
    ends = time.monotonic() + SETTLING_SECONDS
    while threads_of_this_process() > threads and time.monotonic() < ends:
        time.sleep(0.02)
