"""Bytes of a page of text at 1200 pixels beside WebP of quality 75, and how alike each is to the page as it was drawn."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from benchmarks._conversion.files import Sample
from benchmarks._conversion.report import Finding, at_most
from benchmarks._measure import median, progress
from benchmarks._similarity import similarity
from wenlan.conversion.engine import Limits, convert

WIDTH_PIXELS = 1200
PAGES_OF_A_FILE, MIN_CHARACTERS = 3, 200
GOAL = 0.6
FORMATS = {"doc", "docx", "pdf", "odt", "rtf", "wps", "txt"}


@dataclass(frozen=True)
class Picture:
    """A page in both ways: bytes, and similarity to the page as it was drawn."""

    our_bytes: int
    their_bytes: int
    our_similarity: float
    their_similarity: float


def measure(samples: Sequence[Sample], most_files: int) -> list[Finding]:
    files = [sample.path for sample in samples if sample.format in FORMATS][:most_files]
    found: list[Picture] = []
    for count, file in enumerate(files, 1):
        with tempfile.TemporaryDirectory() as name:
            found += _pictures(file, Path(name))
        if count % 10 == 0:
            progress(f"{count} of {len(files)} files looked at, {len(found)} pages of text")
    return _findings(found) if found else []


def _findings(found: Sequence[Picture]) -> list[Finding]:
    size = at_most(
        f"bytes of a page of text, {len(found)} pages, mean",
        sum(each.our_bytes for each in found) / len(found) / 1000,
        sum(each.their_bytes for each in found) / len(found) / 1000,
        GOAL,
        unit="kB",
        beside="WebP, quality 75",
        digits=1,
    )
    ours = median([each.our_similarity for each in found])
    theirs = median([each.their_similarity for each in found])
    better = sum(each.our_similarity >= each.their_similarity for each in found)
    likeness = Finding(
        f"similarity to the page drawn (SSIM), {better} of {len(found)} pages no lower",
        f"{ours:.4f}",
        f"{theirs:.4f} (WebP, quality 75)",
        "",
        "no lower",
        ours >= theirs,
    )
    return [size, likeness]


def _pictures(file: Path, folder: Path) -> Iterator[Picture]:
    """The first pages of text in a file."""
    limits = Limits(widths=(WIDTH_PIXELS,))
    result = convert(file, name=file.name, out=folder, limits=limits)
    if result.pdf_path is None:
        return
    document = pdfium.PdfDocument(result.pdf_path)
    taken = 0
    for index in range(min(len(document), 2 * PAGES_OF_A_FILE)):
        if taken < PAGES_OF_A_FILE and _is_text(page := document[index]):
            taken += 1
            yield _compared(page, folder / "pages" / f"{index + 1:04d}.webp")
    document.close()


def _is_text(page: pdfium.PdfPage) -> bool:
    """Whether there is enough text, and no picture."""
    textpage = page.get_textpage()
    characters = textpage.count_chars()
    textpage.close()
    pictures = any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))
    return characters >= MIN_CHARACTERS and not pictures


def _compared(page: pdfium.PdfPage, ours: Path) -> Picture:
    with Image.open(ours) as opened:
        picture = opened.convert("RGB")
    drawn = page.render(scale=picture.width / page.get_width(), rev_byteorder=True).to_pil().convert("RGB")
    if drawn.size != picture.size:
        drawn = drawn.resize(picture.size, Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    drawn.save(stream, "WEBP", quality=75)
    with Image.open(io.BytesIO(stream.getvalue())) as beside:
        theirs = similarity(drawn, beside.convert("RGB"))
    return Picture(ours.stat().st_size, len(stream.getvalue()), similarity(drawn, picture), theirs)
