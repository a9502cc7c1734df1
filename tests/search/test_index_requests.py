from __future__ import annotations

from collections.abc import Callable

import pytest
from django_tasks_db.models import DBTaskResult

from wenlan.documents.models import Document
from wenlan.search.index import search_index
from wenlan.search.models import IndexState
from wenlan.search.services import document_index_request
from wenlan.search.tasks import document_index, index_wanted


@pytest.mark.django_db
def test_each_request_makes_the_document_wanted_anew() -> None:
    document_index_request(7)
    document_index_request(7)

    state = IndexState.objects.get(pk=7)
    assert state.wanted_version == 2
    assert not state.is_current


@pytest.mark.django_db(transaction=True)
def test_a_request_wakes_a_worker_once_it_is_committed() -> None:
    document_index_request(7)

    result = DBTaskResult.objects.get()
    assert result.task_path == "wenlan.search.tasks.document_index"
    assert result.queue_name == "index"


@pytest.mark.django_db
def test_the_task_is_harmless_when_run_twice_or_after_deletion(
    published_document: Callable[..., Document],
) -> None:
    number = published_document(title="合同").pk
    document_index_request(number)
    document_index_request(987_654)

    for _ in range(2):
        document_index.call(987_654)
        index_wanted.call()
    assert search_index().count() == 1
    assert [state.document_id for state in IndexState.objects.all()] == [number]
    assert IndexState.objects.get().is_current
