"""Paper on which sheets too large for a single page can be read, and how much of them is shown.

The page set-up of a file stays where it shows a sheet readably by itself; `workbook.py` finds that out, and puts the
sheets on the paper chosen here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Size = tuple[float, float]
"""Width and height in points."""

MARGIN = 18.0
SLACK = 4.0  # points; a column that is rounded up must not go to the next page
SMALLEST: Size = (480.0, 240.0)
LEAST_WIDTH = 540.0
WIDEST = 1600.0  # about 25 columns of figures
LEAST_SCALE = 0.7  # smaller letters than these cannot be read: then columns go to further pages
LANDSCAPE_FROM = 900.0
RATIO = math.sqrt(2)
A4: Size = (595.0, 842.0)


@dataclass(frozen=True)
class Paper:
    """The paper of one sheet. Points."""

    width: float
    height: float
    fits: bool
    """Whether all columns stand side by side, scaled down if need be; else columns go to further pages."""
    is_single: bool
    """Whether all rows stand on the same page too."""

    @property
    def body(self) -> Size:
        return self.width - 2 * MARGIN - SLACK, self.height - 2 * MARGIN - SLACK

    def scale(self, size: Size) -> float:
        """How much smaller a sheet of that size is on this paper."""
        return min(1.0, self.body[0] / size[0]) if self.fits and size[0] else 1.0

    def across(self, size: Size) -> int:
        """About how many pages stand side by side for a sheet of that size."""
        return 1 if self.fits else max(1, math.ceil(size[0] / self.body[0]))

    def pages(self, size: Size) -> int:
        """About how many pages a sheet of that size takes."""
        if self.is_single:
            return 1
        return self.across(size) * max(1, math.ceil(size[1] * self.scale(size) / self.body[1]))

    def shown(self, size: Size, pages: int) -> Size:
        """How much of a sheet of that size stands on so many pages: all columns if they can be had, then rows."""
        across = min(self.across(size), max(1, pages))
        down = max(1, pages // across)
        width = size[0] if across == self.across(size) else across * self.body[0]
        return width, min(size[1], down * self.body[1] / self.scale(size))


@dataclass(frozen=True)
class Choice:
    """The paper of a sheet, and how much of the sheet is shown on it."""

    paper: Paper
    shown: Size


def paper_for(size: Size, largest: float, stretch: float = 1.0) -> Paper:
    """The paper for a sheet of that size: one page if that is at most `largest` points, else pages to turn.

    `stretch` makes pages longer, for a sheet that would take too many.
    """
    width, height = (length + 2 * MARGIN + SLACK for length in size)
    if max(width, height) <= largest:
        return Paper(max(width, SMALLEST[0]), max(height, SMALLEST[1]), fits=True, is_single=True)
    page_width = min(max(width, LEAST_WIDTH), WIDEST)
    page_height = page_width * RATIO if page_width < LANDSCAPE_FROM else page_width / RATIO
    fits = size[0] * LEAST_SCALE <= page_width
    return Paper(
        page_width, min(page_height * stretch, max(height, SMALLEST[1]), largest), fits, is_single=False
    )


def papers_for(
    sizes: Sequence[Size], *, largest: float, most_pages: int, most_sheet_pages: int
) -> list[Choice]:
    """The paper of each sheet, with longer pages where there would be more than `most_pages`.

    Of sheets that go over several pages so much is shown as stands on `most_sheet_pages` as large as A4, all together.
    """
    for stretch in (1.0, 1.5, 2.0, 3.0, 4.0):
        papers = [paper_for(size, largest, stretch) for size in sizes]
        choices = _choices(papers, sizes, most_sheet_pages)
        if sum(choice.paper.pages(choice.shown) for choice in choices) <= most_pages * 0.9:
            break
    return choices


def _choices(papers: Sequence[Paper], sizes: Sequence[Size], most_sheet_pages: int) -> list[Choice]:
    """How much of each sheet is shown: what small ones leave of their share goes to the others."""
    left = most_sheet_pages * A4[0] * A4[1]
    shown = list(sizes)
    areas = [paper.width * paper.height for paper in papers]
    needs = {
        index: paper.pages(sizes[index]) * areas[index]
        for index, paper in enumerate(papers)
        if not paper.is_single
    }
    for done, (index, need) in enumerate(sorted(needs.items(), key=lambda item: item[1])):
        share = left / (len(needs) - done)
        if need > share:
            shown[index] = papers[index].shown(sizes[index], int(share // areas[index]))
        left -= min(need, share)
    return [Choice(paper, size) for paper, size in zip(papers, shown, strict=True)]
