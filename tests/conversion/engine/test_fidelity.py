"""What is measured of a preview, and the word for it."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from wenlan.conversion.engine import Fidelity, Verdict, convert, fidelity, verdict
from wenlan.conversion.engine.inside import glyphs, legacy, legacy_slides, rich_text
from wenlan.conversion.engine.inside.source import source_facts

from .conftest import make_ole

MEASURED: dict[str, Any] = {"format": "docx", "pages": 3, "missing_glyphs": {"pages": []}}
TIMES = {"fonts": [{"name": "LiberationSerif-Bold", "embedded": True}], "fonts_asked": ["Times New Roman"]}
YAHEI = {"fonts": [{"name": "WenlanHei-Bold", "embedded": True}], "fonts_asked": ["微软雅黑"]}
GEORGIA = {"fonts": [{"name": "LiberationSerif", "embedded": True}], "fonts_asked": ["Georgia"]}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, Verdict(Fidelity.FAITHFUL)),
        (TIMES, Verdict(Fidelity.FAITHFUL)),
        ({"formulas": 4, "macros": True, "objects": 2}, Verdict(Fidelity.FAITHFUL)),
        (
            {"sheets": {"total": 4, "hidden": 1, "empty": 2, "split": True}},
            Verdict(Fidelity.FAITHFUL),
        ),
        ({"recorded_pages": 3}, Verdict(Fidelity.FAITHFUL)),
        ({"recorded_pages": 1}, Verdict(Fidelity.FAITHFUL)),
        ({"recorded_pages": 4}, Verdict(Fidelity.SMALL)),
        (GEORGIA, Verdict(Fidelity.SMALL)),
        (YAHEI, Verdict(Fidelity.FAITHFUL)),
        (YAHEI | {"recorded_pages": 4}, Verdict(Fidelity.SMALL)),
        (YAHEI | {"fonts_asked": ["幼圆"]}, Verdict(Fidelity.SMALL)),
        ({"animations": 1}, Verdict(Fidelity.SMALL)),
        ({"media": 1}, Verdict(Fidelity.SMALL)),
        ({"external_links": 1}, Verdict(Fidelity.SMALL)),
        ({"pictures_missing": 1}, Verdict(Fidelity.SMALL)),
        ({"styles": 1}, Verdict(Fidelity.SMALL)),
        ({"other_workbooks": 2}, Verdict(Fidelity.FAITHFUL)),
        ({"objects": 2, "objects_missing": 1}, Verdict(Fidelity.SMALL)),
        ({"format": "pdf", "fonts": [{"name": "SimSun", "embedded": False}]}, Verdict(Fidelity.SMALL)),
        ({"unreadable_pages": [3]}, Verdict(Fidelity.SEE_PAGES, (3,))),
        (
            {"animations": 9, "unreadable_pages": [7, 2], "missing_glyphs": {"pages": [2, 5]}},
            Verdict(Fidelity.SEE_PAGES, (2, 5, 7)),
        ),
    ],
)
def test_the_verdict_is_one_of_three(found: dict[str, Any], expected: Verdict) -> None:
    assert verdict(MEASURED | found) == expected


def test_an_earlier_report_that_measured_nothing_has_no_verdict() -> None:
    assert verdict({}) is None
    assert verdict({"format": "docx", "pages": 3, "recorded_pages": 3}) == Verdict(Fidelity.FAITHFUL)
    whole = {"format": "pdf", "fonts": [{"name": "SimSun", "embedded": True}]}
    assert verdict(whole) == Verdict(Fidelity.FAITHFUL)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
_NAMES = ["source", "cleaned", "fonts", "missing_glyphs", "empty_pages"]


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(_NAMES), _json | st.dictionaries(st.just("pages"), _json)),
    st.dictionaries(st.sampled_from(["styles", "media", "pictures_missing"]), _json),
    st.dictionaries(
        st.sampled_from(["cut", "empty"]),
        _json | st.lists(st.dictionaries(st.sampled_from(["name", "columns", "rows", "of_rows"]), _json)),
    ),
)
def test_whatever_comes_out_of_the_sandbox_there_is_a_report(
    facts: dict[str, Any], left_out: dict[str, Any], paged: dict[str, Any]
) -> None:
    report = fidelity.report(
        facts,
        left_out=left_out,
        format_name="docx",
        pages=3,
        recorded_pages=None,
        unreadable_pages=[],
        garbled={},
        sheets_split=True,
        paged=paged,
        plays=False,
    )

    assert set(fidelity.pages_to_see(report)) <= {1, 2, 3}
    assert report["verdict"] in {None, *Fidelity}


def convert_with_office(path: Path, ending: str) -> Path:
    """The file in a format of Office 97, written by the real LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("there is no soffice")
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", ending, "--outdir", str(path.parent), str(path)],
        check=True,
        timeout=180,
        capture_output=True,
    )
    return path.with_suffix(f".{ending}")


def docx_in(path: Path, font: str, text: str = "文澜阁 Library", *, even_chinese: bool = False) -> Path:
    document = docx.Document()
    run = document.add_paragraph().add_run(text)
    run.font.name = font
    if even_chinese:
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    document.save(str(path))
    return path


def test_fonts_are_asked_for_and_languages_are_not(tmp_path: Path) -> None:
    asked = source_facts(docx_in(tmp_path / "a.docx", "Georgia"), "docx")["fonts_asked"]

    assert "Georgia" in asked
    assert not {"en-US", "zh-CN", "ja-JP", "ar-SA", "bidi"} & set(asked)


@pytest.mark.engine
def test_files_of_office_97_tell_which_fonts_they_ask_for(tmp_path: Path) -> None:
    text = convert_with_office(docx_in(tmp_path / "a.docx", "华文新魏"), "doc")
    book = openpyxl.Workbook()
    cell = book.create_sheet("seen", 0).cell(1, 1, "Library")
    cell.font = Font(name="Georgia")
    book["Sheet"].sheet_state = "hidden"
    book.save(tmp_path / "b.xlsx")
    table = convert_with_office(tmp_path / "b.xlsx", "xls")
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    run = slide.shapes.add_textbox(0, 0, 3_000_000, 900_000).text_frame.paragraphs[0].add_run()
    run.text, run.font.name = "Library", "Book Antiqua"
    show.save(str(tmp_path / "c.pptx"))
    slides = convert_with_office(tmp_path / "c.pptx", "ppt")

    assert "华文新魏" in source_facts(text, "doc")["fonts_asked"]
    found = source_facts(table, "xls")
    assert "Georgia" in found["fonts_asked"]
    assert (found["sheets"], found["sheets_hidden"]) == (2, 1)
    assert "Book Antiqua" in source_facts(slides, "ppt")["fonts_asked"]


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_broken_records_of_office_97_are_read_to_their_end(content: bytes) -> None:
    font = b"\x31\x00\x18\x00" + bytes(14) + b"\x04\x00Kai!"
    found = legacy._workbook(font + content)
    assert len(found["fonts_asked"]) <= legacy.MAX_FONTS
    assert legacy._sheet_objects_without_picture(content) >= 0
    assert legacy._objects_without_picture(b"\x13 EMBED " + content) >= 0
    assert legacy_slides.presentation(content, content)["animations"] >= 0
    assert len(rich_text.rtf_facts(b"{\\rtf1{\\fonttbl" + content)["fonts_asked"]) <= legacy.MAX_FONTS
    assert list(glyphs.boxed(content, {b"F1": {b"01": "文"}})) == []


def package(path: Path, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_objects_of_other_programs_are_shown_by_their_picture_or_missing(tmp_path: Path) -> None:
    drawn = '<w:object><v:shape><v:imagedata r:id="rId4"/></v:shape><o:OLEObject ProgID="Visio"/></w:object>'
    bare = '<w:object><o:OLEObject ProgID="Package" r:id="rId5"/></w:object>'
    formula = '<w:object><o:OLEObject ProgID="Equation.3" r:id="rId6"/></w:object>'
    path = package(tmp_path / "a.docx", **{"word/document.xml": f"<w:body>{drawn}{bare}{formula}</w:body>"})
    assert _objects(path) == (2, 1)

    frame = '<p:graphicFrame><p:oleObj spid="_x0000_s1026"/><p:oleObj><p:pic/></p:oleObj></p:graphicFrame>'
    path = package(tmp_path / "b.pptx", **{"ppt/slides/slide1.xml": f"<p:spTree>{frame}</p:spTree>"})
    assert _objects(path) == (1, 0)

    pair = '<oleObject r:id="rId3"><objectPr/></oleObject><oleObject r:id="rId3"/>'
    path = package(tmp_path / "c.xlsx", **{"xl/worksheets/sheet1.xml": f"<oleObjects>{pair}</oleObjects>"})
    assert _objects(path) == (1, 0)


def _objects(path: Path) -> tuple[int, int]:
    found = source_facts(path, path.suffix[1:])
    return found["objects"], found["objects_missing"]


def test_a_word_file_with_a_zip_at_its_end_is_still_a_word_file(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    inner = package(tmp_path / "theme.zip", **{"theme1.xml": '<a:latin typeface="Cambria"/>'})
    make_ole(path, "WordDocument", 4096)
    with path.open("ab") as stream:
        stream.write(inner.read_bytes())

    assert source_facts(path, "doc")["fonts_asked"] == []


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_characters_that_no_font_has_are_named_with_their_pages(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("文澜 library □ end")
    document.add_page_break()  # type: ignore[no-untyped-call]
    document.add_paragraph("beyond ꀀꀀ")
    document.add_paragraph("汉字𰀀")
    document.save(str(tmp_path / "a.docx"))

    result = convert(tmp_path / "a.docx", name="a.docx", out=tmp_path / "out")

    found = result.report["missing_glyphs"]
    assert (set(found["characters"]), found["count"], found["pages"]) == ({"ꀀ", "𰀀"}, 3, [2])
    assert result.report["verdict"] == "see_pages"


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("font", ["楷体", "仿宋"])
def test_characters_that_leave_no_box_are_named_as_well(tmp_path: Path, font: str) -> None:
    path = docx_in(tmp_path / "a.docx", font, "文澜 ꀀ\u3000𰀀 \u2800end", even_chinese=True)

    result = convert(path, name="a.docx", out=tmp_path / "out")

    found = result.report["missing_glyphs"]
    assert (set(found["characters"]), found["count"], found["pages"]) == ({"ꀀ", "𰀀"}, 2, [1])


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_hidden_and_empty_sheets_are_counted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("seen", 0).append(["文澜阁"])
    book.create_sheet("hidden").append(["for the formulas"])
    book["hidden"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")

    result = convert(tmp_path / "a.xlsx", name="a.xlsx", out=tmp_path / "out")

    assert result.report["sheets"] == {"total": 3, "hidden": 1, "empty": 1, "split": False}
    assert result.report["verdict"] == "faithful"
