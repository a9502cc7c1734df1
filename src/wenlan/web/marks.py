"""Boxes over the words that a reader searched for, where these are printed on the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from wenlan.documents.models import Page, Revision
from wenlan.search.matches import LinePart, matches_in
from wenlan.search.snippets import Highlighter

Line = list[float | str]

#: How far a box reaches over its line on both sides, as a part of the size of the type.
_PADDING = 0.06
#: A line this much taller than wide, which would be wider than tall if it were set from left to right, is set downwards.
_UPRIGHT = 1.3
#: What stands upright in a line that is set downwards; any other character was turned with its line, up or down.
_IDEOGRAPHS = "\u2e80"


@dataclass(frozen=True)
class Mark:
    """A box behind a word that was searched for, in points."""

    x: str
    y: str
    width: str
    height: str

    def __html__(self) -> str:
        return f'<rect x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}"/>'


@dataclass(frozen=True)
class Match:
    """A passage that was found: a box in each line that it stands in."""

    marks: tuple[Mark, ...]

    def __html__(self) -> str:
        return f"<g>{format_html_join('', '{}', ((mark,) for mark in self.marks))}</g>"


@dataclass(frozen=True)
class PageMarks:
    """What was found on one page."""

    number: int
    matches: list[Match]

    @property
    def drawing(self) -> SafeString:
        return format_html_join("", "{}", ((match,) for match in self.matches))


def points(number: float) -> str:
    """A coordinate for an attribute: at most two decimals, and a point whatever the language of the page."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def matches_on(page: Page, highlighter: Highlighter | None) -> list[Match]:
    """Every passage of `page` that was searched for, in the order of the text."""
    if highlighter is None:
        return []
    found = matches_in([str(line[0]) for line in page.lines], highlighter)
    matches = (tuple(_mark(page.lines[part.line], part) for part in parts) for parts in found)
    return [Match(marks) for marks in matches if marks]


def marks_of_pages(
    *, revision: Revision, numbers: list[int], highlighter: Highlighter
) -> Iterator[PageMarks]:
    """The marks of each of these pages, in order; whether they may be seen is for the caller to know."""
    rows = revision.pages.filter(number__in=numbers).order_by("number").only("revision_id", "number", "lines")
    for page in rows:
        yield PageMarks(page.number, matches_on(page, highlighter))


def _mark(line: Line, part: LinePart) -> Mark:
    """The box of a part of a line; its place is worked out from the widths of characters."""
    text = unicodedata.normalize("NFC", str(line[0]))
    x, y, width, height = (float(value) for value in line[1:5])
    edges = list(accumulate(map(relative_width, text), initial=0.0))
    whole = edges[-1] or 1.0
    start, end = edges[part.start] / whole, edges[part.end] / whole
    if whole > 1 and height > _UPRIGHT * width:
        if any(character < _IDEOGRAPHS and not character.isspace() for character in text):
            start, end = 0.0, 1.0  # nothing tells which end it begins at
        return _box(
            x - width * _PADDING, y + height * start, width * (1 + 2 * _PADDING), height * (end - start)
        )
    return _box(x + width * start, y - height * _PADDING, width * (end - start), height * (1 + 2 * _PADDING))


def _box(x: float, y: float, width: float, height: float) -> Mark:
    return Mark(points(x), points(y), points(width), points(height))


@lru_cache(maxsize=8192)
def relative_width(character: str) -> float:
    """How wide a character is set, beside a Chinese one."""
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in "iljt.,:;'|!()[] ":
        return 0.3
    return 0.65 if character.isupper() else 0.5
