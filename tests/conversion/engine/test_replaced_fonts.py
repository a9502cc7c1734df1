"""Which fonts a report says are replaced, and how like the others are."""

from __future__ import annotations

from pathlib import Path

import docx
import pptx
import pytest

from wenlan.conversion.engine import convert, fidelity
from wenlan.conversion.engine.inside.source import source_facts
from wenlan.conversion.engine.stand_ins import Likeness, likeness, stand_ins_for

from .test_fidelity import docx_in


def replaced(used: list[str], asked: list[str], named: list[str] | None = None) -> set[tuple[str, str]]:
    """Each stand-in with what it stands for."""
    fonts = [{"name": name, "embedded": True} for name in used]
    found = fidelity.replaced_fonts({"fonts": fonts, "fonts_asked": asked, "fonts_named": named or []})
    return {(one.used, font) for one in found for font in one.asked}


@pytest.mark.parametrize(
    ("stand_in", "family", "expected"),
    [
        ("Liberation Sans", "Arial", Likeness.SAME_WIDTHS),
        ("Liberation Sans", "arial", Likeness.SAME_WIDTHS),
        ("Liberation Sans", "Verdana", Likeness.OTHER),
        ("Wenlan Song", "宋体", Likeness.SAME_WIDTHS),
        ("Wenlan Hei", "微软雅黑", Likeness.SAME_KIND),
        ("WenQuanYi Micro Hei", "SimHei", Likeness.SAME_KIND),
        ("Wenlan Hei", "汉仪中黑", Likeness.SAME_KIND),
        ("Wenlan Hei", "幼圆", Likeness.OTHER),
        ("Wenlan Hei", "华文新魏", Likeness.OTHER),
        ("Wenlan Kai", "华文行楷", Likeness.OTHER),
        ("Wenlan Kai", "STKaiti", Likeness.SAME_KIND),
        ("Noto Serif CJK TC", "PMingLiU", Likeness.OTHER),
        ("OpenSymbol", "Wingdings", Likeness.SAME_KIND),
    ],
)
def test_how_like_a_stand_in_is(stand_in: str, family: str, expected: Likeness) -> None:
    assert likeness(stand_in, family) is expected


def test_a_family_nobody_listed_is_set_in_what_its_name_says() -> None:
    assert stand_ins_for("某某仿宋")[0] == "Wenlan Fang"
    assert stand_ins_for("某某书宋")[0] == "Wenlan Song"
    assert stand_ins_for("Papyrus") == ()


def test_a_font_that_nobody_knows_is_replaced_by_what_nothing_else_accounts_for() -> None:
    both = ["Papyrus", "Times New Roman"]

    assert replaced(["LiberationSerif"], ["Papyrus", "宋体"]) == {("Liberation Serif", "Papyrus")}
    assert replaced(["LiberationSerif"], both) == {("Liberation Serif", "Times New Roman")}
    assert replaced(["LiberationSerif"], both, ["Papyrus"]) == {("Liberation Serif", font) for font in both}


def test_a_chinese_font_that_nobody_knows_is_not_replaced_by_western_letters() -> None:
    asked = ["Times New Roman", "华文新魏"]

    assert replaced(["LiberationSerif"], asked, asked) == {("Liberation Serif", "Times New Roman")}
    assert replaced(["LiberationSerif", "WenlanHei-Regular"], asked) == {
        ("Liberation Serif", "Times New Roman"),
        ("Wenlan Hei", "华文新魏"),
    }


def test_a_font_that_an_operator_brought_is_not_replaced() -> None:
    assert replaced(["Papyrus-Regular", "LiberationSerif"], ["Papyrus"], ["Papyrus"]) == set()


def test_fonts_of_styles_that_a_text_does_not_use_are_not_asked_for(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles["Quote"].font.name = "Georgia"
    document.styles["Intense Quote"].font.name = "Verdana"
    document.add_paragraph("Library", style="Quote")
    document.save(str(tmp_path / "a.docx"))

    asked = source_facts(tmp_path / "a.docx", "docx")["fonts_asked"]

    assert "Georgia" in asked
    assert "Verdana" not in asked


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("font", "text", "used"),
    [("Papyrus", "Library", "Liberation Serif"), ("华文新魏", "文澜阁", "Wenlan Hei")],
)
def test_a_font_that_nobody_knows_is_named_with_what_stands_for_it(
    tmp_path: Path, font: str, text: str, used: str
) -> None:
    path = docx_in(tmp_path / "a.docx", font, text, even_chinese=True)

    report = convert(path, name="a.docx", out=tmp_path / "out").report

    (found,) = fidelity.replaced_fonts(report)
    assert (found.used, found.asked, found.likeness) == (used, (font,), Likeness.OTHER)
    assert report["verdict"] == "small"


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_slide_in_a_font_that_nobody_knows_names_it(tmp_path: Path) -> None:
    show = pptx.Presentation()
    box = show.slides.add_slide(show.slide_layouts[6]).shapes.add_textbox(0, 0, 3_000_000, 900_000)
    run = box.text_frame.paragraphs[0].add_run()
    run.text, run.font.name = "Library", "Papyrus"
    show.save(str(tmp_path / "a.pptx"))

    report = convert(tmp_path / "a.pptx", name="a.pptx", out=tmp_path / "out").report

    assert ("Papyrus",) in [one.asked for one in fidelity.replaced_fonts(report)]
