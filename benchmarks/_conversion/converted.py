"""Whole conversions by this engine: what is known of each file afterwards. Each file is converted once in a run."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks._measure import progress
from wenlan.conversion.engine import Event, PageReady, convert

AT_ONCE = 2


@dataclass(frozen=True)
class Converted:
    """What became of one file: its pages and the text layer of all of them; no pages when it failed."""

    pages: int
    text: str


_converted: dict[Path, Converted] = {}


def whole(file: Path, folder: Path) -> Path:
    """As Way.to_pdf: the PDF, and with it page images, text and report."""
    texts: list[str] = []

    def hear(event: Event) -> None:
        if isinstance(event, PageReady):
            texts.append(event.page.text)

    result = convert(file, name=file.name, out=folder / "out", on_event=hear)
    _converted[file] = Converted(result.pages, "".join(texts))
    if result.pdf_path is None:
        raise ValueError(result.error)
    return result.pdf_path


def converted(files: Iterable[Path]) -> dict[Path, Converted]:
    """What became of the files; those that were not converted yet are now."""
    asked = list(files)
    missing = [file for file in asked if file not in _converted]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for count, _ in enumerate(pool.map(_convert, missing), 1):
            if count % 20 == 0:
                progress(f"{count} of {len(missing)} converted")
    return {file: _converted[file] for file in asked}


def _convert(file: Path) -> None:
    with TemporaryDirectory() as name:
        try:
            whole(file, Path(name))
        except ValueError:
            progress(f"{file.name} could not be converted")
