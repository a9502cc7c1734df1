"""What people do on the site, step by step over HTTP: authors, reviewers, readers."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote, urljoin

from wenlan.demo.browser import Browser, Page, PageProblem

T = TypeVar("T")


def until(what: str, look: Callable[[], T | None], *, seconds: float = 60, pause: float = 0.1) -> T:
    """What `look` sees at last; PageProblem naming `what` when it never does."""
    deadline = time.monotonic() + seconds
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise PageProblem(f"{what}: nothing after {seconds:.0f} seconds.")
        time.sleep(pause)
    return seen


@dataclass(frozen=True)
class Details:
    """What an author says about a document; `category` is a word of its option's label or value."""

    title: str = ""
    description: str = ""
    category: str = ""
    tags: str = ""
    price: str = "0"
    preview_kind: str = "pages"
    preview_pages: str = "3"


class Visitor:
    """A person with a browser."""

    def __init__(self, address: str, *, email: str = "", password: str = "", language: str = "en") -> None:
        self.address = address
        self.email = email
        self.password = password
        self.browser = Browser(address, language=language)

    def open(self, path: str) -> Page:
        return self.browser.open(path)

    def sign_in(self) -> None:
        self.browser.sign_in(self.email, self.password)

    def sign_up(self, name: str) -> None:
        """Sign up, find the mail in the demo's mailbox, follow its link, sign in."""
        page = self.open("/account/signup/")
        self.browser.submit(
            page, "/account/signup/", email=self.email, password1=self.password, display_name=name
        )
        link = until(f"The confirmation mail for {self.email}", self._confirmation_link)
        page = self.open(link)
        # The form signs its address anew, so it is another one than the mail's a second later.
        (action,) = page.values("//form[contains(@action,'/confirm-email/')]/@action")
        self.browser.submit(page, action)
        self.sign_in()

    def _confirmation_link(self) -> str | None:
        mailbox = self.open("/dev/mail/")
        for address in mailbox.values(f"//tr[contains(., '{self.email}')]//a/@href"):
            if links := self.open(urljoin(mailbox.address, address)).links("/confirm-email/"):
                return links[0]
        return None


class Writer(Visitor):
    """An author."""

    def become_author(self) -> None:
        page = self.open("/upload/")
        if page.has_form("/account/become-author/"):
            self.browser.submit(page, "/account/become-author/", accept_rules="on")

    def upload(self, file: Path, *, name: str = "") -> int:
        """Send one file as the upload page's script does. Returns the document's number."""
        page = self.open("/upload/")
        token = page.csrf_token()
        with file.open("rb") as stream:
            response = self.browser.client.post(
                "/upload/",
                files={"files": (name or file.name, stream)},
                data={"csrfmiddlewaretoken": token},
                headers={"Accept": "application/json", "Referer": page.address},
                timeout=600,
            )
        try:
            answer = response.json()
        except ValueError:
            raise PageProblem(f"The upload of {file.name} was answered {response.status_code}.") from None
        if not answer.get("ok"):
            raise PageProblem(f"{name or file.name} was refused: {answer.get('message')}")
        return int(re.findall(r"\d+", answer["url"])[0])

    def wait_for_preview(self, document_id: int, *, seconds: float = 300) -> int:
        """Watch the conversion as its author does. Returns the number of pages."""

        def look() -> int | None:
            page = Page(
                self.browser.client.get(
                    f"/my/documents/{document_id}/conversion/", headers={"HX-Request": "true"}
                )
            ).require()
            if page.elements("//*[contains(@class,'state--bad')]"):
                raise PageProblem(f"The preview failed: {page.words()}")
            if page.elements("//*[contains(@class,'state--ok')]"):
                return int(re.findall(r"\d+", page.words())[-1])
            return None

        return until(f"The preview of document {document_id}", look, seconds=seconds)

    def describe(self, document_id: int, details: Details) -> None:
        """Fill in the details and send the document to review."""
        path = f"/my/documents/{document_id}/"
        page = self.open(path)
        values: dict[str, str | list[str]] = {
            "description": details.description,
            "tags": details.tags,
            "price": details.price,
            "preview_kind": details.preview_kind,
            "preview_pages": details.preview_pages,
            "category": _option(page, "category", details.category),
        }
        if details.title:
            values["title"] = details.title
        after = self.browser.submit(page, path, button=("then", "submit"), **values)
        if after.elements("//*[contains(@class,'field--error') or contains(@class,'errorlist')]"):
            raise PageProblem(f"The details of document {document_id} were not taken. {after.messages()}")

    def open_to_members(self, document_id: int) -> None:
        """Let members take a document of one's own."""
        page = self.open(f"/my/documents/{document_id}/")
        self.browser.submit(page, f"/d/{document_id}/members/", button=("open", "yes"))


class Reviewer(Visitor):
    def publish(self, document_id: int) -> None:
        """Look at every page's image and publish, as soon as the text is compared with the others."""
        path = f"/review/{document_id}/"

        def compared() -> Page | None:
            page = self.open(path)
            return None if page.elements("//*[@id='being-compared']") else page

        page = until(f"The comparison of document {document_id}", compared, seconds=300)
        for image in page.values("//figure//img/@src"):
            self.browser.client.get(urljoin(page.address, image)).raise_for_status()
        self.browser.submit(page, path, button=("decision", "published"))


class Reader(Visitor):
    def find(self, query: str, document_id: int, *, seconds: float = 20) -> None:
        """Search until the document is among the results: indexing runs in the background."""

        def look() -> bool | None:
            return bool(self.open(f"/search/?q={quote(query)}").links(f"/d/{document_id}/")) or None

        until(f"“{query}” in search", look, seconds=seconds)

    def top_up(self, amount: str) -> None:
        page = self.open("/wallet/")
        payment = self.browser.submit(page, "/wallet/top-up/", amount=amount, amount_preset="other")
        self.browser.submit(payment, payment.address.removeprefix(self.address))

    def buy(self, document_id: int) -> Page:
        path = f"/d/{document_id}/buy/"
        return self.browser.submit(self.open(path), path)

    def become_member(self) -> None:
        """Buy the first plan on the page from the wallet."""
        self.browser.submit(self.open("/memberships/"), "/memberships/")

    def take_as_member(self, document_id: int) -> None:
        self.browser.submit(self.open(f"/d/{document_id}/buy/"), f"/d/{document_id}/take/")

    def keep(self, document_id: int) -> None:
        """Add the document to the favourites, as its page offers."""
        page = self.open(f"/d/{document_id}/")
        self.browser.submit(page, f"/d/{document_id}/favourite/")

    def download(self, document_id: int, original: bytes) -> str:
        """Download twice, whole and in two ranges, and compare every byte. Returns the file's name."""
        client = self.browser.client
        whole = client.get(f"/d/{document_id}/download/")
        if whole.status_code != 200 or whole.content != original:
            raise PageProblem(f"The download answered {whole.status_code} with {len(whole.content)} bytes.")
        etag = f'"{hashlib.sha256(original).hexdigest()}"'
        if whole.headers["etag"] != etag:
            raise PageProblem(f"The ETag is {whole.headers['etag']}, not the SHA-256 of the file.")
        address, half = str(whole.url), len(original) // 2
        parts = b""
        for wanted in (f"bytes=0-{half - 1}", f"bytes={half}-"):
            part = client.get(address, headers={"Range": wanted, "If-Range": etag})
            if part.status_code != 206:
                raise PageProblem(f"{wanted} was answered {part.status_code}.")
            parts += part.content
        if parts != original:
            raise PageProblem("The two halves of the file do not make the whole.")
        return _file_name(whole.headers["content-disposition"])

    def may_not_download(self, document_id: int) -> None:
        """Try to get a file without the right to it."""
        answer = self.browser.client.get(f"/d/{document_id}/download/")
        if "attachment" in answer.headers.get("content-disposition", ""):
            raise PageProblem(f"{self.email or 'A stranger'} got the file of document {document_id}.")


def _option(page: Page, field: str, wanted: str) -> str:
    """The value of the option of a select whose label holds `wanted`; of the first real one for an empty text."""
    for option in page.elements(f"//select[@name='{field}']/option"):
        value = option.get("value")
        if value and wanted in option.text_content():
            return str(value)
    raise PageProblem(f"There is no option “{wanted}” for {field}.")


def _file_name(disposition: str) -> str:
    found = re.search(r"filename\*=UTF-8''([^;]+)", disposition) or re.search(
        r'filename="([^"]+)"', disposition
    )
    if found is None:
        raise PageProblem(f"The download has no file name: {disposition}")
    return unquote(found[1])


def structured_data(page: Page) -> dict[str, object]:
    """The schema.org description of a page; empty when there is none."""
    found = page.values("//script[@type='application/ld+json']/text()")
    return dict(json.loads(found[0])) if found else {}
