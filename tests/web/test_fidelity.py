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


def test_the_same_page_count_as_the_office_program_saw_is_said(
    client: Client, published_document: MakeDocument
) -> None:
    page = _page_of(client, published_document(), recorded_pages=5)

    assert "Preview like the original" in page
    assert "Same number of pages as the original." in page


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

    assert "Preview like the original" not in page
    assert "Preview differs" not in page


def test_an_animation_that_does_not_play_is_named(client: Client, published_document: MakeDocument) -> None:
    page = _page_of(client, published_document(), recorded_pages=5, report={"animations": 3})

    assert "Preview differs in places" in page
    assert "3 animations" in page
