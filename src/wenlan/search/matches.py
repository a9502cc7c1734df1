"""Every passage of one document that has the words of a query, page by page, for whoever reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from django.db.models import F
from django.db.models.functions import Substr

from wenlan.documents.models import Revision
from wenlan.search.places import READ_CHARACTERS
from wenlan.search.snippets import Highlighter

#: What a layout puts into a word, and a reader does not read as a part of it: a hyphen at the end of a line,
#: a soft one, marks of no width.
_TORN = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])|\u00ad\n?|[\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class PageMatches:
    """A page that the reader may see, and how many passages of it match."""

    number: int
    count: int


class LinePart(NamedTuple):
    """Characters `start` to `end` of a line, counted from 0, of the line in NFC."""

    line: int
    start: int
    end: int


@dataclass
class DocumentMatches:
    """Where a query is found in a document: `pages` in order, those this reader may see.

    Of the others is only known whether one of them has a whole word of it.
    """

    pages: list[PageMatches] = field(default_factory=list)
    is_beyond: bool = False

    @property
    def total(self) -> int:
        return sum(page.count for page in self.pages)


def document_matches(*, revision: Revision, highlighter: Highlighter, readable: int) -> DocumentMatches:
    """How often the words are on each page of `revision`, in two queries; `readable` says how many may be seen."""
    found = DocumentMatches()
    if not highlighter.needles:
        return found
    pages = revision.pages.order_by("number")
    for number, text in pages.filter(number__lte=readable).values_list("number", F("text")).iterator():
        if highlighter.needles_in(text) is not None and (spans := spans_in(text, highlighter)):
            found.pages.append(PageMatches(number, len(spans)))
    hidden = pages.filter(number__gt=readable).values_list(Substr("text", 1, READ_CHARACTERS), flat=True)
    found.is_beyond = any(_has_word(text, highlighter) for text in hidden.iterator())
    return found


def _has_word(text: str, highlighter: Highlighter) -> bool:
    """A whole word, as for the results: what tells of parts of words would tell a hidden text bit by bit."""
    needles = highlighter.needles_in(text)
    return needles is not None and highlighter.has_word(text, needles)


def spans_in(text: str, highlighter: Highlighter) -> list[tuple[int, int]]:
    """Start and end in `text`, of a page in NFC, of each passage found, also of words that run over two lines."""
    torn = [match.span() for match in _TORN.finditer(text)]
    if not torn:
        return highlighter.spans_in(text)
    kept: list[int] = []
    position = 0
    for start, end in [*torn, (len(text), len(text))]:
        kept += range(position, start)
        position = end
    whole = "".join(text[place] for place in kept)
    return [(kept[start], kept[end - 1] + 1) for start, end in highlighter.spans_in(whole)]


def matches_in(lines: Sequence[str], highlighter: Highlighter) -> Iterator[list[LinePart]]:
    """Each passage found in the lines of a page as what it has of each line, in order."""
    lines = [unicodedata.normalize("NFC", line) for line in lines]
    text = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    first = 0
    if highlighter.needles_in(text) is None:
        return
    for start, end in spans_in(text, highlighter):
        while starts[first + 1] <= start:
            first += 1
        yield list(_parts(lines, starts, first, start, end))


def _parts(lines: list[str], starts: list[int], number: int, start: int, end: int) -> Iterator[LinePart]:
    """What characters `start` to `end` of all lines together have of each line, from line `number` on."""
    while number < len(lines) and starts[number] < end:
        begin = max(start - starts[number], 0)
        stop = min(end - starts[number], len(lines[number]))
        if begin < stop:
            yield LinePart(number, begin, stop)
        number += 1
