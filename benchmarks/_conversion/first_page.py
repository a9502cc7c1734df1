"""How soon the first page is there: of the 4-page text as DOC beside soffice, of the 195-page text beside its own total."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from PIL import Image

from benchmarks import _soffice
from benchmarks._conversion.report import Finding, at_most
from benchmarks._conversion.ways import Way, fonts_environment, soffice, wenlan
from benchmarks._measure import median, progress
from benchmarks._reference import write_doc, write_docx
from wenlan.conversion.engine import Event, PageReady, convert

SHORT_GOAL, LONG_GOAL, SLOWER_GOAL = 0.4, 0.5, 1.0
LONG_TIMES = 60
LONG_RUNS = 1


def measure(shared: Path, runs: int) -> list[Finding]:
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        return [_short(folder, shared, runs), *_long(folder, shared)]


def ours(file: Path, out: Path) -> tuple[float, float, int]:
    """Seconds until the first page's images are on disk, seconds until everything is, and the pages."""
    first: list[float] = []
    started = time.perf_counter()

    def hear(event: Event) -> None:
        if isinstance(event, PageReady) and not first:
            first.append(time.perf_counter() - started)

    result = convert(file, name=file.name, out=out, on_event=hear)
    total = time.perf_counter() - started
    shutil.rmtree(out)
    return first[0], total, result.pages


def theirs(file: Path, folder: Path, profile: Path, environment: dict[str, str]) -> float:
    """Seconds until soffice, pdftoppm and Pillow have made a WebP picture of the first page."""
    started = time.perf_counter()
    pdf = _soffice.to_pdf(file, folder, profile=profile, environment=environment)
    (page,) = _soffice.to_images(pdf, folder, first_only=True)
    with Image.open(page) as picture:
        picture.save(folder / "page.webp", "WEBP", quality=75)
    seconds = time.perf_counter() - started
    for path in (pdf, page, folder / "page.webp"):
        path.unlink()
    return seconds


def _short(folder: Path, shared: Path, runs: int) -> Finding:
    progress("first page of the short DOC")
    environment = fonts_environment(folder)
    mine, other, pages = [], [], 0
    (folder / "theirs").mkdir()
    for run in range(runs + 1):
        file = folder / f"short{run}.doc"
        write_doc(file, shared=shared)
        first, _, pages = ours(file, folder / "out")
        beside = theirs(file, folder / "theirs", folder / "profile", environment)
        if run:  # the first of each warms up
            mine.append(first)
            other.append(beside)
    what = f"first page image of a DOC of {pages} pages"
    beside_it = "soffice, kept profile + pdftoppm + WebP"
    return at_most(what, median(mine), median(other), SHORT_GOAL, unit="s", beside=beside_it)


def _long(folder: Path, shared: Path) -> list[Finding]:
    progress("first page of the long DOCX")
    file = folder / "long.docx"
    write_docx(file, times=LONG_TIMES, shared=shared)
    found = [ours(file, folder / "out") for _ in range(LONG_RUNS)]
    first, total, pages = (median([each[place] for each in found]) for place in range(3))
    kept = Way("", 1, soffice(fonts_environment(folder), folder / "profile"))
    mine, other = [], []
    for _ in range(LONG_RUNS):
        mine.append(Way("", 1, wenlan).seconds(file))
        other.append(kept.seconds(file))
    name = f"DOCX of {pages:.0f} pages"
    return [
        at_most(
            f"first page image of a {name}", first, total, LONG_GOAL, unit="s", beside="all of its pages"
        ),
        at_most(
            f"PDF of a {name}", min(mine), min(other), SLOWER_GOAL, unit="s", beside="soffice, kept profile"
        ),
    ]
