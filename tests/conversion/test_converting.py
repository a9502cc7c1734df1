"""Storing what the engine finds, page by page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from tests.conversion.conftest import Uploader
from tests.conversion.stand_in import FAILING_AFTER_THE_COMMIT, Engine, convert, preview_files
from wenlan.accounts.models import User
from wenlan.conversion import services
from wenlan.conversion.engine import Status
from wenlan.conversion.tasks import revision_convert
from wenlan.documents.models import Document, Revision
from wenlan.documents.selectors import readable_page_count

State = Revision.State


def test_pages_text_outline_and_report_are_stored(engine: Engine, uploaded: Uploader) -> None:
    revision = convert(uploaded())
    assert (revision.state, revision.page_count, revision.pages_done) == (State.READY, 2, 2)
    assert revision.outline == [{"level": 1, "title": "One", "page": 1}]
    assert revision.report == {"fonts": ["Song"]}
    assert (revision.recorded_pages, revision.character_count) == (2, 14)
    first, second = revision.pages.order_by("number")
    assert (first.text, second.text) == ("第一页的文字", "page two")
    assert first.lines == [["第一页的文字", 1.0, 2.0, 3.0, 4.0]]
    assert [image["width"] for image in first.images] == [720, 1440]
    assert preview_files(revision) == ["1/1-1440.webp", "1/1-720.webp", "1/2-1440.webp", "1/2-720.webp"]


def test_a_text_that_is_ready_waits_to_be_compared_with_the_others(
    engine: Engine, uploaded: Uploader
) -> None:
    revision = uploaded()
    convert(revision)
    assert (revision.fingerprint.state, revision.fingerprint.document_number) == (
        "waiting",
        revision.document_id,
    )


def test_the_engine_gets_a_copy_of_the_original(engine: Engine, uploaded: Uploader) -> None:
    revision = convert(uploaded("the very bytes"))
    assert engine.sources == [b"the very bytes"]
    with revision.file.open() as original:
        assert original.read() == b"the very bytes"


def test_the_first_page_is_visible_before_the_second_is_drawn(
    engine: Engine, alice: User, uploaded: Uploader
) -> None:
    revision = uploaded()
    seen: list[tuple[str, int, int | None, int]] = []

    def look() -> None:
        now = Revision.objects.get(pk=revision.pk)
        readable = readable_page_count(document=now.document, revision=now, user=alice)
        seen.append((now.stage, now.pages_done, now.page_count, min(readable, now.pages.count())))

    engine.before_page[2] = look
    convert(revision)
    assert seen == [("laying_out", 1, 2, 1)]


def test_the_document_takes_over_title_language_and_revision(engine: Engine, uploaded: Uploader) -> None:
    engine.title = "Harbour report"
    engine.texts = ("It was a long and quiet winter in the harbour. " * 3,)
    document = convert(uploaded()).document
    document.refresh_from_db()
    assert (document.title, document.language) == ("Harbour report", Document.Language.ENGLISH)
    assert document.current_revision is not None


def test_a_title_the_author_wrote_stays(engine: Engine, uploaded: Uploader) -> None:
    engine.title = "Found inside"
    revision = convert(uploaded(title="Written by Alice", title_is_guess=False))
    assert Document.objects.get(pk=revision.document_id).title == "Written by Alice"


@pytest.mark.parametrize("title", ["", "x", "x" * 300, "\u202e", None])
def test_a_title_that_is_none_is_not_taken_over(
    engine: Engine, uploaded: Uploader, title: str | None
) -> None:
    engine.title = title
    assert Document.objects.get(pk=convert(uploaded()).document_id).title == "minutes"


def test_text_no_database_takes_is_cleaned(engine: Engine, uploaded: Uploader) -> None:
    engine.texts = ("zero\x00 and half \ud800 a pair",)
    page = convert(uploaded()).pages.get()
    assert "\x00" not in page.text
    assert page.text.startswith("zero and half")


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (Status.DAMAGED, "bad_output", "damaged"),
        (Status.TIMED_OUT, "", "timed_out"),
        (Status.DAMAGED, "empty", "empty"),
        (Status.FAILED, "never_heard_of", "failed"),
    ],
)
def test_a_failure_is_told_and_leaves_no_pages(
    engine: Engine, uploaded: Uploader, status: Status, error: str, code: str
) -> None:
    engine.result = Engine.failed(status, error)
    revision = convert(uploaded())
    assert (revision.state, revision.error_code) == (State.FAILED, code)
    assert "in detail" in revision.error_detail
    assert not revision.pages.exists()
    assert preview_files(revision) == []


def test_a_document_without_pages_has_failed(engine: Engine, uploaded: Uploader) -> None:
    engine.texts = ("",)
    result = Engine.failed(Status.OK)
    engine.result = result
    assert convert(uploaded()).error_code == "no_pages"


def test_a_document_in_review_goes_back_when_its_file_fails(engine: Engine, uploaded: Uploader) -> None:
    engine.result = Engine.failed(Status.DAMAGED)
    revision = convert(uploaded(state=Document.State.IN_REVIEW))
    document = Document.objects.get(pk=revision.document_id)
    assert document.state == Document.State.RETURNED
    assert document.return_reason


def test_a_fault_of_ours_is_a_failure_that_can_be_tried_again(
    engine: Engine, alice: User, uploaded: Uploader
) -> None:
    def fault() -> None:
        raise ZeroDivisionError

    engine.before_page[2] = fault
    revision = convert(uploaded())
    assert (revision.state, revision.error_code) == (State.FAILED, "failed")
    engine.before_page.clear()
    services.revision_retry(actor=alice, revision_id=revision.pk)
    assert convert(revision).state == State.READY
    assert preview_files(revision) == ["2/1-1440.webp", "2/1-720.webp", "2/2-1440.webp", "2/2-720.webp"]


@pytest.mark.django_db(transaction=True)
def test_a_preview_stays_when_something_fails_once_it_is_ready(
    engine: Engine, uploaded: Uploader, settings: Any
) -> None:
    revision = uploaded()
    settings.WENLAN_HANDLERS = settings.WENLAN_HANDLERS | FAILING_AFTER_THE_COMMIT
    convert(revision)
    assert (revision.state, revision.pages.count(), len(preview_files(revision))) == (State.READY, 2, 4)


def test_an_original_that_is_gone_fails_with_its_reason(engine: Engine, uploaded: Uploader) -> None:
    revision = uploaded()
    default_storage.delete(str(revision.file))
    assert convert(revision).error_code == "original_missing"


def test_the_task_is_harmless_twice_late_and_after_deletion(engine: Engine, uploaded: Uploader) -> None:
    revision = uploaded()
    for _ in range(2):
        revision_convert.call(revision.pk)
    revision_convert.call(987654)
    assert len(engine.sources) == 1
    revision.refresh_from_db()
    assert revision.state == State.READY


def test_no_job_folder_is_left_behind(engine: Engine, uploaded: Uploader, settings: Any) -> None:
    convert(uploaded())
    assert list(Path(settings.CONVERSION_JOBS_DIR).iterdir()) == []


@pytest.mark.engine
@pytest.mark.parametrize("ending", ["txt", "docx"])
def test_a_real_file_goes_all_the_way(alice: User, tmp_path: Path, ending: str) -> None:
    from wenlan.documents.services import document_upload

    path = tmp_path / f"file.{ending}"
    if ending == "txt":
        path.write_text("港口年度工作总结\n\n" + "一年来港口运行平稳。" * 400, encoding="utf-8")
    else:
        path.write_bytes(a_docx())
    document = document_upload(author=alice, path=path, name=f"港口.{ending}", move=True)
    revision = convert(document.revisions.get())
    assert revision.state == State.READY, revision.error_detail
    assert revision.page_count == revision.pages.count() >= 1
    assert "港口" in revision.pages.get(number=1).text
    document.refresh_from_db()
    assert (document.language, document.current_revision_id) == ("zh-hans", revision.pk)
    for image in revision.pages.get(number=1).images:
        with default_storage.open(image["name"]) as file:
            assert Image.open(io.BytesIO(file.read())).width == image["width"]


def a_docx() -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("港口年度工作总结", 1)
    for _ in range(60):
        document.add_paragraph("一年来，港口运行平稳，吞吐量稳步增长。")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_failure_while_the_disk_is_full_is_not_blamed_on_the_file(
    engine: Engine, uploaded: Uploader, settings: Any
) -> None:
    revision = uploaded()

    def fill() -> None:
        settings.KEEP_FREE_BYTES = 10**18

    engine.before_page[2] = fill
    engine.result = Engine.failed(Status.FAILED, "io_error")
    revision = convert(revision)
    assert (revision.state, revision.attempt_count, revision.error_code) == (State.PENDING, 0, "")
    assert not revision.pages.exists()
    assert preview_files(revision) == []
