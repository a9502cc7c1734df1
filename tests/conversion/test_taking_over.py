"""A worker that dies, sleeps or is told to stop, and the next one that takes its work over."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.conversion.conftest import Uploader
from tests.conversion.stand_in import Engine, convert, preview_files, take_over
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.conversion import services
from wenlan.conversion.engine import Status
from wenlan.conversion.services import converting
from wenlan.core.leases import Claim, ClaimLost
from wenlan.documents.files import preview_folder
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_replace_file
from wenlan.documents.services.upload import file_taken

State = Revision.State


def test_a_database_that_does_not_answer_leaves_the_work_to_the_next_worker(
    engine: Engine, uploaded: Uploader
) -> None:
    def away() -> None:
        raise OperationalError("the database is restarting")

    engine.before_page[2] = away
    revision = uploaded()
    with pytest.raises(OperationalError):
        convert(revision)
    revision.refresh_from_db()
    assert revision.state == State.CONVERTING
    engine.before_page.clear()
    services.revision_convert(claim=take_over(revision))
    revision.refresh_from_db()
    assert revision.state == State.READY
    assert len(preview_files(revision)) == 4


def test_a_zombie_changes_nothing_once_its_claim_is_lost(engine: Engine, uploaded: Uploader) -> None:
    revision = uploaded()
    engine.before_page[2] = partial(take_over, revision)
    convert(revision)
    assert (revision.state, revision.claim_token) == (State.CONVERTING, 2)
    assert (revision.pages_done, revision.page_count) == (0, None)
    assert preview_files(revision) == []


def test_a_zombie_cannot_finish_nor_fail_what_another_worker_owns(engine: Engine, uploaded: Uploader) -> None:
    for result in (None, Engine.failed(Status.DAMAGED)):
        revision = uploaded(f"text for {result}")
        engine.result = result
        engine.before_page[2] = partial(take_over, revision)
        real_note = converting.Conversion._note
        try:
            # The zombie does not notice on its pages: only the last write stands between it and the row.
            converting.Conversion._note = lambda self, **columns: None  # type: ignore[method-assign]
            convert(revision)
        finally:
            converting.Conversion._note = real_note  # type: ignore[method-assign]
        assert (revision.state, revision.claim_token) == (State.CONVERTING, 2)
        assert revision.error_code == ""
        assert preview_files(revision) == []


def test_the_next_worker_starts_from_a_clean_table(engine: Engine, uploaded: Uploader) -> None:
    revision = uploaded()

    def die() -> None:
        raise OperationalError("the machine lost its power")

    engine.before_page[2] = die
    with pytest.raises(OperationalError):
        convert(revision)
    assert revision.pages.count() == 1
    engine.before_page.clear()
    engine.texts = ("only one page now",)
    services.revision_convert(claim=take_over(revision))
    assert [page.text for page in revision.pages.all()] == ["only one page now"]
    assert preview_files(revision) == ["2/1-1440.webp", "2/1-720.webp"]


def test_a_worker_that_wakes_late_leaves_the_pages_of_the_next_one(
    engine: Engine, uploaded: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = uploaded()
    asleep: list[int] = []

    def fall_asleep(revision_id: int) -> str:
        if not asleep:
            # The worker stops for longer than its lease, and another does the whole conversion.
            asleep.append(revision_id)
            services.revision_convert(claim=take_over(revision))
        return preview_folder(revision_id)

    monkeypatch.setattr(converting, "preview_folder", fall_asleep)
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    services.revision_convert(claim=claim)
    revision.refresh_from_db()
    assert (revision.state, revision.claim_token, revision.pages.count()) == (State.READY, 2, 2)
    assert preview_files(revision) == ["2/1-1440.webp", "2/1-720.webp", "2/2-1440.webp", "2/2-720.webp"]


def test_a_worker_told_to_stop_drops_its_work_for_the_next(engine: Engine, uploaded: Uploader) -> None:
    def stop() -> None:
        raise SystemExit(1)

    engine.before_page[2] = stop
    revision = uploaded()
    with pytest.raises(SystemExit):
        convert(revision)
    revision.refresh_from_db()
    assert (revision.state, revision.attempt_count) == (State.PENDING, 0)
    assert preview_files(revision) == []


def test_a_document_deleted_meanwhile_leaves_no_file(
    engine: Engine, alice: User, uploaded: Uploader, django_capture_on_commit_callbacks: Any
) -> None:
    from wenlan.documents.services import document_delete

    revision = uploaded()

    def delete() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            document_delete(actor=alice, document_id=revision.document_id)

    engine.before_page[2] = delete
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    services.revision_convert(claim=claim)
    assert preview_files(revision) == []


def test_a_file_replaced_meanwhile_does_not_come_back(
    engine: Engine,
    alice: User,
    uploaded: Uploader,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    revision = uploaded()
    document = revision.document
    better = tmp_path / "better.txt"
    better.write_text("The better minutes.")

    def replace() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            document_replace_file(
                actor=alice, document_id=document.pk, path=better, name="better.txt", move=False
            )

    engine.before_page[2] = replace
    engine.title = "The old minutes"
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    services.revision_convert(claim=claim)
    document.refresh_from_db()
    newest = document.revisions.get()
    assert (document.title, document.current_revision) == ("better", None)
    assert (newest.number, newest.state, newest.pages.count()) == (2, State.PENDING, 0)
    assert preview_files(revision) == []

    engine.before_page.clear()
    engine.title = "The better minutes of the board"
    convert(newest)
    document.refresh_from_db()
    assert (document.title, document.current_revision) == ("The better minutes of the board", newest)
    assert engine.sources[-1] == b"The better minutes."


@pytest.mark.django_db(transaction=True)
def test_a_conversion_that_ends_while_its_file_is_replaced_changes_nothing_afterwards(
    engine: Engine, alice: User, uploaded: Uploader, tmp_path: Path
) -> None:
    revision = uploaded()
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    better = tmp_path / "better.txt"
    better.write_text("The better minutes.")

    def one_of_two(number: int) -> None:
        if number:
            services.revision_convert(claim=claim)
        else:
            document_replace_file(
                actor=alice, document_id=revision.document_id, path=better, name="better.txt", move=False
            )

    assert at_once(2, one_of_two) == [None, None]
    document = Document.objects.get()
    assert document.revisions.get().number == 2
    assert document.current_revision is None
    assert preview_files(revision) == []


@pytest.mark.django_db(transaction=True)
def test_a_conversion_begins_while_its_author_uploads_something_else(
    engine: Engine, alice: User, uploaded: Uploader, tmp_path: Path
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite has one writer at a time")
    revision = uploaded()
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    other = tmp_path / "other.txt"
    other.write_text("Something else.")

    def begin() -> None:
        try:
            converting.Conversion(claim=claim, revision=revision)._begin()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, file_taken(uploader=alice, path=other, name="other.txt", move=False):
        pool.submit(begin).result(timeout=10)


def test_a_heartbeat_renews_until_the_claim_is_lost(settings: Any) -> None:

    settings.CLAIM_SECONDS = 0.03
    beats: list[Claim] = []
    lost = threading.Event()

    def renew(claim: Claim) -> None:
        beats.append(claim)
        if len(beats) == 3:
            lost.set()
            raise ClaimLost

    heartbeat = converting.Heartbeat(Claim(1, 1), renew=renew)
    with heartbeat:
        heartbeat.check()
        assert lost.wait(5)
        heartbeat._thread.join(5)
        with pytest.raises(ClaimLost):
            heartbeat.check()
    assert beats == [Claim(1, 1)] * 3
