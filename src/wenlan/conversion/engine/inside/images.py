"""Page images: rendering, and the cheapest codec that keeps the page sharp."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageChops

MAX_SIDE = 16_383  # WebP holds no larger picture.
MAX_PIXELS = 40_000_000
GREY_TOLERANCE = 6
GREY_STEPS = 16
# Share of pixels that are neither paper nor ink. Above it a grey page holds a photograph, which 16 steps would spoil.
MAX_MIDTONE_SHARE = 0.2

_SIXTEEN = [round(round(value * (GREY_STEPS - 1) / 255) * 255 / (GREY_STEPS - 1)) for value in range(256)]


def render(page: pdfium.PdfPage, width: int) -> Image.Image:
    """The page as an RGB picture of that width, or narrower where the page is too tall for it."""
    points_wide, points_high = page.get_size()
    scale = width / points_wide
    scale = min(scale, MAX_SIDE / points_high, (MAX_PIXELS / (points_wide * points_high)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    picture: Image.Image = bitmap.to_pil()
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def write(picture: Image.Image, widths: list[int], folder: Path, number: int) -> list[dict[str, Any]]:
    """Write the picture in each width (largest first), as 0001.webp and 0001-720.webp. Returns what was written."""
    grey = as_grey_steps(picture)
    source = grey or picture
    written = []
    for index, width in enumerate(widths):
        name = f"{number:04d}.webp" if index == 0 else f"{number:04d}-{width}.webp"
        scaled = source if index == 0 else shrink(source, width * picture.width / widths[0])
        if grey is not None:
            scaled.point(_SIXTEEN).save(folder / name, "WEBP", lossless=True, method=1, quality=0)
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


def as_grey_steps(picture: Image.Image) -> Image.Image | None:
    """The picture in grey when it has no colour and few midtones, as a page of text has; else None."""
    red, green, blue = picture.split()
    for other in (red, blue):
        extremes = ImageChops.difference(green, other).getextrema()
        if int(extremes[1]) > GREY_TOLERANCE:  # type: ignore[arg-type]
            return None
    histogram = green.histogram()
    midtones = sum(histogram[24:232])
    if midtones > MAX_MIDTONE_SHARE * picture.width * picture.height:
        return None
    return green
