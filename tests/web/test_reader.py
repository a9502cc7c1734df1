"""Text as the reader shows it: paragraphs, places, marks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wenlan.documents.models import Document, Page
from wenlan.search.analysis import query_of
from wenlan.search.snippets import Highlighter
from wenlan.web.marks import Mark
from wenlan.web.reader import page_view, paragraphs
from wenlan.web.templatetags.wenlan import file_size, json_ld, thousands


def test_lines_that_only_the_margin_ended_become_one_paragraph() -> None:
    text = "标题\n" + "这一行一直写到了页边所以下一行接着它往下写\n" * 2 + "这里结束。\n第二段也很短。"
    assert list(paragraphs(text)) == [
        "标题",
        "这一行一直写到了页边所以下一行接着它往下写" * 2 + "这里结束。",
        "第二段也很短。",
    ]


def test_lines_of_words_are_joined_by_a_blank() -> None:
    line = "a line of English words that goes all the way to the margin of the page"
    assert list(paragraphs(f"{line}\nand ends here.")) == [f"{line} and ends here."]


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_an_empty_page_has_no_paragraphs(text: str) -> None:
    assert list(paragraphs(text)) == []


def test_short_lines_stay_as_they_are() -> None:
    assert list(paragraphs("2006\n2007\n总计")) == ["2006", "2007", "总计"]


def _marks(page: Page, query: str) -> list[Mark]:
    view = page_view(page, document_id=1, highlighter=Highlighter(query_of(query)))
    return [mark for match in view.matches for mark in match.marks]


def _page(published_document: Callable[..., Document], lines: list[list[float | str]]) -> Page:
    document = published_document(pages=["x"])
    page = Page.objects.get(revision=document.current_revision_id)
    page.lines = lines
    return page


def test_a_line_lies_where_it_is_printed(published_document: Callable[..., Document]) -> None:
    page = _page(published_document, [["同志们", 90.126, 100, 30, 10], ["  ", 0, 0, 5, 5], ["x", 1, 2, 0, 0]])
    view = page_view(page, document_id=1, highlighter=None)
    first, second = view.lines
    assert (first.text, first.x, first.y, first.size, first.width) == ("同志们", "90.13", "108.6", "10", "30")
    assert (second.size, second.width) == ("1", "")
    assert (view.width, view.height) == ("595", "842")


def test_a_mark_covers_the_word_and_not_its_neighbours(published_document: Callable[..., Document]) -> None:
    page = _page(published_document, [["我们在组织部门工作", 100, 50, 90, 10]])
    (mark,) = _marks(page, "组织")
    assert (mark.x, mark.width) == ("130", "20")


def test_a_mark_on_a_line_that_is_set_downwards_covers_the_word(
    published_document: Callable[..., Document],
) -> None:
    page = _page(published_document, [["我们在组织部门工作", 500, 50, 10, 90]])
    (mark,) = _marks(page, "组织")
    assert (mark.y, mark.height) == ("80", "20")
    assert (float(mark.x), float(mark.width)) == pytest.approx((499.4, 11.2))


def test_a_turned_line_is_marked_whole_because_it_may_begin_at_either_end(
    published_document: Callable[..., Document],
) -> None:
    page = _page(published_document, [["Revenue per quarter", 20, 50, 10, 90]])
    (mark,) = _marks(page, "quarter")
    assert (mark.y, mark.height) == ("50", "90")


@pytest.mark.parametrize(
    ("lines", "query"),
    [(("修建了防", "波堤和码头"), "防波堤"), (("the harbour docu-", "ment says"), "document")],
)
def test_a_word_that_runs_over_two_lines_is_one_match_with_a_box_in_each(
    published_document: Callable[..., Document], lines: tuple[str, str], query: str
) -> None:
    page = _page(published_document, [[lines[0], 100, 50, 90, 10], [lines[1], 100, 70, 90, 10]])
    (match,) = page_view(page, document_id=1, highlighter=Highlighter(query_of(query))).matches
    assert [mark.y for mark in match.marks] == ["49.4", "69.4"]
    assert match.marks[1].x == "100"


@pytest.mark.parametrize("query", ["文檔", "ＷＰＳ", "Réports"])
def test_marks_are_where_search_would_find_it(
    published_document: Callable[..., Document], query: str
) -> None:
    page = _page(published_document, [["文档 wps reporting", 100, 50, 180, 10]])
    assert len(_marks(page, query)) == 1


def test_sizes_and_numbers_are_written_as_people_read_them() -> None:
    assert [file_size(size) for size in (0, 1023, 34304, 200 * 1024 * 1024)] == [
        "0 B",
        "1023 B",
        "33.5 KB",
        "200 MB",
    ]
    assert thousands(1234567) == "1,234,567"


def test_data_cannot_close_its_element() -> None:
    html = json_ld({"name": "</script><!--\u2028&"})
    assert html.count("<") == 2
    assert "&" not in html.removeprefix("<script")
