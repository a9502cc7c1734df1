"""Where one reads in the reader, in a real browser: kept by zoom and turned windows, said by the page number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.visitors import until
from tests.web.test_in_a_browser import CHROMIUM, Make, browser, open_page
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.insights.models import Reading

__all__ = ["browser", "open_page"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (script/test installs it)"),
]

SCROLLED_ASIDE = "document.querySelector('.reader__pages').scrollLeft"
STILL_MS = 600  # longer than the reader waits before it takes a page for the one arrived at


@pytest.fixture
def book(published_document: Make) -> Document:
    return published_document(
        pages=[f"Page {n} has the word anchor{n}" for n in range(1, 41)], preview_kind="whole"
    )


@pytest.fixture
def excerpt(published_document: Make) -> Document:
    return published_document(pages=[f"Page {n}" for n in range(1, 61)], preview_value=10)


def _jump(page: Page, number: int) -> Locator:
    field = page.locator("[data-jump]")
    field.fill(str(number))
    field.press("Enter")
    return field


def _read_on(page: Page, number: int, pixels: int) -> None:
    """Go to a page and scroll on in it as somebody who reads does."""
    _jump(page, number)
    page.wait_for_timeout(STILL_MS)
    page.evaluate("pixels => window.scrollBy({ top: pixels, behavior: 'instant' })", pixels)
    page.wait_for_timeout(STILL_MS)
    expect(page.locator("[data-jump]")).to_have_value(str(number))


def _share_at(page: Page, number: int, y: int) -> float:
    """How far down page `number` the point lies that is `y` pixels under the top of the window."""
    box = page.locator(f"#page-{number}").bounding_box()
    assert box
    return (y - box["y"]) / box["height"]


@pytest.mark.parametrize("width", [1280, 390])
def test_zoom_leaves_the_point_that_is_read_where_it_is(
    open_page: Callable[..., Page], book: Document, width: int
) -> None:
    page = open_page(book.get_absolute_url(), width=width)
    field = page.locator("[data-jump]")
    _read_on(page, 12, 200)
    line = (124 if width > 768 else 64) + 48
    before = _share_at(page, 12, line)
    for direction in ("in", "in", "in", "out", "out", "out", "out", "out", "in", "fit", "in"):
        page.locator(f"[data-zoom={direction}]").click()
        page.wait_for_timeout(150)
        expect(field).to_have_value("12")
        assert _share_at(page, 12, line) == pytest.approx(before, abs=0.02)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1280, 900), (390, 844), (844, 390)])
def test_the_page_asked_for_is_the_page_counted(
    open_page: Callable[..., Page], book: Document, bob: User, width: int, height: int
) -> None:
    Reading.objects.create(user=bob, document=book, last_page=33)
    page = open_page(book.get_absolute_url(), user=bob, width=width, height=height)
    field = page.locator("[data-jump]")
    page.get_by_role("link", name="Go on reading").click()
    expect(page.locator("#page-33")).to_be_in_viewport()
    page.wait_for_timeout(STILL_MS)
    page.evaluate("window.scrollBy({ top: 5, behavior: 'instant' })")
    page.wait_for_timeout(STILL_MS)
    expect(field).to_have_value("33")
    _jump(page, 21)
    page.wait_for_timeout(STILL_MS)
    page.evaluate("window.scrollBy({ top: 5, behavior: 'instant' })")
    page.wait_for_timeout(1500 + STILL_MS)
    expect(field).to_have_value("21")
    assert Reading.objects.get(user=bob, document=book).last_page == 21


def test_the_number_follows_the_reading_after_a_jump_and_leaves_what_is_typed_alone(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    field = _jump(page, 5)
    page.wait_for_timeout(STILL_MS)
    page.mouse.move(400, 500)
    for _turn in range(2):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(STILL_MS)
    expect(field).to_have_value("6")
    field.press_sequentially("3")
    typed = field.input_value()
    page.mouse.wheel(0, 1000)
    page.wait_for_timeout(STILL_MS)
    expect(field).to_have_value(typed)


def test_a_hit_of_the_search_is_counted_where_it_is(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.page_url(2, query="anchor2"))
    expect(page.locator("#page-2")).to_be_in_viewport()
    page.wait_for_timeout(STILL_MS)
    expect(page.locator("[data-jump]")).to_have_value("2")


def test_a_turned_phone_and_a_filled_screen_stay_on_the_page(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url(), width=390, height=844)
    field = page.locator("[data-jump]")
    _read_on(page, 29, 120)
    for size in ((844, 390), (390, 844), (1280, 800), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.wait_for_timeout(STILL_MS)
        expect(field).to_have_value("29")
        expect(page.locator("#page-29")).to_be_in_viewport()
    for pressed in ("true", "false"):
        full = page.get_by_role("button", name="Full screen")
        full.click()
        expect(full).to_have_attribute("aria-pressed", pressed)
        page.wait_for_timeout(STILL_MS)
        expect(field).to_have_value("29")
        expect(page.locator("#page-29")).to_be_in_viewport()


def test_who_has_not_begun_to_read_is_not_moved_by_a_turned_phone(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url(), width=390, height=844)
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_timeout(STILL_MS)
    assert page.evaluate("scrollY") == 0


def test_a_far_page_is_reached_at_once(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.get_absolute_url())
    _jump(page, 40)
    page.wait_for_selector("#page-40")
    page.wait_for_timeout(STILL_MS)
    _jump(page, 2)
    expect(page.locator("#page-2")).to_be_in_viewport(timeout=300)


def test_a_large_page_opens_in_its_middle_and_is_moved_with_the_mouse(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    _read_on(page, 5, 100)
    for _step in range(2):
        page.locator("[data-zoom=in]").click()
    expect(page.get_by_role("button", name="150% Fit the width")).to_be_visible()
    expect(page.locator("[data-status]")).to_have_text("Zoom 150%")
    middle = page.evaluate(
        "(box => (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth)(document.querySelector('.reader__pages'))"
    )
    assert middle == pytest.approx(0.5, abs=0.01)

    before = page.evaluate(SCROLLED_ASIDE), page.evaluate("scrollY")
    page.mouse.move(500, 600)
    page.mouse.down()
    page.mouse.move(400, 550, steps=4)
    page.mouse.up()
    page.mouse.move(200, 300)
    assert page.evaluate(SCROLLED_ASIDE) == pytest.approx(before[0] + 100, abs=2)
    assert page.evaluate("scrollY") == pytest.approx(before[1] + 50, abs=2)
    assert page.evaluate("getSelection().isCollapsed")


def test_the_text_of_a_large_page_is_selected_with_the_mouse_and_moved_with_its_middle_button(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    for _step in range(2):
        page.locator("[data-zoom=in]").click()
    line = page.locator("#page-1 svg text").first
    line.scroll_into_view_if_needed()
    page.wait_for_timeout(STILL_MS)
    before = page.evaluate(SCROLLED_ASIDE)
    for button in ("left", "middle"):
        box = line.bounding_box()
        assert box
        start = max(box["x"], 40) + 2, box["y"] + box["height"] / 2
        page.mouse.move(*start)
        page.mouse.down(button=button)
        page.mouse.move(start[0] + 60, start[1], steps=4)
        page.mouse.up(button=button)
        if button == "left":
            assert page.evaluate("getSelection().toString()") != ""
            assert page.evaluate(SCROLLED_ASIDE) == before
    until("The page moved", lambda: page.evaluate(SCROLLED_ASIDE) < before or None)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Page 40 comes with the document; the preview ends at page 10."),
        ("zh-hans", "第 40 页需购买后阅读（可预览第 1–10 页）"),
    ],
)
def test_a_page_beyond_the_preview_leads_to_the_offer_and_says_why(
    open_page: Callable[..., Page], excerpt: Document, width: int, language: str, words: str
) -> None:
    page = open_page(excerpt.get_absolute_url(), width=width, language=language)
    field = _jump(page, 40)
    told = page.get_by_role("status").filter(has_text=words)
    expect(told).to_be_visible()
    expect(told).to_be_in_viewport()
    expect(page.locator(".document-end .button")).to_be_in_viewport(ratio=1)
    expect(page.locator("#page-11")).to_have_count(0)
    expect(field).to_have_value("10")
    _jump(page, 4)
    expect(told).to_be_hidden()
    expect(field).to_have_value("4")
