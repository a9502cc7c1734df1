"""The reader over pages that LibreOffice made: images, numbers, zoom, text and what was searched for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.visitors import until
from wenlan.documents.models import Document

pytestmark = [pytest.mark.browser, pytest.mark.engine]

WORDS = "防波堤", "灯塔", "航道", "船坞", "潮汐", "浮标"
PAGES = [
    [f"第{number}章 {word}", f"这一章说的是{word}。", "Harbour notes."]
    for number, word in enumerate(WORDS, 1)
]


@pytest.fixture
def handbook(converted_document: Callable[..., Document]) -> Document:
    """Six pages, all of them open to everybody."""
    return converted_document(PAGES, preview_kind="whole", price_minor=400)


@pytest.fixture
def page(visit: Visit, handbook: Document) -> Page:
    """The handbook, opened by a stranger."""
    visitor = visit()
    visitor.open(handbook.get_absolute_url())
    return visitor.page


def is_loaded(image: Locator) -> bool:
    loaded: bool = image.evaluate("image => image.complete && image.naturalWidth > 300")
    return loaded


def width_of(page: Page) -> float:
    width: float = page.locator("#page-1").evaluate("page => page.getBoundingClientRect().width")
    return width


def test_images_load_as_one_comes_to_them_and_the_number_follows(page: Page) -> None:
    jump = page.get_by_label("Go to page")
    expect(jump).to_have_value("1")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if ".webp" in request.url else None)
    page.get_by_role("link", name="Show 3 more pages").click()
    expect(page.locator("figure.page")).to_have_count(6)
    last = page.locator("#page-6 > img")
    assert not is_loaded(last)
    assert not any("/6-" in address for address in asked)

    last.scroll_into_view_if_needed()
    until("The image of the last page", lambda: is_loaded(last) or None)
    for number in (6, 2, 4):
        page.locator(f"#page-{number}").evaluate("page => page.scrollIntoView({ block: 'center' })")
        expect(jump).to_have_value(str(number))


def test_one_jumps_by_number_by_key_and_by_heading_and_hears_where_one_is(page: Page) -> None:
    jump, status = page.get_by_label("Go to page"), page.locator("[data-status]")
    jump.fill("5")
    jump.press("Enter")
    expect(page.locator("#page-5")).to_be_in_viewport()
    expect(status).to_have_text("Page 5 of 6")
    page.get_by_role("group", name="Pages").focus()
    for key, number in (("k", 4), ("ArrowRight", 5), ("Home", 1), ("End", 6), ("PageUp", 5), ("j", 6)):
        page.keyboard.press(key)
        expect(jump).to_have_value(str(number))

    page.locator(".reader__outline summary").click()
    page.locator(".reader__outline").get_by_role("link", name="第2章 灯塔").click()
    expect(page.locator("#page-2")).to_be_in_viewport()
    expect(jump).to_have_value("2")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_a_page_that_does_not_come_is_not_said_to_be_there(page: Page) -> None:
    jump = page.get_by_label("Go to page")
    page.route("**/pages/*", lambda route: route.abort())
    jump.fill("5")
    jump.press("Enter")
    expect(jump).to_have_value("1")
    page.unroute("**/pages/*")
    jump.fill("5")
    jump.press("Enter")
    expect(page.locator("#page-5")).to_be_in_viewport()


def test_pages_grow_shrink_fit_fill_the_screen_and_fold(page: Page) -> None:
    natural = width_of(page)
    page.get_by_role("button", name="Larger").click()
    assert width_of(page) == pytest.approx(natural * 1.25, rel=0.02)
    page.get_by_role("button", name="Fit the width").click()
    assert width_of(page) == pytest.approx(natural, rel=0.01)
    page.keyboard.press("-")
    assert width_of(page) == pytest.approx(natural * 0.8, rel=0.02)

    full = page.get_by_role("button", name="Full screen")
    full.click()
    expect(full).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.fullscreenElement?.localName") == "document-reader"
    full.click()
    expect(full).to_have_attribute("aria-pressed", "false")

    page.get_by_role("link", name="Show 3 more pages").click()
    expect(page.locator("#page-6")).to_be_visible()
    page.get_by_role("link", name="Show fewer pages").click()
    expect(page.locator("#page-6")).to_be_hidden()
    expect(page.locator("#page-1")).to_be_in_viewport()


def test_text_is_selected_where_it_is_printed(page: Page) -> None:
    line = page.locator("#page-1 svg text", has_text="这一章说的是防波堤").first
    box, sheet = line.bounding_box(), page.locator("#page-1").bounding_box()
    assert box is not None
    assert sheet is not None
    # The second of some lines at the top of the sheet, inside its margins.
    assert sheet["x"] + 50 < box["x"] < sheet["x"] + sheet["width"] / 3
    assert sheet["y"] + 50 < box["y"] < sheet["y"] + sheet["height"] / 3

    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=8)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()").strip() == "这一章说的是防波堤。"


def test_what_was_searched_for_is_marked_where_it_stands(visit: Visit, handbook: Document) -> None:
    page = visit().page
    page.goto(f"{handbook.get_absolute_url()}?q=灯塔#page-2")
    marks = page.locator("#page-2 svg rect")
    expect(marks).to_have_count(2)
    expect(page.locator("#page-1 svg rect")).to_have_count(0)
    line = page.locator("#page-2 svg text", has_text="这一章说的是灯塔").first.bounding_box()
    mark = marks.last.bounding_box()
    assert line is not None
    assert mark is not None
    assert mark["x"] == pytest.approx(line["x"] + line["width"] * 6 / 9, abs=line["width"] / 18)
    assert abs(mark["y"] + mark["height"] / 2 - line["y"] - line["height"] / 2) < line["height"] / 2
