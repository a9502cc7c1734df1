"""Documents are found by the new name of their author, category and tag, and no longer by the old one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from wenlan.accounts.models import User
from wenlan.accounts.services import profile_update
from wenlan.documents.models import Category, Document, Tag
from wenlan.search.models import IndexState
from wenlan.search.ports import SearchFilters
from wenlan.search.selectors import documents_search
from wenlan.search.services import author_index_request, wanted_index

pytestmark = pytest.mark.django_db
ClientAs = Callable[[User | None], Client]
Make = Callable[..., Document]


def found(query: str, **filters: str) -> list[Document]:
    wanted_index()
    results = documents_search(query=query, user=AnonymousUser(), filters=SearchFilters(**filters))  # type: ignore[arg-type]
    return [result.document for result in results.page]


def test_an_author_takes_another_name(indexed_document: Make, alice: User, mallory: User) -> None:
    document = indexed_document(title="甲")
    indexed_document(title="乙", author=mallory)

    profile_update(user=alice, display_name="海明威", bio="", language="zh-hans")

    assert found("海明威") == [document]
    assert found("Alice") == []


def test_an_operator_gives_an_author_another_name(
    client_as: ClientAs, indexed_document: Make, alice: User, dave: User
) -> None:
    document = indexed_document(title="甲")

    answer = client_as(dave).post(
        reverse("admin:accounts_user_change", args=[alice.pk]),
        {
            "email": alice.email,
            "display_name": "海明威",
            "language": "zh-hans",
            "is_author": "on",
            "is_active": "on",
        },
    )

    assert answer.status_code == 302
    assert found("海明威") == [document]


def test_what_leaves_the_name_alone_asks_for_nothing(indexed_document: Make, alice: User) -> None:
    indexed_document()
    profile_update(user=alice, display_name=alice.display_name, bio="Harbours.", language="en")

    assert IndexState.objects.get().is_current


def test_a_category_moves_to_another_address(
    client_as: ClientAs, indexed_document: Make, category: Category, dave: User
) -> None:
    document = indexed_document(title="甲")

    client_as(dave).post(
        reverse("admin:documents_category_change", args=[category.pk]),
        {"slug": "gongwen", "name_zh": "公文", "name_en": "Official", "position": "0"},
    )

    assert found("甲", category="gongwen") == [document]
    assert found("甲", category="office") == []


def test_a_tag_is_renamed_and_deleted(client_as: ClientAs, indexed_document: Make, dave: User) -> None:
    document = indexed_document(title="甲", tags=["会计学"])
    operator = client_as(dave)
    tag = Tag.objects.get()

    operator.post(reverse("admin:documents_tag_change", args=[tag.pk]), {"name": "天文学"})
    assert found("天文") == [document]
    assert found("会计") == []

    operator.post(reverse("admin:documents_tag_delete", args=[tag.pk]), {"post": "yes"})
    assert found("天文") == []


def test_tags_deleted_from_the_list_are_forgotten(
    client_as: ClientAs, indexed_document: Make, dave: User
) -> None:
    indexed_document(title="甲", tags=["天文学"])

    client_as(dave).post(
        reverse("admin:documents_tag_changelist"),
        {"action": "delete_selected", "_selected_action": [Tag.objects.get().pk], "post": "yes"},
    )

    assert found("天文") == []


def test_an_unpublished_document_stays_out(draft_document: Make, indexed_document: Make, alice: User) -> None:
    document = indexed_document(title="甲")
    draft_document(title="乙")
    profile_update(user=alice, display_name="海明威", bio="", language="zh-hans")

    assert [state.document_id for state in IndexState.objects.all()] == [document.pk]


@pytest.mark.django_db(transaction=True)
def test_many_documents_cost_no_more_queries_than_one_and_one_bell(
    published_document: Make, alice: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            author_index_request(alice.pk)
        return len(captured)

    published_document()
    queries()
    one = queries()
    for _ in range(20):
        published_document()
    queries()
    DBTaskResult.objects.all().delete()

    assert queries() == one
    assert DBTaskResult.objects.count() == 1
    assert IndexState.objects.filter(wanted_version__gte=2).count() == 21
