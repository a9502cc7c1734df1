"""What a file shows and a preview does not: linked pictures, objects without a picture, the styles of a page."""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import docx
import olefile
import openpyxl
import pptx
import pytest
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from pptx.enum.shapes import PROG_ID

from wenlan.conversion.engine import convert
from wenlan.conversion.engine.inside import legacy, legacy_slides
from wenlan.conversion.engine.inside.source import source_facts

from .test_fidelity import convert_with_office, package

COPY = '<a:blip r:embed="rId1" r:link="rId2"/>'
LINK = '<a:blip r:link="rId2"/>'


def relationships(*kinds: str) -> str:
    links = (
        f'<Relationship Id="rId{number}" Type="http://x/{kind}" Target="file:///x" TargetMode="External"/>'
        for number, kind in enumerate(kinds, start=1)
    )
    return f"<Relationships>{''.join(links)}</Relationships>"


def left_out(path: Path) -> int:
    found: int = source_facts(path, path.suffix[1:])["external_links"]
    return found


def test_only_what_a_document_shows_counts_as_left_out(tmp_path: Path) -> None:
    rels = relationships("image", "hyperlink", "attachedTemplate", "video", "oleObject")
    path = package(tmp_path / "a.docx", **{"word/_rels/document.xml.rels": rels})

    assert left_out(path) == 2


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (LINK, 1),
        (COPY, 0),
        (COPY + LINK, 1),
        ('<v:imagedata r:id="rId1" r:href="rId2"/>', 0),
        ('<v:imagedata r:href="rId2"/>', 1),
    ],
)
def test_a_linked_picture_of_which_the_file_keeps_a_copy_is_not_left_out(
    tmp_path: Path, picture: str, expected: int
) -> None:
    rels = relationships("hyperlink", "image")
    parts = {"word/_rels/document.xml.rels": rels, "word/document.xml": f"<w:body>{picture}</w:body>"}

    assert left_out(package(tmp_path / "a.docx", **parts)) == expected


def linked(source: Path, picture: Path) -> Path:
    """The package with its pictures outside of it."""
    target = source.with_stem("linked")
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as written:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".rels"):
                outside = f'Target="{picture.as_uri()}" TargetMode="External"'.encode()
                content = re.sub(rb'Target="[^"]*\.png"', outside, content)
            elif name.endswith(".xml"):
                content = content.replace(b"r:embed=", b"r:link=")
            written.writestr(name, content)
    return target


@pytest.mark.engine
def test_linked_pictures_are_found_in_files_of_office_97(tmp_path: Path) -> None:
    picture = tmp_path / "dot.png"
    Image.new("RGB", (40, 40), "red").save(picture)
    text = docx.Document()
    text.add_picture(str(picture))
    text.save(str(tmp_path / "a.docx"))
    show = pptx.Presentation()
    show.slides.add_slide(show.slide_layouts[6]).shapes.add_picture(str(picture), 0, 0)
    show.save(str(tmp_path / "a.pptx"))
    book = openpyxl.Workbook()
    book.worksheets[0].add_image(SheetImage(picture), "B2")
    book.save(tmp_path / "a.xlsx")

    for ending, older in (("docx", "doc"), ("pptx", "ppt"), ("xlsx", "xls")):
        inside = tmp_path / f"a.{ending}"
        assert left_out(convert_with_office(linked(inside, picture), older)) == 1
        assert left_out(convert_with_office(inside, older)) == 0


def presentation_with_object(folder: Path) -> Path:
    """A presentation of PowerPoint 97 that shows a workbook."""
    book = openpyxl.Workbook()
    book.save(folder / "inside.xlsx")
    show = pptx.Presentation()
    shapes = show.slides.add_slide(show.slide_layouts[6]).shapes
    shapes.add_ole_object(str(folder / "inside.xlsx"), PROG_ID.XLSX, 0, 0, 3_000_000, 2_000_000)
    show.save(str(folder / "a.pptx"))
    return convert_with_office(folder / "a.pptx", "ppt")


def objects_of(path: Path) -> tuple[int, int]:
    found = source_facts(path, path.suffix[1:])
    return found["objects"], found["objects_missing"]


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_an_object_of_powerpoint_97_without_a_picture_is_missing(tmp_path: Path) -> None:
    path = presentation_with_object(tmp_path)
    assert objects_of(path) == (1, 0)

    with olefile.OleFileIO(str(path), write_mode=True) as ole:
        stream = ole.openstream("PowerPoint Document").read()
        at = stream.rindex(b"\x04\x41", 0, stream.index(b"\x00\x00\xc1\x0b\x04\x00\x00\x00"))
        ole.write_stream("PowerPoint Document", stream[: at + 2] + bytes(4) + stream[at + 6 :])
    assert objects_of(path) == (1, 1)

    report = convert(path, name="a.ppt", out=tmp_path / "out").report
    assert (report["objects_missing"], report["verdict"]) == (1, "small")


def record(kind: int, content: bytes, *, first: int = 0) -> bytes:
    return struct.pack("<HHI", first, kind, len(content)) + content


def test_what_an_earlier_edit_of_a_presentation_left_behind_does_not_count() -> None:
    effect = legacy_slides._EFFECT_KIND + bytes(5)
    old, new = record(0x03EE, effect * 3, first=0x0F), record(0x03EE, effect, first=0x0F)
    first_directory = record(0x1772, struct.pack("<II", 1 | 1 << 20, 0))
    first_edit = record(0x0FF5, struct.pack("<8xII12x", 0, len(old)))
    stream = old + first_directory + first_edit
    at = len(stream)
    directory = record(0x1772, struct.pack("<II", 1 | 1 << 20, at))
    edit = record(0x0FF5, struct.pack("<8xII12x", len(old) + len(first_directory), at + len(new)))
    user = struct.pack("<16xI", at + len(new) + len(directory))

    found = legacy_slides.presentation(stream + new + directory + edit, user)

    assert found["animations"] == 1


@pytest.mark.parametrize(("result", "expected"), [("\x14\x01", 0), ("\x14 \x08", 0), ("\x14", 1), ("", 1)])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le"])
def test_an_object_of_word_97_that_nothing_stands_for_is_missing(
    result: str, expected: int, encoding: str
) -> None:
    text = f"see\x13 EMBED Visio.Drawing.6 {result}\x15.\x13 EMBED Equation.3 \x14\x15"

    assert legacy._objects_without_picture(text.encode(encoding)) == expected


def test_an_object_of_excel_97_without_a_picture_is_missing() -> None:
    def biff(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    common = struct.pack("<HHHH14x", 0x15, 0x12, 8, 1)
    embedded = biff(0x5D, common + struct.pack("<HHHHI", 9, 14, 12, 5, 0) + b"\x02" + bytes(5))
    plain = biff(0x5D, common + struct.pack("<HH", 0, 0))
    with_picture = biff(0xEC, b"\x04\x41\x01\x00\x00\x00")
    without = biff(0xEC, b"\x04\x41\x00\x00\x00\x00")

    assert legacy._sheet_objects_without_picture(with_picture + embedded + without + plain) == 0
    assert legacy._sheet_objects_without_picture(without + embedded) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (r"{\object\objemb{\*\objdata 01}{\result{\pict 00}}}", {"objects": 1}),
        (r"{\object\objemb{\*\objdata 01}}", {"objects": 1, "objects_missing": 1}),
        (r"{\object\objautlink{\result{\pict 00}}}", {"objects": 1}),
        (r"{\object\objautlink\objw9}", {"external_links": 1}),
        (r"{\object\objemb{\*\objclass Equation.3}{\result{\pict 00}}}", {"formulas": 1}),
        (
            r'{\field{\*\fldinst INCLUDEPICTURE "http://x/a.png" \\d}{\fldrslt }}\par{\pict 00}',
            {"external_links": 1},
        ),
        (r'{\field{\*\fldinst INCLUDEPICTURE "a.png"}{\fldrslt {\pict 00}}}', {}),
        (
            r"{\fonttbl{\f0 Arial;}{\f7\fnil\fcharset134{\*\falt Song} \'cb\'ce\'cc\'e5;}{\f8 Papyrus;}}{\colortbl;}\f7\f8 a",
            {"fonts_asked": ["Papyrus", "宋体"]},
        ),
    ],
)
def test_what_an_rtf_file_shows_and_a_preview_cannot(
    tmp_path: Path, content: str, expected: dict[str, Any]
) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1" + content + "}")

    found = source_facts(path, "rtf")

    assert {name: value for name, value in found.items() if value} == expected


def test_values_of_another_workbook_are_noted(tmp_path: Path) -> None:
    parts = {"xl/externalLinks/externalLink1.xml": "<externalLink><externalBook r:id='rId1'/></externalLink>"}

    assert source_facts(package(tmp_path / "a.xlsx", **parts), "xlsx")["other_workbooks"] == 1


PAGE = """<html><head><link rel="stylesheet" href="https://example.com/a.css"><style>p {color: red}</style></head>
<body><p>文澜<img src="https://example.com/a.png"><img src="data:image/png;base64,AAAA"><img src="b.png"></p>
<svg><style>x</style></svg><video src="c.mp4"></video><script>document.write("<img src=d.png>")</script></body></html>"""


def write_page(path: Path) -> None:
    path.write_text(PAGE, encoding="utf-8")


def write_book(path: Path) -> None:
    item = '<item id="a" href="a.html"/>'
    package(
        path,
        **{
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="a.opf"/></container>',
            "a.opf": f'<package><manifest>{item}</manifest><spine><itemref idref="a"/></spine></package>',
            "a.html": PAGE,
        },
    )


def write_markdown(path: Path) -> None:
    path.write_text("# 文澜\n\n![a](https://example.com/a.png) and [![b](b.png)](https://example.com)\n")


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        ("a.html", write_page, {"external_links": 2, "pictures_missing": 2, "media": 1, "styles": 2}),
        ("a.epub", write_book, {"external_links": 2, "pictures_missing": 2, "media": 1, "styles": 2}),
        ("a.md", write_markdown, {"external_links": 2}),
    ],
)
def test_a_page_a_book_and_markdown_say_what_was_not_fetched(
    tmp_path: Path, name: str, write: Any, expected: dict[str, int]
) -> None:
    write(tmp_path / name)

    report = convert(tmp_path / name, name=name, out=tmp_path / "out").report

    counts = ("external_links", "pictures_missing", "media", "styles")
    assert {count: report[count] for count in counts if report[count]} == expected
    assert report["verdict"] == "small"
