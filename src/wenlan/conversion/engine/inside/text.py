"""The text of a PDF page as runs that lie where the ink is, in reading order."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

Line = dict[str, Any]
Box = tuple[float, float, float, float]

MAX_CHARACTERS = 200_000
MAX_GAP = 1.0  # of the line's height; a wider gap is a table cell or a column
MAX_SEAM = 0.35  # of the line's height; pdfium also breaks lines where a font begins, such as 2024|年
MIN_SPACE = 0.22  # of the line's height; a gap that reads as a space where none is written
MAX_ECHO = 0.08  # of the line's height; the same character again so close is a shadow or fake bold
MAX_SHIFT = 0.5  # of the line's height; a larger vertical move is another line
DEVICE_SCALE = 20  # device units a point, for mapping rotated and cropped pages

_DROPPED = {"Cc", "Cs", "Cn"}
_BIDI = frozenset(
    map(chr, (0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069))
)
_HYPHEN = "\x02"  # pdfium's mark for a hyphen at the end of a line
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SPACES = frozenset(" \u00a0\u3000\t")


@dataclass
class Run:
    """Characters beside one another, with the box around them in page space (left, bottom, right, top)."""

    characters: list[tuple[str, Box | None]] = field(default_factory=list)
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    last: float = 0.0
    disordered: bool = False

    def add(self, character: str, box: Box) -> None:
        if not self.characters:
            self.left, self.bottom, self.right, self.top = box
        else:
            self.disordered = self.disordered or box[0] < self.last - 0.3 * (box[3] - box[1])
            self.left, self.bottom = min(self.left, box[0]), min(self.bottom, box[1])
            self.right, self.top = max(self.right, box[2]), max(self.top, box[3])
        self.last = box[0]
        self.characters.append((character, box))

    def continues_at(self, box: Box, *, after_break: bool) -> bool:
        """Whether a character in that box still belongs to this run; a line break of pdfium makes it less likely."""
        height = max(self.top - self.bottom, box[3] - box[1], 0.1)
        middle = (box[1] + box[3]) / 2
        if abs(middle - (self.bottom + self.top) / 2) > MAX_SHIFT * height:
            return False
        gap = (MAX_SEAM if after_break else MAX_GAP) * height
        return box[0] - self.right <= gap and self.left - box[2] <= gap

    def text(self) -> str:
        """The characters in reading order.

        Characters that a font lacks are written by another font in a second pass over the line: then their places
        tell the order, except in scripts that run from right to left.
        """
        plain = "".join(character for character, _ in self.characters)
        if not self.disordered or _RIGHT_TO_LEFT.search(plain):
            return plain
        placed = sorted(
            (box, character) for character, box in self.characters if box and character not in _SPACES
        )
        parts: list[str] = []
        before: tuple[Box, str] | None = None
        for box, character in placed:
            if before is not None:
                height = max(box[3] - box[1], before[0][3] - before[0][1])
                if character == before[1] and abs(box[0] - before[0][0]) < MAX_ECHO * height:
                    continue
                if box[0] - before[0][2] > MIN_SPACE * height:
                    parts.append(" ")
            parts.append(character)
            before = (box, character)
        return "".join(parts)


def clean(text: str) -> str:
    """Text without control characters, composed (NFC); Kangxi radicals and ligatures become what they stand for."""
    kept = []
    for character in text.replace(_HYPHEN, "-"):
        code = ord(character)
        if 0x2F00 <= code <= 0x2FD5 or 0xFB00 <= code <= 0xFB06:
            kept.append(unicodedata.normalize("NFKC", character))
        elif unicodedata.category(character) not in _DROPPED and character not in _BIDI:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def page_lines(page: pdfium.PdfPage) -> list[Line]:
    """The runs of a page. Positions are points from the top left of the page as it is shown."""
    textpage = page.get_textpage()
    try:
        runs = _runs(textpage)
    finally:
        textpage.close()
    place = _Placer(page)
    lines = []
    for run in runs:
        text = clean(run.text()).strip()
        if text:
            x, y, width, height = place(run)
            lines.append({"text": text, "x": x, "y": y, "width": width, "height": height})
    return lines


def _runs(textpage: pdfium.PdfTextPage) -> list[Run]:
    runs: list[Run] = []
    run = Run()
    rectangle = raw.FS_RECTF()
    reference = ctypes.byref(rectangle)
    high = 0
    after_break = False
    for index in range(min(textpage.count_chars(), MAX_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in (0x0A, 0x0D):
            after_break = True
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code == 0 or code > 0x10FFFF:
            continue
        character = chr(code)
        located = raw.FPDFText_GetLooseCharBox(textpage, index, reference)
        box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if not located or box[2] <= box[0] or box[3] <= box[1]:
            if run.characters and not after_break:
                run.characters.append((character, None))
            continue
        if character in _SPACES and not run.characters:
            continue
        if run.characters and not run.continues_at(box, after_break=after_break):
            runs.append(run)
            run = Run()
            if character in _SPACES:
                continue
        run.add(character, box)
        after_break = False
    runs.append(run)
    return [run for run in runs if run.characters]


class _Placer:
    """Maps boxes of page space to points from the top left, through the page's rotation and crop box."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        width, height = page.get_size()
        self.page = page
        self.size = (max(1, round(width * DEVICE_SCALE)), max(1, round(height * DEVICE_SCALE)))
        self.limits = (width, height)

    def __call__(self, run: Run) -> Box:
        corners = [self._device(run.left, run.top), self._device(run.right, run.bottom)]
        left, right = sorted(min(max(corner[0], 0.0), self.limits[0]) for corner in corners)
        top, bottom = sorted(min(max(corner[1], 0.0), self.limits[1]) for corner in corners)
        return (round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2))

    def _device(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, *self.size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        return across.value / DEVICE_SCALE, down.value / DEVICE_SCALE
