"""Pictures that came out of a document are looked at in the sandbox, and only their pixels are taken over."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.model import ConversionFailed
from wenlan.conversion.engine.pixels import Pixels, picture_pixels


def _picture(kind: str, size: tuple[int, int] = (400, 200), mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    colour = (200, 30, 30, 0) if mode == "RGBA" else (200, 30, 30)
    Image.new(mode, size, colour).save(file, kind)
    return file.getvalue()


def _looked_at(picture: bytes) -> Pixels:
    return picture_pixels(picture, width=100, height=100, deadline=Deadline(60))


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "JPEG"])
def test_a_picture_is_made_to_fit_and_keeps_its_shape(kind: str) -> None:
    seen = _looked_at(_picture(kind))
    assert (seen.width, seen.height) == (100, 50)
    assert len(seen.data) == 3 * 100 * 50
    assert all(abs(found - meant) < 12 for found, meant in zip(seen.data[:3], (200, 30, 30), strict=True))


def test_what_is_transparent_shows_the_paper() -> None:
    assert _looked_at(_picture("PNG", mode="RGBA")).data[:3] == b"\xff\xff\xff"


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"no picture at all",
        _picture("WEBP")[:60],
        _picture("GIF"),
        b"%PDF-1.7",
        _picture("PNG", (20_000, 20_000)),
    ],
    ids=["empty", "text", "cut off", "another format", "pdf", "too large"],
)
def test_what_is_no_picture_of_ours_is_refused(picture: bytes) -> None:
    with pytest.raises(ConversionFailed):
        _looked_at(picture)
