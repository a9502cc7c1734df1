"""The search field while somebody types: by keyboard, by pinyin, on a phone, and what it remembers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.search.models import RecentSearch
from wenlan.search.services import document_index_request, wanted_index

pytestmark = pytest.mark.browser

TITLES = "知识管理手册", "知识产权合同", "桥梁施工方案"
#: Without a window Chromium calls itself a program, whose searches are not kept.
PERSON = {"user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def shelf(transactional_db: None, published_document: Callable[..., Document]) -> list[Document]:
    documents = [published_document(title=title) for title in TITLES]
    for document in documents:
        document_index_request(document.pk)
    wanted_index()
    return documents


def field(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("combobox")


def options(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("option")


def active(page: Page) -> str:
    """The text of the option that a screen reader is told to be at; empty in the field itself."""
    text: str = field(page).evaluate(
        "field => document.getElementById(field.getAttribute('aria-activedescendant'))"
        "?.querySelector('.suggestion__text').textContent ?? ''"
    )
    return text


def search(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Enter")
    page.wait_for_url("**/search/?q=*")


def test_pinyin_and_the_arrows_lead_to_a_document(visit: Visit, shelf: list[Document]) -> None:
    visitor = visit()
    visitor.open("/documents/")
    page = visitor.page
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    field(page).press_sequentially("zhs")
    expect(options(page)).to_have_count(2)
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("banner").get_by_role("status")).to_have_text("2 suggestions")

    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        field(page).press(key)
        seen.append(active(page))
    first, second = options(page).locator(".suggestion__text").all_text_contents()
    assert {first, second} == set(TITLES[:2])
    assert seen == [first, second, "", second, first]
    expect(options(page).first).to_have_attribute("aria-selected", "true")

    field(page).press("Home")
    assert active(page) == ""
    assert field(page).evaluate("field => field.selectionStart") == 0
    field(page).press("End")
    assert field(page).evaluate("field => field.selectionStart") == 3
    field(page).press("ArrowDown")
    field(page).press("Enter")
    page.wait_for_url(f"**{next(one for one in shelf if one.title == first).get_absolute_url()}*")


def test_escape_closes_and_enter_searches_for_what_was_typed(visit: Visit, shelf: list[Document]) -> None:
    visitor = visit()
    visitor.open("/documents/")
    page = visitor.page
    field(page).press_sequentially("zhi")
    expect(options(page)).to_have_count(2)
    field(page).press("ArrowDown")
    field(page).press("Escape")
    expect(page.get_by_role("banner").get_by_role("listbox")).to_be_hidden()
    expect(field(page)).to_have_value("zhi")
    expect(field(page)).to_be_focused()
    field(page).press("Alt+ArrowDown")
    expect(options(page)).to_have_count(2)
    assert active(page) == ""
    page.keyboard.press("Tab")
    expect(page.get_by_role("banner").get_by_role("listbox")).to_be_hidden()
    field(page).press("Enter")
    page.wait_for_url("**/search/?q=zhi")


def test_the_field_of_the_home_page_and_of_the_results_offer_as_well(
    visit: Visit, shelf: list[Document]
) -> None:
    visitor = visit()
    visitor.open("/")
    visitor.page.locator("#hero-search").press_sequentially("qiaol")
    offered = visitor.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(offered).to_have_text(["桥梁施工方案document"])
    visitor.open("/search/")
    visitor.page.get_by_label("Keywords").press_sequentially("sgfa")
    expect(offered).to_have_text(["桥梁施工方案document"])


def test_a_wrong_character_is_put_right_with_the_keyboard_alone(visit: Visit, shelf: list[Document]) -> None:
    visitor = visit()
    visitor.open("/documents/")
    page = visitor.page
    search(page, "施工方按")
    meant = page.get_by_role("link", name="施工方案", exact=True)
    expect(page.get_by_text("Did you mean 施工方案?")).to_be_visible()
    meant.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("“施工方案”")
    expect(page.get_by_role("article")).to_have_count(1)


def test_on_a_phone_a_finger_takes_a_suggestion_of_the_whole_width(
    visit: Visit, shelf: list[Document]
) -> None:
    visitor = visit(**PHONE)
    visitor.open("/documents/")
    page = visitor.page
    field(page).tap()
    field(page).press_sequentially("桥")
    option = options(page).first
    box = option.bounding_box()
    assert box is not None
    assert box["width"] > 320
    assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    option.tap()
    page.wait_for_url(f"**{shelf[2].get_absolute_url()}*")


def test_a_stranger_finds_their_searches_in_this_browser_and_forgets_them(
    visit: Visit, shelf: list[Document]
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.open("/documents/")
    for text in ("合同", "桥梁", "恐龙"):
        search(page, text)
    visitor.open("/documents/")
    field(page).click()
    expect(options(page).locator(".suggestion__text")).to_have_text(["恐龙", "桥梁", "合同"])
    field(page).press("ArrowDown")
    field(page).press("Shift+Delete")
    expect(options(page).locator(".suggestion__text")).to_have_text(["桥梁", "合同"])
    options(page).first.click()
    page.wait_for_url("**/search/?q=%E6%A1%A5%E6%A2%81")
    assert not RecentSearch.objects.exists()
    visit().open("/documents/")  # somebody else's browser

    visitor.open("/documents/")
    field(page).click()
    page.get_by_role("button", name="Forget my searches").click()
    expect(page.get_by_role("banner").get_by_role("listbox")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('wenlan-searches')") is None


def test_a_reader_finds_their_searches_everywhere_and_forgets_them(
    visit: Visit, shelf: list[Document], bob: User
) -> None:
    visitor = visit(bob, **PERSON)
    visitor.open("/documents/")
    for text in ("合同", "桥梁", "恐龙"):
        search(visitor.page, text)
    assert visitor.page.evaluate("localStorage.length") == 0

    page = (other := visit(bob, **PERSON)).page
    other.open("/documents/")
    field(page).click()
    expect(options(page).locator(".suggestion__text")).to_have_text(["恐龙", "桥梁", "合同"])
    page.get_by_title("Forget this search").first.click()
    expect(options(page).locator(".suggestion__text")).to_have_text(["桥梁", "合同"])
    other.open("/search/")
    page.get_by_role("button", name="Forget “合同”").click()
    expect(page.get_by_role("link", name="合同", exact=True)).to_have_count(0)
    field(page).click()
    page.get_by_role("button", name="Forget my searches").click()
    expect(page.get_by_role("banner").get_by_role("listbox")).to_be_hidden()
    assert not RecentSearch.objects.exists()


def test_whoever_composes_chinese_keeps_the_keys_of_the_input_method(
    visit: Visit, shelf: list[Document]
) -> None:
    visitor = visit()
    visitor.open("/documents/")
    page = visitor.page
    field(page).press_sequentially("zhi")
    expect(options(page)).to_have_count(2)
    field(page).evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', isComposing: true }))"
    )
    assert active(page) == ""


def test_without_javascript_the_field_is_a_plain_one(visit: Visit, shelf: list[Document]) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.open("/documents/")
    page = visitor.page
    plain = page.get_by_role("banner").get_by_role("searchbox")
    plain.fill("桥梁")
    plain.press("Enter")
    expect(page.get_by_role("heading", name="“桥梁”")).to_be_visible()
