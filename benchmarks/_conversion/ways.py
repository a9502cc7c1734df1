"""The ways to a PDF that are compared, all with the same fonts, on the same files."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks import _soffice
from benchmarks._conversion.files import layout_of
from benchmarks._measure import progress
from wenlan.conversion.engine import Limits, fonts
from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.layouter import shared_layouter
from wenlan.conversion.engine.office import LayoutJob

TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True)
class Outcome:
    """How one file came out: its seconds, and its pages; None when there was no PDF in time."""

    seconds: float
    pages: int | None


@dataclass
class Way:
    """A way to a PDF: how many at once, and what it did so far."""

    name: str
    at_once: int
    to_pdf: Callable[[Path, Path], Path]
    """Takes the file and an empty folder, returns the PDF in that folder; raises anything when there is none."""
    outcomes: dict[Path, Outcome] = field(default_factory=dict)
    wall_seconds: float = 0.0

    def run(self, files: Sequence[Path]) -> None:
        """Convert the files, and add to what was measured."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folders = [Path(name, str(index)) for index in range(len(files))]
            started = time.perf_counter()
            with ThreadPoolExecutor(self.at_once) as pool:
                found = list(pool.map(self._one, files, folders))
            self.wall_seconds += time.perf_counter() - started
            for file, (seconds, pdf) in zip(files, found, strict=True):
                self.outcomes[file] = Outcome(seconds, pages_of(pdf) if pdf else None)

    def seconds(self, file: Path) -> float:
        """Seconds that one file takes now, all by itself."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            return self._one(file, Path(name, "one"))[0]

    def _one(self, file: Path, folder: Path) -> tuple[float, Path | None]:
        folder.mkdir()
        started = time.perf_counter()
        try:
            pdf: Path | None = self.to_pdf(file, folder)
        except Exception as error:
            # Each way fails in words of its own; what counts is that there is no PDF.
            progress(f"{self.name}: no PDF of {file.name}: {error}"[:200])
            pdf = None
        return time.perf_counter() - started, pdf


def pages_of(pdf: Path) -> int | None:
    """How many pages a PDF has; None when it is none."""
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError:
        return None
    with contextlib.closing(document):
        return len(document)


def wenlan(file: Path, folder: Path) -> Path:
    """This engine's step to a PDF: look what it is, lay it out in a fresh child of the preloaded LibreOffice."""
    limits = Limits(deadline_seconds=TIMEOUT_SECONDS)
    deadline = Deadline(limits.deadline_seconds)
    return shared_layouter().to_pdf(LayoutJob(layout_of(file), folder, deadline, limits))


def fonts_environment(folder: Path) -> dict[str, str]:
    """What makes another LibreOffice see the engine's fonts: its configuration with the machine's paths."""
    text = fonts.CONFIGURATION.read_text(encoding="utf-8")
    for name, place in fonts.chosen_folders().items():
        text = text.replace(f"<dir>/fonts/{name}</dir>", f"<dir>{place}</dir>")
    cache = folder / "fontcache"
    cache.mkdir(exist_ok=True)
    configuration = folder / "fonts.conf"
    configuration.write_text(text.replace(fonts.CACHE_IN_SANDBOX, str(cache)), encoding="utf-8")
    return {"FONTCONFIG_FILE": str(configuration)}


def soffice(environment: dict[str, str], profile: Path | None) -> Callable[[Path, Path], Path]:
    """LibreOffice's own command, with a fresh profile for each file, or always the same."""

    def to_pdf(file: Path, folder: Path) -> Path:
        return _soffice.to_pdf(
            file, folder, profile=profile, environment=environment, timeout_seconds=TIMEOUT_SECONDS
        )

    return to_pdf
