"""A file enters the library, or is told why not."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from tests.documents.conftest import REFUSED_FILES, FileMaker, stored_files
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed, WenlanError
from wenlan.documents.errors import InvalidDetails, NotStored, SameFileExists, UploadRefused
from wenlan.documents.models import Document, Revision, Upload
from wenlan.documents.services import (
    document_delete,
    document_upload,
    incoming_sweep,
    originals_sweep,
    previews_sweep,
    upload,
)
from wenlan.documents.services.sweeping import PREVIEWS_AT_A_TIME
from wenlan.documents.services.upload import file_name_clean, title_from_file_name


def test_a_file_becomes_a_draft_measured_from_its_bytes(alice: User, text_file: FileMaker) -> None:
    path = text_file("水 是 源头。", "年度_总结.txt")
    content = path.read_bytes()
    document = document_upload(author=alice, path=path, name=path.name, move=False)
    revision = document.revisions.get()
    assert (document.state, document.title, document.title_is_guess) == ("draft", "年度 总结", True)
    assert revision.state == Revision.State.PENDING
    assert revision.sha256 == hashlib.sha256(content).hexdigest()
    assert (revision.size_bytes, revision.format) == (len(content), "txt")
    assert revision.original_name == "年度_总结.txt"
    assert revision.file.read() == content


def test_a_file_is_stored_under_a_name_of_ours(alice: User, text_file: FileMaker) -> None:
    path = text_file(name="minutes.txt")
    revision = document_upload(
        author=alice, path=path, name="../../etc/passwd.txt", move=False
    ).revisions.get()
    assert revision.original_name == "passwd.txt"
    folder, shelf, name = str(revision.file).split("/")
    assert (folder, shelf) == ("originals", revision.sha256[:2])
    assert "passwd" not in name
    assert name.endswith(".txt")


def test_a_moved_file_is_renamed_and_not_copied(alice: User, text_file: FileMaker) -> None:
    path = text_file()
    inode = path.stat().st_ino
    revision = document_upload(author=alice, path=path, name=path.name, move=True).revisions.get()
    assert not path.exists()
    assert Path(revision.file.path).stat().st_ino == inode


def test_a_copied_file_stays_where_it_was(alice: User, text_file: FileMaker, settings: Any) -> None:
    path = text_file()
    document_upload(author=alice, path=path, name=path.name, move=False)
    assert path.exists()
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_a_new_document_asks_for_its_preview(
    alice: User, text_file: FileMaker, django_capture_on_commit_callbacks: Any
) -> None:
    from django_tasks_db.models import DBTaskResult

    with django_capture_on_commit_callbacks(execute=True):
        document = document_upload(author=alice, path=text_file(), name="minutes.txt", move=False)
    task = DBTaskResult.objects.get(queue_name="conversion")
    assert task.args_kwargs["args"] == [document.revisions.get().pk]


def test_a_reader_who_is_no_author_cannot_upload(bob: User, text_file: FileMaker) -> None:
    with pytest.raises(NotAllowed):
        document_upload(author=bob, path=text_file(), name="minutes.txt", move=False)
    assert not Document.objects.exists()


def test_her_own_same_file_is_shown_to_an_author(alice: User, text_file: FileMaker) -> None:
    first = document_upload(author=alice, path=text_file(), name="minutes.txt", move=False)
    with pytest.raises(SameFileExists) as caught:
        document_upload(author=alice, path=text_file(), name="again.txt", move=False)
    assert caught.value.document == first
    assert Document.objects.count() == 1
    assert len(stored_files()) == 1


def test_the_same_file_on_the_shelf_is_named(
    mallory: User, published_document: Callable[..., Document], text_file: FileMaker
) -> None:
    path = text_file()
    shown = published_document(content=path.read_bytes(), title="Harbour minutes")
    with pytest.raises(SameFileExists, match="Harbour minutes") as caught:
        document_upload(author=mallory, path=path, name="mine.txt", move=False)
    assert caught.value.document == shown


def test_the_draft_of_another_author_is_not_betrayed(
    alice: User, mallory: User, text_file: FileMaker
) -> None:
    document_upload(author=alice, path=text_file(), name="Secret plan.txt", move=False)
    with pytest.raises(SameFileExists) as caught:
        document_upload(author=mallory, path=text_file(), name="mine.txt", move=False)
    assert caught.value.document is None
    assert "Secret plan" not in str(caught.value)


def test_two_uploads_of_the_same_bytes_at_once_make_one_document(
    alice: User, mallory: User, text_file: FileMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect = upload._inspect
    path = text_file()

    def while_somebody_is_faster(source: Path, name: str) -> upload.FileKind:
        monkeypatch.setattr(upload, "_inspect", inspect)
        document_upload(author=mallory, path=path, name="faster.txt", move=False)
        return inspect(source, name)

    monkeypatch.setattr(upload, "_inspect", while_somebody_is_faster)
    with pytest.raises(SameFileExists):
        document_upload(author=alice, path=path, name="minutes.txt", move=False)
    assert Document.objects.get().author == mallory
    assert len(stored_files()) == 1


def test_a_deleted_draft_gives_its_bytes_free(
    alice: User, text_file: FileMaker, django_capture_on_commit_callbacks: Any
) -> None:
    first = document_upload(author=alice, path=text_file(), name="minutes.txt", move=False)
    with django_capture_on_commit_callbacks(execute=True):
        document_delete(actor=alice, document_id=first.pk)
    assert stored_files() == []
    second = document_upload(author=alice, path=text_file(), name="minutes.txt", move=False)
    assert second.pk != first.pk


def test_when_the_rows_cannot_be_written_no_file_is_left(
    alice: User, text_file: FileMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_columns: object) -> Revision:
        raise RuntimeError("the disk of the database is full")

    monkeypatch.setattr(Revision.objects, "create", broken)
    with pytest.raises(RuntimeError):
        document_upload(author=alice, path=text_file(), name="minutes.txt", move=False)
    assert not Document.objects.exists()
    assert stored_files() == []


@pytest.mark.parametrize(("name", "content", "code"), REFUSED_FILES)
def test_a_refused_file_leaves_nothing_and_says_why(
    alice: User, tmp_path: Path, settings: Any, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(UploadRefused) as caught:
        document_upload(author=alice, path=path, name=name, move=False)
    assert caught.value.code == code
    assert name in str(caught.value)
    assert not Document.objects.exists()
    assert stored_files() == []
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_a_file_above_the_limit_is_refused(alice: User, text_file: FileMaker, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(UploadRefused) as caught:
        document_upload(author=alice, path=text_file(), name="minutes.txt", move=False)
    assert caught.value.code == "too_large"


def test_the_daily_limit_stops_a_person_and_not_an_import(
    alice: User, text_file: FileMaker, settings: Any
) -> None:
    settings.UPLOADS_PER_DAY = 1
    document_upload(author=alice, path=text_file("one one"), name="1.txt", move=False)
    with pytest.raises(UploadRefused) as caught:
        document_upload(author=alice, path=text_file("two two"), name="2.txt", move=False)
    assert caught.value.code == "too_many_today"
    document_upload(
        author=alice, path=text_file("three"), name="3.txt", move=False, enforce_daily_limit=False
    )
    assert Document.objects.count() == 2


def test_a_price_below_zero_is_refused_before_anything_is_stored(alice: User, text_file: FileMaker) -> None:
    with pytest.raises(InvalidDetails):
        document_upload(author=alice, path=text_file(), name="a.txt", move=False, price_minor=-1)
    assert stored_files() == []


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("C:\\Users\\alice\\plan.doc", "plan.doc"),
        ("../../../etc/plan.doc", "plan.doc"),
        ("plan\x00\n.doc", "plan .doc"),
        ("\u202ecod.exe\u202c.doc", "cod.exe.doc"),
        ("长" * 400 + ".docx", "长" * 250 + ".docx"),
        ("x" * 300, "x" * 255),
        ("工作总结（最终版）.doc", "工作总结（最终版）.doc"),
    ],
)
def test_file_names_are_cleaned_of_tricks(name: str, cleaned: str) -> None:
    assert file_name_clean(name) == cleaned


@pytest.mark.parametrize("name", ["", "/", "\u202e", "\n\t"])
def test_a_file_without_a_name_gets_one(name: str) -> None:
    assert file_name_clean(name)
    assert title_from_file_name(file_name_clean(name))


@pytest.mark.parametrize("name", ["_.doc", "\u200b.doc", "x" * 255])
def test_every_file_name_gives_a_title_that_can_be_stored(name: str) -> None:
    assert 1 <= len(title_from_file_name(name)) <= 200


def test_forgotten_uploads_are_swept_and_fresh_ones_are_not(settings: Any) -> None:
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    old, fresh = incoming / "old.upload.doc", incoming / "fresh.upload.doc"
    for path in (old, fresh):
        path.write_bytes(b"half a file")
    os.utime(old, (0, 0))
    incoming_sweep()
    assert [path.name for path in incoming.iterdir()] == ["fresh.upload.doc"]


def test_stored_files_that_no_revision_names_are_swept_after_a_day(
    alice: User, text_file: FileMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = document_upload(author=alice, path=text_file(), name="a.txt", move=True).revisions.get()
    shelf = Path(kept.file.path).parent
    forgotten, fresh = shelf / "forgotten.txt", shelf / "fresh.txt"
    for path in (forgotten, fresh):
        path.write_bytes(b"its process was killed")
    for path in (forgotten, Path(kept.file.path)):
        os.utime(path, (0, 0))
    monkeypatch.setattr("secrets.token_hex", lambda _bytes: shelf.name)
    originals_sweep()
    assert {path.name for path in shelf.iterdir()} == {Path(kept.file.path).name, "fresh.txt"}


def test_page_images_of_a_deleted_revision_are_removed_after_a_day(
    alice: User, text_file: FileMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, fresh, kept = (
        document_upload(author=alice, path=text_file(f"text {number}"), name=f"{number}.txt", move=False)
        for number in range(3)
    )
    images = [
        Path(default_storage.path(f"previews/{document.revisions.get().pk}/1/1-720.webp"))
        for document in (gone, fresh, kept)
    ]
    for image in images:
        image.parent.mkdir(parents=True)
        image.write_bytes(b"an image")
    window = gone.revisions.get().pk // PREVIEWS_AT_A_TIME
    for document in (gone, fresh):
        Document.objects.filter(pk=document.pk).delete()  # and then the process was killed
    for image in (images[0], images[2]):
        os.utime(image, (0, 0))
    monkeypatch.setattr("secrets.randbelow", lambda _bound: window)
    previews_sweep()
    assert [image.exists() for image in images] == [False, True, True]
    assert not images[0].parent.parent.exists()


def test_previews_of_no_revision_at_all_are_swept_in_peace(db: None) -> None:
    previews_sweep()


def test_a_shelf_that_does_not_exist_is_swept_in_peace(db: None) -> None:
    originals_sweep()


def test_a_file_that_was_deleted_counts_for_the_daily_limit(
    alice: User, text_file: FileMaker, settings: Any
) -> None:
    settings.UPLOADS_PER_DAY = 1
    document = document_upload(author=alice, path=text_file("one one"), name="1.txt", move=False)
    document_delete(actor=alice, document_id=document.pk)
    with pytest.raises(UploadRefused) as caught:
        document_upload(author=alice, path=text_file("two two"), name="2.txt", move=False)
    assert caught.value.code == "too_many_today"


def test_a_file_of_yesterday_does_not_count_for_today(
    alice: User, text_file: FileMaker, settings: Any
) -> None:
    settings.UPLOADS_PER_DAY = 1
    document_upload(author=alice, path=text_file("one one"), name="1.txt", move=False)
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(days=1))
    document_upload(author=alice, path=text_file("two two"), name="2.txt", move=False)
    assert Document.objects.count() == 2


def test_a_full_disk_takes_no_file(alice: User, text_file: FileMaker, settings: Any) -> None:
    settings.KEEP_FREE_BYTES = 10**18
    with pytest.raises(NotStored):
        document_upload(author=alice, path=text_file(), name="a.txt", move=False)
    assert not Document.objects.exists()
    assert stored_files() == []


def test_a_storage_that_takes_nothing_is_no_fault_of_the_file(
    alice: User, text_file: FileMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(**_arguments: object) -> str:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(upload, "file_store", read_only)
    with pytest.raises(NotStored):
        document_upload(author=alice, path=text_file(), name="a.txt", move=False)
    assert not Document.objects.exists()


def test_refusals_are_errors_a_person_can_act_on() -> None:
    assert issubclass(UploadRefused, WenlanError)


def test_a_link_is_never_stored(tmp_path: Path) -> None:
    from django.core.files.storage import default_storage

    from wenlan.documents.files import file_store

    (tmp_path / "secret").write_text("secret")
    (tmp_path / "page.webp").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match=r"page\.webp"):
        file_store(storage=default_storage, path=tmp_path / "page.webp", name="previews/page.webp")
    assert not default_storage.exists("previews/page.webp")
