"""Memory of the web server and the workers while a file of 200 MiB is uploaded and converted, beside one of 2 MiB.

Both are PDFs of one page with a large attachment stream, so that the preview is the same and only the size differs.
"""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

import pikepdf

from benchmarks._measure import PeakMemory, progress, table
from wenlan.demo import people
from wenlan.demo.actors import Writer
from wenlan.demo.site import Site, free_port

MIB = 1024 * 1024
SIZES_MIB = (2, 199)  # the default limit is 200 MiB for the whole file


def write_pdf(path: Path, size_bytes: int) -> None:
    """One empty A4 page and random bytes that do not compress."""
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    for _ in range(max(1, size_bytes // (16 * MIB))):
        stream = pdf.make_stream(secrets.token_bytes(min(16 * MIB, size_bytes)))
        pdf.Root[f"/Ballast{secrets.token_hex(4)}"] = stream
    pdf.save(path, compress_streams=False)


def main() -> int:
    rows = [["file", "web, largest process", "web, all", "workers, largest process", "workers, all"]]
    with tempfile.TemporaryDirectory(prefix="wenlan-bench-") as name:
        folder = Path(name)
        with Site(data=folder / "data", port=free_port()) as site:
            site.run("setup")
            site.configure_this_process()
            password = secrets.token_urlsafe(12)
            people.create(password)
            site.start()
            author = Writer(site.address, email=people.WRITERS[0].email, password=password)
            author.sign_in()
            for size in (1, *SIZES_MIB):  # the first warms everything up
                file = folder / f"{size}.pdf"
                write_pdf(file, size * MIB)
                progress(f"{file.stat().st_size / MIB:.0f} MiB")
                with PeakMemory(site.pid("web")) as web, PeakMemory(site.pid("worker")) as worker:
                    author.wait_for_preview(author.upload(file), seconds=600)
                if size != 1:
                    peaks = (web.largest_bytes, web.sum_bytes, worker.largest_bytes, worker.sum_bytes)
                    rows.append(
                        [f"{file.stat().st_size / MIB:.0f} MiB", *(f"{peak / MIB:.0f} MiB" for peak in peaks)]
                    )
    print(f"Peak anonymous memory during upload and conversion\n\n{table(rows)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
