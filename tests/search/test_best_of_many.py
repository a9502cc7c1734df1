"""The best of very many matches are found without a look at each of them, and are the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from wenlan.search.analysis import query_of
from wenlan.search.backends.tantivy import TantivyIndex, best, queries
from wenlan.search.entries import entry_of
from wenlan.search.ports import Hits, IndexedDocument, SearchFilters

WORDS = [
    "苹果",
    "橘子",
    "葡萄",
    "香蕉",
    "报告",
    "合同",
    "模板",
    "桥梁",
    "隧道",
    "花园",
    "设计",
    "方案",
    "annual",
    "budget",
    "report",
]
QUERIES = [
    "苹果",
    "报告 模板",
    "苹果 橘子 葡萄",
    "桥梁 隧道 花园 设计",
    "annual report budget 合同",
    "苹果园 方案书",
]


def library() -> Iterator[IndexedDocument]:
    """500 documents, the first words of the list in most of them, some pages hidden."""
    chance = random.Random(11)  # noqa: S311 - the same documents every time
    shares = [1 / place for place in range(1, len(WORDS) + 1)]
    for number in range(1, 501):
        title, *pages = (
            "，".join(chance.choices(WORDS, shares, k=chance.randint(least, 20))) for least in (1, 5, 5)
        )
        yield entry_of(document_id=number, title=title[:9], pages=pages, open_pages=number % 3)


@pytest.fixture
def index(tmp_path: Path) -> TantivyIndex:
    made = TantivyIndex(tmp_path / "index")
    documents = list(library())
    with made.writing(timeout_seconds=1):
        made.prepare()
        for start in range(0, len(documents), 100):  # several commits, and so several segments
            made.replace(documents[start : start + 100])
        made.remove([3, 400])
    return made


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is found is many."""
    monkeypatch.setattr(best, "MANY_MATCHES", 0)


def found(index: TantivyIndex, text: str, limit: int = 10, offset: int = 0, **options: object) -> Hits:
    return index.find(query_of(text), limit=limit, offset=offset, timeout_seconds=5, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("offset", [0, 10, 150])
def test_the_best_of_many_are_those_of_a_look_at_all(
    index: TantivyIndex, monkeypatch: pytest.MonkeyPatch, text: str, offset: int
) -> None:
    """But for what their arithmetic rounds: some of equal scores may have changed places."""
    one_by_one = found(index, text, offset=offset, without=[7])
    monkeypatch.setattr(best, "MANY_MATCHES", 0)
    hits = found(index, text, offset=offset, without=[7])
    assert (hits.total, hits.is_partial) == (one_by_one.total, one_by_one.is_partial)
    assert hits.scores == pytest.approx(one_by_one.scores, rel=1e-5)
    score_of = dict(zip(one_by_one.document_ids, one_by_one.scores, strict=True))
    last = one_by_one.scores[-1] if one_by_one.scores else 0.0
    in_that_order = [score_of.get(number, last) for number in hits.document_ids]
    assert in_that_order == pytest.approx(one_by_one.scores, rel=1e-5)


@pytest.mark.usefixtures("many")
def test_they_are_found_without_scoring_all(index: TantivyIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr(queries.Asked, "found", never)
    hits = found(index, "苹果 橘子 葡萄")
    assert len(hits.document_ids) == 10
    assert hits.total > 300


@pytest.mark.usefixtures("many")
def test_what_has_only_a_part_of_a_word_is_no_match_however_well_it_fits(index: TantivyIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace(entry_of(document_id=n, title="龙虾 眼泪", pages=["龙" * n]) for n in range(600, 700))
        index.replace([entry_of(document_id=800, title="别的", pages=["恐龙" + "和别的东西" * 50])])
    hits = found(index, "恐龙")
    assert (hits.document_ids, hits.total) == ([800], 1)


@pytest.mark.usefixtures("many")
def test_equal_ones_are_leafed_through_in_one_order(index: TantivyIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace(
            entry_of(document_id=number, title="苹果 龙眼 荔枝", pages=["龙眼"])
            for number in range(900, 1100)
        )
    whole = found(index, "苹果 龙眼 荔枝", limit=300)
    leafed = [
        number
        for offset in range(0, 300, 10)
        for number in found(index, "苹果 龙眼 荔枝", offset=offset).document_ids
    ]
    assert len(set(leafed)) == 300
    assert leafed == whole.document_ids


@pytest.mark.usefixtures("many")
def test_filters_and_phrases_are_kept(index: TantivyIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace([entry_of(document_id=900, title="苹果橘子葡萄", pages=[], category="a")])
    assert found(index, "苹果", filters=SearchFilters(category="a")).document_ids == [900]
    assert found(index, '"苹果橘子葡萄"').document_ids == [900]
