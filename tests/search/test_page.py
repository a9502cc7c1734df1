"""The results page over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.search.services import document_index_request, wanted_index

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]
ClientAs = Callable[[User | None], Client]


def page(client: Client, **values: str) -> str:
    response = client.get("/search/", values, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def test_everybody_finds_a_published_document(
    client_as: ClientAs,
    indexed_document: Make,
    alice: User,
    bob: User,
    carol: User,
    dave: User,
    mallory: User,
) -> None:
    document = indexed_document(title="合同范本")
    for person in (None, alice, bob, carol, dave, mallory):
        text = page(client_as(person), q="合同")
        assert "<mark>合同</mark>范本" in text
        assert document.get_absolute_url() in text


def test_search_engines_are_asked_to_stay_away(client: Client, indexed_document: Make) -> None:
    indexed_document(title="合同范本")
    response = client.get("/search/", {"q": "合同"})
    assert response.headers["X-Robots-Tag"] == "noindex, follow"
    assert 'name="robots" content="noindex' in response.content.decode()


def test_a_result_shows_the_first_page_and_its_date_as_everywhere(
    client: Client, indexed_document: Make
) -> None:
    document = indexed_document(title="合同范本")
    hidden = indexed_document(title="合同范本二", preview_kind="none", preview_value=0)
    text = page(client, q="合同")
    assert f"/d/{document.pk}/" in text
    assert f'/{document.current_revision_id}/1-72.webp" width="72"' in text
    assert f"/{hidden.current_revision_id}/1-72.webp" not in text
    assert document.published_at is not None
    assert f">{timezone.localtime(document.published_at):%Y-%m-%d}</time>" in text


def test_nothing_found_offers_help_and_the_newest(client: Client, indexed_document: Make) -> None:
    indexed_document(title="合同范本")
    text = page(client, q="恐龙")
    assert "Nothing found" in text
    assert "合同范本" in text


def test_each_filter_in_use_is_taken_away_by_a_link(client: Client, indexed_document: Make) -> None:
    indexed_document(title="合同范本", price_minor=0)
    values = {"q": "a&b -c", "category": "office", "format": "doc", "price": "free", "pages": ">=1"}
    text = page(client, **values, sort="newest", page="2", date="x")
    chips = re.findall(r'<a href="([^"]*)" aria-current="true"><span[^>]*>[^<]*</span> ([^<]*)<svg', text)
    left = {label: parse_qs(unescape(address).removeprefix("?")) for address, label in chips}
    everything = {"q": ["a&b -c"], **{name: [value] for name, value in values.items() if name != "q"}}
    everything["sort"] = ["newest"]
    assert left == {
        "Without “c”": {**everything, "q": ["a&b"]},
        **{
            label: {key: value for key, value in everything.items() if key != name}
            for label, name in [
                ("Category Official writing", "category"),
                ("Format Word", "format"),
                ("Free", "price"),
                ("1 page or more", "pages"),
            ]
        },
    }
    assert re.findall(r'href="([^"]*)">Clear all', text) == ["?q=a%26b&amp;sort=newest"]
    assert "Clear all" not in page(client, q="合同", sort="newest")


def test_how_a_query_was_read_is_said_only_where_it_narrows(client: Client, indexed_document: Make) -> None:
    indexed_document(title="合同范本", pages=["一份合同"])
    assert "Understood as" in page(client, q="合同 格式：word -草稿")
    assert "Understood as" not in page(client, q='"合同" 范本', format="doc")
    text = page(client, q="合同 format:doc")
    assert '<h1 id="search-heading" dir="auto">“合同 format:doc”</h1>' in text
    assert "<mark>合同</mark>" in text
    assert "?q=%E5%90%88%E5%90%8C#page-1" in text


def test_what_is_typed_stands_in_the_place_of_what_was_chosen(client: Client, indexed_document: Make) -> None:
    indexed_document(title="合同范本", price_minor=0)
    text = page(client, q="合同 price:free", price="paid", format="doc")
    assert "<mark>合同</mark>" in text
    assert "For sale" not in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("桥梁 火星", "No document has all of these words"),
        ('"施工桥梁"', "No document was found with exactly the words in quotation marks;"),
        ('"桥梁施工" 火星', "exactly the words in quotation marks and the other words;"),
        ('"桥梁施工"', None),
    ],
)
def test_what_no_document_has_is_told_apart(
    client: Client, indexed_document: Make, query: str, said: str | None
) -> None:
    indexed_document(title="桥梁施工", pages=["桥梁"])
    text = page(client, q=query)
    if said is None:
        assert "No document" not in text
    else:
        assert said in text
        assert "<mark>" in text


def test_conditions_that_no_document_passes_are_not_taken_for_punctuation(client: Client, db: None) -> None:
    assert "Nothing found" in page(client, q="format:epub")
    assert "Nothing found" in page(client, q="-草稿")


def test_the_page_without_a_query_says_what_can_be_searched(client: Client, db: None) -> None:
    assert "What are you looking for?" in page(client)
    assert "There are no words in this search" in page(client, q="？！")


@pytest.mark.parametrize(
    "values",
    [
        {"page": "99999999999999999999"},
        {"page": "-1"},
        {"page": "٣"},
        {"page": "x"},
        {"category": "nowhere"},
        {"format": "exe"},
        {"price": "x"},
        {"price": ">" + "9" * 400},
        {"pages": "-5"},
        {"pages": "1e9"},
        {"date": "2025-02-30"},
        {"language": "\x00"},
        {"sort": "'; --"},
    ],
)
def test_senseless_filters_ask_for_nothing(
    client: Client, indexed_document: Make, values: dict[str, str]
) -> None:
    indexed_document(title="合同范本")
    assert "<mark>合同</mark>" in page(client, q="合同", **values)


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", '"><img src=x>', "a" * 10_000, "\x00", "🙂"])
def test_what_was_typed_comes_back_as_text(client: Client, db: None, query: str) -> None:
    assert "<script>alert" not in page(client, q=f"-{query} title:{query} author:{query}")
    text = page(client, q=query)
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_results_are_leafed_through(client: Client, published_document: Make) -> None:
    for _ in range(23):
        document_index_request(published_document(title="合同范本").pk)
    wanted_index()

    seen: set[str] = set()
    for number in (1, 2, 3):
        response = client.get("/search/", {"q": "合同", "page": str(number)})
        rows = response.context["results"].page.object_list
        assert len(rows) == (10 if number < 3 else 3)
        seen |= {row.document.pk for row in rows}
    assert len(seen) == 23
    assert response.context["results"].total == 23
    assert client.get("/search/", {"q": "合同", "page": "50"}).context["results"].page.number == 3


def test_who_searches_all_the_time_is_asked_to_wait_and_nobody_else(
    client_as: ClientAs, indexed_document: Make, bob: User, settings: Any
) -> None:
    settings.SEARCHES_PER_MINUTE = 3
    indexed_document(title="合同范本")
    stranger = client_as(None)
    for _ in range(3):
        page(stranger, q="合同")

    refused = stranger.get("/search/", {"q": "合同"}, headers={"accept-language": "en"})
    assert refused.status_code == 429
    text = refused.content.decode()
    assert "a lot of searches" in text
    assert "Search again in a minute" in text
    assert "nothing has been changed" not in text
    assert int(refused.headers["Retry-After"]) > 0
    by_htmx = stranger.get("/search/", {"q": "合同"}, headers={"hx-request": "true"})
    assert by_htmx.headers["HX-Redirect"] == "/search/?q=%E5%90%88%E5%90%8C"
    assert "合同" in page(client_as(bob), q="合同")
    assert stranger.get("/search/", {"q": "合同"}, REMOTE_ADDR="192.0.2.7").status_code == 200
    page(stranger)  # the empty form


@pytest.mark.parametrize("person", ["stranger", "bob"])
def test_the_number_of_queries_does_not_grow_with_the_results(
    client_as: ClientAs,
    published_document: Make,
    bob: User,
    settings: object,
    person: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wenlan.search.selectors.PAGE_SIZE", 50)
    client = client_as(bob if person == "bob" else None)

    def count() -> int:
        page(client, q="合同")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text = page(client, q="合同")
        rows.append(text.count('<article class="card'))
        return len(queries)

    rows: list[int] = []
    for _ in range(3):  # fewer, and another spelling would be looked for
        document_index_request(published_document(title="合同范本", pages=["合同"] * 5).pk)
    wanted_index()
    with_three = count()
    for _ in range(47):
        document_index_request(published_document(title="合同范本", pages=["合同"] * 5).pk)
    wanted_index()
    assert count() == with_three
    assert rows == [3, 50]
