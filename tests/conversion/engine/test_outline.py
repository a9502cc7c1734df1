"""Titles and tables of contents for documents that bring none."""

from __future__ import annotations

import pytest

from wenlan.conversion.engine import Line, OutlineItem, Page
from wenlan.conversion.engine.inside.text import clean
from wenlan.conversion.engine.outline import Headings, sensible_title


def page(number: int, *lines: tuple[str, float]) -> Page:
    placed = [Line(text, 50, 50 + 30 * index, 200, height) for index, (text, height) in enumerate(lines)]
    return Page(number, 595, 842, "\n".join(line.text for line in placed), placed, [])


def seen(*pages: Page) -> Headings:
    headings = Headings()
    for item in pages:
        headings.see(item)
    return headings


def test_chinese_numbering_becomes_a_table_of_contents() -> None:
    body = ("这是一段普通的正文,它比标题长得多,也没有编号。", 12.0)
    headings = seen(
        page(1, ("关于档案管理的报告", 24.0), ("一、基本情况", 12.0), body, ("(一)人员", 12.0), body),
        page(2, ("二、存在的问题", 12.0), body),
    )
    assert headings.outline() == [
        OutlineItem(1, "一、基本情况", 1),
        OutlineItem(2, "(一)人员", 1),
        OutlineItem(1, "二、存在的问题", 2),
    ]
    assert headings.title() == "关于档案管理的报告"


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("\uff08", "\uff09")], ids=["ascii", "full-width"]
)
def test_parentheses_of_either_width_make_a_heading_of_the_second_level(opening: str, closing: str) -> None:
    headings = seen(page(1, ("一、总则", 12.0), (f"{opening}一{closing}适用范围", 12.0)))
    assert headings.outline() == [
        OutlineItem(1, "一、总则", 1),
        OutlineItem(2, f"{opening}一{closing}适用范围", 1),
    ]


@pytest.mark.parametrize("mark", [*"。,;?!", "\uff0c", "\uff1b", "\uff1f", "\uff01"])
def test_a_numbered_line_that_ends_like_a_sentence_is_no_heading(mark: str) -> None:
    headings = seen(page(1, ("一、基本情况", 12.0), (f"二、同志们{mark}", 12.0), ("三、要求", 12.0)))
    assert [item.title for item in headings.outline()] == ["一、基本情况", "三、要求"]


def test_a_running_head_is_no_heading() -> None:
    body = ("plain words that go on for a while", 10.0)
    headings = seen(*(page(number, ("Annual Report", 20.0), body, body) for number in range(1, 6)))
    assert headings.outline() == []


def test_a_slide_is_called_by_its_largest_line() -> None:
    headings = seen(page(1, ("Water", 40.0), ("a note", 12.0)), page(2, ("17", 60.0), ("Air", 40.0)))
    named = headings.named([OutlineItem(1, "Slide 1", 1), OutlineItem(1, "Slide 2", 2)])
    assert [item.title for item in named] == ["Water", "Air"]


def test_a_slide_without_a_title_is_called_by_its_most_prominent_line_without_the_bullet() -> None:
    headings = seen(
        page(1, ("• 每 20 分钟，看 20 英尺外", 24.0), ("• 同时做三件小事", 24.0), ("保护眼睛", 36.0)),
        page(2, ("•每 20 分钟，看 20 英尺外", 24.0), ("•同时做三件小事", 24.0), ("第 2 页", 10.0)),
    )
    text = "• 每 20 分钟，看 20 英尺外 • 同时做三件小事"
    named = headings.named([OutlineItem(1, text, 1), OutlineItem(1, text, 2)], slides=True)
    assert [item.title for item in named] == ["保护眼睛", "每 20 分钟，看 20 英尺外"]


def test_a_bullet_that_stands_apart_does_not_join_the_points_of_a_list() -> None:
    lines = [
        Line("•", 40, 100, 10, 24),
        Line("I am a text box", 60, 100, 200, 24),
        Line("•", 40, 130, 10, 24),
        Line("With bullets", 60, 130, 200, 24),
    ]
    headings = seen(Page(1, 720, 540, "", lines, []))
    named = headings.named([OutlineItem(1, "•I am a text box •With bullets", 1)], slides=True)
    assert [item.title for item in named] == ["I am a text box"]


def test_the_whole_text_of_a_slide_is_cut_to_the_length_of_a_title() -> None:
    words = "a point that goes on and on " * 10
    headings = seen(page(1, (words, 24.0)), Page(2, 720, 540, "", [], []))
    named = headings.named([OutlineItem(1, words, 1), OutlineItem(1, words, 2)], slides=True)
    assert [item.title for item in named] == ["a point that goes on and on a point that goes…"] * 2


def test_titles_of_slides_and_long_headings_of_texts_stay_as_they_are() -> None:
    headings = seen(page(1, ("Water", 40.0)))
    long_heading = "A heading of a report that takes more than a line, as headings of reports sometimes do"
    title = [OutlineItem(1, "Wind and water", 1)]
    assert headings.named(title, slides=True) == title
    assert headings.named([OutlineItem(1, long_heading, 1)])[0].title == long_heading


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Microsoft Word - a.doc",
        "Untitled",
        "文档1",
        "report.docx",
        "Chart Title",
        "スライド 1",
        "x",
        None,
    ],
)
def test_what_a_program_put_there_is_no_title(title: str | None) -> None:
    assert sensible_title(title) is None


def test_a_real_title_is_kept_on_one_line() -> None:
    assert sensible_title(" 文澜 \n 入门 ") == "文澜 入门"


def test_text_is_freed_of_controls_and_look_alikes() -> None:
    assert clean("⼀\u202e文\x00澜\x02 ﬁn") == "一文澜- fin"
