"""Storing what the engine finds, page by page, and only as long as the claim is good."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from tests.conversion.conftest import Uploader
from wenlan.accounts.models import User
from wenlan.conversion import services
from wenlan.conversion.engine import (
    Event,
    Line,
    OutlineItem,
    Page,
    PageCount,
    PageImage,
    PageReady,
    Result,
    StageChanged,
    Status,
)
from wenlan.conversion.language import LetterCount
from wenlan.conversion.services import converting
from wenlan.conversion.tasks import revision_convert
from wenlan.core.leases import Claim, ClaimLost
from wenlan.documents.files import preview_folder
from wenlan.documents.models import Document, Revision
from wenlan.documents.selectors import readable_page_count

State = Revision.State
Emit = Callable[[Event], None]


class Engine:
    """Stands where the engine stands: emits pages with real images, and what a test wants between them."""

    def __init__(self, *texts: str, title: str | None = None) -> None:
        self.texts = texts or ("第一页的文字", "page two")
        self.title = title
        self.before_page: dict[int, Callable[[], object]] = {}
        self.result: Result | None = None
        self.sources: list[bytes] = []

    def convert(self, source: Path, *, name: str, out: Path, limits: Any, on_event: Emit) -> Result:
        self.sources.append(source.read_bytes())
        out.mkdir()
        on_event(StageChanged("laying_out"))
        on_event(PageCount(len(self.texts)))
        for number, text in enumerate(self.texts, start=1):
            self.before_page.get(number, lambda: None)()
            on_event(PageReady(self._page(number, text, out)))
        return self.result or self.succeeded()

    def _page(self, number: int, text: str, out: Path) -> Page:
        images = []
        for width in (1440, 720):
            path = out / f"{number:04}-{width}.webp"
            Image.new("L", (width // 10, 10)).save(path)
            images.append(PageImage(width, 100, path, "image/webp", path.stat().st_size))
        return Page(number, 595.0, 842.0, text, [Line(text, 1.0, 2.0, 3.0, 4.0)], images)

    def succeeded(self) -> Result:
        return Result(
            status=Status.OK, error=None, detail=None, pages=len(self.texts), recorded_pages=2,
            outline=[OutlineItem(1, "One", 1)], report={"fonts": ["Song\x00"]}, seconds=0.1, format="txt",
            pdf_path=None, title=self.title,
        )  # fmt: skip

    @staticmethod
    def failed(status: Status, error: str = "some_code") -> Result:
        return Result(
            status=status, error=error, detail="in detail", pages=0, recorded_pages=None, outline=[], report={},
            seconds=0.1, format=None, pdf_path=None, title=None,
        )  # fmt: skip


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(converting, "convert", lambda *a, **k: engine.convert(*a, **k))
    return engine


def convert(revision: Revision) -> Revision:
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    services.revision_convert(claim=claim)
    revision.refresh_from_db()
    return revision


def preview_files(revision: Revision) -> list[str]:
    root = Path(default_storage.path(f"previews/{revision.pk}"))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def take_over(revision: Revision) -> Claim:
    """Another worker claims the revision, the lease having run out."""
    Revision.objects.filter(pk=revision.pk).update(claimed_until=timezone.now())
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    return claim


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


def test_an_original_that_is_gone_fails_with_its_reason(engine: Engine, uploaded: Uploader) -> None:
    revision = uploaded()
    default_storage.delete(str(revision.file))
    assert convert(revision).error_code == "original_missing"


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
        real_note = converting._Conversion._note
        try:
            # The zombie does not notice on its pages: only the last write stands between it and the row.
            converting._Conversion._note = lambda self, **columns: None  # type: ignore[method-assign]
            convert(revision)
        finally:
            converting._Conversion._note = real_note  # type: ignore[method-assign]
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


def test_a_heartbeat_renews_until_the_claim_is_lost(settings: Any) -> None:
    import threading

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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("本报告总结了一年来港口的运行情况，并提出了下一步的工作安排。", "zh-hans"),
        ("使用 Python 与 Django 搭建文库系统的 step by step 指南，共分为十二个章节进行说明", "zh-hans"),
        ("The harbour was quiet for most of the winter, and few ships came in.", "en"),
        ("これはとても静かな港の冬についての報告です。船はほとんど来ませんでした。", "other"),
        ("Это отчёт о тихой зиме в гавани, когда почти не было кораблей.", "other"),
        ("12 34 56", None),
    ],
)
def test_the_language_is_guessed_from_the_letters(text: str, language: str | None) -> None:
    letters = LetterCount()
    letters.add(text)
    assert letters.language() == language


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
