"""The public pages in a real browser: the reader's tools, narrow windows, no JavaScript, the security policy."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.e2e.visitors import until
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.insights.models import Reading
from wenlan.orders.models import Entitlement
from wenlan.search.services import document_index_request, wanted_index

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (script/test installs it)"),
]

Make = Callable[..., Document]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def open_page(browser: Browser, live_server: Any, client_as: Any) -> Iterator[Callable[..., Page]]:
    """Open an address as somebody; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def open_page(
        path: str,
        *,
        user: User | None = None,
        width: int = 1280,
        height: int = 800,
        language: str = "en",
        **options: Any,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        cookies = {"django_language": language}
        if user is not None:
            cookies["sessionid"] = client_as(user).cookies["sessionid"].value
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _height(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["height"]


@pytest.fixture
def book(published_document: Make) -> Document:
    document = published_document(pages=[f"Page {n} of the book" for n in range(1, 21)], preview_kind="whole")
    revision = document.current_revision
    assert revision is not None
    revision.outline = [{"level": 1, "title": "The end", "page": 18}]
    revision.save()
    return document


@pytest.fixture
def harbour(published_document: Make) -> None:
    """Two documents about harbours that search knows: one for ¥4.00, one for nothing."""
    for title, price_minor in (("Harbour law", 400), ("Harbour songs", 0)):
        document_index_request(published_document(title=title, price_minor=price_minor).pk)
    wanted_index()


def _panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Narrow the search")


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_chosen_filter_narrows_the_results_at_once(open_page: Callable[..., Page], width: int) -> None:
    page = open_page("/search/?q=harbour", width=width)
    count = page.locator("#search-count")
    expect(count).to_have_text("2 documents found")
    if width == 390:
        page.get_by_text("Narrow the search").click()
    count.evaluate("element => { element.dataset.same = 'yes'; }")
    _panel(page).get_by_role("link", name=re.compile("^Free")).click()
    expect(count).to_have_text("1 document found")
    expect(count).to_have_attribute("data-same", "yes")  # only a region that stays is read out
    expect(page.get_by_role("article")).to_have_text(re.compile("Harbour songs"))
    assert "price=" in page.url

    page.get_by_role("link", name="Clear all").click()
    expect(count).to_have_text("2 documents found")


@pytest.mark.usefixtures("harbour")
def test_the_back_button_takes_a_filter_away_again(open_page: Callable[..., Page]) -> None:
    page = open_page("/search/?q=harbour")
    _panel(page).get_by_role("link", name=re.compile("^Free")).click()
    expect(page.locator("#search-count")).to_have_text("1 document found")
    page.get_by_role("link", name="Harbour songs").first.click()
    expect(page).to_have_title(re.compile("Harbour songs"))
    for count in ("1 document found", "2 documents found"):
        page.go_back()
        expect(page.locator("#search-count")).to_have_text(count)
        expect(page.get_by_role("contentinfo")).to_be_visible()


@pytest.mark.usefixtures("harbour")
def test_without_javascript_a_filter_is_a_link(open_page: Callable[..., Page]) -> None:
    page = open_page("/search/?q=harbour", java_script_enabled=False)
    _panel(page).get_by_role("link", name=re.compile("^Free")).click()
    expect(page.locator("#search-count")).to_have_text("1 document found")
    page.get_by_role("link", name="Remove the filter Free").first.click()
    expect(page.locator("#search-count")).to_have_text("2 documents found")


def test_keys_and_the_jump_field_turn_pages(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.get_absolute_url())
    for key, expected in (("j", "2"), ("ArrowRight", "3"), ("k", "2")):
        page.keyboard.press(key)
        expect(page.locator("[data-jump]")).to_have_value(expected)
    page.get_by_role("group", name="Pages").focus()
    for key, expected in (("End", "20"), ("Home", "1")):
        page.keyboard.press(key)
        expect(page.locator("[data-jump]")).to_have_value(expected)
    page.locator("[data-jump]").fill("999")
    page.locator("[data-jump]").press("Enter")
    expect(page.locator("#page-20")).to_be_in_viewport()
    expect(page.locator("[data-jump]")).to_have_value("20")


def test_keys_pressed_outside_the_reader_are_not_its(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.get_absolute_url())
    page.keyboard.press("End")
    at_the_end = "scrollY + innerHeight >= document.documentElement.scrollHeight - 2"
    until("The end of the document", lambda: page.evaluate(at_the_end) or None)
    assert page.locator("#page-20").count() == 0
    page.keyboard.press("Home")
    until("Its beginning", lambda: page.evaluate("scrollY === 0") or None)
    page.locator(".document__actions summary").focus()
    for key in ("j", "ArrowRight", "PageDown", "f", "?", "+"):
        page.keyboard.press(key)
    expect(page.locator("[data-jump]")).to_have_value("1")
    expect(page.locator(".reader__help")).to_be_hidden()
    assert page.evaluate("document.fullscreenElement") is None


def test_the_arrows_move_a_page_that_is_wider_than_its_place(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    pages = page.get_by_role("group", name="Pages")
    moved = "document.querySelector('.reader__pages').scrollLeft"
    for _step in range(4):
        page.locator("[data-zoom=in]").click()
    middle = page.evaluate(moved)
    page.keyboard.press("ArrowRight")  # the focus is on the button
    until("A look at the right side", lambda: page.evaluate(f"{moved} > {middle}") or None)
    for _step in range(2):
        page.keyboard.press("ArrowLeft")
    until("A look at the left side", lambda: page.evaluate(f"{moved} < {middle}") or None)
    pages.focus()
    before = page.evaluate(moved)
    page.keyboard.press("ArrowRight")
    until("A look at the right side", lambda: page.evaluate(f"{moved} > {before}") or None)
    expect(page.locator("[data-jump]")).to_have_value("1")


def test_a_page_before_the_first_one_here_is_gone_to_where_it_is(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(f"{book.get_absolute_url()}?from=15&q=book")
    assert page.locator("figure.page").count() == 6
    page.locator("[data-jump]").fill("6")
    page.locator("[data-jump]").press("Enter")
    page.wait_for_url(f"**{book.get_absolute_url()}?q=book&from=6#page-6")
    expect(page.locator("#page-6")).to_be_in_viewport()
    expect(page.locator("[data-jump]")).to_have_value("6")
    page.get_by_role("link", name="From the beginning").click()
    expect(page.locator("#page-1")).to_be_visible()


def test_a_heading_leads_to_a_page_that_was_not_loaded_yet(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    assert page.locator("#page-18").count() == 0
    page.locator(".outline-card [data-page-link='18']").click()
    expect(page.locator("[data-jump]")).to_have_value("18")
    assert page.locator("figure.page").count() == 18


def test_pages_unfold_and_fold_again(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.get_absolute_url())
    assert page.locator("figure.page").count() == 3
    page.locator(".reader__more a").click()
    page.wait_for_selector("#page-13")
    page.evaluate("document.querySelector('.reader__more').scrollIntoView()")
    page.wait_for_selector("#page-20")
    for _time in range(2):
        page.locator("[data-collapse]").click()
        expect(page.locator("#page-4")).to_be_hidden()
        assert page.locator("#page-3").is_visible()
        page.get_by_role("button", name="Show 17 more pages").click()
        expect(page.locator("#page-20")).to_be_visible()
        assert page.locator("[data-expand]").is_hidden()


def test_fewer_pages_are_offered_before_the_last_one_is_there_and_the_focus_stays_where_one_reads(
    open_page: Callable[..., Page], published_document: Make
) -> None:
    half = published_document(pages=[f"Page {n}" for n in range(1, 31)], preview_value=20)
    page = open_page(half.get_absolute_url())
    status = page.locator("[data-status]")
    page.get_by_role("link", name="Show 10 more pages (17 left)").press("Enter")
    expect(page.locator("#page-4")).to_be_focused()
    expect(status).to_have_text("Pages 1 to 13 of 30 are shown")
    page.get_by_role("link", name="Show fewer pages").press("Enter")
    expect(page.get_by_role("button", name="Show 10 more pages")).to_be_focused()
    expect(status).to_have_text("Pages 1 to 3 of 30 are shown")
    assert page.get_by_role("link", name="Show 7 more pages").is_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#page-4")).to_be_focused()
    expect(status).to_have_text("Pages 1 to 13 of 30 are shown")
    page.get_by_role("link", name="Show 7 more pages").click()
    expect(page.locator("#page-20")).to_be_visible()


def test_zoom_makes_pages_wider_and_fits_them_again(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.get_absolute_url())
    width = "document.querySelector('#page-1').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.locator("[data-zoom=in]").click()
    assert page.evaluate(width) == pytest.approx(before * 1.25, rel=0.02)
    page.keyboard.press("0")
    assert page.evaluate(width) == pytest.approx(before, rel=0.01)


def test_a_page_that_looks_wrong_when_it_is_large_can_be_reported(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    for _step in range(2):
        page.locator("[data-zoom=in]").click()
    expect(page.locator("[data-percent]")).to_have_text("150%")
    page.locator("#page-1 .page__wrong").click()
    expect(page.get_by_role("heading", name="Page 1 looks wrong")).to_be_visible()


def test_the_page_one_has_come_to_is_remembered(
    open_page: Callable[..., Page], book: Document, bob: User
) -> None:
    page = open_page(book.get_absolute_url(), user=bob)
    with page.expect_response(lambda response: "/reading/" in response.url) as answer:
        page.locator("[data-jump]").fill("7")
        page.locator("[data-jump]").press("Enter")
    assert answer.value.status == 204
    assert Reading.objects.get(user=bob, document=book).last_page == 7


def test_text_can_be_selected_and_keeps_its_lines(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.get_absolute_url())
    copied = page.evaluate(
        """() => {
            const texts = document.querySelectorAll(".page__text text");
            const range = document.createRange();
            range.setStart(texts[0].firstChild, 5);
            range.setEnd(texts[1].firstChild, 6);
            getSelection().addRange(range);
            const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true });
            texts[0].dispatchEvent(event);
            return event.clipboardData.getData("text/plain");
        }"""
    )
    assert copied == "1 of the book\nPage 2"


def test_a_favourite_is_kept_without_leaving_the_page(
    open_page: Callable[..., Page], book: Document, bob: User
) -> None:
    page = open_page(book.get_absolute_url(), user=bob)
    heart = page.locator("form[action$='/favourite/'] button")
    heart.press("Enter")
    page.wait_for_selector("form[action$='/favourite/'] button[aria-pressed=true]")
    expect(heart).to_be_focused()
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    assert book.favourites.filter(reader=bob).exists()


def test_menus_close_on_escape_and_on_a_click_elsewhere(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    share = page.locator("details.share")
    closing: list[Callable[[], None]] = [lambda: page.keyboard.press("Escape"), page.locator("h1").click]
    for close in closing:
        share.locator("summary").click()
        assert share.evaluate("menu => menu.open")
        close()
        assert not share.evaluate("menu => menu.open")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/d/{book}/",
        "/c/office/",
        "/u/{author}/",
        "/design/",
        "/terms/",
        "/library/",
        "/c/office/?format=pdf",
    ],
)
def test_nothing_hangs_over_the_edge_of_a_narrow_phone(
    open_page: Callable[..., Page], book: Document, alice: User, bob: User, path: str, language: str
) -> None:
    page = open_page(path.format(book=book.pk, author=alice.pk), user=bob, width=360, language=language)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("width", [360, 700, 959, 960, 1280])
def test_a_button_to_get_the_document_is_in_sight_above_and_below(
    open_page: Callable[..., Page], published_document: Make, width: int
) -> None:
    page = open_page(published_document().get_absolute_url(), width=width)
    above = page.locator(".price-card, .buy-bar").get_by_role("link", name="Buy")
    expect(above).to_have_count(1)  # of those that are shown
    expect(above).to_be_in_viewport()
    below = page.locator(".document-end").get_by_role("link", name="Buy")
    below.scroll_into_view_if_needed()
    expect(below).to_be_in_viewport()


def test_what_a_thumb_presses_is_large_enough(open_page: Callable[..., Page], book: Document) -> None:
    page = open_page(book.get_absolute_url(), width=390)
    small = page.evaluate(
        """() => [...document.querySelectorAll(".button, .brand, summary, .site-footer button, .buy-bar a")]
            .filter((element) => element.offsetParent)
            .filter((element) => element.getBoundingClientRect().height < 43.9)
            .map((element) => element.textContent.trim())"""
    )
    assert small == []


@pytest.mark.parametrize("scrolled", [0, 300, 1200])
def test_the_side_column_stays_in_sight_and_nothing_of_it_lies_under_the_price(
    open_page: Callable[..., Page], book: Document, scrolled: int
) -> None:
    page = open_page(book.get_absolute_url())
    page.evaluate(f"window.scrollTo({{top: {scrolled}, behavior: 'instant'}})")
    header, price, beside = (
        page.locator(selector).bounding_box()
        for selector in (".site-header", ".price-card", ".document__beside")
    )
    assert header
    assert price
    assert beside
    assert price["y"] >= header["y"] + header["height"]
    assert beside["y"] >= price["y"] + price["height"]
    assert beside["y"] + beside["height"] <= 800 or scrolled == 0
    expect(page.locator("#facts-title")).to_be_in_viewport()
    page.locator(".outline-card a").click()
    expect(page.locator("[data-jump]")).to_have_value("18")


def test_what_is_like_it_and_how_to_report_it_end_the_column_of_the_pages(
    open_page: Callable[..., Page], book: Document, published_document: Make
) -> None:
    published_document(category=book.category)
    page = open_page(book.get_absolute_url())
    pages = page.locator(".document__main").bounding_box()
    for name in ("You may also like", "Report this document"):
        box = page.locator(".document__more").get_by_text(name).bounding_box()
        assert pages
        assert box
        assert box["y"] >= pages["y"] + pages["height"]
        assert pages["x"] <= box["x"] < pages["x"] + pages["width"] / 2


@pytest.mark.parametrize("scrolled", [0, 400])
def test_both_decisions_of_a_review_are_in_sight(
    open_page: Callable[..., Page], draft_document: Make, carol: User, scrolled: int
) -> None:
    document = draft_document(state=Document.State.IN_REVIEW)
    page = open_page(f"/review/{document.pk}/", user=carol)
    page.evaluate(f"window.scrollTo({{top: {scrolled}, behavior: 'instant'}})")
    page.locator(".review__aside").evaluate("column => column.scrollTo(0, column.scrollHeight)")
    for name in ("Publish", "Return to the author"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    page.get_by_label("The title does not say what is inside.").check()
    page.get_by_role("button", name="Return to the author").click()
    page.wait_for_load_state()
    document.refresh_from_db()
    assert document.state == Document.State.RETURNED


def test_what_stands_in_the_corner_of_a_page_is_not_covered(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url())
    for number in (1, 2):
        sheet = page.locator(f"#page-{number} > img").bounding_box()
        badge = page.locator(f"#page-{number} > .page__number").bounding_box()
        following = page.locator(f"#page-{number + 1}").bounding_box()
        assert sheet
        assert badge
        assert following
        assert sheet["y"] + sheet["height"] <= badge["y"]
        assert badge["y"] + badge["height"] <= following["y"]


def test_a_phone_held_sideways_keeps_its_height_for_the_page(
    open_page: Callable[..., Page], book: Document
) -> None:
    page = open_page(book.get_absolute_url(), width=844, height=390)
    page.evaluate("window.scrollTo({top: 900, behavior: 'instant'})")
    expect(page.locator(".site-header")).not_to_be_in_viewport()
    assert _height(page, ".reader__bar") + _height(page, ".buy-bar") <= 110
    assert _height(page, ".buy-bar a") >= 44


def test_a_long_description_folds_without_javascript(open_page: Callable[..., Page], book: Document) -> None:
    book.description = "A sentence about what is in this book. " * 20
    book.save()
    page = open_page(book.get_absolute_url(), java_script_enabled=False)
    folded = _height(page, ".about__text")
    page.get_by_text("Read on").click()
    assert _height(page, ".about__text") > 2 * folded
    page.get_by_text("Show less").click()
    assert _height(page, ".about__text") == folded


@pytest.mark.parametrize(("width", "is_whole"), [(390, True), (360, False)])
def test_reading_on_is_offered_only_where_there_is_more_to_read(
    open_page: Callable[..., Page], book: Document, width: int, is_whole: bool
) -> None:
    book.description = "这" * 62
    book.save()
    page = open_page(book.get_absolute_url(), width=width)
    expect(page.get_by_text("Read on")).to_be_visible(visible=not is_whole)
    text = page.locator(".about__text")
    assert text.evaluate("text => text.scrollHeight <= text.clientHeight + 1") is is_whole


def test_a_file_is_chosen_in_the_language_of_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/design/", language="zh-hans")
    button = page.locator("file-choice").first.get_by_text("选择文件")
    with page.expect_file_chooser() as choosing:
        button.click()
    choosing.value.set_files({"name": "合同.docx", "mimeType": "text/plain", "buffer": b"1"})
    expect(page.locator("file-choice").first).to_contain_text("合同.docx")
    without = open_page("/design/", java_script_enabled=False)
    expect(without.locator("file-choice > label").first).to_be_hidden()
    assert _height(without, "#id_file") >= 44


def test_on_a_phone_every_filter_is_in_sight(
    open_page: Callable[..., Page], published_document: Make
) -> None:
    for format_ in ("doc", "pptx", "xlsx", "pdf", "txt", "epub"):
        document = published_document()
        assert document.current_revision
        document.current_revision.format = format_
        document.current_revision.save()
    page = open_page("/documents/", width=360)
    choices = page.locator(".choices a")
    expect(page.get_by_role("link", name="EPUB")).to_be_visible()
    ends = choices.evaluate_all("links => links.map(link => link.getBoundingClientRect().right)")
    assert max(ends) <= 360


def test_on_a_phone_the_button_that_stays_says_it_in_one_line(
    open_page: Callable[..., Page], book: Document, bob: User
) -> None:
    Entitlement.objects.create(reader=bob, document=book, source=Entitlement.Source.FREE)
    page = open_page(book.get_absolute_url(), user=bob, width=360)
    assert _height(page, ".buy-bar .button") <= 46


def test_a_password_can_be_looked_at(open_page: Callable[..., Page]) -> None:
    page = open_page("/account/signup/")
    field = page.get_by_label("Password", exact=True)
    field.fill("paper boats on a lake")
    button = page.get_by_role("button", name="Show the password")
    button.press("Enter")
    expect(field).to_have_attribute("type", "text")
    expect(field).to_have_value("paper boats on a lake")
    button.press("Enter")
    expect(field).to_have_attribute("type", "password")
    assert "/account/signup/" in page.url


def test_everything_is_read_without_javascript(
    open_page: Callable[..., Page], book: Document, bob: User
) -> None:
    page = open_page(book.get_absolute_url(), user=bob, java_script_enabled=False)
    assert page.locator("[data-tool]:visible").count() == 0
    page.locator(".reader__more a").click()
    assert page.locator("figure.page").count() == 20
    page.locator("form[action$='/favourite/'] button").click()
    assert book.favourites.filter(reader=bob).exists()
    page.locator("details.share > summary").click()
    assert page.locator("#share-url").is_visible()
    page.locator("details.document__text > summary").click()
    assert page.get_by_text("Page 20 of the book").last.is_visible()
    page.locator("button[name=theme][value=dark]").click()
    assert page.locator("html[data-theme=dark]").count() == 1
