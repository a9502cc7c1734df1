"""How much a picture looks like another: SSIM, in pixels' neighbourhoods of 8 × 8.

Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli: Image Quality Assessment: From Error Visibility to Structural
Similarity, IEEE Transactions on Image Processing 13 (2004), with square windows and a step of 4 pixels.
"""

from __future__ import annotations

import math
from typing import Any

from PIL import Image, ImageChops, ImageMath, ImageStat

_WINDOW, _STEP = 8, 4
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def similarity(one: Image.Image, other: Image.Image) -> float:
    """The mean SSIM of the channels of two RGB pictures of one size; 1 when they are equal."""
    pairs = zip(one.split(), other.split(), strict=True)
    means = [_channel(a, b, x, y) for a, b in pairs for x in (0, _STEP) for y in (0, _STEP)]
    return sum(means) / len(means)


def noise_ratio(one: Image.Image, other: Image.Image) -> float:
    """The peak signal-to-noise ratio of two RGB pictures of one size, in decibels; infinite when they are equal."""
    found = ImageStat.Stat(ImageChops.difference(one, other))
    error = sum(found.sum2) / sum(found.count)
    return 10 * math.log10(255**2 / error) if error else math.inf


def _channel(one: Image.Image, other: Image.Image, left: int, top: int) -> float:
    """The mean over the windows that begin at `left` and `top`."""
    right = left + (one.width - left) // _WINDOW * _WINDOW
    bottom = top + (one.height - top) // _WINDOW * _WINDOW
    x, y = (picture.crop((left, top, right, bottom)).convert("F") for picture in (one, other))
    mean_x, mean_y = x.reduce(_WINDOW), y.reduce(_WINDOW)
    return _mean(
        ImageMath.lambda_eval(
            _ssim, x=mean_x, y=mean_y, xx=_product(x, x), yy=_product(y, y), xy=_product(x, y)
        )
    )


def _ssim(of: dict[str, Any]) -> Any:
    x, y = of["x"], of["y"]
    alike = (x * y * 2 + _C1) * ((of["xy"] - x * y) * 2 + _C2)
    return alike / ((x * x + y * y + _C1) * (of["xx"] - x * x + of["yy"] - y * y + _C2))


def _product(one: Image.Image, other: Image.Image) -> Image.Image:
    """The mean product of each window."""
    product: Image.Image = ImageMath.lambda_eval(lambda of: of["a"] * of["b"], a=one, b=other)
    return product.reduce(_WINDOW)


def _mean(picture: Image.Image) -> float:
    value = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(value, float)
    return value
