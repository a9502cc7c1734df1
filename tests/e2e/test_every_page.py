"""Every page of the site in a browser: nothing breaks, nothing sticks out, nothing is left untranslated."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.library import Library
from tests.e2e.survey import CHINESE, Survey, axe_script, is_left_in_english, survey_make

pytestmark = pytest.mark.browser

PHONE = {"is_mobile": True, "has_touch": True, "viewport": {"width": 390, "height": 844}}
LOOKS: dict[str, dict[str, Any]] = {
    "Chinese": {"language": "zh-hans", "axe_rules": ()},
    "English": {"language": "en"},
    "dark": {"language": "en", "color_scheme": "dark", "axe_rules": ("color-contrast",)},
}


@pytest.fixture(scope="module")
def surveys() -> dict[str, Survey]:
    """The surveys that are done: all tests of this file share them, because each takes its time."""
    return {}


@pytest.fixture
def survey(request: pytest.FixtureRequest, surveys: dict[str, Survey]) -> Survey:
    """The pages as the test's parameter says."""
    look: str = request.param
    if look not in surveys:
        visit, library = request.getfixturevalue("visit"), request.getfixturevalue("library")
        surveys[look] = survey_make(visit, library, **LOOKS[look])
    return surveys[look]


BROKEN = """() => {
  const broken = document.createElement("div");
  broken.innerHTML = `<h1>Nobody translated this</h1><p style="color: #eee">译好了</p><img src="/nowhere.webp">
    <input name="nameless"><button onclick="alert()"></button>`;
  broken.style.width = "900px";
  document.querySelector("main").append(broken);
  console.error("a cry for help");
}"""


def test_a_survey_sees_what_is_wrong(visit: Visit, library: Library) -> None:
    """What the tests below look for, all on one page."""
    survey, visitor = Survey(), visit(language="zh-hans")
    visitor.open("/terms/")
    survey.look("sound", visitor, library, axe_rules=())
    assert (survey.problems, survey.sideways, survey.headings) == ([], [], {"sound": 1})
    with visitor.page.expect_response("**/nowhere.webp"):
        visitor.page.evaluate(BROKEN)
    visitor.page.locator("main button[onclick]").click(force=True)
    ends = time.monotonic() + 10
    while not any("script-src" in problem for problem in visitor.problems) and time.monotonic() < ends:
        visitor.page.wait_for_timeout(50)  # the browser reports in its own time
    survey.look("broken", visitor, library)
    for trace in ("policy: style-src", "policy: script-src", "console: a cry for help", "404 for GET"):
        assert any(trace in problem for problem in survey.problems), trace
    assert survey.texts_that(is_left_in_english) == ["broken: Nobody translated this"]
    assert "broken: 译好了" in survey.texts_that(CHINESE.search)
    assert survey.headings["broken"] == 2
    assert [line[:13] for line in survey.sideways] == ["broken: at 39", "broken: at 36"]
    if axe_script() is not None:
        assert {line.split()[1] for line in survey.barriers} >= {"image-alt", "label", "button-name"}


in_every_look = pytest.mark.parametrize("survey", list(LOOKS), indirect=True)
in_both_languages = pytest.mark.parametrize("survey", ["Chinese", "English"], indirect=True)
in_both_colours = pytest.mark.parametrize("survey", ["English", "dark"], indirect=True)
in_chinese = pytest.mark.parametrize("survey", ["Chinese"], indirect=True)
in_english = pytest.mark.parametrize("survey", ["English"], indirect=True)


@in_every_look
def test_no_page_has_errors_or_needs_what_the_security_policy_forbids(survey: Survey) -> None:
    assert len(survey.headings) > 40
    assert survey.problems == []


@in_chinese
def test_the_chinese_pages_have_no_english_left(survey: Survey) -> None:
    assert len(survey.texts_that(CHINESE.search)) > 300
    assert survey.texts_that(is_left_in_english) == []


@in_english
def test_the_english_pages_have_no_chinese_left(survey: Survey) -> None:
    assert len(survey.texts_that(is_left_in_english)) > 300
    assert survey.texts_that(CHINESE.search) == []


@in_both_languages
def test_no_page_scrolls_sideways_on_a_phone(survey: Survey) -> None:
    assert survey.sideways == []


@in_english
def test_every_page_has_one_main_heading(survey: Survey) -> None:
    assert {place: count for place, count in survey.headings.items() if count != 1} == {}


@in_both_colours
@pytest.mark.skipif(axe_script() is None, reason="axe-playwright-python is not installed")
def test_no_page_puts_up_barriers(survey: Survey) -> None:
    """By axe: contrast, names of buttons and fields, texts of images, landmarks, order of headings and the rest."""
    assert survey.barriers == []


def test_on_a_phone_the_price_and_the_button_stay_in_sight_and_the_menu_opens(
    visit: Visit, library: Library
) -> None:
    bob = visit(library.bob, **PHONE)
    bob.open(library.paid.get_absolute_url())
    bar = bob.page.locator(".buy-bar")
    expect(bar).to_contain_text("¥4.00")
    assert bar.inner_text().count("¥") == 1
    bob.page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
    expect(bar.get_by_role("link", name="Buy and download")).to_be_in_viewport()

    menu = bob.page.locator(".site-header details.menu")
    wallet = menu.get_by_role("link", name="Wallet")
    expect(wallet).to_be_hidden()
    bob.page.evaluate("window.scrollTo(0, 0)")
    menu.locator("summary").tap()
    expect(wallet).to_be_visible()
    wallet.tap()
    expect(bob.page.get_by_role("heading", level=1, name="Wallet")).to_be_visible()


def test_on_a_phone_filters_are_folded_above_what_was_found_and_on_a_desk_open_beside_it(
    visit: Visit, library: Library
) -> None:
    search = "/search/?q=正文"
    phone = visit(**PHONE).page
    phone.goto(search)
    button = phone.locator(".search-filters > summary")
    choice = phone.get_by_role("main").get_by_role("link", name=re.compile("^Free"))
    first = phone.get_by_role("article").first
    expect(first.locator("img")).to_be_visible()
    expect(choice).to_be_hidden()
    above, below = button.bounding_box(), first.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] < below["y"]
    button.tap()
    choice.tap()
    phone.wait_for_url("**price=free**")
    expect(phone.get_by_role("main").get_by_role("link", name="Remove the filter Free")).to_have_count(2)

    desk = visit().page
    desk.goto(search)
    expect(desk.get_by_label("Order")).to_be_in_viewport()
    expect(desk.locator(".search-filters > summary")).to_be_hidden()


def test_nobody_is_asked_to_drop_files_with_a_thumb(visit: Visit, library: Library) -> None:
    for options, is_shown in ((PHONE, False), ({}, True)):
        visitor = visit(library.alice, **options)
        visitor.open("/upload/")
        hint = visitor.page.get_by_text("or drop them here")
        expect(hint).to_be_visible(visible=is_shown)
