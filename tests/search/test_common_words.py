"""Words that most documents have cost much and tell little; they are found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from wenlan.search.analysis import query_of
from wenlan.search.backends.tantivy import TantivyIndex, queries
from wenlan.search.entries import entry_of


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TantivyIndex:
    """Nine documents with 苹果, one of which has 橘子 too, in a library so large that common words are not ranked by."""
    monkeypatch.setattr(queries, "RARE_DOCUMENTS", 0)
    made = TantivyIndex(tmp_path / "index")
    texts = ["苹果"] * 8 + ["苹果和橘子"]
    with made.writing(timeout_seconds=1):
        made.prepare()
        made.replace(
            entry_of(document_id=number, title="", pages=[text]) for number, text in enumerate(texts, 1)
        )
    return made


@pytest.mark.parametrize(
    ("text", "first", "total"), [("苹果 橘子", 9, 1), ("橘子", 9, 1), ("苹果", None, 9), ('"苹果"', None, 9)]
)
def test_common_words_say_what_is_found_but_not_in_which_order(
    index: TantivyIndex, text: str, first: int | None, total: int
) -> None:
    hits = index.find(query_of(text), limit=10, timeout_seconds=5)
    assert hits.total == total
    assert not hits.is_partial
    if first is not None:
        assert hits.document_ids[0] == first


def test_the_rarest_term_always_counts(index: TantivyIndex) -> None:
    searcher = index._current().searcher
    common = queries.common_terms(searcher, query_of("苹果 橘子"))
    assert common == {("grams", "苹"), ("grams", "苹果"), ("grams", "果"), ("words", "苹果")}
    assert len(queries.common_terms(searcher, query_of("苹果"))) == 2


def test_in_a_title_common_words_count_too(index: TantivyIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace([entry_of(document_id=10, title="苹果", pages=["苹果" + "和别的" * 50])])
    hits = index.find(query_of("苹果"), limit=10, timeout_seconds=5)
    assert hits.document_ids[0] == 10
