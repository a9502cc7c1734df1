"""The text of a PDF page as runs that lie where the ink is, in reading order."""

from __future__ import annotations

import ctypes
import math
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
MAX_LEAN = 0.25  # of the character's width; so far apart the middles of a column's characters may be
MAX_TURN = 5  # degrees off a right angle
DEVICE_SCALE = 20  # device units a point, for mapping rotated and cropped pages

_DROPPED = {"Cc", "Cs", "Cn"}
_BIDI = frozenset(
    map(chr, (0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069))
)
_HYPHEN = "\x02"  # pdfium's mark for a hyphen at the end of a line
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SPACES = frozenset(" \u00a0\u3000\t")
_IDEOGRAPHS = "\u2e80"  # and what follows is what stands upright in a vertical line


@dataclass
class Run:
    """Characters beside one another, or below one another, with the box around them (left, bottom, right, top).

    The boxes lie in page space, turned so that the characters stand upright: by `turn` quarters, clockwise.
    """

    turn: int = 0
    characters: list[tuple[str, Box | None]] = field(default_factory=list)
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    last: Box = (0.0, 0.0, 0.0, 0.0)
    disordered: bool = False
    is_column: bool = False

    def add(self, character: str, box: Box) -> None:
        if not self.characters:
            self.left, self.bottom, self.right, self.top = box
        else:
            self.disordered = self.disordered or box[0] < self.last[0] - 0.3 * (box[3] - box[1])
            self.left, self.bottom = min(self.left, box[0]), min(self.bottom, box[1])
            self.right, self.top = max(self.right, box[2]), max(self.top, box[3])
        self.last = box
        self.characters.append((character, box))

    def continues_at(self, box: Box, *, after_break: bool) -> bool:
        """Whether a character in that box still belongs to this line; a line break of pdfium makes it less likely."""
        if self.is_column:
            return False
        height = max(self.top - self.bottom, box[3] - box[1], 0.1)
        middle = (box[1] + box[3]) / 2
        if abs(middle - (self.bottom + self.top) / 2) > MAX_SHIFT * height:
            return False
        gap = (MAX_SEAM if after_break else MAX_GAP) * height
        return box[0] - self.right <= gap and self.left - box[2] <= gap

    def descends_to(self, character: str, box: Box) -> bool:
        """Whether the character goes on with a column: ideographs close below one another."""
        if not self.is_column and len(self.characters) != 1:
            return False
        if min(character, self.characters[-1][0]) < _IDEOGRAPHS:
            return False
        width, height = box[2] - box[0], box[3] - box[1]
        lean = abs(box[0] + box[2] - self.last[0] - self.last[2]) / 2
        return lean <= MAX_LEAN * width and abs(self.last[1] - box[3]) <= MAX_SEAM * height

    def give_back(self, box: Box) -> Run | None:
        """The last character as a run of its own when the one in that box stands beside it: no column, but a line."""
        if not self.is_column or self.characters[-1][1] is None:
            return None
        line = Run(self.turn)
        line.add(self.characters[-1][0], self.last)
        if not line.continues_at(box, after_break=False):
            return None
        self.characters.pop()
        self.bottom = self.last[3]
        return line

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
        # What pdfium adds itself, such as spaces, is not turned: it belongs to the line before.
        turn = run.turn if raw.FPDFText_IsGenerated(textpage, index) == 1 else _quarters(textpage, index)
        box = _box(textpage, index, turn)
        if box is None or (run.is_column and character in _SPACES):
            if run.characters and not after_break:
                run.characters.append((character, None))
            continue
        if character in _SPACES and not run.characters:
            continue
        if run.characters and (turn != run.turn or not run.continues_at(box, after_break=after_break)):
            if turn == run.turn and run.descends_to(character, box):
                run.is_column = True
            else:
                line = run.give_back(box) if turn == run.turn else None
                runs.append(run)
                run = line or Run(turn)
                if character in _SPACES:
                    continue
        if not run.characters:
            run.turn = turn
        run.add(character, box)
        after_break = False
    runs.append(run)
    return [run for run in runs if run.characters]


def _quarters(textpage: pdfium.PdfTextPage, index: int) -> int:
    """By how many quarters, clockwise, the page is to be turned so that the character stands upright.

    Characters that stand askew are taken as they are.
    """
    degrees = math.degrees(raw.FPDFText_GetCharAngle(textpage, index)) % 360
    quarters = round(degrees / 90)
    return -quarters % 4 if abs(degrees - 90 * quarters) <= MAX_TURN else 0


def _box(textpage: pdfium.PdfTextPage, index: int, turn: int) -> Box | None:
    """The box of a character, turned; None when it has no extent."""
    rectangle = raw.FS_RECTF()
    located = raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(rectangle))
    box = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    if not located or box[2] <= box[0] or box[3] <= box[1]:
        return None
    return turned(box, turn)


def turned(box: Box, quarters: int) -> Box:
    """A box of page space after turning the page clockwise around its origin."""
    left, bottom, right, top = box
    match quarters % 4:
        case 1:
            return (bottom, -right, top, -left)
        case 2:
            return (-right, -top, -left, -bottom)
        case 3:
            return (-top, left, -bottom, right)
    return box


class _Placer:
    """Maps boxes of page space to points from the top left, through the page's rotation and crop box."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        width, height = page.get_size()
        self.page = page
        self.size = (max(1, round(width * DEVICE_SCALE)), max(1, round(height * DEVICE_SCALE)))
        self.limits = (width, height)

    def __call__(self, run: Run) -> Box:
        box = turned((run.left, run.bottom, run.right, run.top), -run.turn)
        corners = [self._device(box[0], box[3]), self._device(box[2], box[1])]
        left, right = sorted(min(max(corner[0], 0.0), self.limits[0]) for corner in corners)
        top, bottom = sorted(min(max(corner[1], 0.0), self.limits[1]) for corner in corners)
        return (round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2))

    def _device(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, *self.size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        return across.value / DEVICE_SCALE, down.value / DEVICE_SCALE
