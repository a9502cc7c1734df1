"""HTML and EPUB to blocks: structure and text stay; scripts, styles and everything outside the file are left behind."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote, unquote_to_bytes, urldefrag

from defusedxml import ElementTree

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
_VOID = {
    "br",
    "img",
    "hr",
    "input",
    "meta",
    "link",
    "col",
    "source",
    "wbr",
    "area",
    "base",
    "embed",
    "param",
    "track",
}
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


class Blocks(HTMLParser):
    """Feeds a builder from HTML. `picture` answers a source with its bytes, or None."""

    def __init__(self, builder: Builder, picture: Callable[[str], bytes | None]) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = builder
        self.picture = picture
        self.spans: list[Span] = []
        self.skipped: list[str] = []
        self.styles: list[str] = []
        self.lists: list[bool] = []
        self.first_item = True
        self.heading = 0
        self.preformatted = 0
        self.quoted = 0
        self.item = False
        self.rows: list[list[list[Span]]] | None = None
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped:
            if tag == self.skipped[-1] and tag not in _VOID:
                self.skipped.append(tag)
            return
        if tag in _SKIPPED:
            if tag not in _VOID:
                self.skipped.append(tag)
            return
        if tag == "body":
            self.skipped.clear()
        if tag in _STYLES:
            self.styles.append(_STYLES[tag])
        elif tag == "br":
            self.spans.append(Span("\n"))
        elif tag == "hr":
            self.flush()
            self.builder.rule()
        elif tag == "img":
            self._image(dict(attrs))
        elif tag in _BLOCKS:
            self._open(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            if tag == self.skipped[-1]:
                self.skipped.pop()
            elif tag == "head":
                self.skipped.clear()
            return
        if tag in _STYLES:
            if _STYLES[tag] in self.styles:
                self.styles.remove(_STYLES[tag])
        elif tag in _BLOCKS:
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        if not self.preformatted:
            data = re.sub(r"[ \t\r\n\f]+", " ", data)
            last = self.spans[-1].text if self.spans else ""
            if not last or last.endswith((" ", "\n")):
                data = data.lstrip(" ")
        if data:
            self.spans.append(Span(data, "".join(sorted(set(self.styles)))))

    def _open(self, tag: str) -> None:
        if tag in {"td", "th"} and self.rows is not None:
            self.spans = []
            return
        if tag == "tr" and self.rows is not None:
            if len(self.rows) < MAX_ROWS:
                self.rows.append([])
            return
        if self.rows is not None:
            if tag == "table":
                self.depth += 1
            elif self.spans and not self.spans[-1].text.endswith("\n"):
                self.spans.append(Span("\n"))
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

    def _close(self, tag: str) -> None:
        if self.rows is not None:
            self._close_in_table(tag)
            return
        self.flush()
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag == "pre" and self.preformatted:
            self.preformatted -= 1
        elif tag == "blockquote" and self.quoted:
            self.quoted -= 1

    def _close_in_table(self, tag: str) -> None:
        if self.rows is None:
            return
        if tag in {"td", "th"}:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append(_trimmed(self.spans))
            self.spans = []
        elif tag == "table":
            self.depth -= 1
            if self.depth <= 0:
                rows, self.rows = self.rows, None
                self.builder.table([row for row in rows if row])
                self.spans = []

    def _image(self, attributes: dict[str, str | None]) -> None:
        content = self.picture(attributes.get("src") or "")
        if content is not None and self.rows is None:
            self.flush()
            if self.builder.image(content):
                return
        if attributes.get("alt"):
            self.handle_data(f"[{attributes['alt']}]")

    def flush(self) -> None:
        """End the paragraph that is being collected."""
        spans, self.spans = (self.spans if self.preformatted else _trimmed(self.spans)), []
        heading, self.heading = self.heading, 0
        item, self.item = self.item, False
        if not any(span.text.strip() for span in spans):
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

    def finish(self) -> None:
        """Close what the markup left open."""
        self.close()
        if self.rows is not None:
            self.depth = 1
            self._close_in_table("table")
        self.flush()


def _trimmed(spans: list[Span]) -> list[Span]:
    """Without white space at both ends."""
    kept = list(spans)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[-1] = Span(kept[-1].text.rstrip(), kept[-1].style)
    while kept and not kept[0].text.strip():
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
    parser = Blocks(builder, picture)
    parser.feed(decode(content, declared=declared_in_markup(content)))
    parser.finish()


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
