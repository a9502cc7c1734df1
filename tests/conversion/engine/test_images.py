"""Page images: how large they are and how they look beside WebP of quality 75, and what stays exact."""

from __future__ import annotations

import io
import random
import string
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from benchmarks._similarity import similarity
from PIL import Image, ImageDraw
from reportlab.lib.colors import HexColor
from reportlab.pdfgen import canvas

from wenlan.conversion.engine.inside import images

WIDTH = 1200
ZEBRA = "#F9F9F9"
CHANCE = random.Random(7)  # noqa: S311 (the same words each time)


def words(count: int) -> str:
    """Words that do not repeat, which would be easier to compress than text is."""
    return " ".join(
        "".join(CHANCE.choices(string.ascii_lowercase, k=CHANCE.randint(2, 9))) for _ in range(count)
    )


def plain_text(sheet: canvas.Canvas) -> None:
    for line in range(50):
        sheet.drawString(50, 780 - 14 * line, words(12))


def coloured_text(sheet: canvas.Canvas) -> None:
    plain_text(sheet)
    for line, colour in ((52, "#C00000"), (53, "#0563C1"), (54, "#00B050")):
        sheet.setFillColor(HexColor(colour))
        sheet.drawString(50, 780 - 14 * line, words(12))


def text_on_stripes(sheet: canvas.Canvas) -> None:
    sheet.setFillColor(HexColor(ZEBRA))
    sheet.rect(40, 40, 500, 40, stroke=0, fill=1)
    sheet.setFillColor(HexColor("#000000"))
    plain_text(sheet)


def photograph(mode: str, size: int) -> Callable[[canvas.Canvas], None]:
    """Text beside a picture of that size in which shades go over into each other."""

    def draw(sheet: canvas.Canvas) -> None:
        plain_text(sheet)
        shades = [Image.radial_gradient("L").rotate(90 * turn) for turn in range(2)]
        parts = [*shades, Image.linear_gradient("L")]
        noisy = [Image.blend(part, Image.effect_noise(part.size, 30), 0.1) for part in parts]
        sheet.drawInlineImage(Image.merge("RGB", noisy).convert(mode).convert("RGB"), 100, 300, size, size)

    return draw


def drawn(draw: Callable[[canvas.Canvas], None], path: Path) -> Image.Image:
    """A page of A4 as it is rendered."""
    sheet = canvas.Canvas(str(path), pagesize=(595, 842))
    draw(sheet)
    sheet.save()
    return images.render(pdfium.PdfDocument(path)[0], WIDTH)


def quality_75(picture: Image.Image) -> bytes:
    """As today's WebP is written by default, with the effort that page images have."""
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=75, method=2)
    return stream.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def is_lossless(content: bytes) -> bool:
    """https://developers.google.com/speed/webp/docs/riff_container: the first chunk is VP8L."""
    return content[12:16] == b"VP8L"


@pytest.mark.parametrize("draw", [plain_text, coloured_text, text_on_stripes])
def test_a_page_of_text_takes_little_room_and_looks_no_worse(
    tmp_path: Path, draw: Callable[[canvas.Canvas], None]
) -> None:
    picture = drawn(draw, tmp_path / "a.pdf")
    images.write(picture, [WIDTH, WIDTH // 2], tmp_path, 1)
    for written, original in (
        ("0001.webp", picture),
        ("0001-600.webp", images.shrink(picture, WIDTH // 2)),
    ):
        ours, usual = (tmp_path / written).read_bytes(), quality_75(original)
        assert len(ours) <= 0.6 * len(usual)
        assert similarity(original, opened(ours)) >= similarity(original, opened(usual))


def test_the_tint_of_a_table_row_stays_as_it_is(tmp_path: Path) -> None:
    picture = drawn(text_on_stripes, tmp_path / "a.pdf")
    images.write(picture, [WIDTH], tmp_path, 1)
    shown = opened((tmp_path / "0001.webp").read_bytes())
    place = (WIDTH * 300 // 595, WIDTH * (842 - 60) // 595)
    assert "#{:02X}{:02X}{:02X}".format(*shown.getpixel(place)) == ZEBRA  # type: ignore[misc]


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("size", [60, 400])
def test_a_photograph_keeps_its_shades(tmp_path: Path, mode: str, size: int) -> None:
    picture = drawn(photograph(mode, size), tmp_path / "a.pdf")
    images.write(picture, [WIDTH], tmp_path, 1)
    content = (tmp_path / "0001.webp").read_bytes()
    assert not is_lossless(content)
    assert len(content) <= len(quality_75(picture))


@pytest.mark.parametrize("slope", [(1, 0), (0, 1)])
def test_a_background_that_fades_shows_no_bands(tmp_path: Path, slope: tuple[int, int]) -> None:
    picture = Image.linear_gradient("L").rotate(90 * slope[0]).resize((WIDTH, 900)).convert("RGB")
    ImageDraw.Draw(picture).text((200, 200), "A slide with a title", fill="white", font_size=60)
    images.write(picture, [WIDTH], tmp_path, 1)
    assert not is_lossless((tmp_path / "0001.webp").read_bytes())


def test_a_grey_scan_with_its_noise_stays_lossy(tmp_path: Path) -> None:
    page = drawn(plain_text, tmp_path / "a.pdf").convert("L")
    scan = Image.blend(page, Image.effect_noise(page.size, 40), 0.15).convert("RGB")
    images.write(scan, [WIDTH], tmp_path, 1)
    assert not is_lossless((tmp_path / "0001.webp").read_bytes())
