"""What the outline of a document does for whoever searches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from wenlan.documents.models import Document, Revision
from wenlan.search.selectors import Result, documents_search
from wenlan.search.services import document_index_request, wanted_index

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


def outlined(document: Document, *headings: tuple[int, str]) -> Document:
    """`document` in the index, with these pages and titles as its outline."""
    outline = [{"level": 1, "title": title, "page": page} for page, title in headings]
    Revision.objects.filter(document=document).update(outline=outline)
    document_index_request(document.pk)
    wanted_index()
    return document


def found(query: str) -> list[Result]:
    return list(documents_search(query=query, user=AnonymousUser()).page)


def test_a_chapter_about_it_counts_more_than_a_mention(published_document: Make) -> None:
    text = "隧道施工的安全要求。" + "内容" * 60
    mention = outlined(published_document(title="手册 一", pages=[text]), (1, "第一章 总则"))
    chapter = outlined(published_document(title="手册 二", pages=[text]), (1, "第一章 隧道施工"))

    assert [result.document for result in found("隧道施工")] == [chapter, mention]


def test_a_heading_of_a_hidden_page_ranks_and_is_not_told(published_document: Make) -> None:
    columns = {"preview_kind": "pages", "preview_value": 1}
    pages = ["公开的内容。", "隧道施工的底价。"]
    plain = outlined(published_document(title="标书 一", pages=pages, **columns), (1, "公开"))
    chapter = outlined(published_document(title="标书 二", pages=pages, **columns), (2, "隧道施工"))

    results = found("隧道施工")
    assert [result.document for result in results] == [chapter, plain]
    for result in results:
        assert (result.snippets, result.more_pages, result.is_beyond_preview) == ([], [], True)
        assert "<mark>" not in result.title + result.description


def test_a_scanned_book_is_found_by_its_bookmarks(published_document: Make) -> None:
    book = outlined(published_document(title="扫描件", pages=["", "", ""]), (2, "量子力学"))
    assert [result.document for result in found("量子力学")] == [book]
