"""What the reader shows of a document: images of pages, and the text that lies over them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from wenlan.accounts.models import User
from wenlan.documents.models import FIRST_PAGES, Document, Page, Revision
from wenlan.documents.selectors import readable_page_count
from wenlan.search.analysis import query_of
from wenlan.search.snippets import Highlighter
from wenlan.web.marks import Match, matches_on, points, relative_width

CHUNK_PAGES = 10
"""Pages that one further request brings, and those of a window that begins later in the document."""
ALL_PAGES = 60
"""The most pages in one answer, for readers without JavaScript and for jumps over a long way."""

#: Where a line stands on its baseline, as a part of the height of its box.
_BASELINE = 0.86


@dataclass(frozen=True)
class TextLine:
    """A line of the text layer, in points from the top left corner of its page."""

    text: str
    x: str
    y: str
    size: str
    width: str

    def __html__(self) -> str:
        stretch = f' textLength="{self.width}" lengthAdjust="spacingAndGlyphs"' if self.width else ""
        return f'<text x="{self.x}" y="{self.y}" font-size="{self.size}"{stretch}>{escape(self.text)}</text>'


@dataclass(frozen=True)
class PageView:
    """One page as the template draws it."""

    number: int
    width: str
    height: str
    src: str
    srcset: str
    image_width: int
    image_height: int
    lines: list[TextLine]
    matches: list[Match]

    @property
    def text_layer(self) -> SafeString:
        """The content of the SVG over the page; hundreds of lines, too many for a loop in a template."""
        return format_html_join("", "{}", ((part,) for part in [*self.matches, *self.lines]))


@dataclass(frozen=True)
class ReaderView:
    """A window of pages, `first` to `last`, out of those this reader may open.

    `total` counts every page of the document, `readable` those open to this reader; there is no text and no
    image of any page beyond `readable` in here. `query` is what is marked on the pages.
    """

    document: Document
    revision: Revision
    pages: list[PageView]
    first: int
    last: int
    readable: int
    total: int
    query: str = ""

    @property
    def is_whole(self) -> bool:
        return self.readable >= self.total

    @property
    def further(self) -> int:
        """Readable pages after this window."""
        return self.readable - self.last

    @property
    def beyond(self) -> int:
        """Pages that only buying opens."""
        return self.total - self.readable

    @property
    def next_page(self) -> int:
        return self.last + 1

    @property
    def next_count(self) -> int:
        """Pages that the next request brings."""
        return min(CHUNK_PAGES, self.further)

    @property
    def next_url(self) -> str:
        """Where the pages after this window are shown without JavaScript, as many as one answer holds."""
        first = 1 if self.last <= FIRST_PAGES else self.next_page
        return self._window_url(first=first, shown=self.next_page, is_long=True)

    @property
    def next_url_count(self) -> int:
        """Pages after this window that `next_url` shows."""
        return min(ALL_PAGES - self.last if self.last <= FIRST_PAGES else ALL_PAGES, self.further)

    @property
    def previous_url(self) -> str:
        """Where the page before this window is shown, and some more before it; empty at the beginning."""
        if self.first == 1:
            return ""
        first = max(1, self.first - CHUNK_PAGES)
        return self._window_url(first=first, shown=self.first - 1, is_long=first == 1)

    @property
    def beginning_url(self) -> str:
        return self.document.page_url(1, query=self.query)

    def page_url(self, number: int) -> str:
        """A link to page `number`, which is only a place on the page where it is shown already."""
        if self.first <= number <= self.last:
            return f"#page-{number}"
        return self.document.page_url(number, query=self.query)

    def _window_url(self, *, first: int, shown: int, is_long: bool) -> str:
        asked: dict[str, str | int] = {"q": self.query} if self.query else {}
        if is_long:
            asked["pages"] = "all"
        if first > 1:
            asked["from"] = first
        return f"?{urlencode(asked)}#page-{shown}"

    @property
    def initial(self) -> int:
        return FIRST_PAGES

    @property
    def is_expanded(self) -> bool:
        return self.last > FIRST_PAGES

    @property
    def folded_count(self) -> int:
        """Pages that are hidden while the reader is folded to its first pages."""
        return self.last - FIRST_PAGES


def reader_view(
    *,
    document: Document,
    revision: Revision,
    user: User | AnonymousUser,
    first: int = 1,
    last: int = FIRST_PAGES,
    query: str = "",
) -> ReaderView:
    """Pages `first` to `last` of `revision`, as far as `user` may read and one answer may hold; maybe none."""
    total = revision.page_count or revision.pages_done
    readable = readable_page_count(document=document, revision=revision, user=user)
    first = max(1, first)
    last = min(last, readable, first + ALL_PAGES - 1)
    highlighter = Highlighter(query_of(query)) if query else None
    rows = revision.pages.filter(number__gte=first, number__lte=last).order_by("number").defer("text")
    return ReaderView(
        document=document,
        revision=revision,
        pages=[page_view(row, document_id=document.pk, highlighter=highlighter) for row in rows],
        first=first,
        last=last,
        readable=readable,
        total=total,
        query=query,
    )


def page_view(page: Page, *, document_id: int, highlighter: Highlighter | None) -> PageView:
    """`page` with the addresses of its images and its text placed over them."""
    addresses = [
        (
            reverse(
                "documents:page_image", args=[document_id, page.revision_id, page.number, image["width"]]
            ),
            image["width"],
        )
        for image in page.readable_images
    ]
    return PageView(
        number=page.number,
        width=points(page.width_points),
        height=points(page.height_points),
        src=addresses[0][0] if addresses else "",
        srcset=", ".join(f"{address} {width}w" for address, width in addresses),
        image_width=page.images[-1]["width"] if page.images else round(page.width_points),
        image_height=page.images[-1]["height"] if page.images else round(page.height_points),
        lines=[_text_line(line) for line in page.lines if str(line[0]).strip()],
        matches=matches_on(page, highlighter),
    )


def _text_line(line: list[float | str]) -> TextLine:
    text = str(line[0])
    x, y, width, height = (float(value) for value in line[1:5])
    return TextLine(
        text=text,
        x=points(x),
        y=points(y + height * _BASELINE),
        size=points(max(height, 1.0)),
        width=points(width) if width > 0 else "",
    )


@lru_cache(maxsize=512)
def paragraphs(text: str) -> tuple[str, ...]:
    """The text of a page as paragraphs: lines that only the margin ended are put together again.

    A line ends a paragraph when it stops clearly short of the longest line of its page. The last pages asked for are
    remembered: many read the same ones.
    """
    lines = [line.strip() for line in text.splitlines()]
    measure = max((_text_width(line) for line in lines), default=0.0)
    found: list[str] = []
    is_open = False
    for line in lines:
        if not line:
            is_open = False
            continue
        if is_open:
            glue = "" if _is_wide(found[-1][-1]) or _is_wide(line[0]) else " "
            found[-1] += glue + line
        else:
            found.append(line)
        is_open = measure > 20 and _text_width(line) > 0.86 * measure
    return tuple(found)


def _text_width(line: str) -> float:
    return sum(relative_width(character) for character in line)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}
