"""The text of a page in the order it is read, wherever and however it stands."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from wenlan.conversion.engine import Line, Page
from wenlan.conversion.engine.inside.text import page_lines
from wenlan.conversion.engine.outline import Headings

POEM = ("春眠不觉晓处处闻啼鸟", "夜来风雨声花落知多少")


@pytest.fixture
def sheet(tmp_path: Path) -> canvas.Canvas:
    """A sheet of 400 × 600 points with a Chinese font."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    drawn = canvas.Canvas(str(tmp_path / "sheet.pdf"), pagesize=(400, 600))
    drawn.setFont("STSong-Light", 20)
    return drawn


def lines_of(sheet: canvas.Canvas, *, rotate: int = 0) -> list[Line]:
    sheet.save()
    path = Path(sheet._filename)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].rotate(rotate, relative=False)
        pdf.save(path)
    return [Line(**line) for line in page_lines(pdfium.PdfDocument(path)[0])]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_that_was_turned_reads_in_lines(sheet: canvas.Canvas, rotate: int) -> None:
    sheet.translate(*{90: (400, 0), 180: (400, 600), 270: (0, 600)}[rotate])
    sheet.rotate(rotate)
    for number in range(3):
        sheet.drawString(60, 300 - 40 * number, f"Row {number}: 港口运行平稳")
    lines = lines_of(sheet, rotate=rotate)
    assert [line.text for line in lines] == [f"Row {number}: 港口运行平稳" for number in range(3)]
    assert all(abs(line.x - 60) < 2 and 15 < line.height < 30 < line.width for line in lines)
    assert lines[0].y < lines[1].y < lines[2].y


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_note_along_the_margin_is_one_line(sheet: canvas.Canvas, degrees: int) -> None:
    sheet.drawString(60, 500, "The text itself")
    sheet.translate(200, 300)
    sheet.rotate(degrees)
    sheet.drawString(0, 0, "A note 旁注 beside it")
    text, note = lines_of(sheet)
    assert (text.text, note.text) == ("The text itself", "A note 旁注 beside it")
    assert note.height > 100 > 30 > note.width


def test_a_vertical_line_of_single_characters_is_one_line(sheet: canvas.Canvas) -> None:
    for column, text in enumerate(POEM):
        for row, character in enumerate(text):
            sheet.drawString(300 - 40 * column, 550 - 24 * row, character)
    assert [line.text for line in lines_of(sheet)] == list(POEM)


def test_vertical_writing_is_read_down_the_page(tmp_path: Path) -> None:
    font = UnicodeCIDFont("STSong-Light", isVertical=True)
    pdfmetrics.registerFont(font)
    sheet = canvas.Canvas(str(tmp_path / "vertical.pdf"), pagesize=(400, 600))
    sheet.setFont(font.fontName, 20)
    for column, text in enumerate(POEM):
        sheet.drawString(300 - 40 * column, 550, text)
    assert sorted(line.text for line in lines_of(sheet)) == sorted(POEM)


def test_lines_that_begin_below_a_single_character_stay_lines(sheet: canvas.Canvas) -> None:
    for row, text in enumerate(["了", "这是第二行", "而这是第三行"]):
        sheet.drawString(60, 500 - 22 * row, text)
    assert [line.text for line in lines_of(sheet)] == ["了", "这是第二行", "而这是第三行"]


def test_single_figures_below_one_another_stay_apart(sheet: canvas.Canvas) -> None:
    for row in range(3):
        sheet.drawString(60, 500 - 22 * row, str(row))
    assert [line.text for line in lines_of(sheet)] == ["0", "1", "2"]


def test_a_vertical_line_is_no_larger_than_its_characters() -> None:
    column = Line("目录在侧边竖排的一行字", 10, 10, 12, 300)
    title = Line("港口年度工作总结", 60, 60, 200, 24)
    headings = Headings()
    headings.see(Page(1, 595, 842, "", [column, title], []))
    assert headings.title() == "港口年度工作总结"
