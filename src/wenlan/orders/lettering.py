"""Setting words in a picture: the fonts that are installed for documents, and where lines break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from fontTools.ttLib import TTCollection, TTFont
from PIL import ImageFont

from wenlan.conversion.engine import fonts

Face = Literal["serif", "sans"]
Font = ImageFont.FreeTypeFont

_FILES: dict[Face, tuple[tuple[str, str, str], ...]] = {
    # Folder, file, and what the name of the right font in a collection ends in; the first that is installed is taken.
    "serif": (("noto", "NotoSerifCJK-Bold.ttc", "SC"), ("wqy", "wqy-microhei.ttc", "Hei")),
    "sans": (("noto", "NotoSansCJK-Regular.ttc", "SC"), ("wqy", "wqy-microhei.ttc", "Hei")),
}
_LAST_RESORT = (("dejavu", "DejaVuSans.ttf", ""), ("liberation", "LiberationSans-Regular.ttf", ""))

_EAST_ASIAN = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_PIECE = re.compile(rf"\s+|[^\s{_EAST_ASIAN}]+|.", re.DOTALL)
#: What begins no line and what ends none (https://www.w3.org/TR/clreq/#prohibition_rules_for_line_start_end).
_NOT_FIRST = frozenset("、，。．：；！？）》〉」』】〕〗”’…—·～%％‰℃,.:;!?)]}")
_NOT_LAST = frozenset("（《〈「『【〔〖“‘([{")


class NoFont(Exception):
    """None of the fonts is installed that script/bootstrap installs."""


@lru_cache(maxsize=32)
def font(face: Face, size: int) -> Font:
    """The font of that face, `size` pixels high. Raises NoFont."""
    path, number = _place(face)
    return ImageFont.truetype(path, size, index=number)


@lru_cache(maxsize=2)
def _place(face: Face) -> tuple[str, int]:
    for folder, name, ending in (*_FILES[face], *_LAST_RESORT):
        path = fonts.installed_file(folder, name)
        if path is None:
            continue
        for number in range(8):
            try:
                family, _style = ImageFont.truetype(str(path), 10, index=number).getname()
            except OSError:
                break
            if (family or "").endswith(ending):
                return str(path), number
    raise NoFont


@lru_cache(maxsize=2)
def _characters(face: Face) -> frozenset[int]:
    path, number = _place(face)
    is_collection = path.endswith(".ttc")
    opened = TTCollection(path, lazy=True).fonts[number] if is_collection else TTFont(path, lazy=True)
    return frozenset(opened.getBestCmap())


def drawable(text: str, face: Face) -> str:
    """`text` without what the font has no picture of: an empty box says less than nothing."""
    known = _characters(face)
    return " ".join("".join(c for c in text if ord(c) in known or c.isspace()).split())


def lines(text: str, set_in: Font, *, width: int, limit: int) -> list[str]:
    """`text` in at most `limit` lines no wider than `width` pixels; an ellipsis ends what does not fit.

    Chinese breaks between any two characters but before and after punctuation that may not stand there, words of
    other scripts between them, and within one that is wider than a line.
    """
    found = [""]
    for piece in _pieces(text, set_in, width):
        if set_in.getlength((found[-1] + piece).rstrip()) <= width:
            found[-1] += piece
        elif piece.strip():
            found.append(piece)
    found = [line.strip() for line in found]
    if len(found) <= limit:
        return found
    last = found[limit - 1]
    while last and set_in.getlength(last + "…") > width:
        last = last[:-1]
    return [*found[: limit - 1], last.rstrip() + "…"]


def _pieces(text: str, set_in: Font, width: int) -> Iterator[str]:
    """What `text` may be broken between."""
    held = ""
    for piece in _PIECE.findall(text):
        if held and held[-1] not in _NOT_LAST and piece[0] not in _NOT_FIRST:
            yield from _halves(held, set_in, width)
            held = ""
        held += piece
    yield from _halves(held, set_in, width)


def _halves(piece: str, set_in: Font, width: int) -> Iterator[str]:
    """The piece, in parts when it is wider than a line."""
    while len(piece) > 1 and set_in.getlength(piece) > width:
        end = next(
            end for end in range(len(piece) - 1, 0, -1) if end == 1 or set_in.getlength(piece[:end]) <= width
        )
        yield piece[:end]
        piece = piece[end:]
    yield piece
