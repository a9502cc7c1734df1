"""How alike two pictures of the same size are: the mean SSIM of their luma.

Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity" (2004), with
windows of 8 by 8 pixels at every fourth pixel, as x264 and FFmpeg compute it. 1 is equal.
"""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageMath

_WINDOW, _STEP = 8, 4
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ssim(one: Image.Image, other: Image.Image) -> float:
    """The mean SSIM of two pictures of the same size, both at least 12 pixels wide and high."""
    first, second = (picture.convert("L").convert("F") for picture in (one, other))
    found = [
        _of_windows(first, second, x, y) for x in range(0, _WINDOW, _STEP) for y in range(0, _WINDOW, _STEP)
    ]
    return sum(mean * count for mean, count in found) / sum(count for _, count in found)


def _of_windows(first: Image.Image, second: Image.Image, left: int, top: int) -> tuple[float, int]:
    """The mean over the windows side by side, beginning there, and how many they are."""
    across, down = (first.width - left) // _WINDOW, (first.height - top) // _WINDOW
    box = (left, top, left + across * _WINDOW, top + down * _WINDOW)
    x, y = first.crop(box), second.crop(box)
    means = {
        "x": x.reduce(_WINDOW),
        "y": y.reduce(_WINDOW),
        "xx": _product(x, x).reduce(_WINDOW),
        "yy": _product(y, y).reduce(_WINDOW),
        "xy": _product(x, y).reduce(_WINDOW),
    }
    values = ImageMath.lambda_eval(_ssim, **means)
    return values.reduce(values.size).getpixel((0, 0)), across * down


def _product(x: Image.Image, y: Image.Image) -> Image.Image:
    product: Image.Image = ImageMath.lambda_eval(lambda given: given["x"] * given["y"], x=x, y=y)
    return product


def _ssim(given: dict[str, Any]) -> Any:
    x, y = given["x"], given["y"]
    above = (x * y * 2 + _C1) * ((given["xy"] - x * y) * 2 + _C2)
    return above / ((x * x + y * y + _C1) * (given["xx"] - x * x + given["yy"] - y * y + _C2))
