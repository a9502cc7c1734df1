"""The upload page when things go wrong, and without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.visitors import Visitor, until
from wenlan.accounts.models import User
from wenlan.documents.models import Document

pytestmark = pytest.mark.browser


@pytest.fixture
def alice_uploads(visit: Visit, alice: User) -> Visitor:
    """Alice on the upload page."""
    visitor = visit(alice)
    visitor.open("/upload/")
    return visitor


def text_file(name: str, text: str = "Minutes of the harbour board.\n") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": f"{name}: {text}".encode() * 20}


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=name)


def choose(page: Page, *files: FilePayload) -> None:
    page.get_by_label("Files").set_input_files(list(files))


def upload_speed(visitor: Visitor, bytes_per_second: int) -> None:
    """How fast the visitor's line carries what they send; -1 is as fast as it can."""
    session = visitor.context.new_cdp_session(visitor.page)
    conditions = {
        "offline": False,
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": bytes_per_second,
    }
    session.send("Network.emulateNetworkConditions", conditions)


def test_an_upload_is_watched_cancelled_and_sent_again(alice_uploads: Visitor) -> None:
    page = alice_uploads.page
    upload_speed(alice_uploads, 150_000)
    choose(page, {"name": "long.txt", "mimeType": "text/plain", "buffer": b"A long story. " * 60_000})
    upload = row(page, "long.txt")
    bar = upload.get_by_role("progressbar")
    until("Some of the file on its way", lambda: 0 < bar.evaluate("bar => bar.value") < 100 or None)
    expect(upload.locator("[data-part=state]")).to_have_text(re.compile(r"Sending \d+%"))
    expect(upload).to_contain_text(re.compile(r"[\d.]+ KB of [\d.]+ KB · [\d.]+ KB/s · \d+ s left"))
    upload.get_by_role("button", name="Cancel").click()
    expect(upload.locator("[data-part=state]")).to_have_text("Cancelled")
    expect(upload.get_by_role("button", name="Try again")).to_be_focused()
    expect(page.locator("[data-part=summary]")).to_have_text("1 stopped")
    assert not Document.objects.exists()

    upload_speed(alice_uploads, -1)
    upload.get_by_role("button", name="Try again").click()
    expect(upload.locator("[data-part=state]")).to_have_text("Uploaded")
    expect(page.locator("[data-part=summary]")).to_have_text("1 uploaded")
    expect(upload.locator("[data-part=conversion]")).to_contain_text("Waiting for its turn")
    assert Document.objects.get().revisions.get().size_bytes == 14 * 60_000


def test_a_broken_connection_is_told_and_the_file_goes_up_afterwards(alice_uploads: Visitor) -> None:
    page = alice_uploads.page
    alice_uploads.context.set_offline(True)
    page.wait_for_function("!navigator.onLine")
    choose(page, text_file("minutes.txt"))
    upload = row(page, "minutes.txt")
    expect(upload).to_contain_text("The connection broke. Try this file again.")
    alice_uploads.context.set_offline(False)
    upload.get_by_role("button", name="Try again").click()
    expect(upload.locator("[data-part=state]")).to_have_text("Uploaded")
    expect(upload.get_by_role("button")).to_have_count(0)


def test_what_is_not_taken_says_why_and_only_that_file(alice_uploads: Visitor, settings: Any) -> None:
    page = alice_uploads.page
    settings.UPLOAD_MAX_BYTES = 50_000
    page.reload()
    alice_uploads.expected_statuses = {409, 422}
    choose(page, text_file("minutes.txt"))
    expect(row(page, "minutes.txt")).to_contain_text("Uploaded")
    big: FilePayload = {"name": "big.txt", "mimeType": "text/plain", "buffer": b"x" * 60_000}
    again: FilePayload = {**text_file("minutes.txt"), "name": "again.txt"}
    choose(
        page,
        big,
        again,
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
        text_file("plan.txt"),
    )
    expect(row(page, "plan.txt")).to_contain_text("Uploaded")
    expect(row(page, "big.txt")).to_contain_text("The file is larger than")
    expect(row(page, "empty.txt").locator("[data-part=message]")).to_contain_text("empty.txt")
    expect(page.locator("[data-part=summary]")).to_have_text("2 uploaded · 3 not accepted")
    row(page, "again.txt").get_by_role("link", name="Show the document").click()
    expect(page.get_by_role("main").get_by_label("Title")).to_have_value("minutes")


def test_the_keyboard_is_enough(alice_uploads: Visitor) -> None:
    page = alice_uploads.page
    page.on(
        "filechooser", lambda _chooser: None
    )  # the browser is told in time not to open a window of its own
    page.locator("main").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Files")).to_be_focused()
    upload_speed(alice_uploads, 20_000)
    with page.expect_file_chooser() as opening:
        page.keyboard.press("Enter")
    assert opening.value.is_multiple()
    names = ("first.txt", "second.txt", "third.txt")
    opening.value.set_files([text_file(name, "Minutes. " * 100) for name in names])
    third = row(page, "third.txt")
    expect(third.locator("[data-part=state]")).to_have_text("Waiting")  # two go up at once
    third.get_by_role("button", name="Cancel: third.txt").focus()
    page.keyboard.press("Enter")
    expect(third.locator("[data-part=state]")).to_have_text("Cancelled")
    expect(third.get_by_role("button", name="Try again")).to_be_focused()
    upload_speed(alice_uploads, -1)
    expect(row(page, "first.txt").locator("[data-part=state]")).to_have_text("Uploaded")
    page.keyboard.press("Space")
    expect(third.locator("[data-part=state]")).to_have_text("Uploaded")
    expect(third.get_by_role("link", name="Edit the details")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/my/documents/[0-9]+/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("third")


def replaced_with_nothing(visitor: Visitor, document: Document) -> Locator:
    """Choose an empty file instead of the document's own. Returns that part of its page."""
    visitor.open(f"/my/documents/{document.pk}/")
    visitor.expected_statuses = {422}
    section = visitor.page.locator("#replace-file")
    section.get_by_label("New file").set_input_files([text_file("empty.txt") | {"buffer": b""}])
    section.get_by_role("button", name="Replace the file").click()
    return section


def test_the_file_of_a_returned_document_is_replaced_on_its_page(
    visit: Visit, alice: User, draft_document: Callable[..., Document]
) -> None:
    document = draft_document(state="returned", return_reason="Page 3 is empty.", title="Harbour report")
    visitor = visit(alice)
    page = visitor.page
    section = replaced_with_nothing(visitor, document)
    expect(section.locator("[data-part=message]")).to_contain_text("empty.txt")
    assert document.revisions.get().is_ready

    upload_speed(visitor, 150_000)
    long: FilePayload = {"name": "long.txt", "mimeType": "text/plain", "buffer": b"A long story. " * 60_000}
    section.get_by_label("New file").set_input_files([long])
    section.get_by_role("button", name="Replace the file").click()
    expect(section.locator("[data-part=list] > li")).to_have_count(1)
    bar = section.get_by_role("progressbar")
    until("Some of the file on its way", lambda: 0 < bar.evaluate("bar => bar.value") < 100 or None)
    upload_speed(visitor, -1)
    expect(page.locator(".notice--ok")).to_contain_text("The file is replaced.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbour report")
    expect(page.locator(".facts")).to_contain_text("long.txt")
    assert document.revisions.get().original_name == "long.txt"


def test_the_file_of_a_draft_is_replaced_without_javascript(
    visit: Visit, alice: User, draft_document: Callable[..., Document]
) -> None:
    document = draft_document(title="Harbour report")
    visitor = visit(alice, java_script_enabled=False)
    page = visitor.page
    section = replaced_with_nothing(visitor, document)
    expect(section.locator(".errorlist")).to_contain_text("empty.txt")
    section.get_by_label("New file").set_input_files([text_file("better.txt")])
    section.get_by_role("button", name="Replace the file").click()
    expect(page.locator(".facts")).to_contain_text("better.txt")
