"""What the benchmark of search measures with is itself right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from benchmarks._search.others import Fts5
from benchmarks._search.texts import Store, Writer, batches

COUNTS = {"的": 6000, "经济": 3000, "港口": 900, "防波堤": 100}


@pytest.fixture
def writer() -> Writer:
    return Writer(COUNTS)


def test_a_document_is_the_same_whoever_writes_it(writer: Writer) -> None:
    assert writer.document(7) == Writer(COUNTS).document(7)
    assert writer.document(7) != writer.document(8)


def test_words_are_as_often_as_in_the_list(writer: Writer) -> None:
    drawn = Counter(word for number in range(50) for word in writer.document(number).segmented.split())
    assert drawn.total() == 50 * 400
    for word, count in COUNTS.items():
        assert drawn[word] / drawn.total() == pytest.approx(count / 10_000, rel=0.15)


def test_queries_are_words_that_stand_in_a_document(writer: Writer) -> None:
    for query in writer.queries(20, 30, 2):
        words = query.split()
        assert len(set(words)) == 2
        assert set(words) <= {"经济", "港口", "防波堤"}


def test_batches_hold_every_document_once() -> None:
    assert [number for batch in batches(10, 4) for number in batch] == list(range(1, 11))


def test_the_other_way_is_asked_for_all_of_two_words_and_any_of_three(writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "texts.sqlite3"
    common = writer.document(1)
    Store(path).write(
        common._replace(number=number, segmented=segmented)
        for number, segmented in enumerate(["经济 港口", "经济", "防波堤"], 1)
    )
    fts5 = Fts5(path)
    fts5.build()
    assert [number for number, _ in fts5.search("经济 港口")] == [1]
    assert {number for number, _ in fts5.search("经济 港口 防波堤")} == {1, 2, 3}
