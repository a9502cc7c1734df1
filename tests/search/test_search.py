"""What readers find, and what they must not see."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Revision
from wenlan.search.index import search_index
from wenlan.search.ports import SearchFilters
from wenlan.search.selectors import Results, Sort, documents_search
from wenlan.search.services import document_index_request, index_rebuild, wanted_index

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


def search(query: str, user: User | None = None, **options: object) -> Results:
    return documents_search(query=query, user=user or AnonymousUser(), **options)  # type: ignore[arg-type]


def found(query: str, **options: object) -> list[Document]:
    return [result.document for result in search(query, **options).page]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "财务",
        "审计报告",
        "年度报告",  # words of the text, apart from each other
        "度审",  # across two words of any dictionary
        "Quarterly figures",
        "FIGURE",  # other case and number
        "ｑｕａｒｔｅｒｌｙ",  # full width
        "WPS 财务",
        "résumé",
        "resume",
        "2019",
        "“审计报告”",
        '"quarterly figures"',
        "会计学",  # a tag
        "便民手册",  # the description
    ],
)
def test_a_document_is_found_by_its_words(indexed_document: Make, query: str) -> None:
    other = indexed_document(title="春天的花园", pages=["花园里有很多花。"])
    document = indexed_document(
        title="财务制度",
        description="一本便民手册",
        tags=["会计学"],
        pages=["公司2019年度审\n计报告", "Quarterly fig-\nures in WPS, with a résumé."],
    )
    results = found(query)

    assert results[0] == document
    assert other not in results


def test_a_document_is_found_by_its_author(indexed_document: Make, mallory: User) -> None:
    document = indexed_document(title="合同")
    indexed_document(title="合同", author=mallory)

    assert found("alice 合同") == [document]


def test_words_of_a_phrase_must_stand_together(indexed_document: Make) -> None:
    apart = indexed_document(title="甲", pages=["工作完成以后写总结"])
    together = indexed_document(title="乙", pages=["年度工作总结"])

    assert set(found("工作总结")) == {apart, together}
    assert found('"工作总结"') == [together]


def test_a_title_counts_more_than_a_mention(indexed_document: Make) -> None:
    mention = indexed_document(title="其他", pages=["合同范本在附件里。" + "内容" * 40])
    named = indexed_document(title="合同范本", pages=["甲方与乙方约定如下。" + "内容" * 40])

    assert found("合同范本") == [named, mention]


def test_leaving_out_a_word_of_a_hidden_page_tells_no_more_than_the_search_for_it(
    indexed_document: Make,
) -> None:
    document = indexed_document(
        title="报价", pages=["公开", "底价为三百万元，机器学习与计算"], preview_value=1
    )
    for word in ["底价", "三百万", "机器学习", "价为", "学计", "火星", "底价三百万", "三百万底价"]:
        wanted = search(f"报价 {word}")
        has_all = bool(list(wanted.page)) and not wanted.is_partial
        assert (found(f"报价 -{word}") == []) == has_all, word
    assert found('报价 -"底价为三百万"') == found('报价 -"万百三为底价"') == [document]
    assert found('报价 -"公开"') == []


def test_words_left_out_and_fields_hold_together(indexed_document: Make) -> None:
    indexed_document(title="合同草稿", pages=["合同"])
    named = indexed_document(title="合同范本", tags=["房屋租赁"], pages=["定稿"])
    mention = indexed_document(title="说明", pages=["附合同范本一份"])

    assert set(found("合同 -草稿")) == {named, mention}
    assert found("标题：合同 -草稿") == [named]
    assert found("tag:租赁") == [named]
    assert set(found("作者：alice -草稿")) == {named, mention}
    assert found("author:mallory") == []
    assert set(found("-草稿")) == {named, mention}
    assert [document.title for document in found("合同 -定稿 -附")] == ["合同草稿"]


def test_conditions_hold_as_far_as_titles_tell_while_search_is_catching_up(
    indexed_document: Make, settings: Any
) -> None:
    old = timezone.now() - timedelta(days=400)
    indexed_document(title="合同草稿")
    cheap = indexed_document(title="合同甲", price_minor=100, tags=["租赁"], published_at=old)
    dear = indexed_document(title="合同乙", price_minor=900, pages=["一"] * 9)
    shutil.rmtree(settings.SEARCH_INDEX_DIR)

    assert found("标题：合同 -草稿", sort=Sort.CHEAPEST) == [cheap, dear]
    assert found("标题：合同 -草稿", sort=Sort.DEAREST) == [dear, cheap]
    assert found("tag:租赁") == [cheap]
    assert found("date:older") == [cheap]
    assert found("date:month author:alice -草稿") == [dear]
    assert found("pages:>5 price:>2") == [dear]


def test_results_are_ordered_by_price(indexed_document: Make) -> None:
    for price in (500, 0, 90):
        indexed_document(title="报告", price_minor=price)

    assert [row.price_minor for row in found("报告", sort=Sort.CHEAPEST)] == [0, 90, 500]
    assert [row.price_minor for row in found("报告", sort=Sort.DEAREST)] == [500, 90, 0]


def test_when_no_document_has_every_word_some_words_are_better_than_nothing(indexed_document: Make) -> None:
    document = indexed_document(title="桥梁施工", pages=["桥梁"])
    results = search("桥梁 火星")

    assert [result.document for result in results.page] == [document]
    assert results.is_partial


def test_results_can_be_filtered(indexed_document: Make) -> None:
    contracts = Category.objects.create(slug="contracts", name_zh="合同", name_en="Contracts")
    free = indexed_document(title="报告 一", price_minor=0, pages=["报告"])
    paid = indexed_document(title="报告 二", price_minor=500, pages=["报告"] * 8, category=contracts)

    assert found("报告", filters=SearchFilters(price_max=0)) == [free]
    assert found("报告", filters=SearchFilters(price_min=1)) == [paid]
    assert found("报告", filters=SearchFilters(category="contracts")) == [paid]
    assert found("报告", filters=SearchFilters(pages_min=5)) == [paid]
    assert found("报告", filters=SearchFilters(pages_max=5)) == [free]
    assert found("报告", filters=SearchFilters(format="pdf")) == []
    assert set(found("报告", filters=SearchFilters(format="doc", language="zh-hans"))) == {free, paid}
    assert found("", filters=SearchFilters(category="contracts")) == [paid]


@pytest.mark.parametrize(
    ("name", "formats"),
    [("doc", ["doc", "docx", "wps", "docm"]), ("image", ["png"]), ("txt", ["md", "html"])],
)
def test_a_format_is_found_by_what_readers_call_it(
    indexed_document: Make, name: str, formats: list[str], settings: Any
) -> None:
    documents = [indexed_document(title="报告") for _ in formats]
    for document, file_format in zip(documents, formats, strict=True):
        Revision.objects.filter(document=document).update(format=file_format)
        document_index_request(document.pk)
    indexed_document(title="报告")
    Revision.objects.exclude(document__in=documents).update(format="epub")
    index_rebuild()

    assert set(found("报告", filters=SearchFilters(format=name))) == set(documents)
    shutil.rmtree(settings.SEARCH_INDEX_DIR)  # found by the database alone
    assert set(found("报告", filters=SearchFilters(format=name))) == set(documents)


def test_results_can_be_ordered_by_date_and_by_readers(indexed_document: Make) -> None:
    now = timezone.now()
    old = indexed_document(title="报告 旧", published_at=now - timedelta(days=9), view_count=900)
    new = indexed_document(title="报告 新", published_at=now, view_count=1)

    assert found("报告", sort=Sort.NEWEST) == [new, old]
    assert found("报告", sort=Sort.POPULAR) == [old, new]


def test_a_withdrawn_document_is_gone_before_the_index_knows(indexed_document: Make) -> None:
    document = indexed_document(title="合同范本")
    Document.objects.filter(pk=document.pk).update(state=Document.State.WITHDRAWN)

    assert found("合同范本") == []


@pytest.mark.parametrize("audience", [Document.Audience.MEMBERS, Document.Audience.GROUPS])
def test_what_is_not_for_everybody_is_gone_at_once_and_never_indexed(
    indexed_document: Make, alice: User, audience: Document.Audience
) -> None:
    document = indexed_document(title="内部合同")
    assert search("内部合同", None).total == 1
    Document.objects.filter(pk=document.pk).update(audience=audience)
    document_index_request(document.pk)
    for _moment in ("before the index knows", "afterwards"):
        for user in (None, alice):
            results = search("内部合同", user)
            assert (list(results.page), results.total) == ([], 0)
        wanted_index()
    assert search_index().count() == 0


@pytest.mark.parametrize("state", [state for state in Document.State if state != Document.State.PUBLISHED])
def test_an_unpublished_document_is_never_indexed(
    indexed_document: Make, alice: User, dave: User, state: Document.State
) -> None:
    document = indexed_document(title="机密合同", state=state)

    for user in (None, alice, dave):
        results = search("机密合同", user)
        assert (list(results.page), results.total) == ([], 0)

    Document.objects.filter(pk=document.pk).update(state=Document.State.PUBLISHED)
    document_index_request(document.pk)
    wanted_index()
    assert found("机密合同") == [document]


def test_a_deleted_document_leaves_the_index_and_no_row_behind(indexed_document: Make) -> None:
    from wenlan.search.index import search_index
    from wenlan.search.models import IndexState

    document = indexed_document(title="合同范本")
    number = document.pk
    Document.objects.filter(pk=number).update(current_revision=None, state=Document.State.DRAFT)
    document.delete()
    document_index_request(number)
    wanted_index()

    assert search_index().count() == 0
    assert not IndexState.objects.exists()


class TestSnippets:
    PAGES = ["第一页讲春天。", "第二页讲<b>秋天</b>的收获。", "第三页讲冬天。", "第四页讲秋天的秘密配方。"]

    def test_they_show_the_page_and_mark_the_words(self, indexed_document: Make) -> None:
        document = indexed_document(pages=self.PAGES, title="四季")
        (result,) = search("秋天").page

        (snippet,) = result.snippets
        assert snippet.page_number == 2
        assert snippet.html == "第二页讲&lt;b&gt;<mark>秋天</mark>&lt;/b&gt;的收获。"
        assert snippet.url == f"/d/{document.pk}/?q=%E7%A7%8B%E5%A4%A9#page-2"

    def test_a_hidden_page_says_only_that_there_is_more(self, indexed_document: Make, bob: User) -> None:
        indexed_document(pages=self.PAGES, title="四季")
        for user in (None, bob):
            (result,) = search("秋天", user).page
            assert result.is_beyond_preview
            (result,) = search("配方", user).page
            assert result.is_beyond_preview
            assert (result.snippets, result.more_pages) == ([], [])
            assert "秘密" not in result.description

    def test_nothing_is_said_of_hidden_pages_that_do_not_have_the_word(self, indexed_document: Make) -> None:
        indexed_document(pages=self.PAGES, title="四季")
        (result,) = search("春天").page
        assert not result.is_beyond_preview

    @pytest.mark.parametrize(
        ("query", "hidden"),
        [
            ("AI", "maintain the main chain"),
            ("art war", "a party, part of it, toward"),
            ("15", "1500 and 2015"),
        ],
    )
    def test_a_part_of_another_word_on_a_hidden_page_is_not_the_word(
        self, indexed_document: Make, query: str, hidden: str
    ) -> None:
        indexed_document(title=query, pages=["open", hidden], preview_value=1)
        (result,) = search(query).page
        assert not result.is_beyond_preview

    @pytest.mark.parametrize("hidden", ["All about AI.", "Ａｉ", "中文AI教程"])
    def test_the_word_itself_on_a_hidden_page_is_told(self, indexed_document: Make, hidden: str) -> None:
        indexed_document(title="甲", pages=["open", hidden], preview_value=1)
        (result,) = search("AI").page
        assert result.is_beyond_preview

    def test_two_characters_that_are_no_word_tell_nothing_of_hidden_pages(
        self, indexed_document: Make, alice: User
    ) -> None:
        indexed_document(title="价为报", pages=["公开", "底价为三百万"], preview_value=1)
        (result,) = search("价为").page
        assert not result.is_beyond_preview
        (result,) = search("价为", alice).page
        assert [snippet.page_number for snippet in result.snippets] == [2]

    def test_the_page_with_every_word_comes_before_those_with_one(self, indexed_document: Make) -> None:
        indexed_document(pages=[f"第{n}页 正文" for n in range(1, 200)], preview_kind="whole")
        (result,) = search("正文 150").page
        assert result.snippets[0].page_number == 150
        assert result.url.endswith("#page-150")

    def test_pages_with_a_part_of_the_word_do_not_hide_the_one_that_has_it(
        self, indexed_document: Make
    ) -> None:
        indexed_document(
            title="甲", pages=["a party of parts"] * 10 + ["the art of war"], preview_kind="whole"
        )
        (result,) = search("art").page
        assert [snippet.page_number for snippet in result.snippets] == [11]
        assert "<mark>art</mark>" in result.snippets[0].html

    @pytest.mark.parametrize(
        ("query", "marked"),
        [
            ("resume", "Résumé"),
            ("résumé", "Résumé"),
            ("wps", "ＷＰＳ"),
            ("naive", "naïve"),
            ("2019", "２０１９"),
        ],
    )
    def test_a_word_written_otherwise_is_shown_where_it_stands(
        self, indexed_document: Make, query: str, marked: str
    ) -> None:
        indexed_document(title="甲", pages=["first", "Résumé of ＷＰＳ, naïve, ２０１９"])
        (result,) = search(query).page
        assert [snippet.page_number for snippet in result.snippets] == [2]
        assert f"<mark>{marked}</mark>" in result.snippets[0].html

    def test_other_pages_with_the_word_are_named_in_their_order(self, indexed_document: Make) -> None:
        indexed_document(pages=["秋天"] * 9, preview_kind="whole")
        (result,) = search("秋天").page
        assert [snippet.page_number for snippet in result.snippets] == [1, 2]
        assert [page.page_number for page in result.more_pages] == [3, 4, 5, 6]

    def test_a_word_spread_out_with_blanks_is_found(self, indexed_document: Make) -> None:
        indexed_document(title="甲", pages=["年　终　报 告"])
        (result,) = search("报告").page
        assert (
            "<mark>报 告</mark>" in result.snippets[0].html or "<mark>报告</mark>" in result.snippets[0].html
        )

    def test_who_may_read_everything_sees_where_it_is(self, indexed_document: Make, alice: User) -> None:
        indexed_document(pages=self.PAGES, title="四季")
        (result,) = search("配方", alice).page

        assert [snippet.page_number for snippet in result.snippets] == [4]
        assert not result.is_beyond_preview

    def test_a_preview_of_no_page_gives_no_words_away(self, indexed_document: Make) -> None:
        indexed_document(pages=self.PAGES, title="四季", preview_kind="none")
        (result,) = search("春天").page
        assert (result.snippets, result.is_beyond_preview) == ([], True)

    def test_a_word_broken_by_the_end_of_a_line_is_marked_whole(self, indexed_document: Make) -> None:
        indexed_document(pages=["今年的工作总\n结如下"], title="某文")
        (result,) = search("工作总结").page
        assert "<mark>工作总结</mark>" in result.snippets[0].html

    @pytest.mark.parametrize(
        ("page", "shown"),
        [
            ("第一章 总则…………………… 3", "第一章<mark>总则</mark> … 3"),
            ("第一章 总则................12", "第一章<mark>总则</mark> … 12"),
            ("总则 . . . . . . . . 3\n附则　·　·　·　·　·　9", "<mark>总则</mark> … 3 附则 … 9"),
            ("总则＿＿＿＿＿＿．．．．．3", "<mark>总则</mark> … 3"),
            ("总则——以下简称本规定……3.1.2.3", "<mark>总则</mark>——以下简称本规定……3.1.2.3"),
        ],
    )
    def test_a_row_of_dots_is_shown_as_one_ellipsis(
        self, indexed_document: Make, page: str, shown: str
    ) -> None:
        indexed_document(title="甲", pages=[page])
        (result,) = search("总则").page
        assert result.snippets[0].html == shown

    @pytest.mark.parametrize("leader", ["." * 40, "…" * 20, " ." * 30])
    def test_what_a_document_says_comes_before_its_table_of_contents(
        self, indexed_document: Make, leader: str
    ) -> None:
        chapters = ["季节", "春天", "秋天", "冬天"]
        contents = "\n".join(f"{name}{leader}{number}" for number, name in enumerate(chapters, start=3))
        indexed_document(title="甲", pages=["封面", contents, "第三页讲秋天的收获。"], preview_value=3)
        (result,) = search("秋天").page
        assert [snippet.page_number for snippet in result.snippets] == [3, 2]

        indexed_document(title="乙", pages=[contents + "。" + "内容" * 80 + "。有一个秋天。"])
        result = next(result for result in search("秋天").page if result.document.title == "乙")
        assert "有一个<mark>秋天</mark>。" in result.snippets[0].html

    def test_a_title_with_markup_is_shown_as_text(self, indexed_document: Make) -> None:
        indexed_document(title='<script>alert("合同")</script>')
        (result,) = search("合同").page
        assert "<script" not in result.title
        assert "<mark>合同</mark>" in result.title


@pytest.fixture
def a_small_library(indexed_document: Make) -> Document:
    return indexed_document(title="合同 contract", pages=["甲方 Party A", "乙方 Party B"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=300))
@example(query="")
@example(query='"')
@example(query='"""')
@example(query='""')
@example(query="AND OR NOT")
@example(query="-")
@example(query='title:"a" AND (')
@example(query='-合同 -"甲方 title: author:" pages:>')
@example(query="format:ppt OR (pages:[1 TO *] -contract)^2 ~")
@example(query="date:2025..2024 price:0 pages:0 language:other -x")
@example(query="((([[[{{{")
@example(query="^~*?:\\/+-!&|")
@example(query="'; DROP TABLE documents_document; --")
@example(query="%_%")
@example(query="🙂🙃")
@example(query="👩‍👩‍👧‍👦 合同")
@example(query="\x00合同\x00")
@example(query="\u202e合同\u202c")
@example(query="\ud800合同")
@example(query="合" * 10_000)
@example(query="a" * 10_000)
@example(query="contract " * 1_200)
@example(query='"合同' * 100)
def test_whatever_is_typed_is_answered(a_small_library: Document, query: str) -> None:
    results = search(query)

    assert not results.is_catching_up
    for result in results.page:
        assert result.document == a_small_library
        str(result.title).encode()
        assert result.title.count("<mark>") == result.title.count("</mark>")
