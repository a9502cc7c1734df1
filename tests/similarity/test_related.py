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
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import activate, override

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Favourite
from wenlan.insights.models import Reading
from wenlan.orders.models import Entitlement
from wenlan.search.services import document_index_request, wanted_index
from wenlan.similarity.models import Finding, Fingerprint
from wenlan.similarity.related import Related, documents_for, documents_related
from wenlan.similarity.services import revision_comparison_request

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
        "wenlan.similarity.related.handlers",
        lambda name: (
            (lambda user: Q(pk=bought.pk) if user == bob else Q(pk__in=[]),)
            if name == "documents_kept_by"
            else ()
        ),
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

    assert count() > count() == 3


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


# ── What the same people did ──────────────────────────────────────────────────────────────────────────────
def opened_by(count: int, *documents: Document) -> None:
    for number in range(count):
        reader = User.objects.create_user(email=f"reader{number}@example.com", password=None)
        Reading.objects.bulk_create(Reading(user=reader, document=document) for document in documents)


def test_what_several_readers_opened_as_well_is_shown_and_why(library: Callable[..., list[Document]]) -> None:
    elsewhere = Category.objects.create(slug="garden", name_zh="园艺", name_en="Gardening")
    (first,) = library(("桥梁施工方案", BRIDGES))
    (garden,) = library(("花园设计", GARDENS), category=elsewhere)
    opened_by(3, first, garden)
    caches["process"].clear()
    with override("en"):
        assert [(item.document, item.reason) for item in related(first)] == [(garden, "Readers also opened")]


def test_what_one_or_two_readers_opened_is_told_nobody(library: Callable[..., list[Document]]) -> None:
    elsewhere = Category.objects.create(slug="garden", name_zh="园艺", name_en="Gardening")
    (first,) = library(("桥梁施工方案", BRIDGES))
    (garden,) = library(("花园设计", GARDENS), category=elsewhere)
    opened_by(2, first, garden)
    caches["process"].clear()
    assert related(first) == []


def test_what_several_bought_or_like_as_well_is_told_so(
    library: Callable[..., list[Document]], alice: User
) -> None:
    elsewhere = Category.objects.create(slug="garden", name_zh="园艺", name_en="Gardening")
    (first,) = library(("桥梁施工方案", BRIDGES))
    bought, liked = library(("花园设计", GARDENS), ("一只猫", ["猫在睡觉。"]), category=elsewhere)
    for number in range(3):
        reader = User.objects.create_user(email=f"reader{number}@example.com", password=None)
        for document in (first, bought):
            Entitlement.objects.create(reader=reader, document=document, source="free")
        for document in (first, liked):
            Favourite.objects.create(reader=reader, document=document)
    caches["process"].clear()
    with override("en"):
        assert [(item.document, item.reason) for item in related(first)] == [
            (bought, "Readers also bought"),
            (liked, "Readers also like"),
        ]


def test_the_same_text_is_offered_once_and_never_beside_itself(
    library: Callable[..., list[Document]],
) -> None:
    first, second, third = library(
        *((f"{name}方案", BRIDGES) for name in ("桥梁施工", "大桥浇筑", "钢筋绑扎"))
    )
    for document in (first, second, third):
        revision_comparison_request(document.revisions.get().pk)
    marks = {print_.document_number: print_ for print_ in Fingerprint.objects.all()}

    def same(one: Document, other: Document, state: str = "open") -> None:
        Finding.objects.update_or_create(
            fingerprint=marks[one.pk],
            earlier=marks[other.pk],
            defaults={"kind": "same_text", "state": state, "share": 1, "earlier_share": 1, "strength": 99},
        )

    same(third, second)
    assert len(related(first)) == 1
    same(second, first)
    assert related(first) == []
    same(second, first, "dismissed")
    assert len(related(first)) == 1


def test_a_reader_is_offered_what_goes_with_their_last_documents_and_never_their_own(
    library: Callable[..., list[Document]], bob: User
) -> None:
    first, second, garden = library(
        ("桥梁施工方案", BRIDGES), ("大桥混凝土工程", BRIDGES), ("花园设计", GARDENS)
    )
    Entitlement.objects.create(reader=bob, document=first, source="free")
    with override("en"):
        found = documents_for(user=bob)
    assert [(item.document, item.reason) for item in found] == [
        (second, "Same subject"),
        (garden, "New here"),
    ]
    assert [item.document for item in documents_for(user=AnonymousUser())] == [garden, second, first]


def test_what_is_offered_to_a_reader_costs_the_same_with_many_documents(
    library: Callable[..., list[Document]], bob: User
) -> None:
    counts = []
    for number in (1, 12):
        made = library(*((f"桥梁施工方案 {number}-{n}", BRIDGES) for n in range(number)))
        for document in made:
            Reading.objects.create(user=bob, document=document)
        library(*((f"大桥混凝土工程 {number}-{n}", BRIDGES) for n in range(3 * number)))
        with CaptureQueriesContext(connection) as queries:
            documents_for(user=bob)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2 * 4  # the texts of two more documents are looked at


@pytest.mark.parametrize("tab", ["bought", "favourites", "history"])
def test_the_library_offers_more_on_its_first_page(
    library: Callable[..., list[Document]], bob: User, client_as: Callable[[User], Client], tab: str
) -> None:
    (garden,) = library(("花园设计", GARDENS))
    page = client_as(bob).get(reverse("web:library"), {"tab": tab}).content.decode()
    assert "为您推荐" in page
    assert garden.title in page


def test_after_a_purchase_more_is_offered(
    library: Callable[..., list[Document]], bob: User, client_as: Callable[[User], Client]
) -> None:
    first, second = library(("桥梁施工方案", BRIDGES), ("大桥混凝土工程", BRIDGES))
    Entitlement.objects.create(reader=bob, document=first, source="free")
    page = client_as(bob).get(reverse("orders:buy", args=[first.pk])).content.decode()
    assert "接下来可以看看" in page
    assert second.title in page
