"""HTML and Markdown: every word arrives, in the block it belongs to."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from PIL import Image

from wenlan.conversion.engine.inside.flat import Builder
from wenlan.conversion.engine.inside.hypertext import MAX_ROWS, html_to_blocks
from wenlan.conversion.engine.inside.markdown import to_blocks


def picture() -> str:
    """A picture that is written into the page, wider than a page of paper."""
    content = io.BytesIO()
    Image.new("RGB", (2000, 20), "red").save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


PICTURE = picture()


def blocks_of(write: Callable[[Builder], None]) -> str:
    """The body of what comes out, its attributes left away."""
    builder = Builder()
    write(builder)
    body = builder.render().split("<office:text>")[1].split("</office:text>")[0]
    body = re.sub(r"<text:s text:c=.\d+./>", " ", body)
    return unescape(re.sub(r"<text:(h|p|list|list-item|span) [^>]*>", r"<text:\1>", body))


def of_html(content: str) -> str:
    return blocks_of(lambda builder: html_to_blocks(content.encode(), builder))


def of_markdown(content: str) -> str:
    return blocks_of(lambda builder: to_blocks(content, builder))


def cells(content: str) -> list[list[str]]:
    return [
        [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<table:table-cell.*?</table:table-cell>", row)]
        for row in re.findall(r"<table:table-row>(.*?)</table:table-row>", content.replace("\n", ""))
    ]


def paragraphs(content: str) -> list[str]:
    return [re.sub(r"<[^>]*>", "", found[1]) for found in re.findall(r"<text:(h|p)>(.*?)</text:\1>", content)]


@pytest.mark.parametrize(
    "content",
    [
        "<html><head><title>no</title><meta charset=utf-8><body><h1>标题</h1><p>one<p>two",
        "<title>no</title><h1>标题<p>one<p>two",
        "<h1>标题</h1><script>no</script><div>one<div>two</div></div>",
        "<body><h1>标题</h1>one<p>two</body></html>",
    ],
)
def test_html_without_its_optional_tags_loses_nothing(content: str) -> None:
    assert paragraphs(of_html(content)) == ["标题", "one", "two"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>plain <b>bold</b></p>", {}),
        ('<p style="color: red">a</p>', {"styles": 1}),
        ('<font color="red">a</font>', {"styles": 1}),
        ('<table><tr><td><img src="data:image/png;base64,AAAA" alt="b"></table>', {"pictures_missing": 1}),
        ('<noscript><img src="a.png"></noscript><template><svg></svg></template>', {}),
        ("<math><mi>x</mi></math>", {"pictures_missing": 1}),
        ('<svg><rect/><image href="data:image/png;base64,AAAA"/></svg>', {"pictures_missing": 1}),
        (f'<svg viewBox="0 0 9 9"><image xlink:href="{PICTURE}"/></svg>', {}),
        (f'<svg><image href="{PICTURE}"/><path d="M0 0"/></svg>', {"pictures_missing": 1}),
        ('<svg><image href="http://example.com/a.png"/></svg>', {"pictures_missing": 1}),
    ],
)
def test_what_a_page_loses_is_counted(content: str, expected: dict[str, int]) -> None:
    builder = Builder()
    html_to_blocks(content.encode(), builder)
    assert builder.left_out == expected


def test_a_picture_in_a_table_stands_in_its_cell_and_no_wider_than_it() -> None:
    found = of_html(f'<table><tr><td>前<img src="{PICTURE}">后<td><img src="{PICTURE}"><td>三</table>')
    (row,) = re.findall(r"<table:table-row>(.*?)</table:table-row>", found.replace("\n", ""))
    first, second, third = re.findall(r"<table:table-cell.*?</table:table-cell>", row)
    assert re.search(r"前<draw:frame.*</draw:frame>后", first)
    assert "<draw:image>" in second
    assert "<draw:image>" not in third
    widths = [float(width) for width in re.findall(r'svg:width="([\d.]+)cm"', first + second)]
    assert [width < 16.6 / 3 for width in widths] == [True, True]


def test_a_cover_drawn_as_a_picture_is_shown_and_what_it_says_besides_is_not() -> None:
    found = of_html(f'<p>one</p><svg><title>no</title><image xlink:href="{PICTURE}"/></svg><p>two</p>')
    assert paragraphs(found)[::2] == ["one", "two"]
    assert found.count("<draw:image>") == 1
    assert "no" not in paragraphs(found)


def test_the_cells_of_a_table_need_no_end_tags() -> None:
    assert cells(of_html("<table><tr><td>a<td>b<tr><th>c<td>d</table>")) == [["a", "b"], ["c", "d"]]


def test_a_table_inside_a_cell_loses_nothing() -> None:
    nested = "<table><tr><td>in 1<td>in 2</table>"
    found = cells(of_html(f"<table><caption>head</caption><tr><td>before{nested}after<td>beside</table>"))
    assert [[cell for cell in row if cell] for row in found] == [
        ["head"], ["before"], ["in 1", "in 2"], ["after", "beside"],
    ]  # fmt: skip


def test_an_empty_cell_holds_its_place_and_a_table_around_a_table_takes_none() -> None:
    content = "<table><tr><td><table><tr><td>a</td><td></td><td>c</td></tr></table></td></tr></table>"
    assert cells(of_html(content)) == [["a", "", "c"]]


def test_a_long_table_goes_on_in_another() -> None:
    rows = "".join(f"<tr><td>{number}" for number in range(MAX_ROWS + 2))
    found = cells(of_html(f"<table>{rows}</table>"))
    assert [row[0] for row in found] == [str(number) for number in range(MAX_ROWS + 2)]


def test_list_items_need_no_end_tags() -> None:
    found = of_html("<ul><li>one<li>two<ol><li>inner</ol><li>three</ul>after")
    assert paragraphs(found) == ["one", "two", "inner", "three", "after"]
    assert found.count("<text:list-item>") == 5


def test_elements_that_xhtml_ends_at_once_take_nothing_with_them() -> None:
    head = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head>'
    assert paragraphs(of_html(f'{head}<body><a id="x"/><p>one<br/>more</p><p/><p>two</p></body></html>')) == [
        "onemore", "two",
    ]  # fmt: skip


@pytest.mark.parametrize("hidden", ["script", "style", "template", "noscript", "select", "iframe"])
def test_what_a_browser_does_not_show_stays_out(hidden: str) -> None:
    assert paragraphs(of_html(f"<p>one</p><{hidden}>no</{hidden}><p>two</p>")) == ["one", "two"]


def test_markup_that_nests_without_end_is_read() -> None:
    assert paragraphs(of_html("<div><b>" * 20_000 + "deep")) == ["deep"]


def test_a_numbered_list_of_markdown_goes_on_after_a_paragraph() -> None:
    builder = Builder()
    to_blocks("1. one\n\nBetween.\n\n2. two\n3. three\n", builder)
    numbers = re.findall(r'<text:list-item(?: text:start-value="(\d+)")?>', builder.render())
    assert numbers == ["1", "2", ""]


def test_the_blocks_of_markdown_arrive_as_such() -> None:
    found = of_markdown(
        "标题\n====\n\nSome **bold** `code` [link](http://x) ![picture](y.png)\nand <b>more</b>\\*\n\n"
        "- one\n  - inner\n\n> said\n\n```\ncode\n```\n\n| a | b\\|c |\n|---|---|\n| 1 | 2 |\n"
    )
    assert paragraphs(found)[:6] == [
        "标题", "Some bold code link picture and more*",
        "one", "inner", "said", "code",
    ]  # fmt: skip
    assert "and <b>more</b>*" in found
    assert cells(found) == [["a", "b|c"], ["1", "2"]]
