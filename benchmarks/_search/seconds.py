"""What a query takes: on the clock, and of a processor, which says more where others are at work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple


class Seconds(NamedTuple):
    clock: float
    processor: float


def measured(
    queries: Iterable[str],
    answer: Callable[[str], object],
    processor: Callable[[], float],
    *,
    most_seconds: float = float("inf"),
) -> list[Seconds]:
    """What each query takes, until they have taken so long altogether; `processor` counts the seconds of one."""
    found: list[Seconds] = []
    until = time.perf_counter() + most_seconds
    for text in queries:
        clock, worked = time.perf_counter(), processor()
        answer(text)
        found.append(Seconds(time.perf_counter() - clock, processor() - worked))
        if time.perf_counter() > until:
            break
    return found


def processor_seconds(pid: int) -> float:
    """What another process has had of a processor (schedstat of proc(5))."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
