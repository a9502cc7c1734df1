"""What Chinese documents are set in when the machine has none of the fonts they ask for."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from wenlan.conversion.engine import convert, fonts, stand_ins
from wenlan.conversion.engine.derived_fonts import DERIVED, derived_folder

pytestmark = pytest.mark.engine

CHARACTERS = "一、关于“镕”的通知。（2023年），第8项；好！"


@pytest.fixture(scope="module")
def folder(engine: None) -> Path:
    found = fonts.chosen_folders().get("derived")
    assert found is not None
    return found


def font(folder: Path, name: str) -> TTFont:
    return TTFont(folder / name, lazy=True)


def line_of_em(font: TTFont) -> float:
    return float((font["hhea"].ascent - font["hhea"].descent) / font["head"].unitsPerEm)


def box_of_em(font: TTFont, character: str) -> tuple[float, ...]:
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[font.getBestCmap()[ord(character)]].draw(pen)
    return tuple(value / font["head"].unitsPerEm for value in pen.bounds)


def test_every_stand_in_is_made(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {derived.file_name for derived in DERIVED}


def test_they_are_made_once(folder: Path) -> None:
    before = {path: path.stat().st_ino for path in folder.iterdir()}
    assert fonts.chosen_folders()["derived"] == folder
    assert {path: path.stat().st_ino for path in folder.iterdir()} == before


def test_a_machine_without_the_sources_has_no_stand_ins(tmp_path: Path) -> None:
    assert derived_folder((str(tmp_path),)) is None


def test_a_source_that_is_no_font_costs_only_its_own_stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("WENLAN_CACHE_DIR", str(tmp_path / "cache"))
    arphic = tmp_path / "fonts" / "truetype"
    for name, content in (
        ("arphic-gbsn00lp/gbsn00lp.ttf", b"no font at all"),
        ("arphic-gkai00mp/gkai00mp.ttf", (folder / "WenlanKai-Regular.ttf").read_bytes()),
    ):
        (arphic / name).parent.mkdir(parents=True)
        (arphic / name).write_bytes(content)

    made = derived_folder((str(tmp_path / "fonts"),))

    assert made is not None
    assert [path.name for path in made.iterdir()] == ["WenlanKai-Regular.ttf"]


@pytest.mark.parametrize("style", ["Regular", "Bold"])
def test_song_sets_lines_of_one_em_and_half_an_em_for_a_letter(folder: Path, style: str) -> None:
    song = font(folder, f"WenlanSong-{style}.otf")
    glyphs = song.getBestCmap()
    assert line_of_em(song) == pytest.approx(1.0, abs=0.005)
    assert {song["hmtx"][glyphs[ord(letter)]][0] for letter in "aMi0 1.("} == {song["head"].unitsPerEm // 2}
    assert all(ord(character) in glyphs for character in CHARACTERS)


@pytest.mark.parametrize(
    "name",
    ["WenlanSong-Regular.otf", "WenlanHei-Bold.otf", "WenlanFang-Regular.ttf", "WenlanKai-Regular.ttf"],
)
@pytest.mark.parametrize("mark", ["。", "、"])
def test_stops_stand_low_and_left_as_on_the_mainland(folder: Path, name: str, mark: str) -> None:
    left, bottom, right, top = box_of_em(font(folder, name), mark)
    assert -0.12 <= bottom < 0.03
    assert top < 0.25
    assert left > 0.0
    assert right < 0.4


def _document(path: Path, families: dict[str, bool]) -> Path:
    document = docx.Document()
    for family, is_bold in families.items():
        run = document.add_paragraph().add_run(CHARACTERS)
        run.font.size, run.font.bold, run.font.name = Pt(14), is_bold, family
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), family)
    document.save(str(path))
    return path


@pytest.mark.parametrize(
    ("family", "is_bold", "expected"),
    [
        ("宋体", False, "WenlanSong-Regular"),
        ("宋体", True, "WenlanSong-Bold"),
        ("SimSun", False, "WenlanSong-Regular"),
        ("仿宋_GB2312", False, "WenlanFang-Regular"),
        ("楷体", False, "WenlanKai-Regular"),
        ("黑体", True, "WenlanHei-Bold"),
        ("Microsoft YaHei", False, "WenlanHei-Regular"),
        ("方正小标宋简体", False, "WenlanSong-Bold"),
        ("某某书宋", False, "WenlanSong-Regular"),
    ],
)
def test_each_family_gets_its_stand_in(
    tmp_path: Path, folder: Path, family: str, is_bold: bool, expected: str
) -> None:
    path = _document(tmp_path / "fonts.docx", {family: is_bold})
    result = convert(path, name=path.name, out=tmp_path / "out")
    assert result.pdf_path is not None, result.detail
    used = {entry["name"] for entry in result.report["fonts"]}
    assert expected in used


@pytest.mark.parametrize(
    ("name_in_pdf", "family"),
    [
        ("WenlanSong-Bold", "Wenlan Song"),
        ("BousungEG-Light-GB", "AR PL SungtiL GB"),
        ("GBZenKai-Medium", "AR PL KaitiM GB"),
        ("LiberationSans-BoldItalic", "Liberation Sans"),
        ("LiberationSansNarrow", "Liberation Sans Narrow"),
        ("SimSun", ""),
    ],
)
def test_a_stand_in_is_known_by_its_name_in_a_pdf(name_in_pdf: str, family: str) -> None:
    assert stand_ins.stand_in_of(name_in_pdf) == family
