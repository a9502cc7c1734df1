"""The picture with which a reader shows a document to others: its first page, title, author, and the way to it."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno
from PIL import Image, ImageDraw, ImageFilter

from wenlan.conversion.engine.pixels import Pixels
from wenlan.orders.lettering import Face, drawable, font, lines

WIDTH, HEIGHT = 1080, 1440
_MARGIN = 84
_INNER = WIDTH - 2 * _MARGIN
_FOOT = 300
"""The height of the part below the line, with the code and the name of the site."""
COVER_WIDTH, COVER_HEIGHT = _INNER, 660

# The colours of tokens.css.
_PAPER, _SHEET, _INK, _SOFT, _FAINT = "#fbf9f4", "#ffffff", "#1f1d1a", "#57524a", "#6c665b"
_RULE, _SEAL, _SHADOW = "#e4ddcf", "#a8321f", (60, 45, 20)

_TITLE_SIZES = (68, 60, 52)
_TITLE_SIZES_ALONE = (92, 80, 68, 60)


@dataclass(frozen=True)
class PosterWords:
    """What stands on a poster beside the cover; `url` is what the code leads to."""

    title: str
    author: str
    facts: str
    site: str
    hint: str
    url: str


def poster_png(words: PosterWords, cover: Pixels | None) -> bytes:
    """The poster as a PNG of 1080 by 1440 pixels. Raises NoFont where no font is installed."""
    poster = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(poster)
    draw.rectangle((0, 0, WIDTH, 14), fill=_SEAL)
    top = _MARGIN
    if cover is not None:
        _cover(poster, cover)
        top += COVER_HEIGHT + 48
    _words(draw, words, top=top, is_alone=cover is None)
    _foot(poster, draw, words)
    file = io.BytesIO()
    poster.save(file, "PNG")
    return file.getvalue()


def _cover(poster: Image.Image, cover: Pixels) -> None:
    """The first page as a sheet with its shadow, in the middle of its room."""
    left = (WIDTH - cover.width) // 2
    top = _MARGIN + (COVER_HEIGHT - cover.height) // 2
    sheet = (left, top, left + cover.width, top + cover.height)
    shadow = Image.new("L", poster.size, 0)
    ImageDraw.Draw(shadow).rectangle((sheet[0], sheet[1] + 14, sheet[2], sheet[3] + 18), fill=70)
    poster.paste(_SHADOW, mask=shadow.filter(ImageFilter.GaussianBlur(18)))
    poster.paste(Image.frombytes("RGB", (cover.width, cover.height), cover.data), (left, top))
    ImageDraw.Draw(poster).rectangle((left - 1, top - 1, sheet[2], sheet[3]), outline=_RULE, width=1)


def _words(draw: ImageDraw.ImageDraw, words: PosterWords, *, top: int, is_alone: bool) -> None:
    """Title, author and facts, in the room between `top` and the foot."""
    title = drawable(words.title, "serif") or "…"
    limit = 6 if is_alone else 3
    room = HEIGHT - _FOOT - top - 120  # two smaller lines follow
    for size in _TITLE_SIZES_ALONE if is_alone else _TITLE_SIZES:
        high = size * 13 // 10
        set_in = font("serif", size)
        title_lines = lines(title, set_in, width=_INNER, limit=min(limit, room // high))
        if not title_lines[-1].endswith("…") or title.endswith("…"):
            break
    if is_alone:
        draw.rectangle((_MARGIN, top + 40, _MARGIN + 96, top + 48), fill=_SEAL)
        top += 96
    for line in title_lines:
        draw.text((_MARGIN, top), line, font=set_in, fill=_INK)
        top += high
    top += 28
    _line(draw, words.author, "sans", 34, (_MARGIN, top), _SOFT)
    _line(draw, words.facts, "sans", 28, (_MARGIN, top + 50), _FAINT)


def _line(
    draw: ImageDraw.ImageDraw,
    text: str,
    face: Face,
    size: int,
    place: tuple[int, int],
    colour: str,
    *,
    width: int = _INNER,
) -> None:
    set_in = font(face, size)
    text = lines(drawable(text, face), set_in, width=width, limit=1)[0]
    draw.text(place, text, font=set_in, fill=colour)


def _foot(poster: Image.Image, draw: ImageDraw.ImageDraw, words: PosterWords) -> None:
    """The name of the site, what to do, and the code to do it with."""
    top = HEIGHT - _FOOT
    draw.rectangle((_MARGIN, top, WIDTH - _MARGIN, top + 1), fill=_RULE)
    code = _code(words.url, 220)
    poster.paste(code, (WIDTH - _MARGIN - code.width, top + 40))
    width = _INNER - code.width - 48
    _line(draw, words.site, "serif", 46, (_MARGIN, top + 56), _INK, width=width)
    _line(draw, words.hint, "sans", 30, (_MARGIN, top + 128), _SOFT, width=width)
    _line(draw, words.url.partition("://")[2], "sans", 26, (_MARGIN, top + 180), _FAINT, width=width)


def _code(url: str, room: int) -> Image.Image:
    """The address as a QR code (ISO/IEC 18004) with its quiet zone, at most `room` pixels wide."""
    matrix = segno.make(url, error="m", micro=False).matrix
    scale = room // (len(matrix) + 8)
    code = Image.new("L", (len(matrix) + 8,) * 2, 255)
    for y, row in enumerate(matrix, start=4):
        for x, module in enumerate(row, start=4):
            if module:
                code.putpixel((x, y), 0)
    return code.resize((code.width * scale,) * 2, Image.Resampling.NEAREST).convert("RGB")
