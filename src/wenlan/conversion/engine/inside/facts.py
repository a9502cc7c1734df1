"""What a laid-out document says about itself: fonts, table of contents, title; and the cleaning of an uploaded PDF."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from . import glyphs
from .decoding import chinese_by_common_characters, chinese_by_its_bytes
from .source import source_facts

BLANK_POINTS = (595.0, 842.0)
MAX_OUTLINE = 2_000

_BAD_KEYS = ("/JS", "/JavaScript", "/AA", "/OpenAction", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/EF")
_BAD_KINDS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
}
# The bytes of PDFDocEncoding that are not Latin-1. Source: ISO 32000-1, annex D.2; two bytes stand for nothing.
_PDF_DOC = dict(
    zip("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™\ufb01\ufb02ŁŒŠŸŽıłœšž", range(0x80, 0x9F), strict=True),
    **{"€": 0xA0, "\0": 0xAD},
)


def preload() -> None:
    """Touch what `write` needs, so that importing it costs nothing later."""
    pikepdf.Pdf.new().close()


def write(order: dict[str, Any]) -> None:
    """Write facts.json, and for a PDF source the cleaned document.pdf, into the job's folder."""
    folder = Path(order["folder"])
    found: dict[str, Any] = {"outline": [], "title": None, "fonts": [], "source": {}}
    for name, gather in _gatherers(order):
        try:
            found[name] = gather()
        except Exception as error:
            found.setdefault("problems", []).append(f"{name}: {type(error).__name__}: {error}"[:300])
    (folder / "facts.json").write_text(json.dumps(found), encoding="utf-8")


def _gatherers(order: dict[str, Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    pdf = order["pdf"]
    yield "outline", lambda: outline(pdf)
    yield "title", lambda: title(pdf)
    yield "fonts", lambda: fonts(pdf)
    source, kind = Path(order["source"]), order["format"]
    yield "source", lambda: _pdf_facts(source) if kind == "pdf" else source_facts(source, kind)
    yield "empty_pages", lambda: order.get("empty_pages", 0)
    if order["clean_to"]:
        yield "cleaned", lambda: clean(pdf, order["clean_to"])
    else:
        yield "missing_glyphs", lambda: glyphs.missing(pdf)


def outline(path: str) -> list[dict[str, Any]]:
    """The bookmarks of a PDF."""
    document = pdfium.PdfDocument(path)
    items = []
    for bookmark in document.get_toc(max_depth=8):
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        if index is not None and index >= 0:
            items.append(
                {"level": bookmark.level + 1, "title": label(bookmark.get_title())[:300], "page": index + 1}
            )
        if len(items) >= MAX_OUTLINE:
            break
    return items


def title(path: str) -> str | None:
    """The title in a PDF's information dictionary."""
    value = label(pdfium.PdfDocument(path).get_metadata_value("Title")).strip()
    return value[:500] or None


def label(text: str) -> str:
    """A text of the PDF's own, such as its title; empty when it is gibberish.

    By the standard its bytes are PDFDocEncoding unless marked as Unicode, and so pdfium reads them. Chinese programs
    write GBK, others UTF-8: `¸Û¿Ú` is 港口.
    """
    if text.isascii():
        return text
    try:
        content = bytes(_PDF_DOC.get(char, ord(char)) for char in text)
    except ValueError:
        return text  # it was marked
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8")
    codec = chinese_by_common_characters(content) or chinese_by_its_bytes(content)
    if codec is not None:
        return content.decode(codec, errors="replace")
    # No Western language has more letters with accents than without.
    if sum(char >= "\x80" for char in text) <= sum(char.isascii() and char.isalpha() for char in text):
        return text
    try:
        return content.decode("gb2312")
    except UnicodeDecodeError:
        return ""


def fonts(path: str) -> list[dict[str, Any]]:
    """The fonts a PDF uses, and whether their outlines are in it."""
    found: dict[str, bool] = {}
    with pikepdf.open(path) as pdf:
        for item in _dictionaries(pdf):
            if item.get("/Type") == "/FontDescriptor":
                name = _font_name(item.get("/FontName"))
                embedded = any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                found[name] = found.get(name, False) or embedded
            elif item.get("/Type") == "/Font" and item.get("/Subtype") in ("/Type1", "/TrueType"):
                found.setdefault(_font_name(item.get("/BaseFont")), False)
    found.pop("", None)
    return [{"name": name, "embedded": embedded} for name, embedded in sorted(found.items())]


def _font_name(value: Any) -> str:
    """A font's name without the mark of a subset (ABCDEF+)."""
    return re.sub(r"^[A-Z]{6}\+", "", _name(value).lstrip("/"))[:120]


def _name(value: Any) -> str:
    """A PDF name as text, the slash included. Chinese programs write their fonts' names in GBK."""
    try:
        return str(value or "")
    except UnicodeDecodeError:
        written = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), value.unparse())
        return written.decode("gb18030", errors="replace")


def clean(path: str, target: str) -> dict[str, Any]:
    """Write a copy of a PDF without scripts, actions that leave the document, and attached files.

    `rebuilt` in the answer tells of a PDF whose structure only pdfium can follow: its pages are copied into a new
    one, without bookmarks and form fields, which is then cleaned.
    """
    document = pdfium.PdfDocument(path)
    try:
        return {"removed": _clean(path, target, pages=len(document)), "rebuilt": False}
    except Exception as error:
        # qpdf is stricter than pdfium, which draws the pages of the same bytes.
        sys.stderr.write(f"the PDF is rebuilt: {type(error).__name__}: {error}\n"[:500])
    rebuilt = Path(target).with_name("rebuilt.pdf")
    _rebuild(document, str(rebuilt))
    try:
        return {"removed": _clean(str(rebuilt), target, pages=len(document)), "rebuilt": True}
    finally:
        rebuilt.unlink()


def _clean(path: str, target: str, *, pages: int) -> int:
    """Write the cleaned copy; returns how much was removed. Raises ValueError when qpdf sees fewer pages or more."""
    with pikepdf.open(path) as pdf:
        if len(pdf.pages) != pages:
            raise ValueError(f"{len(pdf.pages)} pages instead of {pages}")
        removed = sum(_strip(item) for item in _dictionaries(pdf))
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False)
    return removed


def _rebuild(document: pdfium.PdfDocument, target: str) -> None:
    """Write a new PDF that has the pages and nothing else; a page that cannot be copied is blank in it."""
    copy = pdfium.PdfDocument.new()
    try:
        copy.import_pages(document)
    except pdfium.PdfiumError:
        copy = pdfium.PdfDocument.new()
        for index in range(len(document)):
            try:
                copy.import_pages(document, [index])
            except pdfium.PdfiumError:
                for begun in range(len(copy) - 1, index - 1, -1):
                    copy.del_page(begun)
                copy.new_page(*BLANK_POINTS)
    copy.save(target)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every dictionary of a PDF, also those written inside another object, however deep."""
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Stream):
            continue
        if isinstance(item, pikepdf.Dictionary):
            yield item
            nested = list(item.values())  # not by key: a key may be a name that is no UTF-8
        elif isinstance(item, pikepdf.Array):
            nested = list(item)
        else:
            continue
        waiting += filter(_is_direct_container, nested)


def _is_direct_container(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _strip(item: pikepdf.Dictionary) -> int:
    """Remove what acts from one dictionary. Returns how much that was."""
    removed = 0
    for key in _BAD_KEYS:
        if key in item:
            del item[key]
            removed += 1
    action = item.get("/A")
    if isinstance(action, pikepdf.Dictionary) and _name(action.get("/S")) in _BAD_KINDS:
        del item["/A"]
        removed += 1
    if _name(item.get("/S")) in _BAD_KINDS:
        for key in list(item.keys()):
            del item[key]
        removed += 1
    return removed


def _pdf_facts(path: Path) -> dict[str, Any]:
    javascript = attachments = 0
    with pikepdf.open(path) as pdf:
        for item in _dictionaries(pdf):
            javascript += _name(item.get("/S")) == "/JavaScript" or "/JavaScript" in item
            attachments += "/EF" in item
    return {
        "macros": javascript > 0,
        "formulas": 0,
        "animations": 0,
        "external_links": 0,
        "attachments": attachments,
    }
