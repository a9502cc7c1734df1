"""Characters that no font had a glyph for, so that the page shows an empty box in their place, or nothing.

Looked for in what LibreOffice wrote, whose fonts have codes of one byte. It gives a code of its own to a font's
`.notdef`, the box: in Type 1 by that name, in TrueType as a copy of glyph 0. A character that shares the code of
another carries its own text (`/ActualText`, ISO 32000-1, 14.9.4). In the Arphic fonts the box is empty: there every
character is meant that is seen elsewhere and has no outline.
"""

from __future__ import annotations

import io
import re
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont, TTLibError

MAX_FONTS = 400
MAX_CHARACTERS = 40
MAX_PAGES = 200
MAX_FONT_BYTES = 8 * 1024 * 1024
MAX_CONTENT_BYTES = 16 * 1024 * 1024
MAX_FORMS = 200
SECONDS = 4.0

_BOX_IN_TYPE_1 = re.compile(rb"\bdup (\d{1,3}) /\.notdef put\b")
_MEANING = re.compile(rb"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]{4,64})>")
_TOKEN = re.compile(
    rb"/(?P<font>[!-.0-;=@-Z\\^-z|~]{1,80}) +[-\d.]+ +Tf\b|/ActualText<FEFF(?P<said>[0-9A-Fa-f]*)>|(?P<end>\bEMC\b)"
    rb"|<(?P<shown>[0-9A-Fa-f]+)>(?!>)"
)
#: What looks like a box and is none: squares, and what stands for a character that could not be read.
_SQUARES = frozenset("\u25a0\u25a1\u25a2\u25a3\u25fb\u25fc\u25fd\u25fe\u2610\ufffc")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
#: What is blank in every font: fillers of Hangul, the blank of Braille. And what only chooses the form of another.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0") | frozenset(
    map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)
_NOT_MISSING = _SQUARES | _BLANK

Boxes = dict[bytes, str]
"""The codes of a font that draw the box, in hexadecimal, each with the characters it first stood for."""


def missing(path: str) -> dict[str, Any]:
    """Which characters have no glyph (`characters`), how often (`count`), and the numbers of the `pages`.

    Stops after `SECONDS` of work with what it has found by then.
    """
    found = _Found(time.process_time() + SECONDS)
    with pikepdf.open(path) as pdf:
        fonts = {}
        for item in pdf.objects:
            if (
                isinstance(item, pikepdf.Dictionary)
                and item.get("/Type") == "/Font"
                and (boxes := _boxes(item))
            ):
                fonts[item.objgen] = boxes
            if len(fonts) >= MAX_FONTS or found.is_late():
                break
        for number, page in enumerate(pdf.pages if fonts else [], start=1):
            if found.is_late():
                break
            found.number = number
            found.look(page.obj, page.resources, fonts)
    return {"characters": found.characters, "count": found.count, "pages": found.pages}


class _Found:
    """What was found so far, and the time at which the search ends."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.number = 0
        self.count = 0
        self.characters: list[str] = []
        self.pages: list[int] = []
        self.forms = 0

    def is_late(self) -> bool:
        return time.process_time() > self.ends

    def look(self, holder: Any, resources: Any, fonts: dict[tuple[int, int], Boxes], depth: int = 0) -> None:
        """Look through the content of a page or a form, and of the forms it draws."""
        named = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
        used = {}
        if isinstance(named, pikepdf.Dictionary):
            used = {
                name[1:].encode(): fonts[font.objgen] for name, font in named.items() if font.objgen in fonts
            }
        if used:
            for text in boxed(_content(holder), used):
                self.add(text)
        forms = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
        if depth < 3 and isinstance(forms, pikepdf.Dictionary):
            for form in list(forms.values())[:MAX_FORMS]:
                self.forms += 1
                if self.forms > MAX_FORMS * 10 or self.is_late():
                    return
                if isinstance(form, pikepdf.Stream) and form.get("/Subtype") == "/Form":
                    self.look(form, form.get("/Resources", resources), fonts, depth + 1)

    def add(self, text: str) -> None:
        kept = [
            char for char in text if char not in _NOT_MISSING and unicodedata.category(char) not in _UNSEEN
        ]
        if not kept:
            return
        self.count += len(kept)
        if self.number not in self.pages and len(self.pages) < MAX_PAGES:
            self.pages.append(self.number)
        for char in kept:
            if char not in self.characters and len(self.characters) < MAX_CHARACTERS:
                self.characters.append(char)


def boxed(content: bytes, fonts: dict[bytes, Boxes]) -> Iterator[str]:
    """The characters that `content` shows as a box, by the resource names of the fonts that have one."""
    boxes: Boxes = {}
    said: str | None = None
    for token in _TOKEN.finditer(content):
        if token["font"] is not None:
            boxes = fonts.get(token["font"], {})
        elif token["said"] is not None:
            said = _text(token["said"])
        elif token["end"] is not None:
            said = None
        elif boxes:
            codes = token["shown"].upper()
            for at in range(0, len(codes) - 1, 2):
                if (code := codes[at : at + 2]) in boxes:
                    yield boxes[code] if said is None else said


def _content(holder: Any) -> bytes:
    """The operators of a page or a form, as many as are looked through."""
    streams = [holder] if isinstance(holder, pikepdf.Stream) else holder.get("/Contents")
    parts = [streams] if isinstance(streams, pikepdf.Stream) else list(streams or [])
    content = b""
    for part in parts:
        with suppress(pikepdf.PdfError):
            content += part.read_bytes()
        if len(content) > MAX_CONTENT_BYTES:
            break
    return content[:MAX_CONTENT_BYTES]


def _boxes(font: pikepdf.Dictionary) -> Boxes:
    descriptor = font.get("/FontDescriptor")
    if not isinstance(descriptor, pikepdf.Dictionary) or "/ToUnicode" not in font:
        return {}
    codes: set[int] = set()
    with suppress(pikepdf.PdfError, TTLibError, KeyError, ValueError, AssertionError, IndexError):
        if "/FontFile" in descriptor:
            head = descriptor.FontFile.read_bytes()[: int(descriptor.FontFile.get("/Length1", 0))]
            codes = {int(code) for code in _BOX_IN_TYPE_1.findall(head)}
        elif "/FontFile2" in descriptor:
            codes = _copies_of_the_box(descriptor.FontFile2.read_bytes()[:MAX_FONT_BYTES])
    if not codes:
        return {}
    meanings = dict(_MEANING.findall(font.ToUnicode.read_bytes()[:MAX_CONTENT_BYTES]))
    meanings = {code.upper(): meaning for code, meaning in meanings.items()}
    return {key: _text(meanings[key]) for code in codes if (key := b"%02X" % code) in meanings}


def _copies_of_the_box(content: bytes) -> set[int]:
    """The codes of a TrueType font whose outline is that of glyph 0; where it has none, those without any."""
    font = TTFont(io.BytesIO(content), lazy=True)
    places = font["loca"].locations
    outlines = font.reader["glyf"]
    box = outlines[places[0] : places[1]]
    order = {name: place for place, name in enumerate(font.getGlyphOrder())}
    return {
        code
        for table in font["cmap"].tables
        for code, name in table.cmap.items()
        if (place := order.get(name, 0)) + 1 < len(places)
        and outlines[places[place] : places[place + 1]] == box
    }


def _text(hexadecimal: bytes) -> str:
    """A text of UTF-16 in hexadecimal; what is half a character is none."""
    return bytes.fromhex(hexadecimal.decode()[: len(hexadecimal) // 4 * 4]).decode(
        "utf-16-be", errors="ignore"
    )
