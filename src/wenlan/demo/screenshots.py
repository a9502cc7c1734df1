"""`script/screenshots`: every page of the demo library as a picture, in both languages, on desk and phone."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from wenlan.demo import people
from wenlan.demo.__main__ import DEFAULT_DATA, password_of
from wenlan.demo.site import Site, free_port
from wenlan.demo.steps import Steps

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

CHROMIUM = "/usr/bin/chromium"
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}


@dataclass(frozen=True)
class Shot:
    """A page worth a picture; `{doc}`, `{free}` and `{draft}` in the path stand for documents of the demo."""

    name: str
    path: str
    who: str = ""
    whole: bool = True


SHOTS = (
    Shot("home", "/"),
    Shot("search", "/search/?q=%E6%80%BB%E7%BB%93"),
    Shot("search-english", "/search/?q=report"),
    Shot("search-empty", "/search/?q=zzzzqqq"),
    Shot("category", "{category}"),
    Shot("document", "{doc}"),
    Shot("document-free", "{free}"),
    Shot("document-slides", "{slides}"),
    Shot("author", "{author}"),
    Shot("sign-in", "/account/login/"),
    Shot("sign-up", "/account/signup/"),
    Shot("reset", "/account/password/reset/"),
    Shot("help", "/help/"),
    Shot("report", "{doc}report/"),
    Shot("not-found", "/nowhere/"),
    Shot("design", "/design/"),
    Shot("buy", "{doc}buy/", who="reader"),
    Shot("wallet", "/wallet/", who="reader"),
    Shot("library-bought", "/library/", who="reader"),
    Shot("library-favourites", "/library/?tab=favourites", who="reader"),
    Shot("library-history", "/library/?tab=history", who="reader"),
    Shot("settings", "/account/settings/", who="reader"),
    Shot("become-author", "/upload/", who="reader"),
    Shot("upload", "/upload/", who="author"),
    Shot("my-documents", "/my/documents/", who="author"),
    Shot("edit", "{edit}", who="author"),
    Shot("sales", "/my/sales/", who="author"),
    Shot("review-queue", "/review/", who="reviewer"),
    Shot("review", "{review}", who="reviewer"),
    Shot("mailbox", "/dev/mail/", who="operator"),
    Shot("admin", "/admin/", who="operator", whole=False),
)


def _addresses() -> dict[str, str]:
    """The demo's documents that the placeholders stand for."""
    from wenlan.documents.models import Document

    published = Document.objects.filter(state=Document.State.PUBLISHED).select_related(
        "category", "current_revision"
    )
    long = published.filter(price_minor__gt=0, preview_kind="pages", current_revision__page_count__gte=6)
    paid = long.filter(language="zh-hans", current_revision__format="docx").order_by("pk").first()
    free = published.filter(price_minor=0).first()
    slides = published.filter(current_revision__format__in=["ppt", "pptx"]).first()
    waiting = Document.objects.filter(state=Document.State.IN_REVIEW).first()
    if paid is None or free is None or slides is None or paid.category is None:
        raise SystemExit("The demo library is not there yet: run script/demo once.")
    own = Document.objects.filter(author__email=people.WRITERS[0].email).first() or paid
    return {
        "doc": paid.get_absolute_url(),
        "free": free.get_absolute_url(),
        "slides": slides.get_absolute_url(),
        "category": paid.category.get_absolute_url(),
        "author": f"/u/{paid.author_id}/",
        "edit": f"/my/documents/{own.pk}/",
        "review": f"/review/{waiting.pk}/" if waiting else "/review/",
    }


def _signed_in(
    browser: Browser, address: str, *, who: str, password: str, locale: str, size: str
) -> BrowserContext:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=address,
        locale=locale,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if size == "phone" else 1,
        is_mobile=size == "phone",
        has_touch=size == "phone",
    )
    language = "en" if locale.startswith("en") else "zh-hans"
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    if who:
        person = {"reader": people.READER, "author": people.WRITERS[0], "reviewer": people.REVIEWER}.get(
            who, people.OPERATOR
        )
        page = context.new_page()
        page.goto("/account/login/")
        page.fill("input[name=login]", person.email)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state("networkidle")
        page.close()
        # Signing in sets the person's own language; the picture is in the one asked for.
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    return context


def _problems(page: Page) -> Iterator[str]:
    """What a careful look would find without eyes: sideways scrolling, and images that did not load."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        yield f"scrolls sideways by {overflow} px"
    broken = page.evaluate(
        "[...document.images].filter(i => i.complete && !i.naturalWidth && i.loading !== 'lazy').length"
    )
    if broken:
        yield f"{broken} broken images"


def _scroll_through(page: Page) -> None:
    """Go down and up again, so that images which load when they come into sight do."""
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, min(height, 12_000), 600):
        page.evaluate(f"window.scrollTo(0, {top})")
        page.wait_for_timeout(30)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")


def _complain(problems: list[str], name: str, message: ConsoleMessage) -> None:
    """Note an error the browser wrote into its console; that a missing page is missing is none."""
    if message.type == "error" and "404" not in message.text:
        problems.append(f"{name}: console {message.text}")


def take(site: Site, *, out: Path, password: str, only: str, steps: Steps, dark: bool) -> list[str]:
    """Take every picture whose name matches `only`; returns the problems seen."""
    from playwright.sync_api import sync_playwright

    addresses = _addresses()
    problems: list[str] = []
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for language, locale in LANGUAGES.items():
            for size in SIZES:
                for who in dict.fromkeys(shot.who for shot in SHOTS):
                    shots = [shot for shot in SHOTS if shot.who == who and re.search(only, shot.name)]
                    if not shots:
                        continue
                    context = _signed_in(
                        browser, site.address, who=who, password=password, locale=locale, size=size
                    )
                    for shot in shots:
                        name = f"{shot.name}-{size}-{language}{'-dark' if dark else ''}"
                        page = context.new_page()
                        if dark:
                            page.emulate_media(color_scheme="dark")
                        page.on("console", partial(_complain, problems, name))
                        page.goto(shot.path.format(**addresses), wait_until="networkidle")
                        _scroll_through(page)
                        problems.extend(f"{name}: {problem}" for problem in _problems(page))
                        page.screenshot(path=str(out / f"{name}.png"), full_page=shot.whole)
                        page.close()
                        steps.progress(name)
                    context.close()
        browser.close()
    return problems


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=DEFAULT_DATA, help="data folder of a demo that ran before"
    )
    parser.add_argument("--out", type=Path, default=Path("screenshots"), help="folder for the pictures")
    parser.add_argument("--only", default="", help="regular expression of page names")
    parser.add_argument("--dark", action="store_true", help="with the dark theme")
    options = parser.parse_args(argv)
    steps = Steps()
    with Site(data=options.data, port=free_port(), workers=1) as site:
        with steps.step("Start"):
            site.run("setup")
            site.configure_this_process()
            site.start()
        with steps.step("Pictures") as step:
            problems = take(
                site,
                out=options.out,
                password=password_of(options.data),
                only=options.only,
                steps=steps,
                dark=options.dark,
            )
            step.detail = f"in {options.out}"
    for problem in problems:
        print(f"✗ {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
