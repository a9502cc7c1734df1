"""Small files of many formats, made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pptx
import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from wenlan.conversion.engine import Limits, caches, doctor
from wenlan.conversion.engine.layouter import ForkServerLayouter

Maker = Callable[[Path], None]

CHINESE = "文澜阁藏书。这是一个用来测试转换的段落,读者在网页上看到的文字应当与原文一致。"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The real programs, with one primed profile for the whole session."""
    missing = [problem.message for problem in doctor() if problem.severity == "error"]
    if missing:
        pytest.skip("; ".join(missing))
    # Primed once by whichever test comes first; kept in the user's cache like in production.
    caches.cache_folder()


@pytest.fixture(scope="module")
def layouter() -> Iterator[ForkServerLayouter]:
    """A preloaded LibreOffice of the test's own."""
    layouter = ForkServerLayouter()
    if layouter.server(Limits()) is None:
        pytest.skip(f"no office server here: {layouter.problem}")
    yield layouter
    layouter.close()


def make_pdf(path: Path, pages: int = 2, *, lines: int = 3) -> None:
    sheet = canvas.Canvas(str(path), pagesize=(400, 600))
    for number in range(1, pages + 1):
        for line in range(lines):
            sheet.drawString(50, 500 - 20 * line, f"Page {number}, line {line + 1}")
        sheet.showPage()
    sheet.save()


def make_docx(path: Path) -> None:
    document = docx.Document()
    document.add_heading("文澜入门", level=1)
    document.add_paragraph(CHINESE)
    document.add_page_break()  # type: ignore[no-untyped-call]
    document.add_heading("第二部分", level=2)
    document.add_paragraph("The second page.")
    document.save(str(path))


def make_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("表", 0)
    for row in range(5):
        sheet.append([f"单元格{row}", row])
    book.save(path)


def make_pptx(path: Path) -> None:
    show = pptx.Presentation()
    for title in ("第一张", "第二张"):
        slide = show.slides.add_slide(show.slide_layouts[0])
        slide.shapes.title.text = title
    show.save(str(path))


def make_epub(path: Path) -> None:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
        '<item id="b" href="two.xhtml"/><item id="a" href="one.xhtml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", container)
        book.writestr("OPS/book.opf", package)
        book.writestr("OPS/two.xhtml", "<html><body><h1>Second chapter</h1><p>Two.</p></body></html>")
        book.writestr("OPS/one.xhtml", "<html><body><h1>First chapter</h1><p>One.</p></body></html>")


def make_png(path: Path) -> None:
    Image.new("RGBA", (300, 200), (200, 30, 30, 255)).save(path, "PNG")


def make_tiff(path: Path) -> None:
    frames = [Image.new("L", (200, 300), shade) for shade in (0, 128, 255)]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])


def make_locked_pdf(path: Path, *, user: str) -> None:
    plain = io.BytesIO()
    sheet = canvas.Canvas(plain)
    sheet.drawString(50, 500, "Behind a lock")
    sheet.save()
    with pikepdf.open(plain) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user=user, owner="owner"))


def make_zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def make_ole(path: Path, stream: str, size: int) -> None:
    """An OLE file with one stream of zero bytes, that takes no room on the disk ([MS-CFB], sectors of 4096 bytes)."""
    sector, free, end, table = 4096, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    length = -(-size // sector)
    tables = 1
    while 1 + length + tables > tables * sector // 4:
        tables += 1
    chain = [end, *range(2, length + 1), end, *([table] * tables)]
    chain += [free] * (tables * sector // 4 - len(chain))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        title = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBBIII", len(title), kind, 1, free, free, child)
        return title.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<5H", 0x3E, 4, 0xFFFE, 12, 6)
        + bytes(6)
    )
    header += struct.pack("<9I", 1, tables, 0, 0, sector, end, 0, end, 0)
    header += struct.pack(
        "<109I", *([1 + length + index for index in range(tables)] + [free] * (109 - tables))
    )
    with path.open("wb") as file:
        file.write(header.ljust(sector, b"\0"))
        file.write(entry("Root Entry", 5, 1, end, 0) + entry(stream, 2, free, 1, size))
        file.seek(sector * (2 + length))
        file.write(struct.pack(f"<{len(chain)}I", *chain))


def make_directory(entries: int, *, zip64: bool = False) -> bytes:
    """A zip whose directory has so many entries, all of one empty member, whatever its end record says."""
    member = b"PK\x03\x04" + bytes(22) + struct.pack("<HH", 1, 0) + b"a"
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"a"
    size, offset = len(entry) * entries, len(member)
    content = member + entry * entries
    if zip64:
        record = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, entries, entries, size, offset)
        content += b"PK\x06\x06" + record + b"PK\x06\x07" + struct.pack("<IQI", 0, len(content), 1)
        return content + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 3, 3, 141, offset, 0)
    return content + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 3, 3, size, offset, 0)


def ooxml_members(main: str, part: str) -> dict[str, bytes]:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/>'
        "</Types>"
    )
    return {"[Content_Types].xml": types.encode(), part: b"<x/>"}
