"""A machine that cannot convert, or has no room: the file is not to blame, and nothing goes on for ever."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conversion.conftest import Uploader
from tests.conversion.stand_in import Engine, convert, preview_files
from wenlan.conversion import pause, services
from wenlan.conversion.engine import Status
from wenlan.conversion.services.converting import MACHINE_FAULTS
from wenlan.conversion.tasks import revision_convert
from wenlan.documents.models import Document, Revision

State = Revision.State


@pytest.fixture(autouse=True)
def _no_pause() -> Iterator[None]:
    yield
    pause.worker_pause.end()


@pytest.mark.parametrize("fault", sorted(MACHINE_FAULTS))
def test_a_fault_of_the_machine_is_not_blamed_on_the_document(
    engine: Engine, uploaded: Uploader, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine.result = Engine.failed(Status.FAILED, fault)
    revision = uploaded(state=Document.State.IN_REVIEW)
    with caplog.at_level(logging.ERROR):
        revision = convert(revision)
    assert (revision.state, revision.attempt_count, revision.error_code) == (State.PENDING, 0, "")
    assert not revision.pages.exists()
    assert preview_files(revision) == []
    assert Document.objects.get(pk=revision.document_id).state == Document.State.IN_REVIEW
    (told,) = caplog.records
    assert fault in told.message


def test_a_machine_that_cannot_convert_takes_no_work_for_a_while(
    engine: Engine, uploaded: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.result = Engine.failed(Status.FAILED, "no_office")
    revision = uploaded()
    for _ in range(3):
        revision_convert.call(revision.pk)
    assert len(engine.sources) == 1
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + pause.FIRST_SECONDS + 1)
    engine.result = None
    revision_convert.call(revision.pk)
    revision.refresh_from_db()
    assert revision.state == State.READY


def test_each_pause_is_longer_than_the_one_before_until_something_is_converted() -> None:
    waits = pause.Pause()
    assert [waits.begin() for _ in range(7)] == [30, 60, 120, 240, 480, 600, 600]
    waits.end()
    assert not waits.lasts
    assert waits.begin() == 30


def test_a_document_that_fills_the_disk_by_itself_ends_in_quarantine(
    engine: Engine, uploaded: Uploader, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk has room again as soon as its pages are deleted: without a count it would be converted for ever."""
    monkeypatch.setattr(services.converting, "has_room", lambda incoming=0: incoming < 0)
    engine.result = Engine.failed(Status.FAILED, "io_error")
    revision = uploaded()
    for attempt in range(1, settings.CONVERSION_CRASH_LIMIT + 1):
        revision = convert(revision)
        assert (revision.state, revision.attempt_count) == (State.PENDING, attempt)
        assert preview_files(revision) == []
    assert services.revision_claim(revision_id=revision.pk) is None
    revision.refresh_from_db()
    assert revision.state == State.QUARANTINED
