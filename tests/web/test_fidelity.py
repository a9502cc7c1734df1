"""What the page says of its preview is measured, or not said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from wenlan.documents.models import Document

MakeDocument = Callable[..., Document]


def _page_of(client: Client, document: Document, **revision: Any) -> str:
    document.revisions.update(**revision)
    return client.get(document.get_absolute_url(), headers={"Accept-Language": "en"}).content.decode()


def test_the_same_page_count_as_the_file_records_is_said_and_no_more_than_that(
    client: Client, published_document: MakeDocument
) -> None:
    page = _page_of(client, published_document(), recorded_pages=5)

    assert "Page count as recorded in the file" in page
    assert "5 pages, as recorded in the file." in page
    assert "like the original" not in page


def test_another_page_count_is_said_with_both_numbers(
    client: Client, published_document: MakeDocument
) -> None:
    page = _page_of(client, published_document(), recorded_pages=4)

    assert "Preview differs in places" in page
    assert "5 pages, the program that wrote the file counted 4" in page


@pytest.mark.parametrize("report", [{}, {"formulas": 12}])
def test_without_a_yardstick_no_verdict_is_given(
    client: Client, published_document: MakeDocument, report: dict[str, Any]
) -> None:
    page = _page_of(client, published_document(), recorded_pages=None, report=report)

    assert "Page count as recorded" not in page
    assert "reader__fidelity" not in page
    assert "Preview differs" not in page


def test_an_animation_that_does_not_play_is_named(client: Client, published_document: MakeDocument) -> None:
    page = _page_of(client, published_document(), recorded_pages=5, report={"animations": 3})

    assert "Preview differs in places" in page
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

    assert "Page count as recorded in the file · 2 fonts replaced" in page
    assert "2 fonts are replaced by ones of the same widths or similar ones:" in page
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
    assert "Page count as recorded" not in page
