"""What a search field offers while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from wenlan.accounts.models import User
from wenlan.accounts.services import profile_update
from wenlan.documents.models import Category, Document, Tag
from wenlan.documents.services import document_withdraw
from wenlan.search.models import IndexState, Suggestion, SuggestionKey
from wenlan.search.pinyin import pieces_of, sounds_of
from wenlan.search.services import document_index_request, index_rebuild, wanted_index
from wenlan.search.suggestions import suggestions_for
from wenlan.search.vocabulary import tiers_refresh

pytestmark = pytest.mark.django_db
Make = Callable[..., Document]


def offered(text: str) -> list[str]:
    return [suggested.text for suggested in suggestions_for(text)]


@pytest.mark.parametrize(
    "typed",
    [
        "知",
        "知识管",
        "知識管理",  # Traditional
        "管理",  # a later word
        "zhishi",
        "zs",
        "zhs",  # initials of two letters
        "zhishigl",
        "zhi识",
        "知shi",
        "ZhiShi",
        "ｚｈｉｓｈｉ",
        "zhi shi",
        "zhi'shi",
        "guanli",
        "sc",
    ],
)
def test_a_title_is_offered_however_one_begins_to_type_it(indexed_document: Make, typed: str) -> None:
    indexed_document(title="知识管理手册")
    indexed_document(title="桥梁施工方案")
    assert offered(typed) == ["知识管理手册"]


@pytest.mark.parametrize("typed", ["chongq", "cq", "zq", "zhongqing", "重q", "chqing"])
def test_a_character_of_two_sounds_is_found_by_either(indexed_document: Make, typed: str) -> None:
    indexed_document(title="重庆旅游")
    assert offered(typed) == ["重庆旅游"]


def test_one_letter_is_not_taken_for_another_reading(indexed_document: Make) -> None:
    indexed_document(title="行业报告")
    assert "行业报告" not in offered("x")
    assert offered("h") == offered("xingye") == ["行业报告"]


@pytest.mark.parametrize("typed", ["mach", "MACHINE L", "learn", "lv", "lü"])
def test_words_of_letters_are_offered_by_their_beginnings(indexed_document: Make, typed: str) -> None:
    indexed_document(title="Machine Learning 绿皮书")
    indexed_document(title="Harbour notes")
    assert offered(typed) == ["Machine Learning 绿皮书"]


@pytest.mark.parametrize("typed", ["识", "achine", "ishi", "zhishiku", "知库", "zhi管", ""])
def test_what_nobody_begins_with_is_not_offered(indexed_document: Make, typed: str) -> None:
    indexed_document(title="知识管理手册")
    indexed_document(title="Machine learning")
    assert offered(typed) == []


def test_authors_tags_and_categories_are_offered_with_where_they_lead(
    indexed_document: Make, alice: User, category: Category
) -> None:
    profile_update(user=alice, display_name="工蕴", bio="", language="zh-hans")
    document = indexed_document(title="工作总结", tags=["工程"])
    Category.objects.filter(pk=category.pk).update(name_zh="工业标准")
    document_index_request(document.pk)
    wanted_index()

    leads = {(one.kind, one.text): one.url for one in suggestions_for("g")}
    assert leads == {
        ("document", "工作总结"): f"/d/{document.pk}/",
        ("tag", "工程"): "/search/?q=%E5%B7%A5%E7%A8%8B",
        ("author", "工蕴"): f"/u/{alice.pk}/",
        ("category", "工业标准"): "/c/office/",
    }


@pytest.mark.parametrize(
    "change", [{"state": "withdrawn"}, {"state": "in_review"}, {"state": "draft"}, {"audience": "members"}]
)
def test_a_document_is_offered_no_more_from_the_moment_its_state_changes(
    indexed_document: Make, alice: User, change: dict[str, str]
) -> None:
    document = indexed_document(title="机密方案", tags=["机要"])
    assert set(offered("ji")) == {"机密方案", "机要"}
    Document.objects.filter(pk=document.pk).update(**change)
    assert offered("ji") == []
    assert offered("alice") == []
    assert offered("office") == []


def test_a_deleted_a_renamed_and_a_blocked_one_are_not_offered(indexed_document: Make, alice: User) -> None:
    kept, deleted = indexed_document(title="甲方合同"), indexed_document(title="甲方协议")
    Document.objects.filter(pk=deleted.pk).update(state="withdrawn")
    Document.objects.get(pk=deleted.pk).delete()
    assert offered("甲") == ["甲方合同"]
    Document.objects.filter(pk=kept.pk).update(title="乙方合同")
    assert offered("甲") == []
    assert offered("ali") == ["Alice"]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert offered("ali") == []


def test_what_was_withdrawn_is_forgotten_by_the_worker(indexed_document: Make, alice: User) -> None:
    document = indexed_document(title="机密方案")
    document_withdraw(actor=alice, document_id=document.pk)
    wanted_index()
    assert not Suggestion.objects.filter(kind="document").exists()


def test_a_new_title_tag_and_name_are_offered_once_indexed(indexed_document: Make, alice: User) -> None:
    document = indexed_document(title="旧标题", tags=["旧标签"])
    Document.objects.filter(pk=document.pk).update(title="新标题")
    Tag.objects.update(name="新标签")
    document_index_request(document.pk)
    wanted_index()
    assert offered("新") == ["新标题", "新标签"]
    assert offered("旧") == []


def test_rebuilding_the_index_writes_all_names_down_again(published_document: Make) -> None:
    published_document(title="知识管理手册")
    gone = published_document(title="知识产权")
    Suggestion.objects.create(kind="document", target_id=gone.pk, text="知识产权")
    Document.objects.filter(pk=gone.pk).update(state="withdrawn")
    index_rebuild()
    assert offered("zhishi") == ["知识管理手册"]
    assert not Suggestion.objects.filter(target_id=gone.pk, kind="document").exists()


def test_an_older_site_writes_its_names_down_after_the_upgrade(indexed_document: Make) -> None:
    indexed_document(title="知识管理手册")
    Suggestion.objects.all().delete()
    assert wanted_index() == 0
    migration = import_module("wenlan.search.migrations.0003_suggestions")
    migration.names_want(apps, None)
    assert not IndexState.objects.get().is_current
    assert wanted_index() == 1
    assert offered("zhishi") == ["知识管理手册"]


def test_documents_that_are_read_more_come_first(indexed_document: Make) -> None:
    indexed_document(title="工作计划")
    popular = indexed_document(title="工作总结与述职报告")
    assert offered("工作")[0] == "工作计划"
    Document.objects.filter(pk=popular.pk).update(view_count=500)
    assert tiers_refresh() == 1
    assert offered("工作")[0] == "工作总结与述职报告"
    assert tiers_refresh() == 0


@pytest.mark.parametrize(
    "typed", ["' OR 1=1 --", "%", "_", "\\", "\x00", "🙂", "<b>", "a" * 10_000, "\u202e工", "　"]
)
def test_nothing_typed_is_an_error(client: Client, indexed_document: Make, typed: str) -> None:
    indexed_document(title="知识管理手册")
    response = client.get("/search/suggest/", {"q": typed})
    assert response.status_code == 200
    assert "知识管理手册" not in response.content.decode()


@given(st.text(max_size=80))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_answered(db: None, typed: str) -> None:
    assert suggestions_for(typed) == []
    assert all("".join(way) == typed for way in pieces_of(typed))


def test_a_title_with_markup_comes_as_text(client: Client, indexed_document: Make) -> None:
    indexed_document(title="<img src=x> 手册")
    text = client.get("/search/suggest/", {"q": "img"}).content.decode()
    assert "<img src" not in text
    assert "&lt;<mark>img</mark> src=x&gt; 手册" in text


def test_who_asks_for_suggestions_all_the_time_is_told_so_and_may_still_search(
    client: Client, indexed_document: Make, settings: Any
) -> None:
    settings.SUGGESTIONS_PER_MINUTE = 2
    assert [client.get("/search/suggest/", {"q": "a"}).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/search/", {"q": "a"}).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_library(published_document: Make) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert offered("工")
        return len(queries)

    document_index_request(published_document(title="工作总结").pk)
    wanted_index()
    with_one = count()
    for _ in range(49):
        document_index_request(published_document(title="工作总结").pk)
    wanted_index()
    assert count() <= with_one


def test_a_beginning_is_found_through_the_index(indexed_document: Make) -> None:
    indexed_document(title="知识管理手册")
    rows = SuggestionKey.objects.filter(tier=3, key__prefix="zhi").order_by("key")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "search_suggestion_prefix" in rows.explain()
    else:
        assert "search_suggestion_prefix (tier=? AND key>? AND key<?)" in rows.explain()


def test_sounds_are_those_of_the_word() -> None:
    assert sounds_of("重庆")[0] == "chongqing"
    assert sounds_of("abc") == []
