"""The upload page, with and without its script."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.urls import reverse

from tests.documents.conftest import UNREAD_UPLOAD
from wenlan.accounts.models import User
from wenlan.documents.models import Document

UPLOAD = "/upload/"
JSON = {"accept": "application/json"}
ClientAs = Callable[[User | None], Client]


def a_file(
    name: str = "minutes.txt", content: bytes = b"Minutes of the harbour board."
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_stranger_is_asked_to_sign_in(client_as: ClientAs, db: None) -> None:
    response = client_as(None).get(UPLOAD)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_reader_is_invited_to_become_an_author(client_as: ClientAs, bob: User) -> None:
    page = client_as(bob).get(UPLOAD)
    assert page.status_code == 200
    assert reverse("accounts:become_author") in page.text
    assert "只上传" in page.text.partition('name="accept_rules"')[0]
    assert reverse("web:terms") in page.text.partition('name="accept_rules"')[0]
    assert "upload-list" not in page.text


def test_a_reader_who_sends_a_file_anyway_is_refused(client_as: ClientAs, bob: User) -> None:
    response = client_as(bob).post(UPLOAD, {"files": a_file()}, headers=JSON)
    assert response.status_code == 403
    assert response.json()["code"] == "not_allowed"
    assert not Document.objects.exists()


def test_a_script_gets_the_address_of_the_new_draft(client_as: ClientAs, alice: User) -> None:
    response = client_as(alice).post(UPLOAD, {"files": a_file()}, headers=JSON)
    document = Document.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "ok": True,
        "id": document.pk,
        "url": f"/my/documents/{document.pk}/",
        "title": "minutes",
    }


def test_a_script_gets_the_reason_of_a_refusal(client_as: ClientAs, alice: User) -> None:
    response = client_as(alice).post(UPLOAD, {"files": a_file("empty.txt", b"")}, headers=JSON)
    assert response.status_code == 422
    answer = response.json()
    assert (answer["ok"], answer["code"]) == (False, "empty")
    assert "empty.txt" in answer["message"]


def test_the_same_file_again_links_to_the_first(client_as: ClientAs, alice: User) -> None:
    client = client_as(alice)
    client.post(UPLOAD, {"files": a_file()}, headers=JSON)
    response = client.post(UPLOAD, {"files": a_file("copy.txt")}, headers=JSON)
    assert response.status_code == 409
    assert response.json()["existing_url"] == f"/my/documents/{Document.objects.get().pk}/"


def test_without_a_script_many_files_come_in_one_request(client_as: ClientAs, alice: User) -> None:
    files = [a_file("one.txt", b"one harbour"), a_file("two.txt", b"two harbours"), a_file("bad.txt", b"")]
    page = client_as(alice).post(UPLOAD, {"files": files}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("documents:mine")
    assert set(Document.objects.values_list("title", flat=True)) == {"one", "two"}
    assert "bad.txt" in page.text


def test_a_form_without_a_file_says_so(client_as: ClientAs, alice: User) -> None:
    page = client_as(alice).post(UPLOAD, {}, follow=True)
    assert page.redirect_chain[-1][0] == UPLOAD
    assert page.context["messages"]


def test_a_request_that_announces_too_much_is_answered_before_it_is_read(
    client_as: ClientAs, alice: User, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000

    response = client_as(alice).generic(
        "POST",
        UPLOAD,
        headers=JSON,
        content_type="multipart/form-data; boundary=x",
        **UNREAD_UPLOAD,
    )
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


def test_one_file_too_large_among_others_is_dropped_by_name(
    client_as: ClientAs, alice: User, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 500_000
    files = [a_file("small.txt"), a_file("huge.txt", b"harbour " * 100_000)]
    page = client_as(alice).post(UPLOAD, {"files": files}, follow=True)
    assert Document.objects.get().title == "small"
    assert "huge.txt" in page.text
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_a_lone_file_that_grows_beyond_the_limit_is_refused(
    client_as: ClientAs, alice: User, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 500_000
    response = client_as(alice).post(
        UPLOAD, {"files": a_file("huge.txt", b"harbour " * 100_000)}, headers=JSON
    )
    assert response.status_code == 422
    assert response.json()["code"] == "too_large"
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_nothing_stays_in_the_incoming_folder(client_as: ClientAs, alice: User, settings: Any) -> None:
    client = client_as(alice)
    for content in (b"good words", b"", b"MZ\x00\x01" * 50):
        client.post(UPLOAD, {"files": a_file("x.txt", content)}, headers=JSON)
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_other_pages_take_no_large_files(client_as: ClientAs, alice: User, settings: Any) -> None:
    draft = Document.objects.create(author=alice, title="Plan", currency="CNY")
    client = client_as(alice)
    client.post(f"/my/documents/{draft.pk}/", {"title": "x", "file": a_file("huge.bin", b"x" * 6_000_000)})
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_a_forged_form_uploads_nothing(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    response = client.post(UPLOAD, {"files": a_file()}, headers=JSON)
    assert response.status_code == 403
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", ["<script>alert(1)</script>.txt", "\u202etxt.exe.txt", "a" * 300 + ".txt"])
def test_names_with_tricks_do_no_harm(client_as: ClientAs, alice: User, name: str) -> None:
    client = client_as(alice)
    assert client.post(UPLOAD, {"files": a_file(name)}, headers=JSON).status_code == 201
    page = client.get(reverse("documents:mine"))
    assert "<script>alert(1)" not in page.text
    assert "\u202e" not in page.text


class _CutOff:
    """A request body of which the visitor sent only the beginning."""

    def __init__(self, beginning: bytes) -> None:
        self._body = io.BytesIO(beginning)

    def read(self, *arguments: int) -> bytes:
        if piece := self._body.read(*arguments):
            return piece
        raise ConnectionResetError("the visitor has gone")

    readline = read


def test_a_visitor_who_leaves_in_the_middle_of_a_file_leaves_nothing_behind(
    alice: User, settings: Any
) -> None:
    beginning = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="one.txt"\r\n\r\nwhole\r\n'
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="two.txt"\r\n\r\n'
    ) + b"harbour " * 50_000
    environment: dict[str, Any] = {
        "CONTENT_LENGTH": "9000000",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": _CutOff(beginning),
    }
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.cookies["csrftoken"] = "a" * 32
    # The test keeps the request alive, as a cycle of references does on a real site.
    response = client.generic(
        "POST",
        UPLOAD,
        headers={**JSON, "x-csrftoken": "a" * 32},
        **environment,
    )
    assert response.wsgi_request.upload_handlers[0].file_name == "two.txt"
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []
    assert not Document.objects.exists()


def test_a_request_with_a_thousand_files_is_refused_and_leaves_nothing_behind(
    client_as: ClientAs, alice: User, settings: Any
) -> None:
    files = [a_file(f"{number}.txt", b"harbour %d" % number) for number in range(1000)]
    response = client_as(alice).post(UPLOAD, {"files": files}, headers=JSON)
    assert response.status_code == 400
    assert response.json()["ok"] is False
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []
    assert not Document.objects.exists()


@pytest.mark.parametrize("step", ["new_file", "receive_data_chunk", "file_complete"])
def test_a_disk_that_is_full_is_told_and_keeps_nothing(
    client_as: ClientAs, alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    written: list[str] = []
    works = getattr(TemporaryFileUploadHandler, step)

    def full_for_the_second(handler: TemporaryFileUploadHandler, *arguments: Any) -> Any:
        name = arguments[1] if step == "new_file" else handler.file_name
        written.append(str(name))
        if name == "two.txt":
            raise OSError(errno.ENOSPC, "No space left on device")
        return works(handler, *arguments)

    monkeypatch.setattr(TemporaryFileUploadHandler, step, full_for_the_second)
    files = [a_file(f"{name}.txt", f"{name} harbour".encode()) for name in ("one", "two", "three")]

    response = client_as(alice).post(UPLOAD, {"files": files}, headers=JSON)

    assert "two.txt" in written
    assert response.status_code == 507
    assert response.json()["code"] == "not_stored"
    assert set(Document.objects.values_list("title", flat=True)) == {"one", "three"}
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_with_little_room_an_upload_is_refused_before_it_is_read(
    client_as: ClientAs, alice: User, settings: Any
) -> None:
    settings.KEEP_FREE_BYTES = 10**18
    response = client_as(alice).post(UPLOAD, {"files": a_file()}, headers=JSON)
    assert response.status_code == 507
    assert client_as(alice).get(UPLOAD).status_code == 200
