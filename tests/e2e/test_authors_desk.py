"""The author's desk in a browser: nothing written is lost, many documents are chosen at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, expect

from tests.e2e.conftest import Visit
from wenlan.accounts.models import User
from wenlan.documents.models import Document

pytestmark = pytest.mark.browser

Factory = Callable[..., Document]


def test_who_leaves_with_unsaved_details_is_asked_first(
    visit: Visit, alice: User, draft_document: Factory
) -> None:
    document = draft_document()
    page = visit(alice).page
    questions: list[str] = []

    def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"/my/documents/{document.pk}/")
    page.get_by_label("Description").fill("Words that took an hour.")
    page.locator(".breadcrumbs a").click()
    page.wait_for_timeout(300)
    assert questions == ["beforeunload"]
    expect(page.get_by_label("Description")).to_have_value("Words that took an hour.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice--ok").first).to_be_visible()
    page.locator(".breadcrumbs a").click()
    page.wait_for_url("**/my/documents/")
    assert questions == ["beforeunload"]


def test_a_number_chooses_what_it_belongs_to(visit: Visit, alice: User, draft_document: Factory) -> None:
    page = visit(alice).page
    page.goto(f"/my/documents/{draft_document().pk}/")
    page.get_by_label("Percent of the pages").fill("30")
    expect(page.get_by_label("The first part, in percent")).to_be_checked()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice--ok").first).to_be_visible()
    document = Document.objects.get()
    assert (document.preview_kind, document.preview_value) == ("percent", 30)


def test_all_drafts_of_a_page_are_chosen_with_one_key(
    visit: Visit, alice: User, draft_document: Factory
) -> None:
    for _number in range(3):
        draft_document()
    page = visit(alice).page
    page.goto("/my/documents/")
    every = page.get_by_label("Choose all on this page")
    every.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("3 chosen")).to_be_visible()
    page.get_by_label("Choose “").first.click()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.get_by_role("button", name="Submit selected for review").click()
    expect(page.get_by_text("2 documents are in review.")).to_be_visible()
