"""Narrowing a search down by what stands beside the results, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.library import Library

pytestmark = pytest.mark.browser

PHONE = {"is_mobile": True, "has_touch": True, "viewport": {"width": 390, "height": 844}}
SEARCH = "/search/?q=正文 -草稿"


def test_a_choice_narrows_what_was_found_without_loading_the_page_anew(
    visit: Visit, library: Library
) -> None:
    page = visit().page
    page.goto(SEARCH)
    page.evaluate("window.isTheSamePage = true")
    panel = page.get_by_role("complementary", name="Narrow the search")
    before = page.locator("#search-count").inner_text()

    panel.get_by_role("link", name=re.compile("^Free")).click()
    page.wait_for_url("**price=free**")
    expect(page.get_by_role("list", name="Filters in use").get_by_role("listitem")).to_have_text(
        ["Understood as", "Remove the filter Without “草稿”", "Remove the filter Free", "Clear all"]
    )
    expect(page.locator("#search-count")).not_to_have_text(before)
    found = page.get_by_role("article").count()
    expect(page.locator("#search-count")).to_have_text(re.compile(f"^{found} document"))
    chosen = panel.get_by_role("link", name="Remove the filter Free")
    expect(chosen).to_be_focused()
    expect(panel.get_by_label("Keywords")).to_have_value("正文 -草稿")

    page.keyboard.press("Enter")
    expect(page.locator("#search-count")).to_have_text(before)
    assert page.evaluate("window.isTheSamePage")
    page.go_back()
    page.wait_for_url("**price=free**")
    expect(page.locator("#search-count")).to_have_text(re.compile(f"^{found} document"))


def test_what_was_typed_is_taken_away_by_its_chip(visit: Visit, library: Library) -> None:
    page = visit().page
    page.goto(f"{SEARCH}&price=free")
    page.get_by_role("list", name="Filters in use").get_by_role("link", name=re.compile("草稿")).click()
    page.wait_for_url("**q=%E6%AD%A3%E6%96%87&price=free**")
    expect(page.get_by_role("complementary").get_by_label("Keywords")).to_have_value("正文")


def test_the_choices_work_without_javascript_and_with_a_thumb(visit: Visit, library: Library) -> None:
    page = visit(java_script_enabled=False, **PHONE).page
    page.goto(SEARCH)
    page.locator(".search-filters > summary").tap()
    panel = page.get_by_role("complementary", name="Narrow the search")
    panel.get_by_role("link", name=re.compile("^Free")).tap()
    page.wait_for_url("**price=free**")
    expect(page.get_by_role("list", name="Filters in use")).to_contain_text("Free")


def test_the_help_is_reached_from_the_panel_and_its_examples_can_be_tried(
    visit: Visit, library: Library
) -> None:
    page = visit().page
    page.goto(SEARCH)
    page.get_by_role("complementary").get_by_role("link", name="Search tips").click()
    page.get_by_role("link", name="price:free").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“price:free”")
    expect(page.get_by_role("article").first).to_be_visible()
