"""Titles and tables of contents for documents that bring none."""

from __future__ import annotations

import pytest

from wenlan.conversion.engine import Line, OutlineItem, Page
from wenlan.conversion.engine.inside.decoding import decode
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


def test_a_running_head_is_no_heading() -> None:
    body = ("plain words that go on for a while", 10.0)
    headings = seen(*(page(number, ("Annual Report", 20.0), body, body) for number in range(1, 6)))
    assert headings.outline() == []


def test_a_slide_is_called_by_its_largest_line() -> None:
    headings = seen(page(1, ("Water", 40.0), ("a note", 12.0)), page(2, ("17", 60.0), ("Air", 40.0)))
    named = headings.named([OutlineItem(1, "Slide 1", 1), OutlineItem(1, "Slide 2", 2)])
    assert [item.title for item in named] == ["Water", "Air"]


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


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_chinese_text_is_read_in_any_encoding(encoding: str) -> None:
    text = "我们的图书馆里有这些书。\nSome words 2024\n"
    assert decode(text.replace("\n", "\r\n").encode(encoding)) == text


def test_traditional_chinese_is_told_from_simplified() -> None:
    text = "我們的圖書館裡有這些書,大家都說很好。"
    assert decode(text.encode("big5")) == text
