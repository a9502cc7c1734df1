"""The look that all demo workbooks share."""

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from wenlan.demo.documents.docx_tools import WRITTEN_AT

_THIN = Side(style="thin", color="C9CEC8")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
MONEY = "#,##0.00;[Red]-#,##0.00"
WHOLE_MONEY = "#,##0;[Red]-#,##0"
PERCENT = "0.0%"


def new_workbook(*, title: str, author: str) -> Workbook:
    """Return an empty workbook that carries its title and author."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.properties.title, workbook.properties.creator = title, author
    workbook.properties.created = workbook.properties.modified = WRITTEN_AT
    return workbook


class Sheet:
    """One worksheet in the shared look; rows are written from the top down."""

    def __init__(
        self,
        workbook: Workbook,
        name: str,
        widths: Sequence[float],
        *,
        font: str = "宋体",
        heading_font: str = "黑体",
        accent: str = "2F6B6B",
        landscape: bool = False,
    ) -> None:
        self.sheet: Any = workbook.create_sheet(name)
        self.font, self.heading_font, self.accent = font, heading_font, accent
        self.columns = len(widths)
        self.row = 0
        for number, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(number)].width = width
        self.sheet.sheet_view.showGridLines = False
        setup = self.sheet.page_setup
        setup.paperSize, setup.orientation = self.sheet.PAPERSIZE_A4, "landscape" if landscape else "portrait"
        setup.fitToWidth, setup.fitToHeight = 1, 1
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self.sheet.print_options.horizontalCentered = True
        self.sheet.oddFooter.center.text = "&P / &N"

    def title(self, text: str) -> None:
        """Write a title over all columns."""
        self._merged(text, Font(name=self.heading_font, size=16, bold=True, color=self.accent), 34, CENTRE)

    def note(self, text: str, *, height: float = 20) -> None:
        """Write a line of explanation over all columns."""
        left = Alignment(horizontal="left", vertical="center", wrap_text=True)
        self._merged(text, Font(name=self.font, size=10, color="666666"), height, left)

    def head(self, cells: Sequence[str]) -> int:
        """Write a head row; returns its number."""
        self._row(cells, Font(name=self.heading_font, size=11, bold=True, color="FFFFFF"), self.accent, None)
        return self.row

    def add(
        self,
        cells: Sequence[object],
        *,
        formats: Sequence[str | None] | None = None,
        bold: bool = False,
        fill: str | None = None,
    ) -> int:
        """Write a row of values and formulas; returns its number."""
        shade = fill or ("F4F6F3" if self.row % 2 else None)
        self._row(cells, Font(name=self.font, size=11, bold=bold), shade, formats)
        return self.row

    def total(self, cells: Sequence[object], *, formats: Sequence[str | None] | None = None) -> int:
        """Write a row of totals; returns its number."""
        return self.add(cells, formats=formats, bold=True, fill="DCE6E2")

    def gap(self) -> None:
        """Leave one row empty."""
        self.row += 1

    def _merged(self, text: str, font: Font, height: float, alignment: Alignment) -> None:
        self.row += 1
        self.sheet.merge_cells(start_row=self.row, start_column=1, end_row=self.row, end_column=self.columns)
        cell = self.sheet.cell(self.row, 1, text)
        cell.font, cell.alignment = font, alignment
        self.sheet.row_dimensions[self.row].height = height

    def _row(
        self, cells: Sequence[object], font: Font, fill: str | None, formats: Sequence[str | None] | None
    ) -> None:
        self.row += 1
        self.sheet.row_dimensions[self.row].height = 21
        for number, value in enumerate(cells, 1):
            cell = self.sheet.cell(self.row, number, value)
            cell.font, cell.border, cell.alignment = font, BORDER, CENTRE
            if fill:
                cell.fill = PatternFill("solid", start_color=fill)
            if formats and formats[number - 1]:
                cell.number_format = formats[number - 1]
