"""Page images: rendering, and the codec that makes a page small without making it look different.

A page of text has few colours: paper, ink, perhaps red headings and blue links, and the shades between them at the
edges of characters. Brought to a few steps of each channel it is smaller without loss than with, and sharper. Where
colours go over into each other, in photographs, gradients and grey scans, steps would show; such pages are
compressed with loss.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageChops

MAX_SIDE = 16_383  # WebP holds no larger picture.
MAX_PIXELS = 40_000_000

STEPS = 10
FINE_STEPS = 24
# Of the page, in tiles. Beside text there may be a small logo with shades of its own; it gets finer steps.
MAX_SMOOTH_SHARE = 0.001
MAX_FINE_SHARE = 0.006
# WebP keeps up to 256 colours in a palette and does badly without one. The picture has some more than its half.
MAX_COLOURS = 192
TILE = 16  # pixels of the half picture
SMOOTH = round(0.75 * 255)  # A tile of text is never changed in so many of its pixels.

# A value of a channel that fills so much of the page is a background or a fill and stays exactly as it is.
MIN_FILL_SHARE = 0.001
SHARPER_THAN_NEIGHBOURS = 4  # Noise and gradients spread over many values that lie next to each other.
MAX_FILLS = 12

_CHANGED = [0, 0, *[255] * 254]


def render(page: pdfium.PdfPage, width: int) -> Image.Image:
    """The page as an RGB picture of that width, or narrower where the page is too large for it."""
    points_wide, points_high = page.get_size()
    scale = width / points_wide
    scale = min(scale, MAX_SIDE / points_high, (MAX_PIXELS / (points_wide * points_high)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    picture: Image.Image = bitmap.to_pil()
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def write(picture: Image.Image, widths: list[int], folder: Path, number: int) -> list[dict[str, Any]]:
    """Write the picture in each width (largest first), as 0001.webp and 0001-720.webp. Returns what was written."""
    table = steps_for(picture)
    written = []
    for index, width in enumerate(widths):
        name = f"{number:04d}.webp" if index == 0 else f"{number:04d}-{width}.webp"
        scaled = picture if index == 0 else shrink(picture, width * min(1.0, picture.width / widths[0]))
        if table is not None:
            scaled.point(table).save(folder / name, "WEBP", lossless=True, method=1, quality=25)
        else:
            scaled.save(folder / name, "WEBP", quality=75, method=2)
        written.append({"name": name, "width": scaled.width, "height": scaled.height})
    return written


def shrink(picture: Image.Image, width: float) -> Image.Image:
    """A smaller copy; halving exactly is several times faster than resampling."""
    if abs(width * 2 - picture.width) < 1:
        return picture.reduce(2)
    size = (max(1, round(width)), max(1, round(picture.height * width / picture.width)))
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def steps_for(picture: Image.Image) -> list[int] | None:
    """What to make of each value of each channel of a page that keeps its looks in few colours; else None.

    The half picture is enough to tell, and takes a quarter of the time.
    """
    half = picture.reduce(2)
    for steps, most in ((STEPS, MAX_SMOOTH_SHARE), (FINE_STEPS, MAX_FINE_SHARE)):
        table = _table(half, steps)
        stepped = half.point(table)
        if stepped.getcolors(MAX_COLOURS) is None:
            return None
        share = _smooth_share(half, stepped)
        if share <= most:
            return table
        if share > MAX_FINE_SHARE:
            return None
    return None


def _table(picture: Image.Image, steps: int) -> list[int]:
    """The nearest step for each value of each channel."""
    histogram, pixels = picture.histogram(), picture.width * picture.height
    table = []
    for start in range(0, len(histogram), 256):
        levels = _levels(histogram[start : start + 256], pixels, steps)
        table += [min(levels, key=lambda level: abs(level - value)) for value in range(256)]
    return table


def _levels(histogram: list[int], pixels: int, steps: int) -> list[int]:
    """The values of a channel that stay: what fills areas, and equal steps where there is no such value near."""
    padded = [0, *histogram, 0]
    fills = [
        value
        for value, count in enumerate(histogram)
        if count >= MIN_FILL_SHARE * pixels
        and count > SHARPER_THAN_NEIGHBOURS * max(padded[value], padded[value + 2])
    ]
    fills = sorted(fills, key=lambda value: -histogram[value])[:MAX_FILLS]
    step = 255 / (steps - 1)
    others = (round(index * step) for index in range(steps))
    return [
        0,
        255,
        *fills,
        *(level for level in others if all(abs(level - fill) >= step / 2 for fill in fills)),
    ]


def _smooth_share(picture: Image.Image, stepped: Image.Image) -> float:
    """The share of the page, in tiles, in which nearly every pixel is changed: the steps would show there."""
    changed = ImageChops.difference(picture, stepped).point(_CHANGED * len(picture.getbands())).reduce(TILE)
    histogram = changed.histogram()
    tiles = changed.width * changed.height
    return max(
        sum(histogram[start + SMOOTH : start + 256]) / tiles for start in range(0, len(histogram), 256)
    )
