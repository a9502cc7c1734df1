"""`script/screenshots`: every page of the demo library as a picture, in both languages, on desk and phone."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from wenlan.demo import people, scenes
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
    """A page worth a picture; `{name}` in the path stands for an address that `scenes` found or made."""

    name: str
    path: str
    who: str = ""
    whole: bool = True
    steps: int = 0
    """So many steps into the presentation that plays on the page."""
    unfolded: bool = False
    """With what is folded away laid open."""
    key: str = ""
    """Pressed before the picture is taken."""


SHOTS = (
    Shot("home", "/"),
    Shot("search", "/search/?q=%E6%80%BB%E7%BB%93"),
    Shot("search-english", "/search/?q=report"),
    Shot("search-filtered", "/search/?q=%E7%9A%84%20-%E5%90%88%E5%90%8C%20pages:%3E2&format=doc&price=paid"),
    Shot("search-tips", "/search/tips/"),
    Shot("search-empty", "/search/?q=zzzzqqq"),
    Shot("documents", "/documents/"),
    Shot("category", "{category}"),
    Shot("document", "{doc}"),
    Shot("document-found", "{doc}?q=%E5%87%BD%E6%95%B0#page-2", whole=False, key="n"),
    Shot("document-free", "{free}"),
    Shot("document-slides", "{slides}"),
    Shot("document-slides-playing", "{slides}", whole=False, steps=4),
    Shot("document-slides-end", "{slides}", whole=False, steps=60),
    Shot("document-sheet", "{sheet}"),
    Shot("document-gone", "{gone}"),
    Shot("author", "{author}"),
    Shot("sign-in", "/account/login/"),
    Shot("sign-up", "/account/signup/"),
    Shot("sign-up-done", "/account/confirm-email/"),
    Shot("confirm", "{confirm}"),
    Shot("reset", "/account/password/reset/"),
    Shot("reset-done", "/account/password/reset/done/"),
    Shot("reset-new", "{new_password}"),
    Shot("help", "/help/"),
    Shot("terms", "/terms/"),
    Shot("report", "{doc}report/"),
    Shot("page-wrong", "{doc}pages/2/wrong/"),
    Shot("not-found", "/nowhere/"),
    Shot("design", "/design/"),
    Shot("buy", "{doc}buy/", who="reader"),
    Shot("order", "{order}", who="reader"),
    Shot("document-bought", "{bought}", who="reader"),
    Shot("document-withdrawn", "{gone}", who="reader"),
    Shot("wallet", "/wallet/", who="reader"),
    Shot("payment", "{payment}", who="reader"),
    Shot("link-expired", "{expired}", who="reader"),
    Shot("library-bought", "/library/", who="reader"),
    Shot("memberships", "/memberships/", who="reader"),
    Shot("library-favourites", "/library/?tab=favourites", who="reader"),
    Shot("library-history", "/library/?tab=history", who="reader"),
    Shot("shares", "/my/shares/", who="reader"),
    Shot("share-link", "{share_link}", who="reader"),
    Shot("settings", "/account/settings/", who="reader"),
    Shot("password", "/account/password/change/", who="reader"),
    Shot("email", "/account/email/", who="reader"),
    Shot("sign-out", "/account/logout/", who="reader"),
    Shot("ticket", "{ticket}", who="reader"),
    Shot("become-author", "/upload/", who="reader"),
    Shot("upload", "/upload/", who="author"),
    Shot("my-documents", "/my/documents/", who="author"),
    Shot("edit", "{edit}", who="author"),
    Shot("edit-draft", "{draft}", who="author"),
    Shot("edit-copied", "{copied_edit}", who="seller"),
    Shot("edit-returned", "{returned}", who="author"),
    Shot("edit-failed", "{failed}", who="author"),
    Shot("edit-amended", "{amended}", who="author"),
    Shot("digest", "{edit}summary/", who="author"),
    Shot("withdraw", "{withdraw}", who="author"),
    Shot("delete", "{delete}", who="author"),
    Shot("document-own", "{own}", who="author"),
    Shot("sales", "/my/sales/", who="seller"),
    Shot("commission", "/my/commission/", who="author"),
    Shot("commission-document", "{commission}", who="author"),
    Shot("review-queue", "/review/", who="reviewer"),
    Shot("review", "{review}", who="reviewer"),
    Shot("review-copied", "{copied}", who="reviewer"),
    Shot("copy", "{copy}", who="reviewer"),
    Shot("document-copy", "{copy_told}"),
    Shot("copies", "/review/copies/", who="reviewer"),
    Shot("page-problems", "/review/pages/", who="reviewer"),
    Shot("review-amendment", "{amendment}", who="reviewer"),
    Shot("search-explained", "/search/?q=%E5%90%88%E5%90%8C", who="operator", unfolded=True),
    Shot("takedown", "{takedown}", who="operator"),
    Shot("tickets", "/help/tickets/", who="operator"),
    Shot("ticket-answer", "{ticket}", who="operator"),
    Shot("mailbox", "/dev/mail/", who="operator"),
    Shot("mail", "{mail}", who="operator"),
    Shot("admin", "/admin/", who="operator", whole=False),
    Shot("admin-documents", "/admin/documents/document/", who="operator", whole=False),
    Shot("admin-entries", "/admin/ledger/entry/", who="operator", whole=False),
)


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
        person = {
            "reader": people.READER,
            "author": people.WRITERS[0],
            "seller": people.WRITERS[1],
            "reviewer": people.REVIEWER,
        }.get(who, people.OPERATOR)
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


def _play(page: Page, *, steps: int) -> None:
    """Start the slides of the page and go `steps` steps further, or to where no step changes anything any more."""
    page.click(".slides__play")
    page.locator("slide-show .slides__at", has_text=re.compile(r"\d")).wait_for()
    page.wait_for_timeout(1200)
    for _step in range(steps):
        before = page.screenshot()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(1200)
        if page.screenshot() == before:
            break


def _complain(problems: list[str], name: str, message: ConsoleMessage) -> None:
    """Note an error the browser wrote into its console; that a page is not there (404, 410) is none."""
    if message.type == "error" and "the server responded with a status of 4" not in message.text:
        problems.append(f"{name}: console {message.text}")


def take(
    site: Site, *, addresses: dict[str, str], out: Path, password: str, only: str, steps: Steps, dark: bool
) -> list[str]:
    """Take every picture whose name matches `only`; returns the problems seen."""
    from playwright.sync_api import sync_playwright

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
                        if shot.unfolded:
                            page.eval_on_selector_all(
                                "details.folded", "all => all.forEach(one => one.open = true)"
                            )
                        if shot.steps:
                            _play(page, steps=shot.steps)
                        if shot.key:
                            page.keyboard.press(shot.key)
                            page.wait_for_timeout(1500)  # the way there
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
    if not (options.data / "wenlan.sqlite3").exists():
        parser.error(f"There is no demo in {options.data}: run script/demo once.")
    with tempfile.TemporaryDirectory(prefix="wenlan-pictures-") as folder:
        # What is done for a picture is no part of the demo: it happens to a copy.
        data = Path(shutil.copytree(options.data, Path(folder) / "data"))
        problems = _pictures(options, data=data, folder=Path(folder))
    for problem in problems:
        print(f"✗ {problem}", file=sys.stderr)
    return 1 if problems else 0


def _pictures(options: argparse.Namespace, *, data: Path, folder: Path) -> list[str]:
    steps = Steps()
    with Site(data=data, port=free_port(), workers=1) as site:
        site.environment["WENLAN_DOWNLOAD_LINK_SECONDS"] = "10"  # one picture is of a link too old
        with steps.step("Start"):
            site.run("setup")
            site.configure_this_process()
            site.start()
        password = password_of(data)
        with steps.step("Scenes"):
            addresses = scenes.addresses()
            addresses.update(scenes.play(site, password=password, folder=folder))
        with steps.step("Pictures") as step:
            problems = take(
                site,
                addresses=addresses,
                out=options.out,
                password=password,
                only=options.only,
                steps=steps,
                dark=options.dark,
            )
            step.detail = f"in {options.out}"
    return problems


if __name__ == "__main__":
    raise SystemExit(main())
