"""A table of contents and a title for documents that bring none: from numbered and large lines of text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from .model import Line, OutlineItem, Page

MAX_HEADING_CHARACTERS = 60
MAX_ITEMS = 500
LARGER = 1.25

_CHINESE = "一二三四五六七八九十百零〇"
_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"^第[{_CHINESE}\d]{{1,4}}[章篇部编卷](?:\s|[:：、.]|(?=\S))")),
    (2, re.compile(rf"^第[{_CHINESE}\d]{{1,4}}节(?:\s|[:：、.]|(?=\S))")),
    (1, re.compile(r"^(?:chapter|part)\s+(?:\d{1,3}|[ivxlc]{1,6})\b", re.IGNORECASE)),
    (1, re.compile(rf"^[{_CHINESE}]{{1,3}}、\S")),
    (2, re.compile(rf"^[((][{_CHINESE}]{{1,3}}[))]\S")),
    (3, re.compile(r"^\d{1,2}\.\d{1,2}\.\d{1,2}\.?\s+\S")),
    (2, re.compile(r"^\d{1,2}\.\d{1,2}\.?\s+\S")),
    (1, re.compile(r"^\d{1,2}(?:\.|、)\s*(?=[^\d\s])")),
)
_SENTENCE_END = ("。", ";", ";", ",", ",", "?", "?", "!", "!")
_DOTS = re.compile(r"[.…·]{4,}\s*\d*$")
_SLIDE_NUMBER = re.compile(
    r"^(?:slide|bild|folie|diapositiva?e?|幻灯片|投影片|スライド)\s*\d+$", re.IGNORECASE
)
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
        if page.lines and (title := _title_among(page.lines, 0.0)):
            self._page_titles[page.number] = title
        for line in page.lines:
            height = round(line.height * 2)
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
                self._large.append((line.height, text, page.number))

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

    def named(self, items: list[OutlineItem]) -> list[OutlineItem]:
        """The items, with the largest line of the page for those that only say `Slide 3`."""
        return [
            replace(item, title=self._page_titles[item.page])
            if _SLIDE_NUMBER.match(item.title) and item.page in self._page_titles
            else item
            for item in items
        ]

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
    tallest = max(line.height for line in lines[:20])
    if tallest < bound:
        return lines[0].text.strip()[:120]
    start = next(index for index, line in enumerate(lines) if line.height >= tallest * 0.95)
    parts = [lines[start].text.strip()]
    for line in lines[start + 1 : start + 3]:
        if line.height < tallest * 0.95:
            break
        parts.append(line.text.strip())
    return _join(parts)[:120]


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
