"""From an author's upload to the first page on the screen, and to all of them.

Beside it, in the same run on the same file: `soffice --convert-to pdf` with a fresh profile and `pdftoppm`, which is what
the pipelines of comparable systems amount to. Theirs starts with the file on disk; ours starts with the first byte of the
HTTP request and ends when the image arrives over HTTP.
"""

from __future__ import annotations

import argparse
import re
import secrets
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import _soffice
from benchmarks._measure import median, progress, table, timed
from benchmarks._reference import write_doc, write_docx
from wenlan.demo import people
from wenlan.demo.actors import Writer
from wenlan.demo.browser import PageProblem
from wenlan.demo.site import Site, free_port

_PAGE_IMAGE = re.compile(r'<img [^>]*?src="([^"]*/pages/[^"]*)"')


@dataclass
class Ours:
    first_page: list[float]
    all_pages: list[float]
    pages: int = 0


def measure_ours(author: Writer, files: list[Path]) -> Ours:
    """Seconds from the start of the upload request until the first and the last page's image was received."""
    ours = Ours([], [])
    for file in files:
        started = time.perf_counter()
        document_id = author.upload(file)
        image = _first_image(author, document_id)
        author.browser.client.get(image).raise_for_status()
        ours.first_page.append(time.perf_counter() - started)
        ours.pages = author.wait_for_preview(document_id)
        author.browser.client.get(image.replace("/1-", f"/{ours.pages}-")).raise_for_status()
        ours.all_pages.append(time.perf_counter() - started)
    return ours


def _first_image(author: Writer, document_id: int) -> str:
    """The address of the first page's image, as the author's page shows it, asked for 50 times a second."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        answer = author.browser.client.get(
            f"/my/documents/{document_id}/conversion/", headers={"HX-Request": "true"}
        )
        if image := _PAGE_IMAGE.search(answer.text):
            return image[1]
        time.sleep(0.02)
    raise PageProblem("no first page")


def measure_theirs(files: list[Path]) -> tuple[list[float], list[float]]:
    """Seconds until the first page is a PNG, and until all are."""
    first, whole = [], []
    for file in files:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            layout = timed(partial(_soffice.to_pdf, file, folder))
            pdf = folder / f"{file.stem}.pdf"
            first.append(layout + timed(partial(_soffice.to_images, pdf, folder, first_only=True)))
            whole.append(layout + timed(partial(_soffice.to_images, pdf, folder)))
    return first, whole


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench upload_to_preview", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-") as name:
        folder = Path(name)
        progress(f"writing {options.runs + 1} documents")
        kinds: dict[str, list[Path]] = {"DOC": [], "DOCX": []}
        for run in range(options.runs + 1):
            write_doc(folder / f"text{run}.doc")
            write_docx(folder / f"text{run}.docx")
            kinds["DOC"].append(folder / f"text{run}.doc")
            kinds["DOCX"].append(folder / f"text{run}.docx")
        rows = [["document", "pages", "", "Wenlan, s", "soffice + pdftoppm, s", "ratio"]]
        with Site(data=folder / "data", port=free_port()) as site:
            site.run("setup")
            site.configure_this_process()
            password = secrets.token_urlsafe(12)
            people.create(password)
            site.start()
            author = Writer(site.address, email=people.WRITERS[0].email, password=password)
            author.sign_in()
            for kind, files in kinds.items():
                progress(f"{kind}: ours")
                measure_ours(author, files[:1])  # the first upload of a fresh worker loads LibreOffice
                ours = measure_ours(author, files[1:])
                progress(f"{kind}: theirs")
                first, whole = measure_theirs(files[1:])
                for label, mine, other in (
                    ("first page", ours.first_page, first),
                    ("all pages", ours.all_pages, whole),
                ):
                    rows.append(
                        [
                            kind,
                            str(ours.pages),
                            label,
                            f"{median(mine):.2f}",
                            f"{median(other):.2f}",
                            f"{median(mine) / median(other):.2f}",
                        ]
                    )
    print(f"Upload to preview, median of {options.runs}\n\n{table(rows)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
