"""The columns and rows of a sheet that hold something, as LibreOffice writes them in OpenDocument (part 3, 9.1).

Read the way `workbook.py` reads: only what LibreOffice has just written, without understanding more than is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Run = tuple[float, int]
"""So many columns or rows in a row, of so many points each."""

USUAL_COLUMN, USUAL_ROW = 64.0, 12.8
LOOKED_AT = 500
"""Rows whose cells are counted; of the others only those that are longer than any of these."""

_POINTS = {b"in": 72.0, b"cm": 72 / 2.54, b"mm": 72 / 25.4, b"pt": 1.0, b"pc": 12.0}
_LENGTH = re.compile(rb"(-?[\d.]+)(in|cm|mm|pt|pc)")
_SIZE = re.compile(
    rb'<style:style style:name="([^"]+)" style:family="table-(?:column|row)"[^>]*>'
    rb'<style:table-(?:column|row)-properties[^>]*? style:(?:column-width|row-height)="([^"]+)"'
)
_COLUMN = re.compile(rb"<table:table-column [^>]*>")
_CELL = re.compile(rb"<table:(?:covered-)?table-cell([^>]*)>")
_STYLE_NAME = re.compile(rb' table:style-name="([^"]+)"')
_REPEATED = re.compile(rb' table:number-(?:rows|columns)-repeated="(\d+)"')
_UNSEEN = re.compile(rb' table:visibility="(?:collapse|filter)"')
_END_OF_SHAPE = re.compile(rb' table:end-cell-address="[^"]*\.([A-Z]{1,3})(\d{1,7})"')
_ROW, _END_OF_ROW = b"<table:table-row", b"</table:table-row>"


@dataclass(frozen=True)
class Grid:
    """The columns and rows of a sheet up to the last that holds something."""

    columns: tuple[Run, ...]
    rows: tuple[Run, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return _length(self.columns), _length(self.rows)

    @property
    def counts(self) -> tuple[int, int]:
        """How many columns and rows there are."""
        return sum(count for _, count in self.columns), sum(count for _, count in self.rows)

    def within(self, width: float, height: float) -> tuple[int, int]:
        """How many columns and rows stand in so many points; at least one."""
        return _within(self.columns, width), _within(self.rows, height)


def points(length: bytes | None, usual: float) -> float:
    """A length in points; `usual` for none."""
    found = _LENGTH.fullmatch(length or b"")
    return float(found[1]) * _POINTS[found[2]] if found else usual


def sizes_of_styles(content: bytes, end: int) -> dict[bytes, float]:
    """The width or height that each style of columns and rows names, in points."""
    return {found[1]: points(found[2], USUAL_ROW) for found in _SIZE.finditer(content, 0, end)}


def grid_of(content: bytes, start: int, end: int, sizes: Mapping[bytes, float]) -> Grid:
    """The sheet whose content lies between `start` and `end`; `sizes` as from `sizes_of_styles`."""
    first_row = content.find(_ROW, start, end)
    head = content[start : first_row if first_row >= 0 else end]
    rows: list[Run] = []
    used_columns = used_rows = counted = longest = looked_at = 0
    for tag, place, row_end in _rows(content, start, end):
        rows.append(_run(tag, sizes, USUAL_ROW))
        counted += rows[-1][1]
        if content.find(b"<text:p", place, row_end) < 0 and content.find(b"<draw:", place, row_end) < 0:
            continue
        used_rows = counted
        if looked_at < LOOKED_AT or row_end - place > longest:
            used_columns = max(used_columns, _used_cells(content[place:row_end]))
            longest, looked_at = max(longest, row_end - place), looked_at + 1
    for shape in _END_OF_SHAPE.finditer(content, start, end):
        used_columns, used_rows = max(used_columns, _column(shape[1])), max(used_rows, int(shape[2]))
    columns = [_run(found[0], sizes, USUAL_COLUMN) for found in _COLUMN.finditer(head)]
    return Grid(_first(columns, used_columns), _first(rows, used_rows))


def _rows(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each row: its first tag, and where what it holds begins and ends."""
    place = content.find(_ROW, start, end)
    while place >= 0:
        inner = content.find(b">", place, end) + 1
        row_end = inner
        if content[place + len(_ROW)] in b" >":  # not a group of rows
            if content[inner - 2] != ord("/"):
                row_end = max(inner, content.find(_END_OF_ROW, inner, end))
            yield content[place:inner], inner, row_end
        place = content.find(_ROW, row_end, end)


def _used_cells(row: bytes) -> int:
    """The number of the last cell of a row that holds something."""
    place = used = 0
    for (attributes,) in (found.groups() for found in _CELL.finditer(row)):
        repeated = _REPEATED.search(attributes)
        place += int(repeated[1]) if repeated else 1
        if not attributes.endswith(b"/"):
            used = place
    return used


def _run(tag: bytes, sizes: Mapping[bytes, float], usual: float) -> Run:
    style, repeated = _STYLE_NAME.search(tag), _REPEATED.search(tag)
    size = 0.0 if _UNSEEN.search(tag) else sizes.get(style[1] if style else b"", usual)
    return size, int(repeated[1]) if repeated else 1


def _first(runs: Sequence[Run], number: int) -> tuple[Run, ...]:
    """The first so many columns or rows."""
    kept = []
    for size, count in runs:
        if number <= 0:
            break
        kept.append((size, min(count, number)))
        number -= count
    return tuple(kept)


def _length(runs: Sequence[Run]) -> float:
    return sum(size * count for size, count in runs)


def _within(runs: Sequence[Run], length: float) -> int:
    number = 0
    for size, count in runs:
        fitting = count if size * count <= length + 0.5 else int((length + 0.5) // size)
        number += fitting
        length -= size * fitting
        if fitting < count:
            break
    return max(1, number)


def _column(letters: bytes) -> int:
    """The number of the column with these letters: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def letters(column: int) -> str:
    """The letters of a column: A for 1, AA for 27."""
    name = ""
    while column:
        column, place = divmod(column - 1, 26)
        name = chr(ord("A") + place) + name
    return name
