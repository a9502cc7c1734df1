"""An operator sees why a hit ranks where it does, and nobody else does."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests.search.test_standing import FAITHFUL, previewed
from wenlan.accounts.models import User
from wenlan.documents.models import Document, Favourite
from wenlan.search.models import Standing
from wenlan.search.ranking import BLENDED_HITS, Ranked
from wenlan.search.selectors import Sort, documents_search
from wenlan.search.standing import standings_count
from wenlan.search.why import WhyHere

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]
ClientAs = Callable[[User | None], Client]


@pytest.fixture
def two_contracts(indexed_document: Make, bob: User, carol: User) -> list[Document]:
    """The second fits a little less and has a faithful preview and two favourites, which put it first."""
    plain = indexed_document(title="劳动合同", tags=["合同"], pages=["劳动合同的条款"])
    liked = previewed(indexed_document(title="劳动合同", tags=["合同"], pages=["劳动合同的条款等"]), FAITHFUL)
    for reader in (bob, carol):
        Favourite.objects.create(reader=reader, document=liked)
    standings_count([plain.pk, liked.pk])
    return [plain, liked]


def page(client: Client, **asked: str) -> str:
    client.cookies["wenlan_language"] = "en"
    return client.get("/search/", asked, headers={"accept-language": "en"}).content.decode()


def test_an_operator_reads_why_a_hit_is_where_it_is(
    client_as: ClientAs, two_contracts: list[Document], dave: User
) -> None:
    text = page(client_as(dave), q="合同")

    assert text.count("Why here") == 2
    assert "1, by the words alone 2" in text
    assert "2, by the words alone 1" in text
    assert "+0.29 = faithful preview +0.25, 2 favourites +0.04" in text
    assert "0: nothing is known of it" in text
    assert "× (1 + 0.2 × 0.29) ≈" in text


@pytest.mark.parametrize("person", ["stranger", "alice", "bob", "carol"])
def test_nobody_else_does(
    client_as: ClientAs, two_contracts: list[Document], request: pytest.FixtureRequest, person: str
) -> None:
    user = None if person == "stranger" else request.getfixturevalue(person)
    text = page(client_as(user), q="合同")
    assert "劳动<mark>合同</mark>" in text
    assert "Why here" not in text


def test_the_numbers_add_up(two_contracts: list[Document], dave: User) -> None:
    for result in documents_search(query="合同", user=dave, is_explained=True).page:
        why = result.why
        assert why is not None
        assert {part.name for part in why.fields} == {"title", "tags", "text"}
        assert sum(part.amount for part in why.fields) == pytest.approx(why.rank.fit, rel=1e-4)
        assert sum(part.amount for part in why.signals) == pytest.approx(why.quality)
        assert why.rank.score == pytest.approx(why.rank.fit * (1 + 0.2 * why.quality))


def test_hits_that_have_only_some_words_are_explained_too(two_contracts: list[Document], dave: User) -> None:
    results = documents_search(query='"合同劳动" 火星', user=dave, is_explained=True)
    assert results.is_partial
    assert all(result.why and result.why.fields for result in results.page)


def test_another_order_needs_no_explanation(two_contracts: list[Document], dave: User) -> None:
    results = documents_search(query="合同", user=dave, sort=Sort.NEWEST, is_explained=True)
    assert [result.why for result in results.page] == [None, None]


def test_after_the_first_hits_it_says_that_the_quality_does_not_count() -> None:
    place = BLENDED_HITS + 1
    why = WhyHere(Ranked(1, 2.0, 0.0, 2.0, place, place), quality=0.5, weight=0.2, fields=[], signals=[])
    with override("en"):
        assert why.score_text == "2.00; the quality does not count here"
        assert why.place_text == "201, also by the words alone"


def test_it_is_told_in_chinese_too(two_contracts: list[Document], dave: User) -> None:
    with override("zh-hans"):
        (first, _second) = documents_search(query="合同", user=dave, is_explained=True).page
        assert first.why is not None
        assert first.why.place_text == "第 1 位（仅按文字匹配为第 2 位）"
        assert first.why.quality_text == "+0.29 = 预览忠实 +0.25，2 次收藏 +0.04"
        assert "标题" in first.why.fit_text


def run(*arguments: str) -> str:
    output = io.StringIO()
    with override("en"):
        call_command("search", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_tells_it_on_the_terminal(two_contracts: list[Document]) -> None:
    _plain, liked = two_contracts
    lines = run("合同", "--explain").splitlines()

    assert lines[0].split()[0] == "1"
    assert lines[0].split()[2:] == [str(liked.pk), "劳动合同"]
    assert "Quality: +0.29 = faithful preview +0.25, 2 favourites +0.04" in lines[3]
    assert lines[-1] == "2 found"
    assert "Quality" not in run("合同")


def test_the_command_tells_it_to_programs(two_contracts: list[Document]) -> None:
    plain, liked = two_contracts
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in run("合同", "--explain", "--json").splitlines()
    ]

    assert [row["document"] for row in rows] == [liked.pk, plain.pk]
    assert [(row["place"], row["place_by_words"]) for row in rows] == [(1, 2), (2, 1)]
    assert sum(rows[0]["fields"].values()) == pytest.approx(rows[0]["fit"], abs=1e-3)
    assert rows[0]["signals"].keys() == {"fidelity", "favourites"}
    assert rows[1]["signals"] == {}
    assert Standing.objects.get(pk=liked.pk).quality == pytest.approx(rows[0]["quality"], abs=1e-4)


def test_explaining_costs_one_query_more_however_many_the_results(indexed_document: Make, dave: User) -> None:
    def count(*, is_explained: bool) -> int:
        with CaptureQueriesContext(connection) as queries:
            rows.append(len(documents_search(query="合同", user=dave, is_explained=is_explained).page))
        return len(queries)

    rows: list[int] = []
    indexed_document(title="合同")
    with_one = count(is_explained=True)
    for _ in range(5):
        indexed_document(title="合同")
    assert count(is_explained=True) == with_one == count(is_explained=False) + 1
    assert rows == [1, 6, 6]
