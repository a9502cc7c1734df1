"""What every search index has to keep, whichever it is; each backend is one parameter of `index`."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wenlan.search.analysis import fold, grams_of, query_of, words_of
from wenlan.search.backends import wording
from wenlan.search.backends.opensearch import OpenSearchIndex, Server
from wenlan.search.backends.tantivy import index as tantivy_index
from wenlan.search.entries import Heading, entry_of
from wenlan.search.ports import (
    Facet,
    FacetCounts,
    SearchFilters,
    SearchIndex,
    SearchOrder,
    SearchUnavailable,
    Span,
)


@pytest.fixture(params=["tantivy", "opensearch"])
def index(request: pytest.FixtureRequest) -> SearchIndex:
    made: SearchIndex = request.getfixturevalue(f"{request.param}_index")
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
        (SearchFilters(price_max=0), [1]),
        (SearchFilters(price_min=1), [2]),
        (SearchFilters(price_min=5, price_max=5), [2]),
        (SearchFilters(price_max=4), [1]),
        (SearchFilters(pages_min=3, pages_max=3), [1]),
        (SearchFilters(pages_min=4), [2]),
        (SearchFilters(category="a", format="pdf"), []),
    ]:
        assert find(index, "苹果", filters=filters) == expected
        assert find(index, "", filters=filters) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (SearchFilters(published_from=200), [2, 3]),
        (SearchFilters(published_from=201), [3]),
        (SearchFilters(published_before=200), [1]),
        (SearchFilters(published_from=100, published_before=201), [1, 2]),
    ],
)
def test_a_date_counts_from_its_first_second_to_the_last_before_the_next(
    index: SearchIndex, filters: SearchFilters, expected: list[int]
) -> None:
    for number in (1, 2, 3):
        write(index, (number, "苹果"), published_at=number * 100)
    assert sorted(find(index, "苹果", filters=filters)) == expected


def test_a_word_can_be_asked_for_in_one_field(index: SearchIndex) -> None:
    write(index, (1, "苹果园"), author="李雷", tags=["水果"])
    write(index, (2, "葡萄园"), author="韩梅", tags=["苹果", "水产"])

    for filters, expected in [
        (SearchFilters(title=("苹", "苹果", "果")), [1]),
        (SearchFilters(tags=("苹", "苹果", "果")), [2]),
        (SearchFilters(author=("李", "李雷", "雷")), [1]),
        (SearchFilters(author=("李", "李梅", "梅")), []),
    ]:
        assert find(index, "园", filters=filters) == expected
        assert find(index, "", filters=filters) == expected


def test_what_is_excluded_is_not_found_however_little_is_asked_for(index: SearchIndex) -> None:
    write(index, (1, "苹果 报告"), (2, "苹果 草稿"), (3, "苹果 报告 草稿"))

    without = SearchFilters(without_words=(("草稿",),))
    assert find(index, "苹果", filters=without) == [1]
    assert find(index, "苹果 火星", filters=without) == [1]
    assert find(index, "", filters=without) == [1]
    assert sorted(find(index, "苹果", filters=SearchFilters(without_words=(("草稿", "报告"),)))) == [1, 2]
    assert find(index, "苹果", filters=SearchFilters(without_words=(("草稿",), ("报告",)))) == []
    assert sorted(find(index, "苹果", filters=SearchFilters(without_phrases=(("果", "报"),)))) == [1, 2, 3]


def test_an_excluded_phrase_is_looked_for_only_where_everybody_may_read(index: SearchIndex) -> None:
    with index.writing(timeout_seconds=1):
        index.replace(
            [entry_of(document_id=1, title="报价", pages=["公开的一页", "底价三百万元整"], open_pages=1)]
        )

    def without(text: str) -> list[int]:
        (phrase,) = query_of(f'"{text}"').phrases
        return find(index, "报价", filters=SearchFilters(without_phrases=(phrase,)))

    assert without("公开的一页") == []
    # What stands on a hidden page and what does not is answered alike.
    assert without("底价三百万") == without("底价百万三") == [1]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (SearchOrder.NEWEST, [1, 3, 2]),
        (SearchOrder.CHEAPEST, [2, 1, 3]),
        (SearchOrder.DEAREST, [3, 1, 2]),
    ],
)
def test_the_order_goes_by_the_date_of_publication_or_the_price(
    index: SearchIndex, order: SearchOrder, expected: list[int]
) -> None:
    for number, published_at, price_minor in [(1, 300, 50), (2, 100, 0), (3, 200, 900)]:
        write(index, (number, "苹果"), published_at=published_at, price_minor=price_minor)
    assert find(index, "苹果", order=order) == expected


SPANS = {
    Facet.PAGES: {"few": Span(1, 6), "some": Span(6, 21), "many": Span(51, None)},
    Facet.PRICE: {"free": Span(0, 1), "paid": Span(1, None)},
    Facet.DATE: {"old": Span(None, 200), "new": Span(200, None)},
}


def facets(index: SearchIndex, text: str, **options: Any) -> FacetCounts:
    return index.count_facets(query_of(text), **{"spans": SPANS, "timeout_seconds": 5.0, **options})


@pytest.fixture
def shelf(index: SearchIndex) -> SearchIndex:
    """Three documents that have 苹果, and one that has not."""
    for number, category, file_format, language, price_minor, page_count, published_at in [
        (1, "a", "doc", "en", 0, 3, 100),
        (2, "a", "pdf", "zh-hans", 5, 5, 200),
        (3, "b", "pdf", "zh-hans", 900, 30, 300),
    ]:
        write(
            index,
            (number, "苹果"),
            category=category,
            format=file_format,
            language=language,
            price_minor=price_minor,
            page_count=page_count,
            published_at=published_at,
        )
    write(index, (4, "葡萄"), category="c", format="ppt", language="en", page_count=60)
    return index


def test_what_was_found_is_counted_by_every_facet(shelf: SearchIndex) -> None:
    assert facets(shelf, "苹果") == {
        Facet.CATEGORY: {"a": 2, "b": 1},
        Facet.FORMAT: {"doc": 1, "pdf": 2},
        Facet.LANGUAGE: {"en": 1, "zh-hans": 2},
        Facet.PAGES: {"few": 2},
        Facet.PRICE: {"free": 1, "paid": 2},
        Facet.DATE: {"old": 1, "new": 2},
    }
    assert not any(facets(shelf, "恐龙").values())
    assert set(facets(shelf, "苹果", spans={})) == {Facet.CATEGORY, Facet.FORMAT, Facet.LANGUAGE}
    assert facets(shelf, "")[Facet.CATEGORY] == {"a": 2, "b": 1, "c": 1}


def test_the_counts_of_a_facet_are_those_of_its_other_choices(shelf: SearchIndex) -> None:
    counts = facets(shelf, "苹果", filters=SearchFilters(format="pdf", pages_max=5))
    assert counts[Facet.FORMAT] == {"doc": 1, "pdf": 1}
    assert counts[Facet.PAGES] == {"few": 1}
    assert counts[Facet.CATEGORY] == {"a": 1}
    assert facets(shelf, "苹果", filters=SearchFilters(pages_max=5, category="b")) == {
        Facet.CATEGORY: {"a": 2},
        Facet.FORMAT: {},
        Facet.LANGUAGE: {},
        Facet.PAGES: {},
        Facet.PRICE: {},
        Facet.DATE: {},
    }


@pytest.mark.parametrize("text", ["苹果", "苹果 火星", '"果苹" 苹果', "", "火星"])
@pytest.mark.parametrize(
    "chosen", [SearchFilters(), SearchFilters(format="doc"), SearchFilters(category="b")]
)
def test_a_count_is_what_choosing_it_finds(shelf: SearchIndex, text: str, chosen: SearchFilters) -> None:
    counts = facets(shelf, text, filters=chosen)
    for facet in (Facet.CATEGORY, Facet.FORMAT, Facet.LANGUAGE):
        for value, count in counts[facet].items():
            choice: dict[str, Any] = {facet.value: value}
            assert len(find(shelf, text, filters=replace(chosen, **choice))) == count


def test_documents_that_are_to_leave_are_neither_found_nor_counted(shelf: SearchIndex) -> None:
    hits = shelf.find(query_of("苹果"), limit=1, without=[2, 77], timeout_seconds=5)
    assert hits.total == 2
    assert sorted(find(shelf, "苹果", without=[2])) == [1, 3]
    assert sorted(find(shelf, "", without=[2])) == [1, 3, 4]
    assert find(shelf, "苹果", without=[1, 2, 3]) == []
    assert facets(shelf, "苹果", without=[2])[Facet.FORMAT] == {"doc": 1, "pdf": 1}
    assert facets(shelf, "苹果", without=[2])[Facet.PRICE] == {"free": 1, "paid": 1}


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


@contextlib.contextmanager
def silence(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever answers for the index keeps it waiting."""
    let_go = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        if isinstance(index, OpenSearchIndex):
            monkeypatch.setattr(index, "server", Server([f"http://127.0.0.1:{deaf.getsockname()[1]}"]))
        monkeypatch.setattr(tantivy_index, "_find", lambda *arguments: let_go.wait(10))
        yield
        let_go.set()


def test_a_late_answer_is_no_answer(index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    with silence(index, monkeypatch), pytest.raises(SearchUnavailable, match="timed out"):
        find(index, "苹果", timeout_seconds=0.1)


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


def test_a_phrase_is_found_as_long_as_its_page_is_everybodys(index: SearchIndex) -> None:
    def found_with(open_pages: int | None) -> tuple[list[int], bool]:
        entry = entry_of(
            document_id=1, title="报价", pages=["公开的一页", "底价三百万元整"], open_pages=open_pages
        )
        with index.writing(timeout_seconds=1):
            index.replace([entry])
        hits = index.find(query_of('"底价三百万元"'), limit=10, timeout_seconds=5)
        return hits.document_ids, hits.is_partial

    assert found_with(None) == ([1], False)
    assert found_with(1) == ([1], True)
    assert found_with(2) == ([1], False)


def test_hidden_pages_count_in_the_ranking_like_the_others(index: SearchIndex) -> None:
    pages = ["苹果与梨", "葡萄酿酒的方法"]
    with index.writing(timeout_seconds=1):
        index.replace([entry_of(document_id=n, title="果", pages=pages, open_pages=n) for n in range(3)])
        index.replace([entry_of(document_id=9, title="果", pages=["别的"])])
    assert sorted(find(index, "葡萄 方法")) == [0, 1, 2]


def test_a_heading_counts_more_than_a_mention_and_less_than_a_title(index: SearchIndex) -> None:
    said, other = "合同范本在附件里。" + "内容" * 40, "甲方与乙方约定如下。" + "内容" * 40
    with index.writing(timeout_seconds=1):
        index.replace(
            [
                entry_of(document_id=1, title="其他", pages=[said]),
                entry_of(document_id=2, title="其他", pages=[said], headings=[Heading(1, "合同范本")]),
                entry_of(document_id=3, title="合同范本", pages=[other]),
            ]
        )
    assert find(index, "合同范本") == [3, 2, 1]


def test_a_heading_that_no_page_says_is_found_like_a_word_of_its_page(index: SearchIndex) -> None:
    headings = [Heading(1, "第一章 桥梁"), Heading(2, "第二章 隧道工程")]
    with index.writing(timeout_seconds=1):
        index.replace(
            [entry_of(document_id=1, title="扫描", pages=["", ""], open_pages=1, headings=headings)]
        )

    def asked(text: str) -> tuple[list[int], bool]:
        hits = index.find(query_of(text), limit=10, timeout_seconds=5)
        return hits.document_ids, hits.is_partial

    assert asked('"第一章 桥梁"') == ([1], False)
    assert asked("隧道") == ([1], False)
    # Of a heading of a hidden page no phrase is told, as of the page itself.
    assert asked('"隧道工程"') == asked('"工程隧道"') == ([1], True)


def test_hits_come_with_scores_that_the_fields_add_up_to(index: SearchIndex) -> None:
    write(index, (1, "苹果 栽培"), tags=["苹果"], author="苹果先生", headings=[Heading(1, "苹果")])
    write(index, (2, "苹果"), (3, "香蕉"))
    query = query_of("苹果")
    hits = index.find(query, limit=10, timeout_seconds=5)
    parts = index.explain(query, [1, 2, 3, 99], timeout_seconds=5)

    assert hits.document_ids == [1, 2]
    assert hits.scores == sorted(hits.scores, reverse=True)
    assert [sum(parts[number].values()) for number in (1, 2)] == pytest.approx(hits.scores, rel=1e-4)
    assert parts[1].keys() == {"title", "headings", "tags", "author", "words", "grams"}
    assert parts[2].keys() == {"title", "words", "grams"}
    assert parts[3] == parts[99] == {}
    assert index.find(query, limit=10, order=SearchOrder.NEWEST, timeout_seconds=5).scores == []


def test_hits_that_fit_alike_are_leafed_through_in_one_order_however_many_are_asked_for(
    index: SearchIndex,
) -> None:
    for start in range(0, 300, 60):  # several commits, and so several segments
        write(index, *((number, "苹果") for number in range(start, start + 60)))
    whole = find(index, "苹果", limit=300)
    first = find(index, "苹果", limit=200)
    rest = [number for offset in range(200, 300, 10) for number in find(index, "苹果", offset=offset)]

    assert sorted(whole) == list(range(300))
    assert [*first, *rest] == whole


HOSTILE = [
    "苹果 OR *:*",
    "title:* AND _exists_:id",
    '{"query": {"match_all": {}}}',
    "*",
    "苹*",
    "/.*/",
    "[* TO *]",
    '"苹果"~100 \\" ^99',
    "') OR 1=1 --",
    "\x00\u202e\ufeff",
    '+-&&||!(){}[]^"~*?:\\/',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_readers_type_is_words_and_no_language_of_the_index(index: SearchIndex, text: str) -> None:
    titles = {1: "苹果", 2: "葡萄", 3: "or 1 to match all"}
    write(index, *titles.items(), category="a", language="en")
    words = set(grams_of(fold(text)))
    having = {number for number, title in titles.items() if words & set(grams_of(title))}
    assert set(find(index, text)) <= (having if words else set(titles))
    for filters in (SearchFilters(category=text), SearchFilters(language=text), SearchFilters(format=text)):
        assert find(index, "", filters=filters) == []


def test_the_longest_question_is_answered(index: SearchIndex) -> None:
    write(index, (1, "苹果"), (2, "葡萄"))
    characters = "".join(chr(0x4E00 + 7 * number) for number in range(198))
    for text in (
        f"苹果{characters}",
        f'"{characters}" 苹果',
        " ".join(f"w{number}x" for number in range(60)),
    ):
        assert set(find(index, text, most_words=False)) <= {1}
        assert index.count_facets(query_of(text), spans=SPANS, timeout_seconds=5)
        index.explain(query_of(text), [1, 2], timeout_seconds=5)


def test_however_many_are_to_leave_none_of_them_is_found(index: SearchIndex) -> None:
    write(index, *((number, "苹果") for number in (1, 70_001)))
    assert find(index, "苹果", without=range(1, 70_001)) == [70_001]


PARAGRAPHS_OF = ("README.zh-CN.md", "README.md", "docs", "src/wenlan/search/locale", "src/wenlan/web/locale")


def own_passages() -> list[str]:
    """Paragraphs of our own manuals and the sentences on our pages, in both languages."""
    root = Path(__file__).resolve().parents[2]
    files = [
        file
        for name in PARAGRAPHS_OF
        for file in sorted([root / name] if (root / name).is_file() else (root / name).rglob("*.*"))
        if file.suffix in {".md", ".po"}
    ]
    texts = [part.strip() for file in files for part in file.read_text(encoding="utf-8").split("\n\n")]
    return [text for text in texts if len(text) > 40]


def questions_about(texts: list[str], count: int) -> list[str]:
    """Some neighbouring words of some of the texts, always the same."""
    chance = random.Random(7)  # noqa: S311 - the same questions every time
    questions: list[str] = []
    while len(questions) < count:
        words = list(words_of(fold(chance.choice(texts))))
        start = chance.randrange(len(words))
        questions.append(" ".join(words[start : start + chance.choice([1, 2, 3, 6])]))
    return questions


@pytest.mark.parametrize("rare_documents", [wording.RARE_DOCUMENTS, 0])
def test_both_indexes_give_the_same_documents_in_the_same_order(
    tantivy_index: SearchIndex,
    opensearch_index: SearchIndex,
    rare_documents: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Equal but for what their arithmetic rounds: two neighbours may change places whose scores differ by 0.1 %.

    Also where the commonest words of a question do not count, as in a large library.
    """
    monkeypatch.setattr(wording, "RARE_DOCUMENTS", rare_documents)
    texts = own_passages()
    for each in (tantivy_index, opensearch_index):
        with each.writing(timeout_seconds=5):
            each.prepare()
            each.replace(
                entry_of(document_id=number, title=text[:20], pages=[text])
                for number, text in enumerate(texts)
            )
    for question in questions_about(texts, 200):
        one, other = (
            each.find(query_of(question), limit=10, timeout_seconds=20)
            for each in (tantivy_index, opensearch_index)
        )
        assert (one.total, one.is_partial) == (other.total, other.is_partial)
        assert other.scores == pytest.approx(one.scores, rel=1e-3), question
        score_of = dict(zip(one.document_ids, one.scores, strict=True))
        last = one.scores[-1] if one.scores else 0.0
        in_that_order = [score_of.get(number, last) for number in other.document_ids]
        assert in_that_order == pytest.approx(one.scores, rel=1e-3), question
