"""HTML and EPUB to blocks: structure and text stay; scripts, styles and everything outside the file are left behind."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urldefrag

from defusedxml import ElementTree
from lxml import etree

from .decoding import declared_in_markup, decode
from .flat import Builder, Span

MAX_CHAPTER_BYTES = 32 * 1024 * 1024
MAX_IMAGE_BYTES = 32 * 1024 * 1024
MAX_ROWS = 5_000

_SKIPPED = {
    "script",
    "style",
    "head",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "select",
    "audio",
    "video",
}
#: What is left out is counted as what.
_LEFT_OUT = {
    "audio": "media",
    "video": "media",
    "style": "styles",
    "math": "pictures_missing",
    "object": "pictures_missing",
    "embed": "pictures_missing",
    "canvas": "pictures_missing",
    "iframe": "external_links",
}
#: What can be seen of a drawing besides pictures.
_DRAWN = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use", "foreignobject"}
_XHTML = "http://www.w3.org/1999/xhtml"
# <title/> and <a id="x"/> are whole elements in XHTML; in HTML only those without any content may end so.
_ENDED_AT_ONCE = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)([A-Za-z][\w:.-]{0,40})([^<>]*)/>",
    re.IGNORECASE,
)
_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "main", "nav", "aside", "address", "figure", "figcaption",
    "dl", "dt", "dd", "form", "fieldset", "center", "body", "html", "caption", "blockquote", "pre", "ul", "ol", "li",
    "table", "tr", "td", "th", "thead", "tbody", "tfoot", "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_STYLES = {
    "b": "b",
    "strong": "b",
    "i": "i",
    "em": "i",
    "cite": "i",
    "code": "c",
    "tt": "c",
    "kbd": "c",
    "samp": "c",
}


class Blocks:
    """Feeds a builder from HTML. `picture` answers a source with its bytes, or None.

    A target of lxml's parser: for every start there is an end, also where the markup leaves it out, as HTML may.
    """

    def __init__(self, builder: Builder, picture: Callable[[str], bytes | None]) -> None:
        self.builder = builder
        self.picture = picture
        self.spans: list[Span] = []
        self.skipped: list[str] = []
        self.styles: Counter[str] = Counter()
        self.lists: list[bool] = []
        self.first_item = True
        self.heading = 0
        self.preformatted = 0
        self.quoted = 0
        self.item = False
        self.rows: list[list[list[Span]]] | None = None
        self.depth = 0
        self.cell_row = 0
        self.drawn: Counter[bool] = Counter()
        """Of the drawing that is being skipped: its pictures that are shown, and what else there is to see."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count(tag, attributes)
        if self.skipped or tag in _SKIPPED:
            self.skipped.append(tag)
            if self.skipped[0] == "svg":
                self._draw(tag, attributes)
        elif tag in _STYLES:
            self.styles[_STYLES[tag]] += 1
        elif tag == "br":
            self.spans.append(Span("\n"))
        elif tag == "hr":
            self.flush()
            self.builder.rule()
        elif tag == "img":
            self._image(attributes)
        elif tag in _BLOCKS:
            self._open(tag)

    def end(self, tag: str) -> None:
        if self.skipped:
            if self.skipped.pop() == "svg" and not self.skipped:
                self._end_drawing()
        elif tag in _STYLES:
            self.styles[_STYLES[tag]] -= 1
        elif tag in _BLOCKS:
            self._close(tag)

    def data(self, text: str) -> None:
        if self.skipped:
            return
        if not self.preformatted:
            text = re.sub(r"[ \t\r\n\f]+", " ", text)
            last = self.spans[-1].text if self.spans else ""
            if not last or last.endswith((" ", "\n")):
                text = text.lstrip(" ")
        if text:
            self.spans.append(Span(text, "".join(style for style in "bci" if self.styles[style])))

    def close(self) -> None:
        self.flush()

    def _count(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Note what is left out; of what lies inside of that nothing more."""
        if self.skipped and self.skipped != ["head"]:
            return
        if tag in _LEFT_OUT:
            self.builder.left_out[_LEFT_OUT[tag]] += 1
        elif tag == "font" or "style" in attributes or "stylesheet" in attributes.get("rel", "").lower():
            self.builder.left_out["styles"] += 1

    def _open(self, tag: str) -> None:
        if self.rows is not None:
            self._open_in_table(tag, self.rows)
            return
        self.flush()
        if tag == "table":
            self.rows, self.depth = [], 1
        elif tag in {"ul", "ol"}:
            self.lists.append(tag == "ol")
            self.first_item = True
        elif tag == "li":
            self.item = True
        elif re.fullmatch(r"h[1-6]", tag):
            self.heading = int(tag[1])
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "blockquote":
            self.quoted += 1

    def _open_in_table(self, tag: str, rows: list[list[list[Span]]]) -> None:
        if tag in {"td", "th"}:
            self._end_cell(rows)
            self.cell_row = len(rows)
        elif tag == "tr":
            self._end_cell(rows)
            if len(rows) >= MAX_ROWS:
                self._end_rows(rows)
            rows.append([])
        elif tag == "table":
            # A table inside a cell: its rows follow, and what the cell goes on with.
            self._end_cell(rows)
            self.depth += 1
        elif self.spans and not self.spans[-1].text.endswith("\n"):
            self.spans.append(Span("\n"))

    def _close(self, tag: str) -> None:
        if self.rows is not None:
            self._close_in_table(tag, self.rows)
            return
        self.flush()
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag == "pre" and self.preformatted:
            self.preformatted -= 1
        elif tag == "blockquote" and self.quoted:
            self.quoted -= 1

    def _close_in_table(self, tag: str, rows: list[list[list[Span]]]) -> None:
        if tag in {"td", "th"}:
            # An empty cell holds its place; one that held a table has its rows instead.
            self._end_cell(rows, even_empty=self.cell_row == len(rows))
        elif tag in {"caption", "tr"}:
            self._end_cell(rows)
        elif tag == "table":
            self._end_cell(rows)
            rows.append([])
            self.depth -= 1
            if self.depth == 0:
                self.rows = None
                self._end_rows(rows)

    def _end_cell(self, rows: list[list[list[Span]]], *, even_empty: bool = False) -> None:
        """Put what was collected into a cell of its own, so that no text of a table is lost wherever it stands."""
        cell, self.spans = _trimmed(self.spans), []
        if not cell and not even_empty:
            return
        if not rows:
            rows.append([])
        rows[-1].append(cell)

    def _end_rows(self, rows: list[list[list[Span]]]) -> None:
        self.builder.table([row for row in rows if row])
        rows.clear()

    def _draw(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Keep a picture that a drawing shows, as covers of books do; all else that is drawn is left out."""
        if tag == "image":
            source = attributes.get("xlink:href") or attributes.get("href") or ""
            self.drawn[self._show(source)] += 1
        elif tag in _DRAWN:
            self.drawn[False] += 1

    def _end_drawing(self) -> None:
        if self.drawn[False] or not self.drawn[True]:
            self.builder.left_out["pictures_missing"] += 1
        self.drawn.clear()

    def _image(self, attributes: Mapping[str, str]) -> None:
        source = attributes.get("src") or attributes.get("srcset") or attributes.get("data-src") or ""
        if self._show(source):
            return
        if source:
            is_outside = self.picture(source) is None and not source.startswith("data:")
            self.builder.left_out["external_links" if is_outside else "pictures_missing"] += 1
        if attributes.get("alt"):
            self.data(f"[{attributes['alt']}]")

    def _show(self, source: str) -> bool:
        """Show a picture of the file itself, within a cell in its text; whether there is one."""
        content = self.picture(source)
        if content is None:
            return False
        if self.rows is None:
            self.flush()
            return self.builder.image(content)
        picture = self.builder.picture(content)
        if picture is not None:
            self.spans.append(Span("", picture=picture))
        return picture is not None

    def flush(self) -> None:
        """End the paragraph that is being collected."""
        spans, self.spans = (self.spans if self.preformatted else _trimmed(self.spans)), []
        heading, self.heading = self.heading, 0
        item, self.item = self.item, False
        if all(span.is_blank for span in spans):
            self.item = item
            return
        if self.preformatted:
            for line in "".join(span.text for span in spans).split("\n"):
                self.builder.paragraph([Span(line)], "Code")
        elif heading:
            self.builder.heading(heading, spans)
        elif item:
            numbered = self.lists[-1] if self.lists else False
            self.builder.item(len(self.lists) or 1, spans, numbered=numbered, first=self.first_item)
            self.first_item = False
        else:
            self.builder.paragraph(spans, "Quote" if self.quoted else "Standard")


def _trimmed(spans: list[Span]) -> list[Span]:
    """Without white space at both ends."""
    kept = list(spans)
    while kept and kept[-1].is_blank:
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    while kept and kept[0].is_blank:
        kept.pop(0)
    return kept


def data_picture(source: str) -> bytes | None:
    """The bytes of a picture that is written into the page itself; nothing else is ever fetched."""
    found = re.match(r"data:image/[a-z.+-]+((?:;[^,;]*)*),", source, re.IGNORECASE)
    if not found or len(source) > MAX_IMAGE_BYTES * 2:
        return None
    content = source[found.end() :]
    if "base64" not in found[1].lower():
        return unquote_to_bytes(content)
    try:
        return base64.b64decode(unquote(content), validate=False)
    except (binascii.Error, ValueError):
        return None


def html_to_blocks(
    content: bytes, builder: Builder, picture: Callable[[str], bytes | None] = data_picture
) -> None:
    """Add the blocks of an HTML page to the builder."""
    text = decode(content, declared=declared_in_markup(content)).replace("\0", "\ufffd")
    if _XHTML in text[:2000]:
        text = _ENDED_AT_ONCE.sub(r"<\1\2></\1>", text)
    blocks: Any = Blocks(builder, picture)  # the stubs ask for a target that takes bytes, too
    parser = etree.HTMLParser(target=blocks, encoding="utf-8", huge_tree=True)
    parser.feed(text.encode())
    parser.close()


class Book:
    """An EPUB: its chapters in reading order, and its pictures."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())

    def read(self, name: str, limit: int) -> bytes | None:
        if name not in self.names:
            return None
        with self.archive.open(name) as stream:
            return stream.read(limit)

    def chapters(self) -> list[str]:
        """The names of the spine's members. Raises ValueError when the package cannot be read."""
        container = ElementTree.fromstring(self.read("META-INF/container.xml", 1_000_000) or b"")
        root = next(
            (item.get("full-path") for item in container.iter() if item.tag.endswith("rootfile")), None
        )
        package_content = self.read(root or "", MAX_CHAPTER_BYTES)
        if root is None or package_content is None:
            raise ValueError("the book has no package document")
        package = ElementTree.fromstring(package_content)
        folder = posixpath.dirname(root)
        files = {
            item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
            for item in package.iter()
            if item.tag.endswith("}item") or item.tag == "item"
        }
        order = [item.get("idref") for item in package.iter() if item.tag.endswith("itemref")]
        return [files[identity] for identity in order if identity in files]

    def to_blocks(self, builder: Builder) -> None:
        """Add every chapter to the builder. Raises ValueError when nothing can be read."""
        read = 0
        for name in self.chapters():
            content = self.read(name, MAX_CHAPTER_BYTES)
            if content is None:
                continue
            if read:
                builder.page_break()
            read += 1
            html_to_blocks(content, builder, lambda source, base=name: self._picture(base, source))  # type: ignore[misc]
        if not read:
            raise ValueError("the book has no chapters")

    def _picture(self, chapter: str, source: str) -> bytes | None:
        if source.startswith("data:"):
            return data_picture(source)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(chapter), unquote(urldefrag(source).url)))
        return self.read(path, MAX_IMAGE_BYTES)
