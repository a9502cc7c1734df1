"""What the page says of its preview is measured, or not said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.documents.models import Document

MakeDocument = Callable[..., Document]


def _page_of(client: Client, document: Document, **revision: Any) -> str:
    document.revisions.update(**revision)
    return client.get(document.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()


def test_the_same_page_count_as_the_file_records_is_said_and_no_more_than_that(
    client: Client, published_document: MakeDocument
) -> None:
    page = _page_of(client, published_document(), recorded_pages=5)

    assert "Faithful preview" in page
    assert "5 pages, as recorded in the file." in page
    assert "like the original" not in page


def test_another_page_count_is_said_with_both_numbers(
    client: Client, published_document: MakeDocument
) -> None:
    page = _page_of(client, published_document(), recorded_pages=4)

    assert "Small differences" in page
    assert "5 pages, the program that wrote the file counted 4" in page


@pytest.mark.parametrize("report", [{}, {"formulas": 12}])
def test_without_a_yardstick_no_verdict_is_given(
    client: Client, published_document: MakeDocument, report: dict[str, Any]
) -> None:
    page = _page_of(client, published_document(), recorded_pages=None, report=report)

    assert "reader__fidelity" not in page
    assert "Faithful preview" not in page
    assert "Small differences" not in page


def test_an_animation_that_does_not_play_is_named(client: Client, published_document: MakeDocument) -> None:
    page = _page_of(client, published_document(), recorded_pages=5, report={"animations": 3})

    assert "Small differences" in page
    assert "3 animations" in page


def test_fonts_that_stand_in_for_others_are_named(client: Client, published_document: MakeDocument) -> None:
    report = {
        "format": "docx",
        "fonts": [
            {"name": "WenlanSong-Regular", "embedded": True},
            {"name": "LiberationSerif-Bold", "embedded": True},
        ],
        # Of these only two are replaced in the preview: in the others no letter is set.
        "fonts_asked": ["Arial", "Calibri", "Times New Roman", "Wingdings", "zh-CN", "宋体"],
    }
    page = _page_of(client, published_document(), recorded_pages=5, report=report)

    assert "Faithful preview" in page
    assert "2 fonts are replaced by ones of the same widths:" in page
    assert "Liberation Serif in place of Times New Roman" in page
    assert "Wenlan Song in place of 宋体" in page
    assert "in place of Arial" not in page


@pytest.mark.parametrize(
    "report",
    [
        {"fonts": [{"name": "LiberationSerif"}], "fonts_asked": ["Liberation Serif", "Times New Roman"]},
        {"fonts": [{"name": "SimSun"}], "fonts_asked": ["SimSun", "Arial"]},
        {"fonts": [{"name": "LiberationSerif"}]},
    ],
    ids=["asked for by its own name", "there as asked for", "nothing asked for"],
)
def test_fonts_that_stand_in_for_nothing_are_not_called_replaced(
    client: Client, published_document: MakeDocument, report: dict[str, Any]
) -> None:
    page = _page_of(client, published_document(), recorded_pages=5, report={"format": "docx", **report})

    assert "replaced" not in page


def test_fonts_inside_a_pdf_are_said_to_be_there(client: Client, published_document: MakeDocument) -> None:
    report = {"format": "pdf", "fonts": [{"name": "SimSun", "embedded": True}]}
    page = _page_of(client, published_document(), recorded_pages=None, report=report)

    assert "All fonts are in the file" in page
    assert "Faithful preview" in page
    assert "as recorded" not in page


def test_a_font_is_replaced_by_the_best_stand_in_only(
    client: Client, published_document: MakeDocument
) -> None:
    # Characters that the first one lacks are set in the second.
    fonts = [{"name": "WenlanSong-Regular"}, {"name": "BousungEG-Light-GB"}]
    report = {"format": "docx", "fonts": fonts, "fonts_asked": ["宋体"]}
    page = _page_of(client, published_document(), recorded_pages=5, report=report)

    assert "1 font is replaced by one of the same widths" in page
    assert "Wenlan Song in place of 宋体" in page
    assert "AR PL SungtiL GB in place" not in page


MISSING = {"missing_glyphs": {"characters": ["ꀀ", "\ue123"], "count": 3, "pages": [2, 5]}, "format": "docx"}


def test_readers_are_led_to_the_pages_on_which_something_is_missing(
    client: Client, published_document: MakeDocument
) -> None:
    page = _page_of(client, published_document(), recorded_pages=5, report=MISSING)

    assert "See pages 2, 5" in page
    assert (
        "3 characters have no shape in the fonts here and are empty boxes or blank (ꀀ U+A000 U+E123), pages 2, 5."
        in page
    )
    assert "The original you download is the author’s file, unchanged." in page
    # The fifth page is not open to them.
    assert ">Page 2</a>" in page
    assert ">Page 5</a>" not in page


def test_a_font_of_other_widths_is_a_small_difference(
    client: Client, published_document: MakeDocument
) -> None:
    report = {"format": "docx", "fonts": [{"name": "LiberationSerif"}], "fonts_asked": ["Georgia"]}
    page = _page_of(client, published_document(), recorded_pages=5, report=report)

    assert "Small differences" in page
    assert "Liberation Serif in place of Georgia" in page


def test_fonts_of_the_same_widths_are_not_called_no_difference(
    client: Client, published_document: MakeDocument
) -> None:
    report = {"format": "docx", "fonts": [{"name": "Carlito"}], "fonts_asked": ["Calibri"]}
    page = _page_of(client, published_document(), recorded_pages=5, report=report)

    assert "No difference between the preview and the file" not in page
    assert "No difference in layout was found; some fonts are replaced by ones of the same widths." in page


def test_a_chinese_font_of_the_same_kind_is_named_and_no_difference(
    client: Client, published_document: MakeDocument
) -> None:
    report = {"format": "docx", "fonts": [{"name": "WenlanHei-Bold"}], "fonts_asked": ["微软雅黑"]}
    page = _page_of(client, published_document(), recorded_pages=5, report=report)

    assert "Faithful preview" in page
    assert "No difference in layout was found; some fonts are replaced by similar ones." in page
    assert "1 font is replaced by one of the same kind: Wenlan Hei in place of 微软雅黑." in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "1 picture, drawing or formula in the file is missing.",
                "Colours, sizes and layout of the web page or e-book are replaced by plain ones.",
                "Values from 2 other workbooks are shown as they were last saved.",
                "3 formulas, shown as typeset.",
                "The file contains macros; they are not run here.",
                "4 animations: the preview shows each slide as it ends up.",
            ],
        ),
        (
            "zh-hans",
            [
                "文件中的 1 处图片、图形或公式未能显示。",
                "网页或电子书自带的颜色、字号和版式改用统一样式。",
                "引自另外 2 个工作簿的数据，按上次保存的值显示。",
                "3 个公式，按原样排出。",
                "文件含有宏，本站不会运行。",
                "4 处动画：预览显示每张幻灯片播放结束时的样子。",
            ],
        ),
    ],
)
def test_what_is_not_in_the_pages_is_said_in_both_languages(
    client: Client, published_document: MakeDocument, language: str, words: list[str]
) -> None:
    document = published_document()
    counts = {"pictures_missing": 1, "styles": 2, "other_workbooks": 2, "formulas": 3, "animations": 4}
    document.revisions.update(report={"macros": True, **counts})

    page = client.get(document.get_absolute_url(), headers={"Accept-Language": language}).content.decode()

    assert [text for text in words if text not in page] == []


def test_what_a_workbook_and_its_objects_became_is_said(
    client: Client, published_document: MakeDocument
) -> None:
    report = {
        "format": "xlsx",
        "missing_glyphs": {},
        "sheets": {"total": 9, "hidden": 1, "empty": 2, "split": True},
        "objects": 3,
        "objects_missing": 1,
        "external_links": 1,
        "media": 2,
    }
    page = _page_of(client, published_document(), recorded_pages=None, report=report)

    assert "1 sheet that the file hides is left out." in page
    assert "2 empty sheets have no page." in page
    assert "A sheet too large for one page goes over several." in page
    assert "2 embedded objects, shown as their pictures." in page
    assert "1 embedded object brings no picture and is missing." in page
    assert "1 picture or object lies outside the file and is left out." in page
    assert "2 sounds or films do not play in the preview." in page


def test_author_reviewer_and_buyer_read_the_same_verdict_and_what_it_means_to_them(
    client_as: Callable[[User | None], Client],
    published_document: MakeDocument,
    alice: User,
    bob: User,
    carol: User,
) -> None:
    document = published_document()
    document.revisions.update(report=MISSING)
    told = {
        alice: ("documents:edit", "save them as PDF"),
        carol: ("trust:review", "open the original before you return it"),
        bob: ("orders:buy", "unchanged"),
    }
    for person, (name, words) in told.items():
        address = reverse(name, args=[document.pk])
        page = client_as(person).get(address, headers={"Accept-Language": "en"}).content.decode()
        assert "On pages 2, 5 something is missing in the preview." in page
        assert words in page


def test_where_nothing_was_measured_no_heading_promises_it(
    client_as: Callable[[User | None], Client], published_document: MakeDocument, carol: User
) -> None:
    document = published_document()
    for report, times in (({}, 0), (MISSING, 1)):
        document.revisions.update(report=report, recorded_pages=None)
        for address in (document.get_absolute_url(), reverse("trust:review", args=[document.pk])):
            page = client_as(carol).get(address, headers={"Accept-Language": "en"}).content.decode()
            assert page.count("Preview and file</h") == times


def test_rows_that_only_the_download_has_are_named(client: Client, published_document: MakeDocument) -> None:
    cut = [{"name": "明细", "columns": 20, "of_columns": 30, "rows": 800, "of_rows": 5000}]
    page = _page_of(
        client, published_document(), recorded_pages=None, report={"format": "xlsx", "sheets_cut": cut}
    )

    assert "Small differences" in page
    assert "Sheet “明细”: rows 801 to 5000 are not in the preview; they are in the download." in page
    assert "columns 21 to 30 are not in the preview" in page
