"""Page images: bytes and likeness of ours beside WebP of quality 75, by Pillow's defaults, of the same rendered page.

The pages are those of real files of each kind, from the corpus beside the checkout, and of a dense Chinese text. SSIM is
measured to the rendered page; 1 is equal. Of a page counts its largest image.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from benchmarks._measure import progress, table
from benchmarks._reference import write_docx
from benchmarks._similarity import noise_ratio, similarity
from wenlan.conversion.engine import convert
from wenlan.conversion.engine.inside import images

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "office"
WIDTH = 1200
MAX_PAGES = 3  # of each file
# What the names of the files begin with.
KINDS = {
    "text": ("61490-", "o_kurs-", "cap.stanford", "stress001-", "IllustrativeCases-", "sample-be4", "rasp-"),
    "coloured text": ("Bug49933-", "stress006-", "stress023-", "bug57031-", "testPDF-8035", "Bug51834-"),
    "slides": ("54111-", "bug58516-", "slide_master-", "SampleShow-", "PictureTypeZero-", "bug62092-"),
    "text with pictures": ("stress009-", "header_image-", "TestBug52372-", "38256-", "stress016-"),
    "photographs, gradients": ("chart-slide-bg-", "pptx2svg-", "45545_", "bug58733_"),
    "scans": ("testOCR-", "testPDF_JBIG2-"),
}
HEAD = ["pages", "files", "number", "KB", "q75, KB", "ratio", "SSIM", "q75", "PSNR", "q75", "ms", "q75"]


@dataclass
class Coded:
    """What one way of writing pages came to, summed up over pages."""

    size_bytes: int = 0
    ssim: float = 0.0
    decibels: float = 0.0
    seconds: float = 0.0

    def add(self, page: Image.Image, content: bytes, seconds: float) -> None:
        shown = Image.open(io.BytesIO(content)).convert("RGB")
        self.size_bytes += len(content)
        self.ssim += similarity(page, shown)
        self.decibels += min(noise_ratio(page, shown), 99.0)
        self.seconds += seconds


def ours(page: Image.Image, folder: Path) -> tuple[bytes, float]:
    """The image that the engine writes, and the processor's seconds it takes."""
    started = time.process_time()
    images.write(page, [page.width], folder, 1)
    return (folder / "0001.webp").read_bytes(), time.process_time() - started


def usual(page: Image.Image) -> tuple[bytes, float]:
    """The same by Pillow's WebP of quality 75."""
    started = time.process_time()
    stream = io.BytesIO()
    page.save(stream, "WEBP", quality=75)
    return stream.getvalue(), time.process_time() - started


def measure(kind: str, files: list[Path], folder: Path, width: int) -> list[str]:
    """A row of the table."""
    mine, other, pages = Coded(), Coded(), 0
    for file in files:
        result = convert(file, name=file.name, out=folder / file.name)
        if result.pdf_path is None:
            progress(f"{file.name}: {result.error}")
            continue
        document = pdfium.PdfDocument(result.pdf_path)
        for number in range(min(MAX_PAGES, len(document))):
            page = images.render(document[number], width)
            if page.getcolors(1):
                continue
            mine.add(page, *ours(page, folder))
            other.add(page, *usual(page))
            pages += 1
    assert pages, f"no page of {kind}"
    return [
        kind,
        str(len(files)),
        str(pages),
        f"{mine.size_bytes / pages / 1000:.0f}",
        f"{other.size_bytes / pages / 1000:.0f}",
        f"{mine.size_bytes / other.size_bytes:.2f}",
        *(f"{coded.ssim / pages:.4f}" for coded in (mine, other)),
        *(f"{coded.decibels / pages:.1f}" for coded in (mine, other)),
        *(f"{coded.seconds / pages * 1000:.0f}" for coded in (mine, other)),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench page_images", description=__doc__)
    parser.add_argument("--width", type=int, default=WIDTH, help=f"in pixels (default {WIDTH})")
    options = parser.parse_args()
    rows = [HEAD]
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-") as name:
        folder = Path(name)
        write_docx(folder / "chinese.docx")
        rows.append(measure("dense Chinese text", [folder / "chinese.docx"], folder / "out", options.width))
        for kind, beginnings in KINDS.items() if CORPUS.is_dir() else ():
            progress(kind)
            files = [file for beginning in beginnings for file in sorted(CORPUS.glob(f"{beginning}*"))[:1]]
            rows.append(measure(kind, files, folder / "out", options.width))
    print(f"Page images {options.width} pixels wide, per page\n\n{table(rows)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
