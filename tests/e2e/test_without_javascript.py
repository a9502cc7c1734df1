"""Finding, reading, getting and keeping a document without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.conftest import PASSWORD
from tests.e2e.conftest import Visit
from tests.e2e.library import Library

pytestmark = pytest.mark.browser


def test_bob_finds_reads_gets_and_buys_without_javascript(visit: Visit, library: Library) -> None:
    page = visit(language="zh-hans", java_script_enabled=False).page
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_role("searchbox").fill("海港")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("article").get_by_role("link", name=library.paid.title).click()
    expect(page.locator("figure.page")).to_have_count(2)
    expect(page.get_by_text("The preview ends at page 2; 3 pages follow.")).to_be_visible()
    expect(page.locator("[data-tool]").first).to_be_hidden()

    page.goto(library.free.get_absolute_url())
    page.get_by_role("link", name="Get it for free").first.click()
    page.get_by_label("Email").fill(library.bob.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Get for free").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the original").click()
    revision = library.free.current_revision
    assert revision is not None
    assert waiting.value.suggested_filename == f"{library.free.title}.doc"
    assert waiting.value.path().read_bytes() == revision.file.open().read()

    page.goto(library.paid.get_absolute_url())
    page.get_by_role("link", name="Buy and download").first.click()
    page.get_by_role("button", name="Pay ¥3.00 now").click()
    page.get_by_role("button", name="Pay ¥3.00").click()
    page.get_by_role("link", name="Read online").click()
    page.get_by_role("link", name="Show 2 more pages").click()
    expect(page.locator("figure.page")).to_have_count(5)

    page.locator("form[action$='/favourite/'] button").first.click()
    page.goto("/library/?tab=favourites")
    expect(page.get_by_role("link", name=library.paid.title).first).to_be_visible()


def test_alice_uploads_without_javascript(visit: Visit, library: Library) -> None:
    page = visit(library.alice, java_script_enabled=False).page
    page.goto("/upload/")
    files: list[FilePayload] = [
        {"name": "潮汐表.txt", "mimeType": "text/plain", "buffer": "潮汐表\n".encode() * 20},
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
    ]
    page.get_by_label("Files").set_input_files(files)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("1 file is uploaded.")).to_be_visible()
    expect(page.locator(".notice--bad")).to_contain_text("empty.txt")
    expect(page.get_by_role("main").get_by_role("link", name="潮汐表")).to_be_visible()
