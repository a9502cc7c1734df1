"""Sheets of thousands of cells: shown as far as a preview goes, and what lies beyond is said."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2 as pdfium
import pytest

from benchmarks import _soffice
from wenlan.conversion.engine import Event, Limits, PageCount, PageReady, Result, Status, convert
from wenlan.conversion.engine.inside import prepare
from wenlan.conversion.engine.inside.grid import grid_of, sizes_of_styles
from wenlan.conversion.engine.layouter import ForkServerLayouter
from wenlan.conversion.engine.office import Layouter, LayoutJob, SofficeLayouter

from .test_sheets import filled, large_book

pytestmark = pytest.mark.usefixtures("engine")

FEW_PAGES = Limits(max_sheet_pages=10)


class Counting(ForkServerLayouter):
    """The real layouter, which remembers how often a document was laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.laid_out = 0

    def to_pdf(self, job: LayoutJob) -> Path:
        self.laid_out += 1
        return super().to_pdf(job)


def converted(
    file: Path,
    *,
    limits: Limits = FEW_PAGES,
    layouter: Layouter | None = None,
    events: list[Event] | None = None,
) -> tuple[Result, list[dict[str, Any]]]:
    """The result and the pages of its text."""
    out = file.parent / "out"
    hear = None if events is None else events.append
    result = convert(file, name=file.name, out=out, limits=limits, layouter=layouter, on_event=hear)
    assert (result.status, result.detail) == (Status.OK, None)
    return result, json.loads((out / "text.json").read_text("utf-8"))["pages"]


def saved(book: openpyxl.Workbook, folder: Path) -> Path:
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def words(pages: list[dict[str, Any]]) -> set[str]:
    return {word for page in pages for word in page["text"].split()}


@pytest.mark.parametrize("way", ["preloaded", "started for each document"])
def test_the_rows_that_a_preview_has_no_room_for_are_named(tmp_path: Path, way: str) -> None:
    layouter = SofficeLayouter() if way != "preloaded" else None
    result, pages = converted(saved(large_book(columns=20, rows=3000), tmp_path), layouter=layouter)

    (cut,) = result.report["sheets_cut"]
    assert (cut["name"], cut["columns"], cut["of_columns"], cut["of_rows"]) == ("明细", 20, 20, 3000)
    shown = words(pages)
    assert {f"R{row}C20" for row in range(1, cut["rows"] + 1)} <= shown
    assert f"R{cut['rows'] + 1}C1" not in shown
    assert 100 < cut["rows"] < 1500
    assert "万元" in pages[-1]["text"], "the sheets after it are there"
    assert result.report["verdict"] == "small"


def test_a_large_sheet_is_laid_out_once_and_its_first_page_comes_first(tmp_path: Path) -> None:
    layouter, events = Counting(), list[Event]()
    try:
        result, pages = converted(
            saved(large_book(columns=20, rows=3000), tmp_path), layouter=layouter, events=events
        )
    finally:
        layouter.close()

    assert layouter.laid_out == 1
    heard = [event for event in events if isinstance(event, PageReady | PageCount)]
    assert isinstance(heard[0], PageReady)
    assert heard[1] == PageCount(result.pages)
    assert [event.page.number for event in heard if isinstance(event, PageReady)] == [
        page["number"] for page in pages
    ]
    assert "R1C1" in pages[0]["text"].split()


def test_a_sheet_far_too_wide_is_shown_as_far_as_it_goes_to_the_right(tmp_path: Path) -> None:
    result, pages = converted(
        saved(large_book(columns=400, rows=120), tmp_path), limits=replace(FEW_PAGES, max_sheet_pages=20)
    )
    (cut,) = result.report["sheets_cut"]
    assert cut["columns"] < cut["of_columns"] == 400
    assert f"R1C{cut['columns']}" in words(pages)
    assert f"R1C{cut['columns'] + 1}" not in words(pages)


def test_a_small_sheet_is_never_cut_for_a_large_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "大"  # type: ignore[union-attr]
    filled(book.active, columns=8, rows=6000)  # type: ignore[arg-type]
    filled(book.create_sheet("中"), columns=8, rows=350)
    result, pages = converted(saved(book, tmp_path), limits=replace(FEW_PAGES, max_sheet_pages=20))
    assert [cut["name"] for cut in result.report["sheets_cut"]] == ["大"]
    assert "R350C8" in words(pages[result.outline[1].page - 1 :])


def test_a_print_range_of_the_file_is_kept_as_far_as_the_preview_goes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "it's 一 张"  # type: ignore[union-attr]
    filled(book.active, columns=20, rows=3000)  # type: ignore[arg-type]
    book.active.print_area = "C1:F2900"  # type: ignore[union-attr]
    result, pages = converted(saved(book, tmp_path))
    (cut,) = result.report["sheets_cut"]
    assert cut["name"] == "it's 一 张"
    shown = words(pages)
    assert {"R1C3", f"R{cut['rows']}C6"} <= shown
    assert shown.isdisjoint({"R1C1", "R1C7", f"R{cut['rows'] + 1}C3"})


def test_empty_and_hidden_sheets_of_a_book_with_a_large_one_are_counted(tmp_path: Path) -> None:
    result, _ = converted(saved(large_book(columns=20, rows=400), tmp_path), limits=Limits())
    assert result.report["sheets"] == {"total": 4, "hidden": 1, "empty": 1, "split": True}
    assert "sheets_cut" not in result.report


def test_a_character_without_a_glyph_on_a_large_sheet_is_named_with_its_page(tmp_path: Path) -> None:
    book = large_book(columns=20, rows=400)
    book["明细"]["B300"] = "这里有\U000e8a2b字"
    result, pages = converted(saved(book, tmp_path), limits=Limits())
    missing = result.report["missing_glyphs"]
    (page,) = [page["number"] for page in pages if "R300C1" in page["text"].split()]
    assert (missing["count"], missing["pages"]) == (1, [page])


def test_a_large_csv_file_says_which_of_its_rows_are_left_out(tmp_path: Path) -> None:
    lines = [";".join(f"R{row}C{column}" for column in range(1, 21)) for row in range(1, 3001)]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    result, pages = converted(tmp_path / "a.csv")
    (cut,) = result.report["sheets_cut"]
    assert (cut["name"], cut["of_rows"]) == ("", 3000)
    assert f"R{cut['rows']}C20" in words(pages)
    assert f"R{cut['rows'] + 1}C1" not in words(pages)


def test_the_size_of_a_sheet_is_that_of_its_page(tmp_path: Path) -> None:
    """Also with hidden columns, tall rows, filtered ones, and a drawing beside the cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    filled(sheet, columns=12, rows=60)
    sheet.column_dimensions["C"].width = 40
    sheet.column_dimensions["D"].hidden = True
    sheet.row_dimensions[7].height = 90
    sheet.row_dimensions[8].hidden = True
    file = saved(book, tmp_path)
    options = '{"SinglePageSheets":{"type":"boolean","value":"true"}}'
    pdf = _soffice.to_pdf(file, tmp_path, target=f"pdf:calc_pdf_Export:{options}")
    with pdfium.PdfDocument(pdf) as document:
        width, height = document.get_page_size(0)
    with zipfile.ZipFile(_soffice.to_pdf(file, tmp_path, target="ods")) as archive:
        content = archive.read("content.xml")
    styles = content.find(b"</office:automatic-styles>")
    start, end = content.find(b"<table:table ", styles), content.find(b"</table:table>", styles)
    grid = grid_of(content, start, end, sizes_of_styles(content, styles))
    assert grid.counts == (12, 60)
    assert grid.size[0] == pytest.approx(width, abs=4)
    assert grid.size[1] == pytest.approx(height, abs=4)


def test_a_csv_file_of_too_many_characters_is_shown_from_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("".join(f"{row},甲\n" for row in range(1, 101)), encoding="utf-8")
    result, (page,) = converted(tmp_path / "a.csv", limits=Limits(max_text_characters=100))
    (cut,) = result.report["sheets_cut"]
    assert cut["of_rows"] == 100
    assert page["text"].split()[::2] == [str(row) for row in range(1, cut["rows"] + 1)]


def test_more_cells_than_a_preview_has_room_for_are_counted_and_not_laid_out(tmp_path: Path) -> None:
    rows = prepare.MAX_CELLS // 2
    (tmp_path / "a.csv").write_text("甲,乙,丙\n" * rows, encoding="utf-8")
    prepare.table({"source": str(tmp_path / "a.csv"), "folder": str(tmp_path), "max_characters": 6_000_000})
    counts = json.loads((tmp_path / "left-out.json").read_text("utf-8"))
    assert (counts["rows"], counts["of_rows"]) == (prepare.MAX_CELLS // 3, rows)
    assert (tmp_path / "prepared.csv").read_text("utf-8-sig").count("\n") == counts["rows"]
