"""PDF in, page images and positioned text out. Runs inside the sandbox; speaks JSON lines on its output.

It is started early and waits for a line on its input, the order: {"pdf", "source", "format", "widths",
"first_widths", "renderers", "max_pages", …}. It answers {"count": n}, then {"page": n} whenever the files of a page are
complete in /job/pages (in any order), and at the end {"done": true}; or {"error": code, "detail": text}, after which another order may follow
(the error "oversized" brings the sizes of all sheets).
An order with "early" is about the PDF of the first page alone, which comes before the whole: its answer is {"page": 1}
if that could be drawn, then {"early": true}; the order for the whole document then says by "drawn" that one page is
complete.
/job/facts.json holds what the PDF and its source say about themselves.

pdfium is not thread-safe, so pages are shared among forked processes; one that crashes is replaced, and the page it
crashed on comes out blank. The first process only starts the others: it never opens the document, and they can start
nothing.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import struct
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from . import alone, facts, images, sheets, text

PAGES = Path("pages")
MAX_CRASHES = 20
# Points. A sheet on a page of its own has no margin, and one of a few cells would be shown as large as a poster.
SHEET_MARGIN = 18.0
MIN_SHEET_SIZE = (480.0, 240.0)
EMPTY_SHEET = 1.0
MAX_SIZES = 200  # sheets whose sizes fit into one message
SHEET_SCALE = 4 / 3  # pixels of a point; with fewer the figures of a wide sheet cannot be read


def say(**message: Any) -> None:
    """Write one message. Short enough to arrive whole when several processes share the pipe."""
    os.write(sys.stdout.fileno(), json.dumps(message).encode() + b"\n")


class Renderer:
    """Renders every `step`-th page of one PDF, beginning with `first` (counting from 1)."""

    def __init__(self, order: dict[str, Any], slot: mmap.mmap, index: int) -> None:
        self.order = order
        self.slot = slot
        self.index = index
        self.folder = Path(order["folder"]) / PAGES

    def run(self, first: int, step: int, total: int) -> None:
        document = pdfium.PdfDocument(self.order["pdf"])
        if document.get_formtype() != raw.FORMTYPE_NONE:
            document.init_forms()
        for number in range(first, total + 1, step):
            struct.pack_into("i", self.slot, self.index * 4, number)
            try:
                self.page(document, number)
            except (pdfium.PdfiumError, MemoryError, OSError, ValueError) as error:
                sys.stderr.write(f"page {number}: {error}\n")
                self.blank(number)
            say(page=number)

    def page(self, document: pdfium.PdfDocument, number: int) -> None:
        page = document[number - 1]
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise ValueError("a page without size")
        least = round(width * SHEET_SCALE) if self.order["sheets"] else 0
        picture = images.render(page, max(self.order["widths"][0], least))
        self.write(number, width, height, picture, text.page_lines(page), readable=True)
        page.close()

    def blank(self, number: int) -> None:
        width, height = facts.BLANK_POINTS
        largest = self.order["widths"][0]
        picture = Image.new("RGB", (largest, round(largest * height / width)), "white")
        self.write(number, width, height, picture, [], readable=False)

    def write(
        self,
        number: int,
        width: float,
        height: float,
        picture: Image.Image,
        lines: list[text.Line],
        *,
        readable: bool,
    ) -> None:
        widths = self.order["first_widths" if number == 1 else "widths"]
        written = images.write(picture, widths, self.folder, number)
        facts_of_page = {
            "number": number,
            "width_points": round(width, 2),
            "height_points": round(height, 2),
            "lines": lines,
            "images": written,
            "readable": readable,
        }
        (self.folder / f"{number:04d}.json").write_text(json.dumps(facts_of_page), encoding="utf-8")


def fork(work: Callable[[], object]) -> int:
    """Run `work` in a forked process, that can start no other, and return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        alone.stay(threads=False)
        work()
        code = 0
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def render_all(order: dict[str, Any]) -> bool:
    """Render all pages in several processes, the first of which opens the PDF and says how many there are.

    False when the PDF cannot be used, with the reason already said. Raises RuntimeError after too many crashes.
    """
    slots = mmap.mmap(-1, 4 * max(1, int(order["renderers"])))
    hearing, telling = os.pipe()
    first = fork(partial(begin, order, slots, telling))
    os.close(telling)
    with os.fdopen(hearing, "rb") as pipe:
        told = pipe.read(struct.calcsize("iii"))
    if len(told) < struct.calcsize("iii"):
        raise RuntimeError("the document cannot be opened")
    total, is_trimmed, order["empty_pages"] = struct.unpack("iii", told)
    if total == 0:
        os.waitpid(first, 0)
        return False
    if is_trimmed:
        order["pdf"] = trimmed(order)
    step = processes_for(order, total)
    drawn = int(order["drawn"])
    renderers = [Renderer(order, slots, index) for index in range(step)]
    running = {first: 0} | {
        fork(partial(renderers[i].run, drawn + i + 1, step, total)): i for i in range(1, step)
    }
    inspector = fork(partial(inspect, order))
    crashes = 0
    while running:
        child, status = os.wait()
        if child == inspector:
            inspector = 0
            continue
        index = running.pop(child)
        if status == 0:
            continue
        (number,) = struct.unpack_from("i", slots, index * 4)
        number = number or drawn + index + 1
        crashes += 1
        if crashes > MAX_CRASHES:
            raise RuntimeError("the renderer crashed too often")
        renderers[index].blank(number)
        say(page=number)
        following = number + step
        if following <= total:
            running[fork(partial(renderers[index].run, following, step, total))] = index
    if inspector:
        os.waitpid(inspector, 0)
    return True


def inspect(order: dict[str, Any]) -> None:
    """Write the facts, in the time that drawing pages leaves: somebody waits for the first of those."""
    os.nice(10)
    facts.write(order)


def begin(order: dict[str, Any], slots: mmap.mmap, telling: int) -> None:
    """Open the PDF, say how many pages it has, let the first process know, and render the share of the first."""
    pdf = order["pdf"]
    total = open_pdf(order) or 0
    if total:
        say(count=total)
    os.write(telling, struct.pack("iii", total, order["pdf"] != pdf, order.get("empty_pages", 0)))
    os.close(telling)
    if total:
        Renderer(order, slots, 0).run(int(order["drawn"]) + 1, processes_for(order, total), total)


def render_early(order: dict[str, Any]) -> None:
    """Render the first page in a process of its own. What goes wrong is left to the order for the whole document."""
    slot = mmap.mmap(-1, 4)
    child = fork(partial(draw_first, order, slot))
    os.waitpid(child, 0)
    say(early=True)


def draw_first(order: dict[str, Any], slot: mmap.mmap) -> None:
    """Render page 1 and say so; a PDF that cannot be opened or drawn raises, and so does an empty page of a sheet."""
    document = pdfium.PdfDocument(order["pdf"])
    if order["sheets"] and is_blank(document, 0):
        raise ValueError("a page that will be left out")
    Renderer(order, slot, 0).page(document, 1)
    say(page=1)


def processes_for(order: dict[str, Any], total: int) -> int:
    """How many processes share so many pages."""
    return max(1, min(int(order["renderers"]), total - int(order["drawn"])))


def trimmed(order: dict[str, Any]) -> str:
    """Where the copy without empty pages lies."""
    return f"{order['folder']}/trimmed.pdf"


def open_pdf(order: dict[str, Any]) -> int | None:
    """The number of pages; None when the PDF cannot be used, with the reason already said.

    A spreadsheet's empty and hidden sheets are left out, and each sheet on a page of its own gets a margin: then
    order["pdf"] names a copy, and order["empty_pages"] says how many sheets were empty.
    """
    try:
        document = pdfium.PdfDocument(order["pdf"])
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        say(error="password_protected" if locked else "damaged", detail=str(error))
        return None
    total = len(document)
    if total == 0:
        say(error="damaged", detail="no pages")
        return None
    if total > int(order["max_pages"]):
        say(error="too_many_pages", detail=f"{total} pages, at most {order['max_pages']}")
        return None
    if order["sheets"]:
        sizes = [document.get_page_size(index) for index in range(total)]
        if order["max_page_points"] and max(map(max, sizes)) > order["max_page_points"]:
            say(error="oversized", sizes=[] if total > MAX_SIZES else true_sizes(order["pdf"]))
            return None
        total = arrange_sheets(document, order)
    document.close()
    return total


def true_sizes(path: str) -> list[list[int]]:
    """Width and height of each page in points. Of a page longer than 200 inches pdfium knows only a fraction: what
    its unit is, it does not read (ISO 32000-2, 14.11.4)."""
    with pikepdf.open(path) as pdf:
        boxes = [(page.mediabox, float(page.get("/UserUnit", 1))) for page in pdf.pages]
    return [
        [math.ceil(float(end - start) * unit) for start, end in ((box[0], box[2]), (box[1], box[3]))]
        for box, unit in boxes
    ]


def arrange_sheets(document: pdfium.PdfDocument, order: dict[str, Any]) -> int:
    """Point the order at a copy without the sheets that hold nothing or are hidden, and with room around the others.

    Of a book that shows nothing one empty sheet stays. Returns how many pages the copy has.
    """
    single = order["max_page_points"] is not None
    hidden = sheets.hidden_sheets(Path(order["source"])) if single else []
    if len(hidden) != len(document) or all(hidden):
        hidden = [False] * len(document)
    blank = [index for index in range(len(document)) if hidden[index] or is_blank(document, index)]
    if len(blank) == len(document):
        blank.remove(hidden.index(False))
    for index in reversed(blank):
        document.del_page(index)
    if single:
        for index in range(len(document)):
            widen(document[index])
    order["empty_pages"] = sum(not hidden[index] for index in blank)
    if blank or single:
        order["pdf"] = trimmed(order)
        document.save(order["pdf"])
    return len(document)


def is_blank(document: pdfium.PdfDocument, index: int) -> bool:
    """Whether a page holds nothing. One without an area may still hold the empty head and foot of its sheet."""
    if min(document.get_page_size(index)) < EMPTY_SHEET:
        return True
    return bool(raw.FPDFPage_CountObjects(document[index]) == 0)


def widen(page: pdfium.PdfPage) -> None:
    """Put a margin around a sheet, and at its right and its foot as much paper as a small one needs."""
    left, bottom, right, top = page.get_mediabox()
    width, height = (
        max(size + 2 * SHEET_MARGIN, least)
        for size, least in zip((right - left, top - bottom), MIN_SHEET_SIZE, strict=True)
    )
    left, top = left - SHEET_MARGIN, top + SHEET_MARGIN
    page.set_mediabox(left, top - height, left + width, top)


def main() -> int:
    # The image codecs are loaded while another program still lays the document out.
    Image.init()
    facts.preload()
    for line in sys.stdin:
        order = json.loads(line)
        (Path(order["folder"]) / PAGES).mkdir(exist_ok=True)
        if order["early"]:
            render_early(order)
        elif render_all(order):
            say(done=True)
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
