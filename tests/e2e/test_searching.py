"""From a search to the words on the page, and from one match to the next, over pages that LibreOffice made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Visit
from tests.e2e.visitors import until
from wenlan.documents.models import Document
from wenlan.search.services import document_index_request, wanted_index

pytestmark = [pytest.mark.browser, pytest.mark.engine]

PHONE = {"width": 390, "height": 844}
WORDS = "防波堤", "灯塔", "航道", "船坞", "潮汐", "浮标", "灯塔", "锚地", "灯塔"
FILLING = ["海港的这一章写得很长，好让它占满一页。"] * 14
PAGES = [[f"第{number}章 {word}", *FILLING, f"这一章说的是{word}。"] for number, word in enumerate(WORDS, 1)]
#: Of the 灯塔 on pages 2, 7 and 9, each is once in the heading and once at the foot.
MATCHES = 6


def indexed(document: Document) -> Document:
    document_index_request(document.pk)
    wanted_index()
    return document


@pytest.fixture
def handbook(converted_document: Callable[..., Document]) -> Document:
    """Nine pages that everybody may read, known to search."""
    return indexed(converted_document(PAGES, preview_kind="whole", price_minor=400))


@pytest.fixture
def previewed(converted_document: Callable[..., Document]) -> Document:
    """The first three of nine pages are open."""
    return indexed(converted_document(PAGES, preview_kind="pages", preview_value=3, price_minor=400))


def current(page: Page, number: int) -> None:
    """The current match is on that page, and to be seen."""
    match = page.locator(f"#page-{number} .page__text > [data-current]")
    expect(match).to_have_count(1)
    expect(match).to_be_in_viewport()
    expect(page.locator(".page__text > [data-current]")).to_have_count(1)
    until("The match between the bars", lambda: page.evaluate(IS_UNCOVERED) or None)


#: Whether what lies on top of the middle of the current match belongs to its page.
IS_UNCOVERED = """() => {
  const box = document.querySelector(".page__text > [data-current]").getBoundingClientRect();
  const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return Boolean(top?.closest(".page"));
}"""


def test_from_the_header_to_the_result_to_the_marked_page_to_the_next_match(
    visit: Visit, handbook: Document
) -> None:
    page = visit().page
    page.goto("/")
    page.get_by_role("combobox").first.fill("灯塔")
    page.get_by_role("combobox").first.press("Enter")
    page.get_by_role("article").get_by_role("link", name="Page 2").click()

    count, status = page.locator(".find__pages summary"), page.locator("[data-status]")
    current(page, 2)
    expect(count).to_have_text("1 / 6 matches")
    expect(page.locator("#page-2 .page__text > g")).to_have_count(2)
    expect(page.locator("#page-1 .page__text > g")).to_have_count(0)

    page.keyboard.press("n")
    current(page, 2)
    expect(status).to_have_text("Match 2 of 6, page 2")
    assert page.locator("#page-7").count() == 0  # it was not loaded yet
    page.get_by_role("button", name="Next match").click()
    current(page, 7)
    expect(count).to_have_text("3 / 6 matches")
    expect(page.get_by_label("Go to page")).to_have_value("7")
    page.keyboard.press("Shift+N")
    current(page, 2)
    page.get_by_role("button", name="Previous match").click()
    expect(count).to_have_text("1 / 6 matches")
    page.get_by_role("button", name="Previous match").click()  # round the beginning
    current(page, 9)
    expect(count).to_have_text("6 / 6 matches")

    page.keyboard.press("Escape")
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator(".page__text > g")).to_have_count(0)
    assert "q=" not in page.url


def test_a_match_before_the_pages_that_are_here_is_stepped_back_to(visit: Visit, handbook: Document) -> None:
    page = visit().page
    page.goto(handbook.page_url(7, query="灯塔"))
    current(page, 7)
    expect(page.locator("#page-6")).to_have_count(0)
    page.get_by_role("button", name="Previous match").click()
    page.wait_for_url("**#page-2")
    current(page, 2)
    expect(page.locator(".find__pages summary")).to_have_text("2 / 6 matches")


def test_one_searches_in_the_document_with_the_keyboard_alone(visit: Visit, handbook: Document) -> None:
    page = visit().page
    page.goto(handbook.get_absolute_url())
    field, status = page.locator("#find-field"), page.locator("[data-status]")
    expect(field).to_be_hidden()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("燈塔")  # as it is written elsewhere
    page.keyboard.press("Enter")
    expect(status).to_have_text("Match 1 of 6, page 2")
    current(page, 2)
    page.keyboard.press("Enter")
    expect(status).to_have_text("Match 2 of 6, page 2")
    page.keyboard.press("Shift+Enter")
    expect(status).to_have_text("Match 1 of 6, page 2")
    expect(page).to_have_url(f"{handbook.get_absolute_url()}?q=%E7%87%88%E5%A1%94")

    page.locator(".find__pages summary").click()
    page.locator(".find__pages").get_by_role("link", name="Page 9").click()
    current(page, 9)
    page.keyboard.press("/")
    page.keyboard.type("没有的词")
    page.keyboard.press("Enter")
    expect(status).to_have_text("No match")
    expect(page.locator(".page__text > g")).to_have_count(0)
    expect(page.get_by_role("button", name="Next match")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(page.get_by_role("button", name="Search in this document").first).to_be_focused()


def test_pages_that_come_later_are_marked_with_what_was_searched_for_last(
    visit: Visit, handbook: Document
) -> None:
    page = visit().page
    page.goto(f"{handbook.get_absolute_url()}?q=航道")
    page.keyboard.press("/")
    page.keyboard.type("潮汐")
    page.keyboard.press("Enter")
    current(page, 5)
    page.reload()
    page.get_by_role("link", name="Show 6 more pages").click()
    expect(page.locator("#page-5 .page__text > g")).to_have_count(2)
    expect(page.locator("#page-3 .page__text > g")).to_have_count(0)


def test_on_a_phone_the_thumb_reaches_what_steps_and_the_match_is_not_covered(
    visit: Visit, handbook: Document
) -> None:
    page = visit(language="zh-hans", viewport=PHONE, has_touch=True, is_mobile=True).page
    page.goto(handbook.page_url(2, query="灯塔"))
    current(page, 2)
    for label in ("上一处", "下一处", "关闭搜索"):
        box = page.locator("#find").get_by_text(label).locator("..").bounding_box()
        assert box is not None
        assert box["y"] > PHONE["height"] / 2
        assert min(box["width"], box["height"]) >= 40
    following = page.get_by_role("button", name="下一处")
    for number in (2, 7, 7, 9):
        following.tap()
        current(page, number)
    expect(page.locator(".find__pages summary")).to_contain_text("5 / 6")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator(".buy-bar a, .buy-bar button").first).to_be_in_viewport()
    page.locator("[data-close]").first.tap()
    expect(page.locator("#find")).to_be_hidden()


def test_a_stranger_sees_no_match_of_a_hidden_page_in_what_is_shown_or_sent(
    visit: Visit, previewed: Document
) -> None:
    page = visit().page
    sent: list[str] = []

    def overhear(route: Route) -> None:
        if route.request.resource_type not in {"document", "fetch"}:
            return route.continue_()
        answer = route.fetch()
        sent.append(answer.text())
        return route.fulfill(response=answer)

    page.route("**/*", overhear)
    page.goto("/search/?q=灯塔")
    page.get_by_role("article").get_by_role("link", name="Page 2").click()
    current(page, 2)
    expect(page.locator(".find__pages summary")).to_have_text("1 / 2 matches")
    expect(page.locator(".find__beyond")).to_have_text("Also on a page beyond the preview")
    for _ in range(2):
        page.keyboard.press("n")
    expect(page.locator(".find__pages summary")).to_have_text("1 / 2 matches")
    page.keyboard.press("/")
    page.keyboard.type("浮标")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("No match On a page beyond the preview")
    expect(page.locator(".page__text > g")).to_have_count(0)

    page.unroute_all()
    assert len(sent) == 3
    for text in sent:
        assert not any(f"第{number}章" in text for number in range(4, 10))
        assert "这一章说的是浮标" not in text
        assert not any(f'="{number}" data-matches' in text for number in range(4, 10))


def test_without_javascript_the_list_of_pages_leads_to_the_matches(visit: Visit, handbook: Document) -> None:
    page = visit(java_script_enabled=False).page
    page.goto(handbook.get_absolute_url())
    page.locator("#find-field").fill("灯塔")
    page.locator(".find__form button").click()
    summary = page.locator(".find__pages summary")
    expect(summary).to_have_text("6 matches")
    expect(page.get_by_role("button", name="Next match")).to_be_hidden()
    summary.click()
    page.locator(".find__pages").get_by_role("link", name="Page 7").click()
    expect(page.locator("#page-7")).to_be_in_viewport()
    expect(page.locator("#page-7 .page__text > g")).to_have_count(2)
    page.locator("[data-close]").first.click()
    expect(page.locator(".page__text > g")).to_have_count(0)
