"""What every benchmark needs: distributions, tables, memory of a process tree, a load."""

from __future__ import annotations

import http.client
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0–1) of `values` lie, nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(job: Callable[[], object]) -> float:
    """Seconds `job` takes."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table; the first is the head. Chinese characters count two columns wide."""

    def width(text: str) -> int:
        return sum(2 if ord(c) > 0x2E80 else 1 for c in text)

    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def process_tree(root: int) -> list[int]:
    """`root` and all processes below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue.extend(children.get(pid, []))
    return found


class PeakMemory:
    """Samples the largest single process and the sum over a process tree, until stopped.

    Of each process it takes what `measure` says; without `with_root` only the processes below the root count.
    """

    def __init__(
        self,
        root: int,
        *,
        interval_seconds: float = 0.05,
        measure: Callable[[int], int] | None = None,
        with_root: bool = True,
    ) -> None:
        self.largest_bytes = 0
        self.sum_bytes = 0
        self._root = root
        self._interval = interval_seconds
        self._measure = measure or private_bytes
        self._skipped = 0 if with_root else 1
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(self._interval):
            sizes = [self._measure(pid) for pid in process_tree(self._root)[self._skipped :]]
            self.largest_bytes = max(self.largest_bytes, 0, *sizes)
            self.sum_bytes = max(self.sum_bytes, sum(sizes))


def private_bytes(pid: int) -> int:
    """Anonymous resident memory of a process (RssAnon): what it allocated, without files it only mapped."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def proportional_bytes(pid: int) -> int:
    """Memory of a process with a fair share of what it has in common with others (PSS, smaps_rollup of proc(5))."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


@dataclass
class Load:
    """What a number of readers got from one address."""

    requests_per_second: float
    p50_ms: float
    p95_ms: float
    errors: int


def load(address: str, *, seconds: float, readers: int, headers: dict[str, str] | None = None) -> Load:
    """`readers` keep-alive connections ask for `address` again and again for `seconds`."""
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    times: list[float] = []
    errors = 0
    lock = threading.Lock()
    deadline = time.perf_counter() + seconds

    def reader() -> None:
        nonlocal errors
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        own: list[float] = []
        failed = 0
        while (now := time.perf_counter()) < deadline:
            try:
                connection.request("GET", path, headers=headers or {})
                answer = connection.getresponse()
                answer.read()
                failed += answer.status != 200
            except (OSError, http.client.HTTPException):
                failed += 1
                connection.close()
            own.append(time.perf_counter() - now)
        connection.close()
        with lock:
            times.extend(own)
            errors += failed

    threads = [threading.Thread(target=reader) for _ in range(readers)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    return Load(
        requests_per_second=len(times) / elapsed,
        p50_ms=percentile(times, 0.50) * 1000,
        p95_ms=percentile(times, 0.95) * 1000,
        errors=errors,
    )


def progress(text: str) -> None:
    """A passing remark on standard error, so that standard output holds only results."""
    sys.stderr.write(f"  {text}\n")
