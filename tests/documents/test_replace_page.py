"""Replacing the file on the page of a document, with and without its script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.documents.conftest import UNREAD_UPLOAD
from wenlan.accounts.models import User
from wenlan.documents.models import Document, Revision

JSON = {"accept": "application/json"}
ClientAs = Callable[[User | None], Client]
Factory = Callable[..., Document]
State = Document.State


def address(document: Document) -> str:
    return f"/my/documents/{document.pk}/file/"


def a_file(name: str = "better.txt", content: bytes = b"The better minutes.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def beside_the_field(page: Any) -> str:
    """What is said beside the field for another file, and only there."""
    (form,) = re.findall(r'<form method="post" enctype="multipart/form-data".*?</form>', page.text, re.DOTALL)
    return " ".join(re.findall(r'<ul class="errorlist".*?</ul>', form, re.DOTALL))


def test_a_plain_form_replaces_the_file_of_a_returned_document(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document(state=State.RETURNED, return_reason="Page 3 is empty.", title="Harbour report")
    client = client_as(alice)
    page = client.get(reverse("documents:edit", args=[document.pk]))
    assert f'action="{address(document)}"' in page.text
    page = client.post(address(document), {"file": a_file()}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("documents:edit", args=[document.pk])
    revision = document.revisions.get()
    assert (revision.original_name, revision.state) == ("better.txt", Revision.State.PENDING)
    for shown in ("Harbour report", "better.txt", "19 B", "txt", "Page 3 is empty.", "文件已替换"):
        assert shown in page.text


def test_a_script_is_sent_to_the_document(client_as: ClientAs, alice: User, draft_document: Factory) -> None:
    document = draft_document()
    response = client_as(alice).post(address(document), {"file": a_file()}, headers=JSON)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["ok"], answer["url"]) == (True, f"/my/documents/{document.pk}/")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "empty.txt"),
        ("letter.docx", b"%PDF-1.7\n" + b"x" * 200, "letter.docx"),
        ("huge.txt", b"harbour " * 100_000, "huge.txt"),
    ],
)
def test_why_a_file_was_not_taken_stands_beside_the_field(
    client_as: ClientAs,
    alice: User,
    draft_document: Factory,
    settings: Any,
    name: str,
    content: bytes,
    words: str,
) -> None:
    settings.UPLOAD_MAX_BYTES = 500_000
    document = draft_document(state=State.RETURNED, return_reason="Page 3 is empty.")
    client = client_as(alice)
    page = client.post(address(document), {"file": a_file(name, content)})
    assert page.status_code == 422
    assert words in beside_the_field(page)
    assert document.revisions.get().is_ready
    refused = client.post(address(document), {"file": a_file(name, content)}, headers=JSON)
    assert refused.status_code == 422
    assert words in refused.json()["message"]
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_a_form_without_a_file_says_so(client_as: ClientAs, alice: User, draft_document: Factory) -> None:
    page = client_as(alice).post(address(draft_document()), {})
    assert page.status_code == 422
    assert "请选择文件" in beside_the_field(page)


def test_the_same_file_as_another_document_is_told_and_linked(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document, other = draft_document(), draft_document(title="Berth plan", content=b"The plan of all berths.")
    client = client_as(alice)
    same = a_file(content=b"The plan of all berths.")
    page = client.post(address(document), {"file": same})
    assert page.status_code == 409
    assert "Berth plan" in beside_the_field(page)
    same.seek(0)
    answer = client.post(address(document), {"file": same}, headers=JSON).json()
    assert answer["existing_url"] == f"/my/documents/{other.pk}/"


def test_a_request_that_announces_too_much_is_answered_before_it_is_read(
    client_as: ClientAs, alice: User, draft_document: Factory, settings: Any
) -> None:
    document = draft_document()
    settings.UPLOAD_MAX_BYTES = 1000

    for headers, status in ((JSON, 413), ({}, 413)):
        response = client_as(alice).generic(
            "POST",
            address(document),
            headers=headers,
            content_type="multipart/form-data; boundary=x",
            **UNREAD_UPLOAD,
        )
        assert response.status_code == status
    assert "errorlist" in beside_the_field(response)
    settings.KEEP_FREE_BYTES = 10**18
    full = client_as(alice).post(address(document), {"file": a_file()})
    assert full.status_code == 507


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN])
def test_what_cannot_be_replaced_offers_no_field_and_says_why(
    client_as: ClientAs, alice: User, published_document: Factory, state: str
) -> None:
    document = published_document(state=state)
    client = client_as(alice)
    edit = reverse("documents:edit", args=[document.pk])
    assert address(document) not in client.get(edit).text
    page = client.post(
        address(document),
        {"file": a_file()},
        headers={"referer": f"http://testserver{edit}"},
        follow=True,
    )
    assert page.redirect_chain[-1][0].endswith(edit)
    (message,) = page.context["messages"]
    assert ("审核" if state == State.IN_REVIEW else "新文档") in str(message)
    refused = client.post(address(document), {"file": a_file()}, headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert document.revisions.get().is_ready


def test_nobody_replaces_the_file_of_another_by_its_number(
    client_as: ClientAs, bob: User, carol: User, mallory: User, draft_document: Factory
) -> None:
    document = draft_document(state=State.RETURNED)
    for user in (bob, carol, mallory):
        for headers in ({}, JSON):
            response = client_as(user).post(address(document), {"file": a_file()}, headers=headers)
            assert response.status_code == 404
    assert client_as(None).post(address(document), {"file": a_file()}).status_code == 302
    assert document.revisions.get().is_ready


def test_a_forged_form_replaces_nothing(alice: User, draft_document: Factory) -> None:
    document = draft_document()
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(address(document), {"file": a_file()}, headers=JSON).status_code == 403
    assert document.revisions.get().is_ready


def test_who_comes_back_to_the_address_of_the_form_is_shown_the_document(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    response = client_as(alice).get(address(document))
    assert response["Location"] == reverse("documents:edit", args=[document.pk])


def test_a_file_that_cannot_be_converted_leads_to_the_field(
    client_as: ClientAs, alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    document.revisions.update(state=Revision.State.FAILED, error_code="damaged")
    for listed in (reverse("documents:edit", args=[document.pk]), reverse("documents:mine")):
        page = client_as(alice).get(listed)
        assert f'href="/my/documents/{document.pk}/#replace-file"' in page.text
