"""Searching within a document: what is told of which page, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.services import document_buy
from wenlan.search.analysis import query_of
from wenlan.search.matches import spans_in
from wenlan.search.snippets import Highlighter

Make = Callable[..., Document]
ClientAs = Callable[[User | None], Client]

PAGES = ["灯塔和防波堤，灯塔。", "没有。", "灯塔 harbour。", "隐藏的灯塔，隐藏的浮标。", "浮标 lighthouse"]


@pytest.fixture
def handbook(published_document: Make) -> Document:
    """Five pages, three of them open."""
    return published_document(pages=PAGES, title="海港手册", price_minor=300)


def found(client: Client, document: Document, query: str, **asked: Any) -> str:
    response = client.get(
        f"/d/{document.pk}/find/",
        {"q": query, **asked},
        headers={"hx-request": "true", "accept-language": "en"},
    )
    assert response.status_code == 200
    return response.content.decode()


def pages_in(html: str) -> dict[int, int]:
    """How many matches each page has, as the bar says."""
    return {
        int(number): int(count)
        for number, count in re.findall(r'data-found-page="(\d+)" data-matches="(\d+)"', html)
    }


def test_every_page_with_matches_is_listed_with_their_number(handbook: Document, client_as: ClientAs) -> None:
    html = found(client_as(None), handbook, "灯塔")
    assert pages_in(html) == {1: 2, 3: 1}
    assert 'data-total="3"' in html
    assert f'href="{handbook.page_url(3, query="灯塔")}"' in html


def test_of_a_page_beyond_the_preview_is_only_said_that_there_is_one(
    handbook: Document, client_as: ClientAs
) -> None:
    html = found(client_as(None), handbook, "灯塔")
    assert "Also on a page beyond the preview" in html
    only_hidden = found(client_as(None), handbook, "浮标", **{"from": 1, "to": 5})
    assert pages_in(only_hidden) == {}
    assert "On a page beyond the preview" in only_hidden
    assert "<rect" not in only_hidden
    assert "beyond the preview" not in found(client_as(None), handbook, "防波堤")


@pytest.mark.parametrize("part", ["藏的", "lightho", "的浮"])
def test_parts_of_words_tell_nothing_of_hidden_pages(
    handbook: Document, client_as: ClientAs, part: str
) -> None:
    html = found(client_as(None), handbook, part)
    assert "beyond the preview" not in html
    assert "No match" in html


def test_whoever_bought_it_finds_every_page(handbook: Document, client_as: ClientAs, bob: User) -> None:
    give_money(bob, 300)
    document_buy(reader=bob, document_id=handbook.pk, expected_price_minor=300)
    html = found(client_as(bob), handbook, "灯塔")
    assert pages_in(html) == {1: 2, 3: 1, 4: 1}
    assert "beyond the preview" not in html


@pytest.mark.parametrize("query", ["燈塔", "“灯塔”", " 灯塔 "])
def test_it_finds_what_search_finds(handbook: Document, client_as: ClientAs, query: str) -> None:
    assert pages_in(found(client_as(None), handbook, query)) == {1: 2, 3: 1}


@pytest.mark.parametrize("query", ["", "？！", "🙂", "\x00", "'; --", "不在这里"])
def test_what_is_not_there_is_said_to_have_no_match(
    handbook: Document, client_as: ClientAs, query: str
) -> None:
    html = found(client_as(None), handbook, query)
    assert pages_in(html) == {}
    assert "No match" in html


def test_pages_that_are_here_already_get_their_marks(handbook: Document, client_as: ClientAs) -> None:
    html = found(client_as(None), handbook, "灯塔", **{"from": 2, "to": 9})
    assert re.findall(r'data-marks="(\d+)"', html) == ["3"]
    assert html.count("<g>") == 1


def test_the_numbers_are_those_of_the_marks_on_the_pages(handbook: Document, client_as: ClientAs) -> None:
    html = client_as(None).get(f"{handbook.get_absolute_url()}?q=灯塔&pages=all").content.decode()
    figures = re.findall(r'<figure [^>]*data-page="(\d+)"(.*?)</figure>', html, re.DOTALL)
    assert [int(number) for number, _ in figures] == [1, 2, 3]
    drawn = {int(number): figure.count("<g>") for number, figure in figures}
    assert {number: count for number, count in drawn.items() if count} == pages_in(html) == {1: 2, 3: 1}


def test_the_document_page_lists_the_matches_without_javascript(
    handbook: Document, client_as: ClientAs
) -> None:
    html = client_as(None).get(f"{handbook.get_absolute_url()}?q=灯塔").content.decode()
    assert 'name="q" value="灯塔"' in html
    assert pages_in(html) == {1: 2, 3: 1}
    plain = client_as(None).get(handbook.get_absolute_url()).content.decode()
    assert 'id="find-field"' in plain
    assert pages_in(plain) == {}


def test_who_searches_all_the_time_is_told_nothing_more_and_reads_on(
    handbook: Document, client_as: ClientAs, settings: Any
) -> None:
    settings.SEARCHES_PER_MINUTE = 2
    client = client_as(None)
    for _ in range(2):
        found(client, handbook, "浮标")
    asked = {"q": "浮标"}
    refused = client.get(f"/d/{handbook.pk}/find/", asked)
    assert refused.status_code == 429
    page = client.get(handbook.get_absolute_url(), asked)
    assert page.status_code == 200
    for text in (refused.content.decode(), page.content.decode()):
        assert "搜索次数过多" in text
        assert "预览范围之外" not in text
    assert "搜索次数过多" not in client.get(handbook.get_absolute_url()).content.decode()


def test_a_long_document_is_searched_in_as_many_queries_as_a_short_one(
    published_document: Make, client_as: ClientAs
) -> None:
    def count(pages: int) -> int:
        document = published_document(
            pages=["灯塔 lighthouse"] * pages, preview_kind="percent", preview_value=50
        )
        client = client_as(None)
        found(client, document, "灯塔")
        with CaptureQueriesContext(connection) as queries:
            found(client, document, "灯塔", **{"from": 1, "to": 50})
        return len(queries)

    assert count(2) == count(50)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("one docu-\nment, two docu-\nments", "document", ["docu-\nment", "docu-\nments"]),
        ("防波\n堤和防波堤", "防波堤", ["防波\n堤", "防波堤"]),
        ("a so\u00adft word", "soft", ["so\u00adft"]),
        ("a well-known well", "well", ["well", "well"]),
        ("", "well", []),
    ],
)
def test_words_that_the_layout_tore_apart_are_found_whole(text: str, query: str, marked: list[str]) -> None:
    spans = spans_in(text, Highlighter(query_of(query)))
    assert [text[start:end] for start, end in spans] == marked
