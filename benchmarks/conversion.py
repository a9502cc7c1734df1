"""What conversion claims, beside what people use today: speed, first page, overhead, images, fidelity.

Everything in one run on the files of the shared corpus. The ways that are compared see the same fonts and take turns on
small groups of files. Five sections:

speed      seconds per document and documents per minute, PDF out: this engine, soffice with a fresh and with a kept
           profile, unoserver; and this engine with all page images
first      how soon the first page image of a short DOC and of a long DOCX is there
overhead   what a process of its own costs each document over a warm soffice asked through UNO, and the memory it takes
images     bytes of a page of text beside WebP of quality 75, and the similarity (SSIM) of both to the page drawn
fidelity   page counts beside the recorded ones, and how much of the files' own text the text layer has

The whole corpus takes about an hour on two cores, `--files 40` some minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from benchmarks._conversion import fidelity, first_page, images, overhead, speed
from benchmarks._conversion.files import samples
from benchmarks._conversion.report import Finding, findings_table
from benchmarks._measure import progress
from benchmarks._reference import SHARED, write_doc

SECTIONS = ("speed", "first", "overhead", "images", "fidelity")
OVERHEAD_FILES, IMAGE_FILES = 60, 60


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="script/bench conversion",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--files", type=int, metavar="N", help="only N files, of all formats, always the same"
    )
    parser.add_argument(
        "--only", choices=SECTIONS, action="append", help="only this section; may be repeated"
    )
    parser.add_argument("--runs", type=int, default=5, help="of the short DOC (5)")
    parser.add_argument(
        "--shared", type=Path, default=SHARED, help="the folder with corpus/ and reference/ in it"
    )
    options = parser.parse_args()
    if not (options.shared / "corpus" / "MANIFEST.csv").is_file():
        progress(f"there is no corpus in {options.shared}: nothing is measured")
        return 0
    run(options)
    return 0


def run(options: argparse.Namespace) -> None:
    wanted = options.only or SECTIONS
    chosen = samples(options.shared / "corpus", options.files)
    findings: list[Finding] = []
    soffice_pages: dict[Path, int | None] = {}
    busy = os.getloadavg()[0]
    if "overhead" in wanted:
        findings += overhead.measure(chosen[:OVERHEAD_FILES], options.shared)
    if "first" in wanted:
        findings = first_page.measure(options.shared, options.runs) + findings
    if "speed" in wanted:
        with tempfile.TemporaryDirectory(prefix="wenlan-bench-") as folder:
            write_doc(Path(folder, "first.doc"), shared=options.shared)
            text, found, soffice_pages = speed.measure(chosen, Path(folder, "first.doc"))
        print(text + "\n")
        findings = found + findings
    if "images" in wanted:
        findings += images.measure(chosen, IMAGE_FILES)
    if "fidelity" in wanted:
        findings += fidelity.measure(chosen, soffice_pages)
    print(findings_table(findings))
    print(f"\n{os.cpu_count()} cores, {platform.machine()}; load before the run {busy:.1f}")


if __name__ == "__main__":
    raise SystemExit(main())
