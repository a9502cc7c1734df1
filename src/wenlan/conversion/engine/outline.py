"""A table of contents and a title for documents that bring none: from numbered and large lines of text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .model import Line, OutlineItem, Page

MAX_HEADING_CHARACTERS = 60
MAX_SLIDE_TITLE_CHARACTERS = 48
MAX_ITEMS = 500
LARGER = 1.25
UPRIGHT = 1.5  # a line of several characters that is so much higher than wide runs down or up the page

_CHINESE = "一二三四五六七八九十百零〇"
_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"^第[{_CHINESE}\d]{{1,4}}[章篇部编卷](?:\s|[:：、.]|(?=\S))")),
    (2, re.compile(rf"^第[{_CHINESE}\d]{{1,4}}节(?:\s|[:：、.]|(?=\S))")),
    (1, re.compile(r"^(?:chapter|part)\s+(?:\d{1,3}|[ivxlc]{1,6})\b", re.IGNORECASE)),
    (1, re.compile(rf"^[{_CHINESE}]{{1,3}}、\S")),
    (2, re.compile(rf"^[(\uff08][{_CHINESE}]{{1,3}}[)\uff09]\S")),
    (3, re.compile(r"^\d{1,2}\.\d{1,2}\.\d{1,2}\.?\s+\S")),
    (2, re.compile(r"^\d{1,2}\.\d{1,2}\.?\s+\S")),
    (1, re.compile(r"^\d{1,2}[.\uff0e、]\s*(?=[^\d\s])")),
)
# Full-width forms are written as escapes here: to the eye they are hardly different from the ASCII ones.
_SENTENCE_END = ("。", ";", "\uff1b", ",", "\uff0c", "?", "\uff1f", "!", "\uff01")
_DOTS = re.compile(r"[.…·]{4,}\s*\d*$")
_SLIDE_NUMBER = re.compile(
    r"^(?:slide|bild|folie|diapositiva?e?|幻灯片|投影片|スライド)\s*\d+$", re.IGNORECASE
)
_BULLETS = "•‣◦※·*-–— "
_BULLET_INSIDE = re.compile("\\s[•‣◦※\u25a0-\u27bf\uf000-\uf0ff]\\s*\\S")
_NOISE_TITLES = re.compile(
    r"^(?:untitled|chart title|图表标题|click to add title|单击此处添加标题|document\d*|microsoft (?:word|powerpoint|excel).*|slide \d+|powerpoint presentation|presentation\d*"
    r"|无标题|未命名|文档\d*|幻灯片\s*\d*|演示文稿\d*|book\d*|sheet\d*|工作簿\d*|新建.*(?:文档|演示文稿|工作表)|.*\.(?:docx?|pptx?|xlsx?|pdf|wps|dotx?|html?))$",
    re.IGNORECASE,
)


@dataclass
class Headings:
    """Watches the pages go by and remembers what looks like a heading."""

    _numbered: list[tuple[int, str, int]] = field(default_factory=list)
    _heights: dict[int, int] = field(default_factory=dict)
    _large: list[tuple[float, str, int]] = field(default_factory=list)
    _first_page: list[Line] = field(default_factory=list)
    _page_titles: dict[int, str] = field(default_factory=dict)

    def see(self, page: Page) -> None:
        if page.number == 1:
            self._first_page = page.lines
        if page.lines and (title := _slide_title_among(page.lines)):
            self._page_titles[page.number] = title
        for line in page.lines:
            height = round(_size(line) * 2)
            self._heights[height] = self._heights.get(height, 0) + len(line.text)
            text = line.text.strip()
            if (
                not 2 <= len(text) <= MAX_HEADING_CHARACTERS
                or text.endswith(_SENTENCE_END)
                or _DOTS.search(text)
            ):
                continue
            level = next((level for level, pattern in _LEVELS if pattern.match(text)), None)
            if level is not None and len(self._numbered) < MAX_ITEMS * 4:
                self._numbered.append((level, text, page.number))
            if len(self._large) < MAX_ITEMS * 4:
                self._large.append((_size(line), text, page.number))

    def _usual_height(self) -> float:
        return max(self._heights, key=lambda height: self._heights[height]) / 2 if self._heights else 0.0

    def outline(self) -> list[OutlineItem]:
        """Numbered headings; where there are hardly any, lines in large type."""
        if len(self._numbered) >= 2:
            top = min(level for level, _, _ in self._numbered)
            items = [OutlineItem(level - top + 1, text, page) for level, text, page in self._numbered]
            return _without_repeats(items)[:MAX_ITEMS]
        bound = self._usual_height() * LARGER
        large = [OutlineItem(1, text, page) for height, text, page in self._large if bound and height > bound]
        return _without_repeats(large)[:MAX_ITEMS] if len(large) <= MAX_ITEMS else []

    def named(self, items: list[OutlineItem], *, slides: bool = False) -> list[OutlineItem]:
        """The items, with the most prominent line of the page for those that only say `Slide 3`.

        Of a presentation also for those that are no title: LibreOffice calls a slide that has none by all its text.
        """
        return [self._named(item, slides) for item in items]

    def _named(self, item: OutlineItem, slides: bool) -> OutlineItem:
        is_text = slides and _is_text_of_a_slide(item.title)
        if not is_text and not _SLIDE_NUMBER.match(item.title):
            return item
        found = self._page_titles.get(item.page)
        if found is None and is_text:
            found = _shortened(_BULLET_INSIDE.split(_without_bullet(item.title))[0])
        return replace(item, title=found or item.title)

    def title(self) -> str | None:
        """The largest line near the top of the first page, with its continuation in the same size."""
        return _title_among(self._first_page, self._usual_height() * 1.1)


def _title_among(lines: list[Line], bound: float) -> str | None:
    """The largest of the first lines and what continues it; the first line when none is taller than `bound`."""
    lines = [
        line
        for line in lines[:40]
        if sum(map(str.isalpha, line.text)) >= 2 and not _SLIDE_NUMBER.match(line.text)
    ]
    if not lines:
        return None
    tallest = max(_size(line) for line in lines[:20])
    if tallest < bound:
        return lines[0].text.strip()[:120]
    start = next(index for index, line in enumerate(lines) if _size(line) >= tallest * 0.95)
    parts = [lines[start].text.strip()]
    for line in lines[start + 1 : start + 3]:
        if _size(line) < tallest * 0.95:
            break
        parts.append(line.text.strip())
    return _join(parts)[:120]


def _slide_title_among(lines: list[Line]) -> str | None:
    """The largest of the first lines of a slide, without its bullet, and what continues it if that has none."""
    marks = [line.y + line.height / 2 for line in lines if not _without_bullet(line.text)]
    bare = [replace(line, text=_without_bullet(line.text)) for line in lines]
    listed = [
        line
        for line, with_mark in zip(bare, lines, strict=True)
        if line.text != with_mark.text.strip() or any(line.y < mark < line.y + line.height for mark in marks)
    ]
    # The points of a list are no continuation, neither of a title nor of each other.
    title = _title_among([line for line in bare if line not in listed], 0.0)
    point = max(listed[:20], key=_size, default=None)
    heights = [_size(line) for line in bare if line not in listed and line.text.strip()]
    if point and (title is None or _size(point) > max(heights, default=0.0) * LARGER):
        title = point.text.strip()
    return _shortened(title) if title else None


def _without_bullet(text: str) -> str:
    """A line without the mark of a list: a point, a dash, or whatever symbol somebody chose for it."""
    text = text.strip()
    while text and (text[0] in _BULLETS or unicodedata.category(text[0]) in {"So", "Co"}):
        text = text[1:]
    return text


def _is_text_of_a_slide(title: str) -> bool:
    """Whether a bookmark is what stands on the slide rather than what it is called."""
    has_bullet = _without_bullet(title) != title or bool(_BULLET_INSIDE.search(title))
    return has_bullet or len(title) > MAX_HEADING_CHARACTERS


def _shortened(title: str) -> str:
    """A title that fits into a line, cut between words where it has such."""
    title = title.strip()
    if len(title) <= MAX_SLIDE_TITLE_CHARACTERS:
        return title
    cut = title[: MAX_SLIDE_TITLE_CHARACTERS - 1]
    between_words = cut.rpartition(" ")[0]
    return (between_words if len(between_words) > len(cut) // 2 else cut).rstrip() + "…"


def _size(line: Line) -> float:
    """The height of a line's characters: of a vertical or turned line that is the width."""
    return line.width if len(line.text) > 1 and line.height > line.width * UPRIGHT else line.height


def _join(parts: list[str]) -> str:
    """Lines of a broken title: with a space between Latin words, without between Chinese characters."""
    joined = parts[0]
    for part in parts[1:]:
        joined += part if ord(joined[-1]) > 0x2E80 or ord(part[0]) > 0x2E80 else f" {part}"
    return joined


def _without_repeats(items: list[OutlineItem]) -> list[OutlineItem]:
    """Drop what repeats on many pages: a running head is no heading."""
    pages: dict[str, set[int]] = {}
    for item in items:
        pages.setdefault(item.title, set()).add(item.page)
    return [item for item in items if len(pages[item.title]) <= 2]


def sensible_title(title: str | None) -> str | None:
    """A title found in a file, unless it is what a program or a template put there."""
    cleaned = " ".join((title or "").split())
    if (
        len(cleaned) < 2
        or _NOISE_TITLES.match(cleaned)
        or _SLIDE_NUMBER.match(cleaned)
        or "\ufffd" in cleaned
    ):
        return None
    return cleaned[:200]


def bookmarks(facts: Mapping[str, Any], pages: int) -> list[OutlineItem]:
    """The PDF's own bookmarks, from the facts that came out of the sandbox, as far as they point into it."""
    items = []
    for item in facts.get("outline") or []:
        title = " ".join(str(item.get("title", "")).split())
        level, page = item.get("level"), item.get("page")
        if title and isinstance(level, int) and isinstance(page, int) and 1 <= page <= pages:
            items.append(OutlineItem(max(1, level), title, page))
    return items
