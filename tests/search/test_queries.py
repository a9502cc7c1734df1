"""What is typed into the search box, read as words and conditions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from wenlan.documents.models import Category
from wenlan.search.analysis import grams_of, query_of
from wenlan.search.ports import SearchFilters
from wenlan.search.queries import FIELD_NAMES, TypedQuery, typed_query
from wenlan.search.tips import search_tips


def filters_in(text: str) -> SearchFilters:
    return typed_query(text).narrowing(SearchFilters())


def labels_of(text: str) -> list[str]:
    with translation.override("en"):
        return [condition.label for condition in typed_query(text).conditions]


def second_of(year: int, month: int, day: int) -> int:
    """Midnight in Shanghai."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) - 8 * 3600


def test_words_and_phrases_are_what_they_were() -> None:
    for text in [
        "合同 范本",
        '"年度报告" 财务',
        "A-B 2019-2020",
        "https://example.org",
        "比例 3:4",
        "注意:事项",
    ]:
        typed = typed_query(text)
        assert typed.words == query_of(text)
        assert typed.parts == ()


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("format:ppt", {"format": "ppt"}),
        ("格式：ＰＰＴ", {"format": "ppt"}),
        ("格式:word", {"format": "doc"}),
        ("format:.DOCX", {"format": "docx"}),
        ("格式：图片", {"format": "image"}),
        ("language:zh", {"language": "zh-hans"}),
        ("語言：英文", {"language": "en"}),
        ("pages:>10", {"pages_min": 11}),
        ("页数：＞10", {"pages_min": 11}),
        ("页数：＞＝10页", {"pages_min": 10}),
        ("pages:<=20", {"pages_max": 20}),
        ("pages:≤20", {"pages_max": 20}),
        ("pages:<20", {"pages_max": 19}),
        ("pages:5..10", {"pages_min": 5, "pages_max": 10}),
        ("pages:5-10", {"pages_min": 5, "pages_max": 10}),
        ("页数：5～10", {"pages_min": 5, "pages_max": 10}),
        ("pages:5..", {"pages_min": 5}),
        ("pages:12", {"pages_min": 12, "pages_max": 12}),
        ("pages:>5 pages:<9", {"pages_min": 6, "pages_max": 8}),
        ("price:free", {"price_max": 0}),
        ("价格：免费", {"price_max": 0}),
        ("price:paid", {"price_min": 1}),
        ("price:<10", {"price_max": 999}),
        ("price:<=9.9", {"price_max": 990}),
        ("价格：￥5～20元", {"price_min": 500, "price_max": 2000}),
        ("price:>20", {"price_min": 2001}),
        ("date:2025", {"published_from": second_of(2025, 1, 1), "published_before": second_of(2026, 1, 1)}),
        (
            "日期：2024年2月",
            {"published_from": second_of(2024, 2, 1), "published_before": second_of(2024, 3, 1)},
        ),
        ("date:>2025-06", {"published_from": second_of(2025, 7, 1)}),
        ("date:>=2025-06", {"published_from": second_of(2025, 6, 1)}),
        ("date:<2025-06-15", {"published_before": second_of(2025, 6, 15)}),
        ("date:<=2025-06-15", {"published_before": second_of(2025, 6, 16)}),
        (
            "date:2024..2025",
            {"published_from": second_of(2024, 1, 1), "published_before": second_of(2026, 1, 1)},
        ),
        ("author:鲁迅", {"author": ("鲁", "鲁迅", "迅")}),
        ('作者："Lu Xun"', {"author": ("lu", "xun")}),
        ("tag:合同", {"tags": ("合", "合同", "同")}),
        ("-草稿", {"without_words": (("草稿",),)}),
        ("－草稿", {"without_words": (("草稿",),)}),
        ('-"初稿"', {"without_phrases": (("初", "初稿", "稿"),)}),
        ("-drafts -notes", {"without_words": (("draft",), ("note",))}),
        ("格式：ppt，页数：3", {"format": "ppt", "pages_min": 3, "pages_max": 3}),
        ("format:ppt format:pdf", {"format": "pdf"}),
    ],
)
def test_a_condition_becomes_a_filter_and_is_no_word(text: str, filters: dict[str, Any]) -> None:
    typed = typed_query(f"报告 {text}")
    assert typed.narrowing(SearchFilters()) == SearchFilters(**filters)
    assert typed.words.needed == (("报告",),)
    assert not filters_in("报告").published_from


@pytest.mark.django_db
def test_a_category_is_asked_for_by_any_of_its_names() -> None:
    Category.objects.create(slug="tender", name_zh="招標投标", name_en="Calls for tender")
    for text in ["category:tender", "分类：招標投标", '类别:"calls for TENDER"']:
        assert filters_in(text) == SearchFilters(category="tender")
    assert typed_query("category:nowhere").words.grams == query_of("category nowhere").grams


def test_a_title_is_asked_for_with_its_words() -> None:
    typed = typed_query('标题：劳动合同 title:"annual report"')
    assert typed.narrowing(SearchFilters()).title == (*grams_of("劳动合同"), "annual", "report")
    assert typed.words == query_of("劳动合同 annual report")


@pytest.mark.parametrize(
    "text",
    [
        "pages:abc",
        "pages:9..3",
        "unknown:foo",
        "price:cheap",
        "date:2025-13",
        "date:2025-02-30",
        "format:exe",
        "语言：火星文",
    ],
)
def test_what_cannot_be_understood_is_searched_for_as_words(text: str) -> None:
    typed = typed_query(f"报告 {text}")
    assert not typed.conditions
    assert typed.words.grams == query_of(f"报告 {text}").grams


@pytest.mark.parametrize(
    "text", ["-", "- -", "--", "format:", '-""', "-!!", "作者：", 'author:""', "pages: price:"]
)
def test_an_operator_alone_asks_for_nothing(text: str) -> None:
    typed = typed_query(f"报告 {text}")
    assert not typed.conditions
    assert typed.words.grams == query_of("报告").grams


def test_quoted_text_is_never_an_operator() -> None:
    typed = typed_query('"see format:ppt -draft"')
    assert not typed.parts
    assert len(typed.words.phrases) == 1


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("格式：ppt", "Format PowerPoint"),
        ("-草稿", "Without “草稿”"),
        ('-"first draft"', "Without “first draft”"),
        ("作者：鲁迅", "Author “鲁迅”"),
        ("pages:>10", "More than 10 pages"),
        ("pages:>=1", "1 page or more"),
        ("pages:5..10", "5 to 10 pages"),
        ("price:free", "Free"),
        ("price:<10", "Less than ¥10.00"),
        ("date:2025", "Published in 2025"),
        ("date:>2025-6", "After 2025-06"),
        ("date:week", "In the last week"),
    ],
)
def test_it_is_said_in_words(text: str, label: str) -> None:
    assert labels_of(text) == [label]


def test_each_can_be_taken_away_again() -> None:
    typed = typed_query("报告 格式：ppt -草稿 标题：合同")
    texts = [typed.without(condition) for condition in typed.conditions]
    assert texts == ["报告 -草稿 标题：合同", "报告 格式：ppt 标题：合同", "报告 格式：ppt -草稿 合同"]
    assert typed.without(*typed.conditions) == "报告 合同"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_example_of_the_help_is_understood(language: str) -> None:
    with translation.override(language):
        for tip in search_tips():
            for text in tip.examples:
                typed = typed_query(text)
                assert typed.conditions or typed.words.phrases, text


PIECES = st.sampled_from(
    [
        *(f"{name}:" for name in FIELD_NAMES),
        "-",
        '"',
        "“",
        "：",
        "..",
        ">",
        "<=",
        "free",
        "9" * 30,
        "2025-02",
        " ",
        "，",
        "合同",
        "🙂",
        "\u202e",
        "\x00",
        "\ud800",
        "(",
        "]",
        "AND",
        "*",
        "'",
        "\\",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join)))
@example("-" * 10_000)
@example('-"' * 5_000)
@example("pages:" * 2_000)
@example("date:>" + "9" * 10_000)
@pytest.mark.django_db
def test_whatever_is_typed_is_read(text: str) -> None:
    typed = typed_query(text)
    assert len(typed.text) <= 200
    assert isinstance(typed.narrowing(SearchFilters()), SearchFilters)
    for condition in typed.conditions:
        assert condition.label
        assert isinstance(typed_query(typed.without(condition)), TypedQuery)
    for value in (v for c in typed.conditions for _, v in c.filters if isinstance(v, int)):
        assert 0 <= value < 2**63
