"""Another file for a draft or a returned document."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from tests.documents.conftest import REFUSED_FILES, FileMaker, stored_files
from tests.ledger.helpers import give_money
from tests.threads import at_once, wait_until_a_lock_is_waited_for
from wenlan.accounts.models import User
from wenlan.conversion.services import revision_redraw_request
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.documents.errors import NotStored, SameFileExists, UploadRefused
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import (
    document_delete,
    document_publish,
    document_replace_file,
    document_submit,
    document_take_back,
    document_update,
    document_upload,
    originals_sweep,
    upload,
)
from wenlan.orders.services import document_buy
from wenlan.trust.selectors import documents_to_review
from wenlan.trust.services import review_decide, review_undo

Factory = Callable[..., Document]
State = Document.State


@pytest.fixture
def replace(alice: User, text_file: FileMaker) -> Callable[..., Document]:
    """Give a document of Alice's a text file instead of the one it has."""

    def make(
        document: Document, words: str = "The better minutes.", name: str = "better.txt", actor: User = alice
    ) -> Document:
        path = text_file(words, name)
        return document_replace_file(actor=actor, document_id=document.pk, path=path, name=name, move=False)

    return make


@pytest.fixture
def returned(alice: User, carol: User, draft_document: Factory) -> Document:
    """A document of Alice's that Carol has read and given back."""
    document = draft_document(title="Harbour report")
    document_submit(actor=alice, document_id=document.pk)
    review_decide(reviewer=carol, document_id=document.pk, decision="returned", reason="Page 3 is empty.")
    document.refresh_from_db()
    return document


def make_ready(document: Document) -> None:
    """As if the newest file of the document were converted."""
    document.revisions.filter(state=Revision.State.PENDING).update(state=Revision.State.READY, page_count=1)


def test_a_returned_document_gets_another_file_and_keeps_what_was_said_of_it(
    alice: User, returned: Document, replace: Factory
) -> None:
    document_update(
        actor=alice,
        document_id=returned.pk,
        title="Harbour report 2026",
        description="Every berth.",
        category=returned.category,
        tags=["harbour"],
        price_minor=900,
        preview_kind="percent",
        preview_value=30,
    )
    replace(returned, "Every berth, page 3 included.")
    document = Document.objects.get()
    assert (document.title, document.description, document.price_minor) == (
        "Harbour report 2026",
        "Every berth.",
        900,
    )
    assert (document.preview_kind, document.preview_value) == ("percent", 30)
    assert [tag.name for tag in document.tags.all()] == ["harbour"]
    revision = document.newest_revision
    assert revision is not None
    assert (revision.number, revision.state, revision.format) == (2, Revision.State.PENDING, "txt")
    assert revision.original_name == "better.txt"
    assert revision.sha256 == hashlib.sha256(b"Every berth, page 3 included.").hexdigest()
    assert revision.file.read() == b"Every berth, page 3 included."


def test_a_returned_document_with_another_file_is_a_draft_whose_author_still_reads_why(
    returned: Document, replace: Factory
) -> None:
    replace(returned)
    returned.refresh_from_db()
    assert (returned.state, returned.return_reason) == (State.DRAFT, "Page 3 is empty.")


def test_the_new_file_asks_for_its_preview(
    returned: Document, replace: Factory, django_capture_on_commit_callbacks: Any
) -> None:
    from django_tasks_db.models import DBTaskResult

    with django_capture_on_commit_callbacks(execute=True):
        replace(returned)
    tasks = DBTaskResult.objects.filter(queue_name="conversion")
    newest = returned.revisions.get(number=2).pk
    assert [task.args_kwargs["args"] for task in tasks] == [[newest]]


def test_a_file_nobody_has_decided_about_goes_with_its_pages(
    draft_document: Factory, replace: Factory, django_capture_on_commit_callbacks: Any
) -> None:
    document = draft_document()
    assert len(stored_files()) == 6  # the original and five pages
    with django_capture_on_commit_callbacks(execute=True):
        replace(document)
    revision = document.revisions.get()
    assert stored_files() == [revision.file.name]


def test_a_file_a_reviewer_has_decided_about_stays_on_record(
    carol: User,
    returned: Document,
    replace: Factory,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        replace(returned)
    review = carol.reviews.get()
    assert review.revision.state == Revision.State.REPLACED
    assert review.revision.pages.count() == 5
    assert len(stored_files()) == 7


def test_a_replaced_file_that_was_to_be_drawn_again_waits_for_it_no_longer(
    carol: User, returned: Document, replace: Factory
) -> None:
    revision_redraw_request(revision_id=carol.reviews.get().revision_id)
    replace(returned)
    assert carol.reviews.get().revision.redraw_asked_at is None


def test_everything_of_a_replaced_file_goes_with_its_document(
    alice: User, returned: Document, replace: Factory, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        replace(returned)
        document_delete(actor=alice, document_id=returned.pk)
    assert stored_files() == []


def test_a_replaced_original_that_is_kept_is_not_swept(
    alice: User, text_file: FileMaker, carol: User, replace: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_upload(
        author=alice, path=text_file("The first minutes."), name="first.txt", move=False
    )
    make_ready(document)
    Document.objects.filter(pk=document.pk).update(state=State.IN_REVIEW)
    review_decide(reviewer=carol, document_id=document.pk, decision="returned", reason="Too short.")
    replace(document)
    kept = document.revisions.get(number=1)
    os.utime(kept.file.path, (0, 0))
    monkeypatch.setattr("secrets.token_hex", lambda _bytes: kept.sha256[:2])
    originals_sweep()
    assert Path(kept.file.path).exists()


def test_a_reviewer_is_never_shown_the_file_before(
    alice: User, carol: User, returned: Document, replace: Factory
) -> None:
    replace(returned)
    document_submit(actor=alice, document_id=returned.pk)
    assert not documents_to_review(carol).exists()
    with pytest.raises(Conflict):
        document_publish(document_id=returned.pk)
    make_ready(returned)
    assert [document.ready_revisions[0].number for document in documents_to_review(carol)] == [2]  # type: ignore[attr-defined]


def test_a_return_is_not_taken_back_once_the_file_is_another(
    carol: User, returned: Document, replace: Factory
) -> None:
    replace(returned)
    with pytest.raises(Conflict):
        review_undo(reviewer=carol, review_id=carol.reviews.get().pk)


@pytest.mark.parametrize(("is_guess", "title"), [(True, "better minutes"), (False, "Minutes")])
def test_only_a_title_that_was_a_guess_is_guessed_anew(
    draft_document: Factory, replace: Factory, is_guess: bool, title: str
) -> None:
    document = draft_document(title="Minutes", title_is_guess=is_guess)
    replace(document, name="better_minutes.txt")
    document.refresh_from_db()
    assert (document.title, document.title_is_guess) == (title, is_guess)


@pytest.mark.parametrize("state", [Revision.State.FAILED, Revision.State.QUARANTINED, Revision.State.PENDING])
def test_whatever_became_of_the_file_before_another_takes_its_place(
    draft_document: Factory, replace: Factory, state: str
) -> None:
    document = draft_document()
    document.revisions.update(state=state, error_code="damaged")
    replace(document)
    revision = document.revisions.get()
    assert (revision.number, revision.state, revision.error_code) == (2, Revision.State.PENDING, "")


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.IN_REVIEW, "in review|审核"),
        (State.PUBLISHED, "as a new document|新文档"),
        (State.WITHDRAWN, "as a new document|新文档"),
    ],
)
def test_what_is_in_review_or_known_to_readers_keeps_its_file(
    published_document: Factory, replace: Factory, state: str, reason: str
) -> None:
    document = published_document(state=state)
    before = stored_files()
    with pytest.raises(Conflict, match=reason):
        replace(document)
    assert document.revisions.get().state == Revision.State.READY
    assert stored_files() == before


@pytest.mark.parametrize("price_minor", [0, 400])
def test_what_a_reader_got_before_the_decision_was_taken_back_keeps_its_file(
    alice: User, bob: User, carol: User, draft_document: Factory, replace: Factory, price_minor: int
) -> None:
    document = draft_document(state=State.IN_REVIEW, price_minor=price_minor)
    review = review_decide(reviewer=carol, document_id=document.pk, decision="published")
    give_money(bob, 400)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=price_minor)
    review_undo(reviewer=carol, review_id=review.pk)
    document_take_back(actor=alice, document_id=document.pk)
    with pytest.raises(Conflict):
        replace(document)


def test_nobody_replaces_the_file_of_another(
    mallory: User, dave: User, draft_document: Factory, replace: Factory
) -> None:
    document = draft_document()
    with pytest.raises(NotAllowed):
        replace(document, actor=mallory)
    replace(document, actor=dave)
    assert document.revisions.get().uploader == dave


def test_who_is_no_author_any_more_replaces_nothing(
    alice: User, draft_document: Factory, replace: Factory
) -> None:
    document = draft_document()
    alice.is_author = False
    with pytest.raises(NotAllowed):
        replace(document)


@pytest.mark.parametrize(("name", "content", "code"), REFUSED_FILES)
def test_a_refused_file_leaves_the_document_as_it_was(
    alice: User,
    returned: Document,
    tmp_path: Path,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
    name: str,
    content: bytes,
    code: str,
) -> None:
    before = stored_files()
    path = tmp_path / "upload"
    path.write_bytes(content)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(UploadRefused) as caught:
        document_replace_file(actor=alice, document_id=returned.pk, path=path, name=name, move=False)
    assert caught.value.code == code
    assert as_it_was(returned)
    assert stored_files() == before
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def as_it_was(document: Document) -> bool:
    """Whether the document still shows its first file."""
    stored = Document.objects.get(pk=document.pk)
    revision = stored.revisions.get()
    return (
        stored.state == document.state
        and stored.current_revision_id == revision.pk == document.current_revision_id
        and revision.is_ready
    )


def test_another_file_counts_for_the_daily_limit(
    draft_document: Factory, replace: Factory, settings: Any
) -> None:
    settings.UPLOADS_PER_DAY = 1
    replace(draft_document(), "one one")
    second = draft_document()
    with pytest.raises(UploadRefused) as caught:
        replace(second, "two two")
    assert caught.value.code == "too_many_today"
    assert as_it_was(second)


def test_a_file_above_the_limit_and_a_full_disk_change_nothing(
    returned: Document, replace: Factory, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(UploadRefused) as caught:
        replace(returned)
    assert caught.value.code == "too_large"
    settings.UPLOAD_MAX_BYTES = 10**6
    settings.KEEP_FREE_BYTES = 10**18
    with pytest.raises(NotStored):
        replace(returned)
    assert as_it_was(returned)


def test_a_storage_that_takes_nothing_leaves_the_document_as_it_was(
    returned: Document, replace: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(**_arguments: object) -> str:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(upload, "file_store", read_only)
    with pytest.raises(NotStored):
        replace(returned)
    assert as_it_was(returned)


def test_when_the_rows_cannot_be_written_the_file_before_stays(
    returned: Document,
    replace: Factory,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def broken(**_columns: object) -> Revision:
        raise RuntimeError("the disk of the database is full")

    before = stored_files()
    monkeypatch.setattr(Revision.objects, "create", broken)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        replace(returned)
    assert as_it_was(returned)
    assert stored_files() == before


def test_the_same_bytes_as_another_document_are_refused_by_name(
    returned: Document, draft_document: Factory, replace: Factory
) -> None:
    draft_document(title="Berth plan", content=b"The plan of all berths.")
    with pytest.raises(SameFileExists, match="Berth plan"):
        replace(returned, "The plan of all berths.")
    assert as_it_was(returned)


def test_the_very_file_the_document_has_is_no_other_file(draft_document: Factory, replace: Factory) -> None:
    document = draft_document(content=b"The plan of all berths.")
    with pytest.raises(SameFileExists, match=r"现有|already") as caught:
        replace(document, "The plan of all berths.")
    assert caught.value.document == document
    assert as_it_was(document)


def test_a_file_that_was_replaced_may_come_back(
    alice: User, carol: User, draft_document: Factory, replace: Factory
) -> None:
    document = draft_document(content=b"The plan of all berths.")
    document_submit(actor=alice, document_id=document.pk)
    review_decide(reviewer=carol, document_id=document.pk, decision="returned", reason="Another title.")
    replace(document, "A mistake.")
    replace(document, "The plan of all berths.")
    states = document.revisions.order_by("number").values_list("number", "state")
    assert list(states) == [(1, Revision.State.REPLACED), (3, Revision.State.PENDING)]


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_uploaded_at_the_same_moment_are_refused(
    alice: User,
    mallory: User,
    draft_document: Factory,
    text_file: FileMaker,
    replace: Factory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = draft_document()
    before = stored_files()
    inspect = upload._inspect

    def while_somebody_is_faster(source: Path, name: str) -> upload.FileKind:
        monkeypatch.setattr(upload, "_inspect", inspect)
        document_upload(author=mallory, path=text_file("Berths."), name="faster.txt", move=False)
        return inspect(source, name)

    monkeypatch.setattr(upload, "_inspect", while_somebody_is_faster)
    with pytest.raises(SameFileExists):
        replace(document, "Berths.")
    assert as_it_was(document)
    assert len(stored_files()) == len(before) + 1


@pytest.mark.django_db(transaction=True)
def test_two_files_at_the_same_moment_leave_one(alice: User, draft_document: Factory, tmp_path: Path) -> None:
    document = draft_document()

    def one_of_two(number: int) -> Document:
        path = tmp_path / f"{number}.txt"
        path.write_text(f"The minutes in version {number}.")
        return document_replace_file(
            actor=alice, document_id=document.pk, path=path, name=path.name, move=False
        )

    answers = at_once(2, one_of_two)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, Conflict) for answer in refused)
    assert len(refused) < 2
    revision = document.revisions.get()
    assert revision.state == Revision.State.PENDING
    assert stored_files() == [revision.file.name]


@pytest.mark.django_db(transaction=True)
def test_a_file_and_its_submission_at_the_same_moment_do_not_pass_each_other(
    alice: User, draft_document: Factory, replace: Factory
) -> None:
    document = draft_document()

    def one_of_two(number: int) -> None:
        if number:
            document_submit(actor=alice, document_id=document.pk)
        else:
            replace(document)

    answers = at_once(2, one_of_two)
    document.refresh_from_db()
    revision = document.revisions.get()
    assert document.state == State.IN_REVIEW
    if isinstance(answers[0], Exception):
        assert (type(answers[0]), revision.number) == (Conflict, 1)
    else:
        assert (answers[1], revision.number) == (None, 2)


@pytest.mark.django_db(transaction=True)
def test_a_file_waits_for_a_decision_and_does_not_block_it(
    alice: User, carol: User, draft_document: Factory, replace: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite locks the whole database, so that nothing can wait crosswise")
    document = draft_document()
    is_checked, is_decided = Event(), Event()
    inspect = upload._inspect

    def while_a_reviewer_decides(source: Path, name: str) -> upload.FileKind:
        is_checked.set()
        is_decided.wait(timeout=30)
        return inspect(source, name)

    def give_another_file() -> None:
        try:
            replace(document)
        finally:
            connection.close()

    monkeypatch.setattr(upload, "_inspect", while_a_reviewer_decides)
    with ThreadPoolExecutor(1) as pool:
        replacing = pool.submit(give_another_file)
        is_checked.wait(timeout=30)
        with transaction.atomic():
            document_submit(actor=alice, document_id=document.pk)
            review_decide(reviewer=carol, document_id=document.pk, decision="published")
            is_decided.set()
            wait_until_a_lock_is_waited_for()
            # The decision refers to the revision when it is committed.
        with pytest.raises(Conflict):
            replacing.result(timeout=10)
    document.refresh_from_db()
    assert (document.state, document.revisions.get().number) == (State.PUBLISHED, 1)


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_worker_could_not_be_rung_for_is_kept(
    returned: Document, replace: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wenlan.conversion import tasks

    def away(*_arguments: object) -> None:
        raise RuntimeError("the queue does not answer")

    monkeypatch.setattr(type(tasks.revision_convert), "enqueue", away)
    with pytest.raises(RuntimeError):
        replace(returned)
    revision = returned.revisions.get(number=2)
    assert revision.file.read() == b"The better minutes."
