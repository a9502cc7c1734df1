"""What a search that finds nothing may have meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.search.spelling import corrections

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


def page(client: Client, **values: str) -> str:
    return client.get("/search/", values, headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("人工只能", "人工智能"),  # the same sound
        ("人工智能导轮", "人工智能导论"),
        ("人工智慧能", "人工智能"),  # a character too many
        ("人工智", "人工智能"),
        ("rengongzhineng", "人工智能"),  # pinyin instead of characters
        ("rengongzineng", "人工智能"),  # as it is spoken in the south
        ("施工放案", "施工方案"),
        ("施工方按 人工只能", "施工方案 人工智能"),
        ("mahcine learning", "machine learning"),
        ("machin lerning", "machine learning"),
        ("Mashine Learning", "machine Learning"),
        ("重情", "重庆"),
    ],
)
def test_what_was_meant_is_found_by_sound_and_by_a_letter(
    indexed_document: Make, written: str, meant: str
) -> None:
    indexed_document(title="人工智能导论", pages=["甲"])
    indexed_document(title="桥梁施工方案", pages=["乙"])
    indexed_document(title="Machine learning", pages=["丙"])
    indexed_document(title="重庆旅游", pages=["丁"])
    assert meant in corrections(written)


def test_the_page_asks_and_names_the_number(client: Client, indexed_document: Make) -> None:
    indexed_document(title="人工智能导论", pages=["甲"])
    indexed_document(title="人工智能伦理", pages=["甲"])
    text = page(client, q="人工只能", sort="newest")
    assert (
        'Did you mean <a class="meant" href="?q=%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD&amp;sort=newest" dir="auto"><b>人工智能</b></a>?'
        in text
    )
    assert "2 documents</span>" in text


def test_nobody_is_asked_who_found_enough(client: Client, indexed_document: Make) -> None:
    for number in range(3):
        indexed_document(title=f"人工只能 {number}")
    for number in range(5):
        indexed_document(title=f"人工智能 {number}")
    assert "Did you mean" not in page(client, q="人工只能")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("劳动合通", "劳动合同"), ("2026 公文写做", "2026 公文写作"), ("公文写做", "公文写作")],
)
def test_who_tore_a_word_apart_is_asked_however_much_its_pieces_find(
    client: Client, indexed_document: Make, written: str, meant: str
) -> None:
    indexed_document(title="劳动合同 2026", pages=["甲"])
    indexed_document(title="公文写作 2026", pages=["乙"])
    for number in range(4):
        indexed_document(title=f"劳动者与公文 {number}", pages=["写信的人做事，合作要通气。"])
    text = page(client, q=written)
    assert f"<b>{meant}</b></a>?" in text


@pytest.mark.parametrize("text", ["写劳动合同", "劳动合同", "写公文", "劳动者合写公文"])
def test_who_wrote_what_stands_there_or_more_is_asked_nothing(
    client: Client, indexed_document: Make, text: str
) -> None:
    indexed_document(title="劳动合同", pages=["甲"])
    indexed_document(title="公文写作", pages=["乙"])
    for number in range(4):
        indexed_document(title=f"劳动者与公文 {number}", pages=["写公文的人，合同。"])
    assert "Did you mean" not in page(client, q=text)


def test_an_operator_and_what_it_asks_for_stay_as_they_are(indexed_document: Make) -> None:
    indexed_document(title="人工智能导论")
    indexed_document(title="桥梁施工方案")
    assert corrections("author:施工放案 -施工放案 人工只能 格式：施工放案") == [
        "author:施工放案 -施工放案 人工智能 格式：施工放案"
    ]


def test_only_what_everybody_may_see_is_ever_offered(
    client: Client, indexed_document: Make, alice: User
) -> None:
    document = indexed_document(
        title="机密方案", tags=["绝密计划"], pages=["甲", "乙", "丙", "沉默的羔羊"], preview_value=1
    )
    assert corrections("沉默的高羊") == []  # stands only on a hidden page
    assert corrections("机蜜方案") == ["机密方案"]
    assert corrections("绝蜜计划") == ["绝密计划"]
    # Another document still has the words, on a page that nobody sees.
    indexed_document(title="其他", pages=["甲", "机密方案 绝密计划"], preview_value=1)
    Document.objects.filter(pk=document.pk).update(state="withdrawn")
    assert corrections("机蜜方案") == []
    assert corrections("绝蜜计划") == []
    assert "Did you mean" not in page(client, q="机蜜方案")


def test_what_finds_nothing_with_the_filters_is_not_offered(client: Client, indexed_document: Make) -> None:
    indexed_document(title="人工智能导论")
    assert "Did you mean" in page(client, q="人工只能", format="doc")
    assert "Did you mean" not in page(client, q="人工只能", format="pdf")


@given(st.text(max_size=300))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_written_is_answered(db: None, written: str) -> None:
    assert corrections(written) == []


def test_a_text_as_long_as_a_page_takes_no_longer(indexed_document: Make) -> None:
    indexed_document(title="人工智能导论")
    assert corrections("人工只能" + "甲乙丙丁" * 3000)[0].startswith("人工智能甲乙")
    assert corrections("a" * 10_000) == []
