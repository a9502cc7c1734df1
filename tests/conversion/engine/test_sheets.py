"""Spreadsheets as pages: one to a sheet, of a size at which cells can be read, and none without anything on it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2 as pdfium
import pytest
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from benchmarks import _soffice
from wenlan.conversion.engine import Limits, Result, Status, convert
from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.layouter import ForkServerLayouter, shared_layouter
from wenlan.conversion.engine.model import ConversionFailed
from wenlan.conversion.engine.office import Layout, LayoutJob

from .conftest import make_zip

pytestmark = pytest.mark.usefixtures("engine")


def converted(book: openpyxl.Workbook, folder: Path) -> tuple[Result, list[dict[str, Any]]]:
    """The result and the pages of its text."""
    book.save(folder / "a.xlsx")
    result = convert(folder / "a.xlsx", name="a.xlsx", out=folder / "out")
    assert result.status is Status.OK
    return result, json.loads((folder / "out" / "text.json").read_text("utf-8"))["pages"]


def filled(sheet: Worksheet, *, columns: int, rows: int) -> None:
    """Cells that say where they stand."""
    for row in range(1, rows + 1):
        sheet.append([f"R{row}C{column}" for column in range(1, columns + 1)])


def large_book(*, columns: int, rows: int) -> openpyxl.Workbook:
    """A book whose first sheet is too large for one page, with a small, a hidden and an empty one."""
    book = openpyxl.Workbook()
    filled(book.active, columns=columns, rows=rows)  # type: ignore[arg-type]
    book.active.title = "明细"  # type: ignore[union-attr]
    for title in ("底稿", "空表", "说明"):
        book.create_sheet(title)
    book["底稿"].append(["看不见", 1])
    book["底稿"].sheet_state = "hidden"
    book["说明"].append(["单位", "万元"])
    return book


def test_sheets_with_something_on_them_are_pages_under_their_names(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "收入"  # type: ignore[union-attr]
    book.active.append(["一月", 100])  # type: ignore[union-attr]
    for title in ("空表", "支出", "底稿"):
        book.create_sheet(title)
    book["空表"].oddHeader.center.text = "&A"  # type: ignore[union-attr]
    book["支出"].append(["房租", 50])
    book["底稿"].append(["看不见", 1])
    book["底稿"].sheet_state = "hidden"
    result, pages = converted(book, tmp_path)
    assert [(item.title, item.page) for item in result.outline] == [("收入", 1), ("支出", 2)]
    assert ["一月" in pages[0]["text"], "房租" in pages[1]["text"]] == [True, True]
    assert "看不见" not in str(pages)


@pytest.mark.parametrize("ending", ["ods", "xls"])
def test_a_hidden_sheet_stays_hidden_in_other_formats(tmp_path: Path, ending: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["看得见", 1])  # type: ignore[union-attr]
    book.create_sheet("底稿").append(["看不见", 1])
    book["底稿"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    other = _soffice.to_pdf(tmp_path / "a.xlsx", tmp_path, target=ending)
    result = convert(other, name=other.name, out=tmp_path / "out")
    assert result.pages == 1
    assert "看不见" not in (tmp_path / "out" / "text.json").read_text("utf-8")


def test_a_few_cells_are_not_blown_up_to_the_width_of_the_screen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["一", 1])  # type: ignore[union-attr]
    _, (page,) = converted(book, tmp_path)
    (line, *_) = page["lines"]
    assert line["height"] < page["width_points"] / 20
    assert min(line["x"], line["y"]) > 10


def test_a_wide_sheet_has_enough_pixels_to_read_its_figures(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([f"第{column}列" for column in range(40)])  # type: ignore[union-attr]
    _, (page,) = converted(book, tmp_path)
    with Image.open(tmp_path / "out" / "pages" / "0001.webp") as image:
        assert image.width / page["width_points"] >= 1.3
    with Image.open(tmp_path / "out" / "pages" / "0001-720.webp") as image:
        assert image.width == 720


def test_a_book_without_anything_in_it_is_one_empty_page(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("second")
    _, pages = converted(book, tmp_path)
    assert [page["text"] for page in pages] == [""]


@pytest.mark.parametrize("ending", ["xlsx", "xlsm", "xls", "et", "ods"])
def test_a_sheet_too_large_for_one_page_has_its_columns_side_by_side(tmp_path: Path, ending: str) -> None:
    book = large_book(columns=20, rows=400)
    book.save(tmp_path / "a.xlsx")
    file = tmp_path / "a.xlsx"
    if ending not in {"xlsx", "xlsm"}:
        file = _soffice.to_pdf(file, tmp_path, target="xls" if ending == "et" else ending)
    elif ending == "xlsm":
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(
            b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"vnd.ms-excel.sheet.macroEnabled.main+xml",
        )
        make_zip(file, parts)
    result = convert(file, name=f"a.{ending}", out=tmp_path / "out")
    pages = json.loads((tmp_path / "out" / "text.json").read_text("utf-8"))["pages"]
    assert [(item.title, item.page) for item in result.outline] == [("明细", 1), ("说明", result.pages)]
    for page in pages[:-1]:
        (first, *_), *_, (*_, last) = [line.split() for line in page["text"].splitlines()]
        assert (first.partition("C")[2], last.partition("C")[2]) == ("1", "20")
    assert "万元" in pages[-1]["text"]
    assert "看不见" not in str(pages)
    assert result.report["sheets"]["split"]


def test_a_sheet_too_wide_to_read_is_turned_from_left_to_right(tmp_path: Path) -> None:
    book = large_book(columns=70, rows=300)
    book["明细"].freeze_panes = "B2"
    _, (left, middle, right, below, *_) = converted(book, tmp_path)
    assert "R2C2" in left["text"].split()
    assert "R2C70" not in left["text"].split()
    assert "R2C70" in right["text"].split()
    assert "R100C2" in below["text"].split()
    # What stays in sight when one scrolls is on every page: the first row and the first column.
    assert {"R1C70", "R2C1"} <= set(right["text"].split())
    assert {"R1C2", "R100C1"} <= set(below["text"].split())
    assert all(line["height"] > 7 for page in (left, middle, right, below) for line in page["lines"])


def test_columns_that_just_do_not_fit_are_made_smaller(tmp_path: Path) -> None:
    book = large_book(columns=40, rows=400)
    _, pages = converted(book, tmp_path)
    assert {"R1C1", "R1C40"} <= set(pages[0]["text"].split())
    assert pages[0]["width_points"] < 1700


def test_rows_named_as_print_titles_head_every_page(tmp_path: Path) -> None:
    book = large_book(columns=20, rows=400)
    book["明细"].print_title_rows = "1:1"
    _, pages = converted(book, tmp_path)
    assert all("R1C20" in page["text"].split() for page in pages[:-1])


def test_a_page_set_up_that_already_fits_is_left_alone(tmp_path: Path) -> None:
    book = large_book(columns=12, rows=400)
    sheet = book["明细"]
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.oddHeader.center.text = "内部资料"  # type: ignore[union-attr]
    _, (first, *_) = converted(book, tmp_path)
    assert (round(first["width_points"]), round(first["height_points"])) == (595, 842)
    assert "内部资料" in first["text"]


def test_a_page_set_up_that_makes_everything_tiny_is_not_kept(tmp_path: Path) -> None:
    book = large_book(columns=12, rows=400)
    sheet = book["明细"]
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    _, (first, *_) = converted(book, tmp_path)
    assert "R400C1" not in first["text"].split()
    assert all(line["height"] > 7 for line in first["lines"])


def test_a_large_csv_file_has_its_columns_side_by_side_and_no_name_over_them(tmp_path: Path) -> None:
    lines = [";".join(f"R{row}C{column}" for column in range(1, 21)) for row in range(1, 401)]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    result = convert(tmp_path / "a.csv", name="a.csv", out=tmp_path / "out")
    first, *_ = json.loads((tmp_path / "out" / "text.json").read_text("utf-8"))["pages"]
    assert first["text"].split()[:20] == [f"R1C{column}" for column in range(1, 21)]
    assert result.outline == []


@pytest.mark.parametrize("beginning", ["ID;P", "<html><body>"])
def test_a_csv_file_is_a_table_whatever_its_first_cell_says(tmp_path: Path, beginning: str) -> None:
    (tmp_path / "a.csv").write_text(f"{beginning},名称\n1,甲\n", encoding="utf-8")
    assert convert(tmp_path / "a.csv", name="a.csv", out=tmp_path / "out").status is Status.OK
    (page,) = json.loads((tmp_path / "out" / "text.json").read_text("utf-8"))["pages"]
    assert page["text"].split() == [beginning, "名称", "1", "甲"]


def test_a_workbook_whose_sheets_are_other_than_measured_keeps_its_own_pages(tmp_path: Path) -> None:
    large_book(columns=20, rows=100).save(tmp_path / "a.xlsx")
    layout = Layout(tmp_path / "a.xlsx", "xlsx", "calc")
    sizes = []
    for number, measured in enumerate([(), ((900.0, 9000.0),)]):
        work = tmp_path / str(number)
        work.mkdir()
        paged = replace(layout, sheet_sizes=measured)
        pdf = shared_layouter().to_pdf(LayoutJob(paged, work, Deadline(100), Limits()))
        document = pdfium.PdfDocument(pdf)
        sizes.append([document.get_page_size(index) for index in range(len(document))])
        document.close()
    assert sizes[0] == sizes[1]


class WithoutSuitablePaper(ForkServerLayouter):
    """The real layouter, in which finding paper for large sheets takes the child with it."""

    def to_pdf(self, job: LayoutJob) -> Path:
        if job.layout.sheet_sizes:
            raise ConversionFailed(Status.DAMAGED, "damaged", "killed by signal 11")
        return super().to_pdf(job)


def test_a_workbook_that_no_paper_can_be_found_for_is_shown_on_its_own(tmp_path: Path) -> None:
    large_book(columns=20, rows=400).save(tmp_path / "a.xlsx")
    layouter = WithoutSuitablePaper()
    try:
        result = convert(tmp_path / "a.xlsx", name="a.xlsx", out=tmp_path / "out", layouter=layouter)
    finally:
        layouter.close()
    assert result.status is Status.OK
    assert [item.title for item in result.outline] == ["明细", "说明"]
    assert "看不见" not in (tmp_path / "out" / "text.json").read_text("utf-8")


def test_what_looks_like_a_number_or_a_date_stays_as_it_is_written(tmp_path: Path) -> None:
    cells = ["001", "12345678901234567890", "1.50", "3/4", "2024-1-2", "1e5", "TRUE", "=1+1", "(5)", "50%"]
    written = "编号;长编号;价格;分数;日期;科学;真;公式;括号;比例\n" + ";".join(cells) + "\n"
    (tmp_path / "a.csv").write_bytes(written.encode("gb18030"))
    assert convert(tmp_path / "a.csv", name="a.csv", out=tmp_path / "out").status is Status.OK
    (page,) = json.loads((tmp_path / "out" / "text.json").read_text("utf-8"))["pages"]
    assert page["text"].split()[-10:] == cells


def test_a_quoted_field_may_hold_separators_quotes_and_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('名称,说明\n"甲,乙","说""好""了\n第二行"\n', encoding="utf-8")
    assert convert(tmp_path / "a.csv", name="a.csv", out=tmp_path / "out").status is Status.OK
    (page,) = json.loads((tmp_path / "out" / "text.json").read_text("utf-8"))["pages"]
    assert {"甲,乙", '说"好"了', "第二行"} <= set(page["text"].split())
