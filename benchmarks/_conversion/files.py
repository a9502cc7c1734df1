"""The files that are measured: those of the corpus, or a part of them that is like the whole."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

from wenlan.conversion.engine import FORMATS, Family, Limits, Rejected, sniff
from wenlan.conversion.engine.office import Layout

KINDS = {Family.WORDS: "writer", Family.SHEETS: "calc", Family.SLIDES: "impress"}
_SEED = 20261124


@dataclass(frozen=True)
class Sample:
    """One file, and the page count that an office program recorded for it, as the manifest says."""

    path: Path
    format: str
    recorded_pages: int | None

    @property
    def is_office(self) -> bool:
        """Whether LibreOffice opens the file as it is."""
        return FORMATS[self.format].family in KINDS


def samples(corpus: Path, count: int | None) -> list[Sample]:
    """The files of `corpus` that this engine knows, in an order that mixes the formats; at most `count` of them."""
    found = []
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            path = corpus / row["file"]
            if row["file"].startswith("office/") and (name := _format(path)):
                recorded = row["pages_recorded_by_office"]
                found.append(Sample(path, name, int(recorded) if recorded else None))
    random.Random(_SEED).shuffle(found)  # noqa: S311 (the same part each time, not a secret)
    return found[:count]


def layout_of(path: Path) -> Layout:
    """How the engine has LibreOffice read an office file. Raises Rejected for one that it refuses."""
    name = sniff(path, name=path.name, limits=Limits()).format
    family = FORMATS[name].family
    return Layout(path, name, KINDS[family], single_page_sheets=family is Family.SHEETS)


def _format(path: Path) -> str | None:
    try:
        return sniff(path, name=path.name, limits=Limits()).format
    except Rejected:
        return None
