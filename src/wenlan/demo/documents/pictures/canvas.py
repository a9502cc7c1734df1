"""A drawing surface with smooth edges and text in the demo's fonts."""

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from wenlan.demo.documents.fonts import font_file

Point = tuple[float, float]
INK = "#22303C"
GREY = "#8A938F"
PALE = "#D9DEDA"
PALETTE = ("#2F6B6B", "#B5654A", "#C9A24B", "#5B7FA6", "#7F9B6E", "#8A6C8C", "#4E5D6C", "#D08F7E")
_FINE = 2


@cache
def _font(size: int, role: str) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = font_file(role)
    return ImageFont.truetype(str(path), size) if path else ImageFont.load_default(size)


class Canvas:
    """Draws at twice the size and shrinks at the end; coordinates are final pixels."""

    def __init__(self, width: int, height: int, background: str = "#FFFFFF") -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * _FINE, height * _FINE), background)
        self.draw = ImageDraw.Draw(self.image)

    def line(self, points: Sequence[Point], colour: str = INK, width: float = 2) -> None:
        """Draw a line through the points."""
        self.draw.line(_grown(points), fill=colour, width=round(width * _FINE), joint="curve")

    def polygon(self, points: Sequence[Point], fill: str, outline: str | None = None) -> None:
        """Fill a polygon."""
        self.draw.polygon(_grown(points), fill=fill, outline=outline)

    def box(
        self,
        start: Point,
        end: Point,
        fill: str | None = None,
        outline: str | None = None,
        radius: float = 0,
        width: float = 1.5,
    ) -> None:
        """Draw a rectangle, with round corners when `radius` is given."""
        self.draw.rounded_rectangle(
            _grown([start, end]), radius * _FINE, fill=fill, outline=outline, width=round(width * _FINE)
        )

    def circle(
        self,
        centre: Point,
        radius: float,
        fill: str | None = None,
        outline: str | None = None,
        width: float = 1.5,
    ) -> None:
        """Draw a circle."""
        self.ellipse(centre, radius, radius, fill, outline, width)

    def ellipse(
        self,
        centre: Point,
        across: float,
        down: float,
        fill: str | None = None,
        outline: str | None = None,
        width: float = 1.5,
    ) -> None:
        """Draw an ellipse with the half axes `across` and `down`."""
        x, y = centre
        corners = _grown([(x - across, y - down), (x + across, y + down)])
        self.draw.ellipse(corners, fill=fill, outline=outline, width=round(width * _FINE))

    def slice(self, centre: Point, radius: float, start: float, end: float, fill: str) -> None:
        """Draw a slice of a pie; angles are degrees clockwise from three o'clock."""
        x, y = centre
        corners = _grown([(x - radius, y - radius), (x + radius, y + radius)])
        self.draw.pieslice(corners, start, end, fill=fill, outline="#FFFFFF", width=3)

    def arc(
        self, centre: Point, across: float, down: float, turn: tuple[float, float], colour: str, width: float
    ) -> None:
        """Draw a part of an ellipse; `turn` is from and to in degrees clockwise from three o'clock."""
        x, y = centre
        corners = _grown([(x - across, y - down), (x + across, y + down)])
        self.draw.arc(corners, *turn, fill=colour, width=round(width * _FINE))

    def text(
        self, at: Point, words: str, size: int = 20, colour: str = INK, anchor: str = "mm", role: str = "hei"
    ) -> None:
        """Write words; `anchor` is Pillow's ("mm" is the middle, "lm" left and middle)."""
        self.draw.text(_grown([at])[0], words, fill=colour, font=_font(size * _FINE, role), anchor=anchor)

    def arrow(self, start: Point, end: Point, colour: str = INK, width: float = 3) -> None:
        """Draw an arrow from start to end."""
        (x1, y1), (x2, y2) = start, end
        length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1)
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        head = 5 * width
        self.line([start, (x2 - dx * head * 0.7, y2 - dy * head * 0.7)], colour, width)
        base = (x2 - dx * head, y2 - dy * head)
        side = head * 0.45
        self.polygon(
            [end, (base[0] - dy * side, base[1] + dx * side), (base[0] + dy * side, base[1] - dx * side)],
            colour,
        )

    def gradient(self, top: str, bottom: str, start: float = 0, end: float | None = None) -> None:
        """Fill rows from `start` to `end` with a colour that changes from top to bottom."""
        last = self.height if end is None else end
        first, second = _channels(top), _channels(bottom)
        for row in range(round(start * _FINE), round(last * _FINE)):
            share = (row / _FINE - start) / max(last - start, 1)
            colour = tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
            self.draw.line([(0, row), (self.width * _FINE, row)], fill=colour)

    def png(self, colours: int = 128) -> bytes:
        """Return the picture with at most so many colours."""
        small = self.image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        packed = small.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        stream = io.BytesIO()
        packed.save(stream, "PNG", optimize=True)
        return stream.getvalue()


def _grown(points: Sequence[Point]) -> list[Point]:
    return [(x * _FINE, y * _FINE) for x, y in points]


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))
