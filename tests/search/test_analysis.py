from __future__ import annotations

import unicodedata
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenlan.search.analysis import fold, grams_of, joined, origins_of_fold, query_of, stem, words_of
from wenlan.search.snippets import Highlighter


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("文库房", ["文", "文库", "库", "库房", "房"]),
        ("GB/T 9001-2015", ["gb", "t", "9001", "2015"]),
        ("WPS2019教程", ["wps", "2019", "教", "教程", "程"]),
        ("ＷＰＳ　Ｒｅｐｏｒｔｓ", ["wps", "report"]),
        ("Übersicht résumé", ["ubersicht", "resum"]),
        ("", []),
        ("……！？🙂", []),
    ],
)
def test_text_becomes_grams(text: str, grams: list[str]) -> None:
    assert list(grams_of(fold(joined(text)))) == grams


def test_what_the_page_tore_apart_is_one_again() -> None:
    assert joined("工作总\n结 报告\r\n如下") == "工作总结报告如下"
    assert joined("The docu-\nment is\nhere") == "The document is\nhere"
    assert joined("infor\u00admation \u202eabc") == "information abc"
    assert joined("中文 English 混排") == "中文 English 混排"


def test_long_words_are_cut_into_the_words_they_are_made_of() -> None:
    assert set(words_of("中华人民共和国")) >= {"中华", "人民", "共和国", "中华人民共和国"}


def test_a_query_is_cut_short_and_needs_no_filler_words() -> None:
    assert len(query_of("合" * 10_000).text) == 200
    assert query_of("如何写工作总结").needed == (("写",), ("工作",), ("总结",))
    assert query_of("什么").needed == (("什么",),)
    assert query_of('"年度 报告"').phrases == (("年", "年度", "度", "度报", "报", "报告", "告"),)
    assert query_of('年度"报告').phrases == ()


@given(st.text())
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    folded, origins = fold(text), origins_of_fold(text)
    if fold(text) == "".join(fold(character) for character in text):
        assert len(origins) == len(folded)
        assert origins == sorted(origins)
        assert all(0 <= origin < len(text) for origin in origins)


@given(st.text(), st.text())
def test_a_highlighted_text_is_the_text_itself_with_marks(query: str, text: str) -> None:
    html = Highlighter(query_of(query)).marked(text)
    plain = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert unescape(plain) == joined(text)


def test_highlighting_finds_other_forms_of_a_word() -> None:
    assert stem("reports") == stem("report")
    highlighter = Highlighter(query_of("ＷＰＳ reports 2019 工作总结"))
    assert highlighter.marked("wps…… Reported 2019 12019 工作 总结 总 结") == (
        "<mark>wps</mark>…… <mark>Reported</mark> <mark>2019</mark> 12019 <mark>工作总结总结</mark>"
    )


def test_simplified_and_traditional_find_each_other() -> None:
    assert query_of("無障礙檔案管理").grams == query_of("无障碍档案管理").grams
    assert fold("臺灣圖書館與資料庫") == "台湾图书馆与资料库"
    highlighted = Highlighter(query_of("档案 图书馆")).marked("這份檔案屬於圖書館。")
    assert "<mark>檔案</mark>" in highlighted
    assert "<mark>圖書館</mark>" in highlighted


def test_endless_blanks_are_joined_as_few_are() -> None:
    blanks = " " * 1_000_000
    assert joined(f"文{blanks}库{blanks}a") == f"文库{blanks}a"
