"""What is offered beside a document."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import activate, override

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document
from wenlan.search.services import document_index_request, wanted_index
from wenlan.similarity.selectors import Related, documents_related

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]

BRIDGES = ["桥梁施工方案：混凝土浇筑与钢筋绑扎。桥墩、桥台、伸缩缝。", "混凝土养护七天，钢筋保护层厚度。"]
GARDENS = ["花园设计：月季、牡丹、草坪与灌溉。", "春季修剪，秋季施肥。"]


@pytest.fixture
def library(published_document: Make) -> Callable[..., list[Document]]:
    """Published and indexed documents with these titles and pages."""

    def make(*rows: tuple[str, list[str]], **columns: Any) -> list[Document]:
        documents = [published_document(title=title, pages=pages, **columns) for title, pages in rows]
        for document in documents:
            document_index_request(document.pk)
        wanted_index()
        caches["process"].clear()
        return documents

    return make


def related(document: Document, user: User | None = None, limit: int = 6) -> list[Related]:
    return documents_related(document=document, user=user or AnonymousUser(), limit=limit)


def test_documents_about_the_same_come_first_and_the_newest_of_the_category_after(
    library: Callable[..., list[Document]],
) -> None:
    first, garden, second, other_garden = library(
        ("桥梁施工方案", BRIDGES), ("花园设计", GARDENS), ("大桥混凝土工程", BRIDGES), ("庭院绿化", GARDENS)
    )
    with override("en"):
        found = related(first)

    assert [(item.document, item.reason) for item in found] == [
        (second, "Same subject"),
        (other_garden, "New in the same category"),
        (garden, "New in the same category"),
    ]


def test_another_category_is_no_obstacle_to_the_same_subject(library: Callable[..., list[Document]]) -> None:
    elsewhere = Category.objects.create(slug="engineering", name_zh="工程", name_en="Engineering")
    (first,) = library(("桥梁施工方案", BRIDGES))
    (second,) = library(("大桥混凝土工程", BRIDGES), category=elsewhere)
    library(*((f"花园设计 {n}", GARDENS) for n in range(6)), category=elsewhere)

    assert [item.document for item in related(first)] == [second]
    assert related(first)[0].reason == ""


def test_the_newest_in_the_language_of_the_document_come_before_other_languages(
    library: Callable[..., list[Document]],
) -> None:
    (first,) = library(("Bridges", ["abutments and bearings"]), language="en")
    (english,) = library(("Gardens", ["roses and lawns"]), language="en")
    (chinese,) = library(("花园设计", GARDENS), language="zh-hans")
    assert [item.document for item in related(first)] == [english, chinese]


def test_neither_itself_nor_unpublished_nor_already_owned_documents_are_offered(
    library: Callable[..., list[Document]],
    alice: User,
    bob: User,
    mallory: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, bought, withdrawn, left = library(
        *((title, BRIDGES) for title in ("桥甲", "乙方案", "丙施工", "丁大桥"))
    )
    (bobs,) = library(("戊工程", BRIDGES), author=bob)
    Document.objects.filter(pk=withdrawn.pk).update(state=Document.State.WITHDRAWN)
    monkeypatch.setattr(
        "wenlan.similarity.selectors.handlers",
        lambda name: (lambda user: Q(pk=bought.pk) if user == bob else Q(pk__in=[]),),
    )

    assert {item.document for item in related(first)} == {bought, left, bobs}
    assert {item.document for item in related(first, mallory)} == {bought, left, bobs}
    assert {item.document for item in related(first, bob)} == {left}
    assert {item.document for item in related(first, alice)} == {bobs}


def test_at_most_two_titles_that_read_alike_are_offered(library: Callable[..., list[Document]]) -> None:
    first, *_ = library(
        ("桥梁施工方案", BRIDGES),
        *((f"混凝土桥梁施工组织设计方案 {n}", BRIDGES) for n in range(1, 9)),
        ("钢筋绑扎", BRIDGES),
    )
    titles = [item.document.title for item in related(first)]

    assert sum(title.startswith("混凝土") for title in titles) == 2
    assert "钢筋绑扎" in titles


def test_there_are_never_more_than_asked_for(library: Callable[..., list[Document]]) -> None:
    first, *_ = library(("桥梁", BRIDGES), *((f"{name}", GARDENS) for name in "甲乙丙丁戊己庚辛"))
    assert len(related(first, limit=3)) == 3
    assert related(first, limit=0) == []


def test_without_an_index_there_remains_the_category(
    library: Callable[..., list[Document]], settings: Any
) -> None:
    first, second = library(("桥梁施工方案", BRIDGES), ("大桥混凝土工程", BRIDGES))
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    with override("en"):
        assert related(first) == [Related(second, "New in the same category")]


def test_a_document_without_category_text_or_tags_has_no_relatives(
    library: Callable[..., list[Document]],
) -> None:
    (first,) = library(("！？", [""]), category=None)
    library(("桥梁施工方案", BRIDGES))
    assert related(first) == []


def test_the_newest_of_the_category_come_newest_first(library: Callable[..., list[Document]]) -> None:
    now = timezone.now()
    (first,) = library(("桥梁", BRIDGES))
    (old,) = library(("花园甲", GARDENS), published_at=now - timedelta(days=2))
    (new,) = library(("园林乙", GARDENS), published_at=now - timedelta(days=1))
    assert [item.document for item in related(first)] == [new, old]


def test_what_is_remembered_is_asked_anew_who_may_see_it(library: Callable[..., list[Document]]) -> None:
    first, second = library(("桥梁施工方案", BRIDGES), ("大桥混凝土工程", BRIDGES))
    assert [item.document for item in related(first)] == [second]

    Document.objects.filter(pk=second.pk).update(state=Document.State.WITHDRAWN)
    assert related(first) == []


def test_the_index_is_asked_once_for_many_readers(library: Callable[..., list[Document]]) -> None:
    first, _ = library(("桥梁施工方案", BRIDGES), ("大桥混凝土工程", BRIDGES))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            related(first)
        return len(queries)

    assert count() > count() == 2


@pytest.mark.parametrize("reader", ["stranger", "bob"])
def test_the_number_of_queries_does_not_grow_with_the_relatives(
    library: Callable[..., list[Document]], bob: User, reader: str
) -> None:
    user = bob if reader == "bob" else None
    activate("en")

    def count(document: Document) -> int:
        with CaptureQueriesContext(connection) as queries:
            for item in related(document, user, limit=50):
                assert item.document.author.display_name
                assert item.document.current_revision
        return len(queries)

    def title(number: int) -> str:
        return f"{chr(0x4E00 + number * 7)}{chr(0x5E00 + number * 11)}"

    first, _ = library(("桥梁施工", BRIDGES), ("大桥", BRIDGES))
    with_one = count(first)
    library(*((title(n), GARDENS if n % 3 else BRIDGES) for n in range(3, 63)))
    assert count(first) == with_one
    assert [item.reason for item in related(first, user, limit=50)].count("Same subject") >= 20
