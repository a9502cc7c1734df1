"""Words that most documents have cost much and tell little; they are found all the same."""

from __future__ import annotations

import pytest

from wenlan.search.analysis import query_of
from wenlan.search.backends import wording
from wenlan.search.entries import entry_of
from wenlan.search.ports import SearchIndex


@pytest.fixture(params=["tantivy", "opensearch"])
def index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SearchIndex:
    """Nine documents with 苹果, one of which has 橘子 too, in a library so large that common words are not ranked by."""
    monkeypatch.setattr(wording, "RARE_DOCUMENTS", 0)
    made: SearchIndex = request.getfixturevalue(f"{request.param}_index")
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
    index: SearchIndex, text: str, first: int | None, total: int
) -> None:
    hits = index.find(query_of(text), limit=10, timeout_seconds=5)
    assert hits.total == total
    assert not hits.is_partial
    if first is not None:
        assert hits.document_ids[0] == first


def test_the_rarest_term_always_counts() -> None:
    frequencies = dict.fromkeys(["苹", "苹果", "果"], 9) | dict.fromkeys(["橘", "橘子", "子"], 1)

    def common(text: str, total: int) -> frozenset[wording.Term]:
        return wording.common_among(
            query_of(text), lambda _field, term: frequencies[term] * 10_000, total=total
        )

    assert common("苹果 橘子", 100_000) == {
        ("grams", "苹"),
        ("grams", "苹果"),
        ("grams", "果"),
        ("words", "苹果"),
    }
    assert len(common("苹果", 100_000)) == 2
    # More than 10,000 documents have them, and still few of all.
    assert common("苹果 橘子", 1_000_000) == frozenset()


def test_the_fields_add_up_without_the_common_words(index: SearchIndex) -> None:
    query = query_of("苹果 橘子")
    hits = index.find(query, limit=10, timeout_seconds=5)
    (parts,) = index.explain(query, [9], timeout_seconds=5).values()
    assert hits.scores == pytest.approx([sum(parts.values())], rel=1e-4)
    assert hits.scores == pytest.approx(
        index.find(query_of("橘子"), limit=1, timeout_seconds=5).scores, rel=1e-4
    )


def test_in_a_title_common_words_count_too(index: SearchIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace([entry_of(document_id=10, title="苹果", pages=["苹果" + "和别的" * 50])])
    hits = index.find(query_of("苹果"), limit=10, timeout_seconds=5)
    assert hits.document_ids[0] == 10
