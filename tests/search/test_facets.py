"""The numbers beside what was found."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from wenlan.documents.models import Category, Document
from wenlan.search.facets import FacetList, facet_spans
from wenlan.search.forms import SearchForm
from wenlan.search.index import search_index
from wenlan.search.ports import Facet, SearchUnavailable
from wenlan.search.selectors import Sort, documents_leaving, documents_search
from wenlan.search.services import document_index_request

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


def facets_of(client: Client, **values: str) -> list[FacetList]:
    with translation.override("en"):
        response = client.get("/search/", values, headers={"accept-language": "en"})
        facets: list[FacetList] = response.context["facets"]
    return facets


def numbers(client: Client, **values: str) -> dict[str, dict[str, int | None]]:
    return {
        facet.name: {choice.value: choice.count for choice in facet.choices}
        for facet in facets_of(client, **values)
    }


@pytest.fixture
def shelf(indexed_document: Make) -> list[Document]:
    """Four documents that have 报告, of all kinds."""
    law = Category.objects.create(slug="law-books", name_zh="法律书", name_en="Law books")
    now = timezone.now()
    return [
        indexed_document(title="报告 一", price_minor=0, pages=["报告"] * 3, published_at=now),
        indexed_document(
            title="报告 二",
            price_minor=300,
            pages=["报告"] * 7,
            category=law,
            published_at=now - timedelta(days=20),
        ),
        indexed_document(
            title="报告 三", price_minor=1500, language="en", published_at=now - timedelta(days=200)
        ),
        indexed_document(
            title="报告 四", price_minor=9900, pages=["报告"] * 30, published_at=now - timedelta(days=900)
        ),
    ]


def test_every_choice_has_the_number_of_documents_it_finds(client: Client, shelf: list[Document]) -> None:
    assert numbers(client, q="报告") == {
        "category": {"office": 3, "law-books": 1},
        "language": {"zh-hans": 3, "en": 1},
        "pages": {"1..5": 2, "6..20": 1, "21..50": 1},
        "price": {"free": 1, "..5": 2, "..20": 3, ">20": 1},
        "date": {"week": 1, "month": 2, "year": 3, "older": 1},
    }
    for facet in facets_of(client, q="报告"):
        for choice in facet.choices:
            response = client.get(f"/search/{choice.address}")
            assert response.context["results"].total == choice.count, choice


def test_a_facet_ignores_what_was_chosen_of_itself(client: Client, shelf: list[Document]) -> None:
    found = numbers(client, q="报告", price="..5")
    assert found["price"] == {"free": 1, "..5": 2, "..20": 3, ">20": 1}
    assert found["date"] == {"week": 1, "month": 2}
    assert numbers(client, q="报告 价格：免费")["price"] == {"free": 1, "..5": 2, "..20": 3, ">20": 1}


def test_the_one_chosen_can_be_taken_away_and_the_others_chosen_instead(
    client: Client, shelf: list[Document]
) -> None:
    for values in ({"q": "报告", "language": "en"}, {"q": "报告 language:en"}):
        (language,) = [facet for facet in facets_of(client, **values) if facet.name == "language"]
        chosen = {choice.value: choice for choice in language.choices}
        assert [value for value, choice in chosen.items() if choice.is_chosen] == ["en"]
        assert chosen["en"].address == "?q=%E6%8A%A5%E5%91%8A"
        assert chosen["zh-hans"].address == "?q=%E6%8A%A5%E5%91%8A&language=zh-hans"


def test_what_does_not_narrow_is_left_out(client: Client, shelf: list[Document]) -> None:
    assert "format" not in numbers(client, q="报告")
    assert numbers(client, q="报告", format="doc")["format"] == {"doc": 4}
    assert numbers(client, q="恐龙") == {}
    assert numbers(client, q="？！") == {}
    assert numbers(client, q="恐龙", format="doc") == {"format": {"doc": 0}}


def test_without_a_query_the_whole_library_is_offered(client: Client, shelf: list[Document]) -> None:
    assert numbers(client)["category"] == {"office": 3, "law-books": 1}


def test_choices_are_links_with_their_numbers(client: Client, shelf: list[Document]) -> None:
    text = client.get(
        "/search/", {"q": "报告", "sort": "newest"}, headers={"accept-language": "en"}
    ).content.decode()
    links = re.findall(r'<a id="choice-price-free" href="([^"]*)"[^>]*>(.*?)</a>', text)
    ((address, content),) = links
    assert unescape(address) == "?q=%E6%8A%A5%E5%91%8A&price=free&sort=newest"
    assert re.sub("<[^>]*>", "", content) == "Free(1)"


def test_without_the_index_the_choices_stand_without_numbers(
    client: Client, shelf: list[Document], settings: Any
) -> None:
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    found = numbers(client, q="报告")
    assert set(found["format"].values()) == {None}
    assert found["price"] == dict.fromkeys(["free", "..5", "..20", ">20"])
    text = client.get("/search/", {"q": "报告", "price": "free"}).content.decode()
    assert "<mark>报告</mark>一" in text
    assert "<mark>报告</mark>二" not in text


def test_a_count_that_comes_too_late_does_not_keep_what_was_found(
    client: Client, shelf: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*arguments: object, **options: object) -> None:
        raise SearchUnavailable(SearchUnavailable.Reason.TIMED_OUT)

    monkeypatch.setattr(type(search_index()), "count_facets", late)
    response = client.get("/search/", {"q": "报告"})
    assert response.context["results"].total == 4
    assert not response.context["results"].is_catching_up


@pytest.mark.parametrize("currency", ["CNY", "USD", "EUR", "HKD", "TWD", "JPY"])
def test_the_steps_of_every_currency_follow_each_other(settings: Any, currency: str) -> None:
    settings.CURRENCY = currency
    for spans in facet_spans().values():
        ends = sorted((span.start or 0, span.stop or 10**12) for span in spans.values())
        assert len(ends) == 4
        for (_, stop), (start, _) in pairwise(ends):
            assert stop == start


def test_what_is_typed_and_chosen_is_kept_in_every_address(client: Client, shelf: list[Document]) -> None:
    form = SearchForm(QueryDict("q=报告+-草稿+format:doc&price=free&sort=popular&page=3"))
    assert form.address_with(Facet.FORMAT, "pdf") == (
        "?q=%E6%8A%A5%E5%91%8A+-%E8%8D%89%E7%A8%BF&price=free&format=pdf&sort=popular"
    )
    assert form.without_filters() == "?q=%E6%8A%A5%E5%91%8A&sort=popular"


class TestLeaving:
    """A document that readers may no longer find counts nowhere, though the index has yet to be told."""

    @pytest.mark.parametrize(
        "state", [state for state in Document.State if state != Document.State.PUBLISHED]
    )
    @pytest.mark.parametrize("sort", list(Sort))
    def test_it_is_in_no_list_no_total_and_no_count(
        self, client: Client, shelf: list[Document], state: Document.State, sort: Sort
    ) -> None:
        gone = shelf[1]
        Document.objects.filter(pk=gone.pk).update(state=state)
        document_index_request(gone.pk)

        for values in ({"q": "报告"}, {"q": "-草稿"}, {"q": "报告", "language": "zh-hans"}):
            response = client.get("/search/", {**values, "sort": sort.value})
            results = response.context["results"]
            assert gone not in [row.document for row in results.page.object_list]
            assert results.total == len(results.page.object_list)
            found = numbers(client, **values, sort=sort.value)
            assert "category" not in found
            assert found["price"] == {"free": 1, "..20": 2, ">20": 1} or "language" in values
            assert "month" not in found["date"]

    def test_a_deleted_one_counts_nowhere(self, client: Client, shelf: list[Document]) -> None:
        gone = shelf[1]
        document_index_request(gone.pk)
        Document.objects.filter(pk=gone.pk).update(current_revision=None, state=Document.State.DRAFT)
        gone.delete()

        results = documents_search(query="报告", user=AnonymousUser())
        assert results.total == len(list(results.page)) == 3
        assert "law-books" not in numbers(client, q="报告").get("category", {})

    def test_one_that_is_only_to_be_written_again_is_found(self, shelf: list[Document]) -> None:
        document_index_request(shelf[0].pk)
        assert documents_leaving() == []
        assert documents_search(query="报告", user=AnonymousUser()).total == 4

    def test_one_that_comes_back_is_found_at_once(self, shelf: list[Document]) -> None:
        for state, total in [(Document.State.WITHDRAWN, 3), (Document.State.PUBLISHED, 4)]:
            Document.objects.filter(pk=shelf[0].pk).update(state=state)
            document_index_request(shelf[0].pk)
            assert documents_search(query="报告", user=AnonymousUser()).total == total
