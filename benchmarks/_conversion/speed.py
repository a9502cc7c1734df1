"""Seconds per document and documents per minute of every way to a PDF, in turns on small groups of files.

Turns, because the machine is not equally busy all the time; what slows one group down slows every way.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks._conversion.converted import whole
from benchmarks._conversion.files import Sample
from benchmarks._conversion.report import Finding, at_least
from benchmarks._conversion.through_uno import Unavailable, Unoserver, find_uno
from benchmarks._conversion.ways import Way, fonts_environment, soffice, wenlan
from benchmarks._measure import percentile, progress, table

GROUP = 8
ALLOWED_SLOWER = 1.0
CHECKED_AGAIN, REPEATS = 12, 3
OURS, OURS_ALONE, OURS_WHOLE = (
    "Wenlan, 2 at a time",
    "Wenlan, one at a time",
    "Wenlan with page images, 2 at a time",
)
FRESH, KEPT = "soffice, fresh profile, 2 at a time", "soffice, kept profile, one at a time"
UNOSERVER = "unoserver, one at a time"
GOALS = {FRESH: 3.5, KEPT: 2.0, UNOSERVER: 2.0}


@contextlib.contextmanager
def ways(folder: Path) -> Iterator[dict[str, Way]]:
    """Every way that works here, by name, in the order of the table; unoserver runs as long as this lasts."""
    environment = fonts_environment(folder)
    found = [
        Way(OURS, 2, wenlan),
        Way(FRESH, 2, soffice(environment, None)),
        Way(KEPT, 1, soffice(environment, folder / "profile")),
        Way(OURS_ALONE, 1, wenlan),
        Way(OURS_WHOLE, 2, whole),
    ]
    with contextlib.ExitStack() as opened:
        try:
            server = opened.enter_context(Unoserver(find_uno(), environment, folder))
            found.insert(3, Way(UNOSERVER, 1, server.to_pdf))
        except Unavailable as reason:
            progress(f"no unoserver: {reason}")
        yield {way.name: way for way in found}


def measure(samples: Sequence[Sample], first: Path) -> tuple[str, list[Finding], dict[Path, int | None]]:
    """The table of ways, the goals, and how many pages soffice made of each file. `first` warms every way up."""
    files = [sample.path for sample in samples if sample.is_office]
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-") as name, ways(Path(name)) as each:
        for way in each.values():
            way.seconds(first)
        for start in range(0, len(files), GROUP):
            group = files[start : start + GROUP]
            for way in each.values():
                progress(f"{start + len(group)} of {len(files)}: {way.name}")
                way.run(group)
        findings = [*_throughput(each, files), _slower(each, files)]
        return _ways_table(each, files), findings, {file: each[KEPT].outcomes[file].pages for file in files}


def _done_by_all(each: dict[str, Way], files: Sequence[Path]) -> list[Path]:
    """The files that every way made a PDF of; a way that made none at all does not count."""
    working = [way for way in each.values() if any(way.outcomes[file].pages for file in files)]
    return [file for file in files if all(way.outcomes[file].pages for way in working)]


def _ways_table(each: dict[str, Way], files: Sequence[Path]) -> str:
    done = _done_by_all(each, files)
    rows = [["way to a PDF", "p50, s", "p95, s", "documents/minute", "without a PDF"]]
    for way in each.values():
        seconds = [way.outcomes[file].seconds for file in done] or [0.0]
        rows.append(
            [
                way.name,
                f"{percentile(seconds, 0.5):.2f}",
                f"{percentile(seconds, 0.95):.2f}",
                f"{_per_minute(way, files):.1f}",
                str(sum(not way.outcomes[file].pages for file in files)),
            ]
        )
    return (
        f"{len(files)} office files; seconds of the {len(done)} that every way made a PDF of\n\n{table(rows)}"
    )


def _per_minute(way: Way, files: Sequence[Path]) -> float:
    return 60 * len(files) / way.wall_seconds


def _throughput(each: dict[str, Way], files: Sequence[Path]) -> Iterator[Finding]:
    ours = _per_minute(each[OURS], files)
    for name, goal in GOALS.items():
        if name in each:
            yield at_least("documents per minute", ours, _per_minute(each[name], files), goal, beside=name)
        else:
            yield Finding(
                "documents per minute", f"{ours:.1f}", f"could not be had ({name})", "", f"≥ {goal:g}"
            )


def _slower(each: dict[str, Way], files: Sequence[Path]) -> Finding:
    """How many files take longer than with the kept profile, both one at a time; the worst are tried again."""
    ours, theirs = each[OURS_ALONE], each[KEPT]
    ratios = {
        file: ours.outcomes[file].seconds / theirs.outcomes[file].seconds
        for file in _done_by_all(each, files)
    }
    worst = sorted(ratios, key=lambda file: -ratios[file])[:CHECKED_AGAIN]
    for file in worst:
        if ratios[file] > ALLOWED_SLOWER:
            ratios[file] = _again(ours, theirs, file)
    if not ratios:
        return Finding("files slower than with a kept profile", "", "no file that all could do", "", "0")
    slower = [file for file in ratios if ratios[file] > ALLOWED_SLOWER]
    worst_now = max(ratios, key=partial(dict.__getitem__, ratios))
    return Finding(
        "files slower than with a kept profile",
        f"{len(slower)} of {len(ratios)}",
        f"the worst: {worst_now.name}",
        f"{ratios[worst_now]:.2f}",
        "0",
        not slower,
    )


def _again(ours: Way, theirs: Way, file: Path) -> float:
    """The ratio of the shortest times of several tries in turns."""
    times = [(ours.seconds(file), theirs.seconds(file)) for _ in range(REPEATS)]
    return min(mine for mine, _ in times) / min(other for _, other in times)
