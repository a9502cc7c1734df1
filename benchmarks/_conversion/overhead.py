"""What a process of its own costs each document, in time and in memory.

Time: this engine's step to a PDF beside a warm soffice that is asked through UNO to load the same file, hidden, and to
export it with the same options, profile and fonts; the best of several turns each, because what else a machine does makes
nothing faster. Memory: the proportional set size (PSS) of everything the engine keeps
running while two children lay out long documents at once.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks._conversion.files import Sample, layout_of
from benchmarks._conversion.report import Finding
from benchmarks._conversion.through_uno import Unavailable, WarmOffice, engine_profile, find_uno
from benchmarks._conversion.ways import Way, fonts_environment, wenlan
from benchmarks._measure import PeakMemory, median, percentile, progress, proportional_bytes
from benchmarks._reference import write_docx

GOAL_MS, GOAL_MIB = 30.0, 1024
REPEATS = 3
LONG_TIMES = 60
FAMILIES = (("doc",), ("docx",), ("xls", "xlsx"), ("ppt", "pptx"))
_MIB = 1024 * 1024


def measure(samples: Sequence[Sample], shared: Path) -> list[Finding]:
    findings = [memory(shared)]
    try:
        return [*time(samples), *findings]
    except Unavailable as reason:
        progress(f"no warm UNO: {reason}")
        return [Finding("time over warm UNO", "", "could not be had", "", f"≤ {GOAL_MS:.0f} ms"), *findings]


def time(samples: Sequence[Sample]) -> list[Finding]:
    """Milliseconds a document takes longer than by warm UNO: the median of all, and of each family."""
    extra: dict[Path, float] = {}
    warm_seconds: list[float] = []
    files = [sample for sample in samples if sample.is_office]
    ours = Way("", 1, wenlan)
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with WarmOffice(find_uno(), fonts_environment(folder), engine_profile(folder)) as office:
            for count, sample in enumerate(files, 1):
                layout = layout_of(sample.path)
                mine, warm = [], []
                try:
                    for _ in range(REPEATS):
                        warm.append(sum(office.seconds(layout, folder / "document.pdf")))
                        mine.append(ours.seconds(sample.path))
                except Unavailable as reason:
                    progress(f"{sample.path.name}: {reason}")
                    continue
                extra[sample.path] = (min(mine) - min(warm)) * 1000
                warm_seconds.append(min(warm))
                if count % 10 == 0:
                    progress(f"{count} of {len(files)} beside warm UNO")
    return _time_findings(files, extra, warm_seconds)


def _time_findings(
    files: Sequence[Sample], extra: dict[Path, float], warm_seconds: Sequence[float]
) -> list[Finding]:
    values = list(extra.values())
    beside = f"UNO takes {median(warm_seconds):.2f} s at the median"
    what = f"time over warm UNO, {len(values)} files, median"
    findings = [
        Finding(
            what, f"{median(values):+.0f} ms", beside, "", f"≤ {GOAL_MS:.0f} ms", median(values) <= GOAL_MS
        )
    ]
    for formats in FAMILIES:
        some = [extra[one.path] for one in files if one.format in formats and one.path in extra]
        if some:
            spread = f"quarter to three quarters: {percentile(some, 0.25):+.0f} to {percentile(some, 0.75):+.0f} ms"
            findings.append(
                Finding(f"… {len(some)} {', '.join(formats)}", f"{median(some):+.0f} ms", spread, "", "")
            )
    return findings


def memory(shared: Path) -> Finding:
    """The largest sum, over time, of all processes below this one while two long documents are laid out."""
    progress("memory of the server and two children")
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-") as name:
        files = [Path(name, f"long{number}.docx") for number in range(2)]
        for file in files:
            write_docx(file, times=LONG_TIMES, shared=shared)
        ours = Way("", 1, wenlan)
        started = threading.Barrier(len(files))

        def convert(file: Path) -> None:
            started.wait()
            ours.seconds(file)

        with (
            PeakMemory(os.getpid(), measure=proportional_bytes, with_root=False) as peak,
            ThreadPoolExecutor(len(files)) as pool,
        ):
            list(pool.map(convert, files))
    used = peak.sum_bytes / _MIB
    return Finding(
        "memory of parent + 2 children (PSS)",
        f"{used:.0f} MiB",
        f"{LONG_TIMES} × the reference text as DOCX, two at once",
        "",
        f"≤ {GOAL_MIB} MiB",
        used <= GOAL_MIB,
    )
