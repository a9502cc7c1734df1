from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult

from wenlan.search.models import IndexState
from wenlan.search.services import document_index_request


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
