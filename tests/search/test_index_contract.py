"""What every search index has to keep, whichever it is; each backend is one parameter of `index`."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from wenlan.search.analysis import query_of, words_of
from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.backends.tantivy import index as tantivy_index
from wenlan.search.entries import entry_of
from wenlan.search.ports import SearchFilters, SearchIndex, SearchOrder, SearchUnavailable


@pytest.fixture(params=["tantivy"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    made: SearchIndex = {"tantivy": TantivyIndex}[request.param](tmp_path / "index")
    with made.writing(timeout_seconds=1):
        assert made.prepare()
    return made


def write(index: SearchIndex, *rows: tuple[int, str], **facts: Any) -> None:
    with index.writing(timeout_seconds=1):
        index.replace(entry_of(document_id=number, title=text, pages=[], **facts) for number, text in rows)


def find(index: SearchIndex, text: str, **options: Any) -> list[int]:
    return index.find(query_of(text), **{"limit": 10, "timeout_seconds": 5.0, **options}).document_ids


def test_what_is_replaced_is_found_at_once_and_only_as_it_is_now(index: SearchIndex) -> None:
    write(index, (1, "苹果"), (2, "香蕉"))
    assert find(index, "苹果") == [1]

    write(index, (1, "葡萄"))
    assert find(index, "苹果") == []
    assert find(index, "葡萄") == [1]
    assert index.count() == 2


def test_what_is_removed_is_gone_and_removing_it_again_is_no_error(index: SearchIndex) -> None:
    write(index, (1, "苹果"), (2, "苹果"))
    for _ in range(2):
        with index.writing(timeout_seconds=1):
            index.remove([1, 99])
        assert find(index, "苹果") == [2]


def test_a_failed_write_changes_nothing(index: SearchIndex) -> None:
    write(index, (1, "苹果"))

    def entries() -> Any:
        yield entry_of(document_id=1, title="葡萄", pages=[])
        raise OSError("the disk is full")

    with index.writing(timeout_seconds=1), pytest.raises(SearchUnavailable):
        index.replace(entries())
    assert find(index, "苹果") == [1]
    write(index, (2, "葡萄"))
    assert find(index, "葡萄") == [2]


def test_hits_are_counted_altogether_and_leafed_through(index: SearchIndex) -> None:
    write(index, *((number, "苹果") for number in range(1, 26)))
    first = index.find(query_of("苹果"), limit=10, timeout_seconds=5)
    assert (len(first.document_ids), first.total) == (10, 25)
    leafed = [number for offset in (0, 10, 20) for number in find(index, "苹果", offset=offset)]
    assert sorted(leafed) == list(range(1, 26))


def test_every_filter_is_kept(index: SearchIndex) -> None:
    write(index, (1, "苹果"), category="a", format="doc", language="en", price_minor=0, page_count=3)
    write(index, (2, "苹果"), category="b", format="pdf", language="other", price_minor=5, page_count=30)

    for filters, expected in [
        (SearchFilters(category="a"), [1]),
        (SearchFilters(format="pdf"), [2]),
        (SearchFilters(language="en"), [1]),
        (SearchFilters(is_free=True), [1]),
        (SearchFilters(is_free=False), [2]),
        (SearchFilters(pages_min=3, pages_max=3), [1]),
        (SearchFilters(pages_min=4), [2]),
        (SearchFilters(category="a", format="pdf"), []),
    ]:
        assert find(index, "苹果", filters=filters) == expected
        assert find(index, "", filters=filters) == expected


def test_newest_first_goes_by_the_date_of_publication(index: SearchIndex) -> None:
    for number, published_at in [(1, 300), (2, 100), (3, 200)]:
        write(index, (number, "苹果"), published_at=published_at)
    assert find(index, "苹果", order=SearchOrder.NEWEST) == [1, 3, 2]


def test_a_phrase_is_a_row_of_words_and_does_not_reach_over_a_section(index: SearchIndex) -> None:
    write(index, (1, "annual report"), (2, "report annual"))
    write(index, (3, "annual"), tags=["report"])
    assert find(index, '"annual reports"') == [1]


def test_documents_alike_share_the_telling_words(index: SearchIndex) -> None:
    write(
        index,
        (1, "桥梁 施工 混凝土 方案"),
        (2, "桥梁 施工 混凝土 计划"),
        (3, "花园 设计 方案"),
        *((number, f"其他 文字 {number}") for number in range(4, 20)),
    )
    words = dict.fromkeys(words_of("桥梁 施工 混凝土"), 1.0)
    alike = index.find_alike(words, limit=5, timeout_seconds=5)
    assert {item.document_id for item in alike} == {1, 2}
    assert all(item.share == pytest.approx(1.0) for item in alike)
    assert index.find_alike({}, limit=5, timeout_seconds=5) == []


def test_a_rebuild_shows_only_when_it_takes_over(index: SearchIndex) -> None:
    write(index, (1, "苹果"), (2, "苹果"))
    with index.rebuilding() as fresh:
        fresh.replace([entry_of(document_id=number, title="葡萄", pages=[]) for number in (2, 3, 4)])
        fresh.remove([4])
        assert find(index, "苹果") == [1, 2]
        with index.writing(timeout_seconds=1):
            fresh.take_over()
        assert (find(index, "苹果"), find(index, "葡萄")) == ([], [2, 3])


def test_a_rebuild_that_does_not_take_over_leaves_nothing(index: SearchIndex) -> None:
    write(index, (1, "苹果"))
    with index.rebuilding() as fresh:
        fresh.replace([entry_of(document_id=2, title="葡萄", pages=[])])
    assert (find(index, "苹果"), find(index, "葡萄")) == ([1], [])


def test_only_one_may_write_at_a_time(index: SearchIndex) -> None:
    with (
        index.writing(timeout_seconds=1),
        pytest.raises(SearchUnavailable, match="busy"),
        index.writing(timeout_seconds=0.1),
    ):
        pass


def test_a_late_answer_is_no_answer(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(tantivy_index, "_find", lambda *arguments: let_go.wait(10))
    try:
        with pytest.raises(SearchUnavailable, match="timed out"):
            find(index, "苹果", timeout_seconds=0.1)
    finally:
        let_go.set()


def test_a_text_of_one_word_a_million_times_is_written_and_found(index: SearchIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace(
            [
                entry_of(document_id=1, title="长", pages=["苹果" * 1_000_000]),
                entry_of(document_id=2, title="长", pages=["a" * 3_000_000]),
                entry_of(document_id=3, title="长", pages=["\x00\ud800\u202e", ""]),
            ]
        )
    assert find(index, "苹果") == [1]
    assert sorted(find(index, "长")) == [1, 2, 3]


def test_a_phrase_is_found_only_where_everybody_may_read(index: SearchIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace(
            [entry_of(document_id=1, title="报价", pages=["公开的一页", "底价三百万元整"], open_pages=1)]
        )

    def asked(text: str) -> tuple[list[int], bool]:
        hits = index.find(query_of(text), limit=10, timeout_seconds=5)
        return hits.document_ids, hits.is_partial

    assert asked('"公开的一页"') == ([1], False)
    assert asked("底价 万元") == ([1], False)
    # What stands there and what does not is answered alike: with the words, wherever they stand.
    assert asked('"底价三百万"') == asked('"底价百万三"') == asked('报价 "三底价"') == ([1], True)
    assert asked('"一页底价"') == ([1], True)
    assert asked('"恐龙灭绝"') == ([], False)


def test_hidden_pages_count_in_the_ranking_like_the_others(index: SearchIndex) -> None:
    pages = ["苹果与梨", "葡萄酿酒的方法"]
    with index.writing(timeout_seconds=1):
        index.replace([entry_of(document_id=n, title="果", pages=pages, open_pages=n) for n in range(3)])
        index.replace([entry_of(document_id=9, title="果", pages=["别的"])])
    assert sorted(find(index, "葡萄 方法")) == [0, 1, 2]
