"""How the quality of documents moves them in the results, and how little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.search.test_ranking import unhurried
from tests.search.test_standing import SEE_PAGES, copied, previewed
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.search import best_first as module
from wenlan.search.best_first import best_first
from wenlan.search.models import Standing
from wenlan.search.ports import Hits
from wenlan.search.selectors import Sort, documents_search
from wenlan.search.standing import standings_count
from wenlan.similarity.deciding import finding_decide

Make = Callable[..., Document]


def found(query: str, **options: Any) -> list[Document]:
    results = documents_search(query=query, user=AnonymousUser(), **options)
    return [result.document for result in results.page]


def standing(document: Document, quality: float) -> Document:
    Standing.objects.create(document=document, quality=quality)
    return document


@pytest.mark.django_db
def test_a_document_with_pages_missing_and_a_confirmed_copy_falls_below_an_equal_one(
    indexed_document: Make, alice: User, carol: User, mallory: User
) -> None:
    bad = indexed_document(author=mallory, title="劳动合同", pages=["劳动合同的条款"])
    good = indexed_document(author=carol, title="劳动合同", pages=["劳动合同的条款等"])
    assert found("劳动合同") == [bad, good]

    finding = copied(previewed(bad, SEE_PAGES), indexed_document(title="别的", author=alice))
    finding_decide(actor=carol, finding_id=finding.pk, is_copy=True)
    standings_count([bad.pk, good.pk])

    assert found("劳动合同") == [good, bad]


@pytest.mark.django_db
def test_what_hardly_fits_stays_below_what_fits_clearly_however_good_it_is(indexed_document: Make) -> None:
    fits = standing(indexed_document(title="劳动合同", pages=["劳动合同的条款"]), -1)
    mentions = standing(indexed_document(title="手册", pages=["内容" * 200 + "劳动合同"]), 1)

    assert found("劳动合同") == [fits, mentions]


@pytest.mark.django_db
def test_quality_counts_neither_in_other_orders_nor_when_the_site_wants_none(
    indexed_document: Make, settings: Any
) -> None:
    worst = standing(indexed_document(title="合同", pages=["条款"], view_count=9), -1)
    best = standing(indexed_document(title="合同", pages=["条款等"], view_count=1), 1)

    assert found("合同") == [best, worst]
    assert found("合同", sort=Sort.POPULAR) == [worst, best]
    settings.QUALITY_WEIGHT_PERCENT = 0
    assert found("合同") == [worst, best]


@pytest.mark.django_db
def test_leafing_through_shows_every_document_once(
    indexed_document: Make, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(module, "BLENDED_HITS", 7)
    monkeypatch.setattr("wenlan.search.selectors.PAGE_SIZE", 3)
    documents = [standing(indexed_document(title="合同"), (n * 7 % 5 - 2) / 2) for n in range(14)]

    def leafed() -> list[int]:
        pages = [found("合同", page=number) for number in range(1, 6)]
        assert [len(page) for page in pages] == [3, 3, 3, 3, 2]
        return [document.pk for page in pages for document in page]

    shown = leafed()
    settings.QUALITY_WEIGHT_PERCENT = 0
    by_words = leafed()

    assert sorted(shown) == sorted(document.pk for document in documents)
    assert shown[7:] == by_words[7:]
    qualities = dict(Standing.objects.values_list("pk", "quality"))
    assert shown[:7] == sorted(by_words[:7], key=lambda number: -qualities[number])


@unhurried
@given(
    fits=st.lists(st.floats(min_value=0, max_value=99), max_size=40),
    qualities=st.dictionaries(st.integers(0, 39), st.floats(min_value=-1, max_value=1)),
    blended=st.integers(1, 20),
    size=st.integers(1, 12),
)
def test_pages_of_any_size_put_together_have_every_hit_once_and_in_its_place(
    fits: list[float], qualities: dict[int, float], blended: int, size: int
) -> None:
    fits.sort(reverse=True)

    def find(limit: int, offset: int) -> Hits:
        numbers = list(range(len(fits)))[offset : offset + limit]
        return Hits(numbers, len(fits), scores=fits[offset : offset + limit])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLENDED_HITS", blended)
        patch.setattr(module, "qualities_of", lambda numbers: qualities)
        pages = [best_first(find, start=start, size=size) for start in range(0, 40, size)]
    ranks = [rank for page in pages for rank in page.ranks]

    assert sorted(rank.document_id for rank in ranks) == list(range(len(fits)))
    assert [rank.place for rank in ranks] == list(range(1, len(fits) + 1))
    assert [rank.place_by_fit for rank in ranks[blended:]] == list(range(1, len(fits) + 1))[blended:]
    assert all(page.total == len(fits) and len(page.document_ids) <= size for page in pages)


@pytest.mark.django_db
def test_a_page_of_results_costs_one_query_more_for_the_quality(
    indexed_document: Make, settings: Any
) -> None:
    for _ in range(3):
        indexed_document(title="合同")
    with CaptureQueriesContext(connection) as blended:
        assert len(found("合同")) == 3
    settings.QUALITY_WEIGHT_PERCENT = 0
    with CaptureQueriesContext(connection) as by_words:
        assert len(found("合同")) == 3
    assert len(blended) == len(by_words) + 1
