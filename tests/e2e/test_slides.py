"""Presentations play in the browser, as far as the preview goes, and reach nothing of the site."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.decks import write_deck
from tests.e2e.conftest import Visit, converted_and_published
from tests.e2e.visitors import Visitor, until
from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document

pytestmark = [pytest.mark.browser, pytest.mark.engine]

WORDS = "航海入门", "灯塔", "航道", "船坞", "潮汐"


@pytest.fixture
def deck(alice: User, category: Category, tmp_path: Path, transactional_db: None) -> Document:
    """Five slides, of which the preview shows three; not free."""
    path = tmp_path / "航海.pptx"
    write_deck(path, WORDS)
    return converted_and_published(
        path, alice, pages=5, category=category, preview_kind="pages", preview_value=3, price_minor=400
    )


def play(visitor: Visitor, deck: Document) -> Frame:
    """Open the page of `deck` and start the slides there. Returns the frame they play in, once they do."""
    visitor.open(deck.get_absolute_url())
    visitor.page.get_by_role("link", name="Play the slides").click()
    expect(status(visitor.page)).to_have_text("Slide 1 of 5")
    return visitor.page.frames[1]


def status(page: Page) -> Locator:
    return page.locator("slide-show [role=status]")


def visible_lines(frame: Frame) -> str:
    """What can be read on the slide that is shown now."""
    text: str = frame.evaluate(
        """[...document.querySelectorAll(".Slide tspan")]
             .filter((line) => line.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
             .map((line) => line.textContent).join("|")"""
    )
    return text


def visible_bullets(frame: Frame) -> int:
    count: int = frame.evaluate(
        """[...document.querySelectorAll(".Slide .BulletChar")]
             .filter((bullet) => bullet.checkVisibility({ visibilityProperty: true, opacityProperty: true })).length"""
    )
    return count


def press_until(page: Page, key: str, frame: Frame, text: str) -> None:
    """Press `key`, and again, until `text` can be read."""

    def look() -> bool | None:
        if text in visible_lines(frame):
            return True
        page.keyboard.press(key)
        return None

    until(f"{text} on a slide", look, pause=0.5)


def test_a_key_brings_the_lines_of_a_slide_one_by_one_and_then_the_next_slide(
    visit: Visit, deck: Document
) -> None:
    visitor = visit()
    page = visitor.page
    frame = play(visitor, deck)
    page.keyboard.press("ArrowRight")
    expect(status(page)).to_have_text("Slide 2 of 5")
    until("The second slide", lambda: "灯塔" in visible_lines(frame) or None)
    assert "灯塔一" not in visible_lines(frame)

    press_until(page, "ArrowRight", frame, "灯塔一")
    assert "灯塔二" not in visible_lines(frame)
    press_until(page, "ArrowRight", frame, "灯塔二")
    press_until(page, "ArrowRight", frame, "航道")
    expect(status(page)).to_have_text("Slide 3 of 5")
    expect(page.get_by_role("link", name="2 more slides play after buying")).to_be_visible()


def test_a_bullet_comes_in_with_its_line(visit: Visit, deck: Document) -> None:
    visitor = visit()
    frame = play(visitor, deck)
    press_until(visitor.page, "ArrowRight", frame, "灯塔")
    assert visible_bullets(frame) == 0
    press_until(visitor.page, "ArrowRight", frame, "灯塔一")
    assert visible_bullets(frame) == 1
    press_until(visitor.page, "ArrowRight", frame, "灯塔二")
    assert visible_bullets(frame) == 2


def test_at_the_end_of_the_preview_the_last_slide_stays_as_it_ends_up(visit: Visit, deck: Document) -> None:
    visitor = visit()
    frame = play(visitor, deck)
    press_until(visitor.page, "ArrowRight", frame, "航道二")
    for _more in range(3):
        visitor.page.get_by_role("button", name="Next step").click()
        visitor.page.wait_for_timeout(300)
    expect(status(visitor.page)).to_have_text("Slide 3 of 5")
    assert "航道二" in visible_lines(frame)


def test_escape_leads_back_to_where_one_was(visit: Visit, deck: Document) -> None:
    visitor = visit()
    play(visitor, deck)
    before = visitor.page.evaluate("scrollY")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.page.get_by_role("link", name="Play the slides")).to_be_focused()
    assert visitor.page.evaluate("scrollY") == before
    assert len(visitor.page.frames) == 1


def test_a_tap_brings_the_next_step_on_a_phone(visit: Visit, deck: Document) -> None:
    visitor = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    frame = play(visitor, deck)
    visitor.page.locator("slide-show iframe").tap()
    expect(status(visitor.page)).to_have_text("Slide 2 of 5")
    visitor.page.get_by_role("button", name="Next step").tap()
    until("The first line", lambda: "灯塔一" in visible_lines(frame) or None)
    visitor.page.get_by_role("button", name="Close").tap()
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)


def test_the_slides_reach_neither_the_page_nor_the_site_nor_the_network(
    visit: Visit, deck: Document, mallory: User
) -> None:
    visitor = visit(mallory)
    frame = play(visitor, deck)
    reached = frame.evaluate(
        """async () => {
             const reached = [];
             const attempt = async (what, act) => { try { if (await act()) reached.push(what); } catch {} };
             await attempt("origin", () => self.origin !== "null");
             await attempt("cookies", () => document.cookie !== undefined);
             await attempt("storage", () => localStorage.length >= 0);
             await attempt("database", () => new Promise((yes, no) => {
               const asked = indexedDB.open("x"); asked.onsuccess = () => yes(true); asked.onerror = no; }));
             await attempt("page around", () => parent.document.body.innerHTML);
             await attempt("window around", () => { top.location.href = "about:blank"; return true; });
             await attempt("new window", () => window.open("about:blank"));
             await attempt("network", () => fetch("/").then(() => true));
             await attempt("image", () => new Promise((yes, no) => {
               const image = document.createElementNS("http://www.w3.org/1999/xhtml", "img");
               image.onload = () => yes(true); image.onerror = no; image.src = "/static/web/icon.svg"; }));
             return reached;
           }"""
    )
    assert reached == []
    assert visitor.page.url.endswith(deck.get_absolute_url())
    assert visitor.take_problems()  # the browser says what it forbade


def test_without_javascript_the_link_leads_to_the_slides(visit: Visit, deck: Document) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.open(deck.get_absolute_url())
    visitor.page.get_by_role("link", name="Play the slides").click()
    visitor.page.wait_for_url("**/slides/*-3.svg")


def test_opened_by_their_own_address_the_slides_play_and_reach_nothing(
    visit: Visit, deck: Document, mallory: User
) -> None:
    visitor = visit(mallory)
    visitor.open(deck.get_absolute_url())
    address = visitor.page.get_by_role("link", name="Play the slides").get_attribute("href")
    visitor.open(str(address))
    frame = visitor.page.main_frame
    until("The first slide", lambda: "航海入门" in visible_lines(frame) or None)
    press_until(visitor.page, "ArrowRight", frame, "灯塔")
    assert visitor.page.evaluate("self.origin") == "null"
