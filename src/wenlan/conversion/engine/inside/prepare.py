"""Turns text, Markdown, CSV, HTML, EPUB and pictures into what can be laid out. Runs inside the sandbox.

Takes its order as JSON in the first argument, writes prepared.fodt, prepared.csv or prepared.pdf into the job's folder,
and says by its exit code what went wrong. left-out.json beside the first two counts what is not in it.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from PIL import Image, ImageOps, ImageSequence

from .decoding import decode
from .flat import Builder, Span
from .hypertext import Book, html_to_blocks
from .markdown import to_blocks

DAMAGED, TOO_LARGE = 3, 4
SEPARATORS = ",;\t|"
MAX_ROWS = 1_048_576  # those of a sheet
MAX_CELLS = 400_000  # more than a preview ever has room for, and each takes its time
DOTS_PER_INCH = 96
PAGE_POINTS = 842.0


class TooLarge(Exception):
    """The content is beyond what the order allows."""


def text(order: dict[str, Any], builder: Builder) -> None:
    """Plain text: a line is a line. Chinese is set in a proportional face, other text in a fixed one."""
    content = _decoded(order)
    wide = sum(char >= "\u2e80" for char in content[:20_000])
    style = "Line" if wide * 10 > min(len(content), 20_000) else "Mono"
    for number, sheet in enumerate(content.split("\f")):
        if number:
            builder.page_break()
        for line in sheet.split("\n"):
            builder.paragraph([Span(line.rstrip())], style)


def markdown(order: dict[str, Any], builder: Builder) -> None:
    to_blocks(_decoded(order), builder)


def html(order: dict[str, Any], builder: Builder) -> None:
    content = Path(order["source"]).read_bytes()
    if len(content) > order["max_characters"] * 4:
        raise TooLarge("too much HTML")
    html_to_blocks(content, builder)


def epub(order: dict[str, Any], builder: Builder) -> None:
    with zipfile.ZipFile(order["source"]) as archive:
        Book(archive).to_blocks(builder)


def _decoded(order: dict[str, Any]) -> str:
    content = decode(Path(order["source"]).read_bytes())
    if len(content) > order["max_characters"]:
        raise TooLarge(f"{len(content)} characters")
    return content


def table(order: dict[str, Any]) -> None:
    """CSV in UTF-8, separated by commas and with a mark at the beginning: it is text whatever follows.

    Each field is quoted, which an office program can be told to take as text: 001 and 12345678901234567 stay what they
    are. Of a field of several lines it would show the last: they follow one another on one line. As many rows are kept as
    a preview may have room for; left-out.json says how many there are.
    """
    content = decode(Path(order["source"]).read_bytes())
    csv.field_size_limit(len(content) + 1)
    rows = kept = columns = room = cells = 0
    with (Path(order["folder"]) / "prepared.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        written = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for row in csv.reader(io.StringIO(content, newline=""), delimiter=_separator(content)):
            rows += 1
            room, cells = room + sum(map(len, row)) + len(row), cells + len(row)
            if room > order["max_characters"] or kept >= MAX_ROWS or cells > MAX_CELLS:
                continue
            written.writerow([" ".join(field.splitlines()) for field in row])
            kept, columns = kept + 1, max(columns, len(row))
    if not kept:
        raise TooLarge("a row of too many characters")
    counts = {"rows": kept, "of_rows": rows, "columns": columns}
    (Path(order["folder"]) / "left-out.json").write_text(json.dumps(counts), encoding="utf-8")


def _separator(content: str) -> str:
    try:
        return csv.Sniffer().sniff(content[:20_000], delimiters=SEPARATORS).delimiter
    except csv.Error:
        return max(SEPARATORS, key=content[:20_000].count)


def pictures(order: dict[str, Any]) -> None:
    """A PDF with one page for each frame, upright, on white."""
    Image.MAX_IMAGE_PIXELS = int(order["max_pixels"])
    pages: list[Image.Image] = []
    pixels = 0
    with Image.open(order["source"], formats=("PNG", "JPEG", "WEBP", "TIFF", "MPO")) as picture:
        animated = picture.format in {"PNG", "WEBP", "MPO"}
        for frame in ImageSequence.Iterator(picture):
            pixels += frame.width * frame.height
            if pixels > order["max_pixels"] * (1 if not pages else 2) or len(pages) >= order["max_pages"]:
                raise TooLarge(f"{pixels} pixels")
            pages.append(_flat(ImageOps.exif_transpose(frame)))
            if animated:
                break
    resolution = max(DOTS_PER_INCH, max(max(page.size) for page in pages) * 72 / PAGE_POINTS)
    target = Path(order["folder"]) / "prepared.pdf"
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], resolution=resolution, quality=90)


def _flat(picture: Image.Image) -> Image.Image:
    """RGB or grey, without transparency."""
    if picture.mode in {"1", "L", "RGB"}:
        return picture.copy()
    if picture.mode in {"I", "I;16", "I;16B", "F"}:
        return picture.convert("F").point(lambda value: value / 256).convert("L")
    if picture.mode not in {"LA", "RGBA", "P", "PA"}:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    paper.alpha_composite(layered)
    return paper.convert("RGB")


BLOCKS = {"txt": text, "md": markdown, "html": html, "epub": epub}


def main(argument: str) -> int:
    order = json.loads(argument)
    kind = order["format"]
    try:
        if kind == "csv":
            table(order)
        elif kind in BLOCKS:
            Image.MAX_IMAGE_PIXELS = int(order["max_pixels"])
            builder = Builder()
            BLOCKS[kind](order, builder)
            folder = Path(order["folder"])
            (folder / "prepared.fodt").write_text(builder.render(), encoding="utf-8")
            (folder / "left-out.json").write_text(json.dumps(builder.left_out), encoding="utf-8")
        else:
            pictures(order)
    except (TooLarge, Image.DecompressionBombError, MemoryError) as error:
        sys.stderr.write(f"{error}\n")
        return TOO_LARGE
    except (
        OSError, ValueError, csv.Error, SyntaxError, KeyError, EOFError, IndexError, NotImplementedError, RuntimeError,
        zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException,
    ) as error:  # fmt: skip
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
