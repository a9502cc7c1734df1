"""Spreadsheets as pages: one to a sheet, of a size at which cells can be read, and none without anything on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from benchmarks import _soffice
from wenlan.conversion.engine import Result, Status, convert

pytestmark = pytest.mark.usefixtures("engine")


def converted(book: openpyxl.Workbook, folder: Path) -> tuple[Result, list[dict[str, Any]]]:
    """The result and the pages of its text."""
    book.save(folder / "a.xlsx")
    result = convert(folder / "a.xlsx", name="a.xlsx", out=folder / "out")
    assert result.status is Status.OK
    return result, json.loads((folder / "out" / "text.json").read_text("utf-8"))["pages"]


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
