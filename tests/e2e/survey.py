"""Looking at every page of the site once, and remembering what can be said against each."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polib
from playwright.sync_api import Page

import wenlan
from tests.e2e.library import Library, Place
from tests.e2e.visitors import Visitor

PHONES = ((390, 844), (360, 740))
DESK = (1280, 900)
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

ENGLISH_WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")
CHINESE = re.compile(r"[\u3400-\u9fff]")

_STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const surplus = document.documentElement.scrollWidth - width;
  if (surplus <= 0) return null;
  const out = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > width + 1);
  return `${surplus} px: ` + out.slice(0, 4).map((element) => element.tagName.toLowerCase() + "." + element.className).join(", ");
}"""

_TEXTS = """() => {
  // What people wrote stands in elements with dir="auto", in fields or in the pages of documents; the wordmark, the
  // names of keys, formats and languages are the same everywhere.
  const foreign = "[dir=auto], textarea, .page, .brand, kbd, code, .badge, .hash, [lang]:not(html), select[name=language], time, script, style, template, svg";
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
    if (text && !walker.currentNode.parentElement.closest(foreign)) texts.push(text);
  }
  for (const name of ["placeholder", "aria-label", "title", "alt", "data-text"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (!element.closest(foreign)) texts.push(element.getAttribute(name));
    }
  }
  for (const element of document.querySelectorAll("upload-list")) texts.push(...Object.values(element.dataset));
  for (const template of document.querySelectorAll("template")) texts.push(template.content.textContent.replace(/\\s+/g, " ").trim());
  return texts.filter((text) => text);
}"""

_AXE = """(tags) => axe.run(document, { runOnly: tags, resultTypes: ["violations"] }).then((result) =>
  result.violations.map((violation) => `${violation.id} (${violation.impact}): ${violation.help}: ` +
    violation.nodes.slice(0, 3).map((node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | ")))"""


@dataclass
class Survey:
    """What was seen on all pages, each line with the name of its page.

    `problems` are those of Visitor; `texts` what the site itself says; `barriers` what axe has against the page.
    """

    problems: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    headings: dict[str, int] = field(default_factory=dict)
    barriers: list[str] = field(default_factory=list)

    def look(
        self, place: str, visitor: Visitor, library: Library, *, axe_rules: tuple[str, ...] = AXE_RULES
    ) -> None:
        """Note what can be said against the page a visitor is on, also when it is as narrow as a phone."""
        page = visitor.page
        self.texts += [(place, text) for text in _texts(page, library)]
        self.headings[place] = page.locator("h1").count()
        self.barriers += [f"{place}: {barrier}" for barrier in _barriers(page, axe_rules)]
        self.sideways += [f"{place}: {problem}" for problem in _sideways(page)]
        self.problems += [f"{place}: {problem}" for problem in visitor.take_problems()]

    def texts_that(self, condition: Callable[[str], object]) -> list[str]:
        return sorted({f"{place}: {text}" for place, text in self.texts if condition(text)})


def survey_make(
    visit: Callable[..., Visitor], library: Library, *, axe_rules: tuple[str, ...] = AXE_RULES, **options: Any
) -> Survey:
    """Let each person go to each of their pages, in one window, and look at it."""
    survey = Survey()
    for place, visitor in _walk(visit, library, **options):
        survey.look(place.name, visitor, library, axe_rules=axe_rules)
    return survey


def is_left_in_english(text: str) -> bool:
    return text in _english_texts() or ENGLISH_WORDS.search(text) is not None


def axe_script() -> str | None:
    """The source of axe-core (https://github.com/dequelabs/axe-core), where its package is installed."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None or not package.submodule_search_locations:
        return None
    return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


def _walk(visit: Callable[..., Visitor], library: Library, **options: Any) -> Iterator[tuple[Place, Visitor]]:
    for person in library.people:
        visitor = visit(person, **options)
        for place in library.places():
            if place.who == person:
                visitor.expected_statuses = {place.status} if place.status >= 400 else set()
                visitor.open(place.path)
                yield place, visitor


@cache
def _english_texts() -> frozenset[str]:
    """Every text of the site that is another in Chinese."""
    catalogues = Path(wenlan.__file__).parent.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")
    entries = [entry for path in catalogues for entry in polib.pofile(str(path)) if not entry.obsolete]
    return frozenset(entry.msgid for entry in entries if entry.msgid != entry.msgstr and len(entry.msgid) > 3)


def _texts(page: Page, library: Library) -> list[str]:
    """What the site itself says on a page, without what people wrote and the site's own name."""
    shown: list[str] = [*page.evaluate(_TEXTS), page.title()]
    for written in (*library.written, "正文", "文澜 Wenlan"):
        shown = [text.replace(written, "") for text in shown]
    return [text.strip() for text in shown if text.strip()]


def _sideways(page: Page) -> Iterator[str]:
    for width, height in PHONES:
        page.set_viewport_size({"width": width, "height": height})
        if sticking_out := page.evaluate(_STICKING_OUT):
            yield f"at {width}, {sticking_out}"
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def _barriers(page: Page, rules: tuple[str, ...]) -> list[str]:
    script = axe_script()
    if script is None or not rules:
        return []
    page.evaluate(script)
    found: list[str] = page.evaluate(_AXE, list(rules))
    return found
