"""Small files of many formats, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pptx
import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from wenlan.conversion.engine import caches, doctor

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


def ooxml_members(main: str, part: str) -> dict[str, bytes]:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/>'
        "</Types>"
    )
    return {"[Content_Types].xml": types.encode(), part: b"<x/>"}
