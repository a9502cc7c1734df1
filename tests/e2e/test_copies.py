"""Copies in a real browser: what an author is told where they upload, and how a reviewer judges by the evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import Visit
from tests.similarity.test_comparing import ESSAY, OTHER
from tests.similarity.test_copies import compare
from wenlan.accounts.models import User
from wenlan.conversion.services import revision_claim, revision_convert
from wenlan.documents.models import Document

pytestmark = pytest.mark.browser
Make = Callable[..., Document]

PHONE = {"is_mobile": True, "has_touch": True, "viewport": {"width": 390, "height": 844}}
DISGUISED = ESSAY.replace("培训", "训练")


@pytest.fixture
def original(published_document: Make) -> Document:
    document = published_document(title="原来的报告", pages=[ESSAY])
    compare(document)
    return document


@pytest.fixture
def copy(published_document: Make, original: Document, mallory: User) -> Document:
    """Mallory's, on the shelf although its words were only swapped."""
    document = published_document(title="新的报告", pages=[DISGUISED], author=mallory)
    compare(document)
    return document


@pytest.mark.engine
@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_an_author_reads_where_they_upload_that_the_text_is_here_already(
    visit: Visit, original: Document, mallory: User, options: dict[str, object]
) -> None:
    visitor = visit(mallory, **options)
    visitor.open("/upload/")
    page = visitor.page
    file: FilePayload = {"name": "我的报告.txt", "mimeType": "text/plain", "buffer": DISGUISED.encode()}
    page.get_by_label("Files").set_input_files([file])
    row = page.get_by_role("listitem").filter(has_text="我的报告.txt")
    expect(row).to_contain_text("Waiting for its turn")

    draft = Document.objects.get(author=mallory)
    claim = revision_claim(revision_id=draft.revisions.get().pk)
    assert claim is not None
    revision_convert(claim=claim)
    expect(row).to_contain_text("Being compared with the library")
    compare(draft)
    expect(row).to_contain_text("in the library already")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0

    row.get_by_role("link", name=re.compile("in the library already")).click()
    page.wait_for_url(f"**/my/documents/{draft.pk}/#copies-found")
    expect(page.locator("#copies-found")).to_be_in_viewport()
    expect(page.locator("#copies-found").get_by_role("link", name="原来的报告")).to_be_visible()


def test_a_reviewer_judges_by_the_evidence_and_takes_it_back(
    visit: Visit, original: Document, copy: Document, carol: User
) -> None:
    reviewer, reader = visit(carol), visit()
    reviewer.open("/review/")
    page = reviewer.page
    page.get_by_role("link", name="1 copy among published documents").click()
    page.get_by_role("link", name="新的报告").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Side by side")
    passage = page.get_by_label("Passages")
    expect(passage.locator("mark", has_text="训练").first).to_be_visible()
    expect(passage.locator("mark", has_text="培训").first).to_be_visible()
    expect(page.get_by_label("What was found")).to_contain_text("培训 → 训练 ×2")

    page.get_by_label("Note").fill("只换了词。")
    page.get_by_role("button", name="It is a copy").click()
    expect(page.get_by_text("Noted as a copy.")).to_be_visible()
    reader.open(copy.get_absolute_url())
    told = reader.page.get_by_text(f"Same text as document {original.pk}:")
    expect(told).to_be_visible()

    page.get_by_label("Copies").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The decision is taken back.")).to_be_visible()
    expect(page.get_by_role("button", name="It is a copy")).to_be_visible()
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    reader.page.reload()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("新的报告")
    expect(told).to_have_count(0)

    page.get_by_role("button", name="It is no copy").click()
    expect(page.get_by_text("Noted as no copy.")).to_be_visible()
    reviewer.open("/review/copies/")
    expect(page.get_by_text("新的报告")).to_have_count(0)


def test_a_reviewer_judges_on_a_phone(
    visit: Visit, copy: Document, published_document: Make, carol: User
) -> None:
    compare(published_document(title="又一篇", pages=[OTHER]))
    visitor = visit(carol, language="zh-hans", **PHONE)
    visitor.open("/review/copies/")
    page = visitor.page
    page.get_by_role("link", name="新的报告").tap()
    page.get_by_role("button", name="确认雷同").scroll_into_view_if_needed()
    box = page.get_by_role("button", name="确认雷同").bounding_box()
    assert box is not None
    assert box["height"] >= 40
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("mark", has_text="训练").first).to_be_visible()
