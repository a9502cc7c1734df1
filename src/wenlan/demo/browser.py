"""A reader's browser without the screen: follows links, fills in the forms it finds, keeps its cookies."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import httpx
from lxml import html


class PageProblem(Exception):
    """A page was not what a person would have expected to get."""


class Page:
    """One answer of the site and, where it is HTML, what is on it."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.address = str(response.url)
        self.status = response.status_code
        self.text = response.text if "text" in response.headers.get("content-type", "") else ""
        # Typed loosely: what an XPath finds depends on the path, and the stubs know no HTML elements.
        self.tree: Any = html.document_fromstring(response.content if self.text.strip() else b"<html></html>")

    def require(self, *, status: int = 200) -> Page:
        """This page, or PageProblem with the messages it shows."""
        if self.status != status:
            raise PageProblem(f"{self.address} answered {self.status} instead of {status}. {self.messages()}")
        return self

    def elements(self, path: str) -> list[Any]:
        """The elements an XPath finds, in order."""
        return list(self.tree.xpath(path))

    def values(self, path: str) -> list[str]:
        """The attributes or texts an XPath finds, in order."""
        return [str(value) for value in self.tree.xpath(path)]

    def csrf_token(self) -> str:
        """What a script of this page sends along with its requests."""
        return self.values("//input[@name='csrfmiddlewaretoken']/@value")[0]

    def words(self) -> str:
        """The text of the page on one line."""
        return " ".join(str(self.tree.text_content()).split())

    def messages(self) -> str:
        """What the page tells its reader in notices and beside fields."""
        found = self.elements("//*[contains(@class,'notice') or contains(@class,'error')]")
        return " ".join(" ".join(node.text_content().split()) for node in found)[:400]

    def form(self, action: str) -> Any:
        """The form that is posted to an address ending with `action`."""
        for form in (form for form in self.tree.forms if form.method == "POST"):
            target = urldefrag(urljoin(self.address, form.get("action") or "")).url.split("?")[0]
            if unquote(target).endswith(unquote(action)):
                return form
        raise PageProblem(f"{self.address} has no form for {action}. {self.messages()}")

    def has_form(self, action: str) -> bool:
        try:
            self.form(action)
        except PageProblem:
            return False
        return True

    def links(self, part: str) -> list[str]:
        """Addresses on the page that contain `part`, in order, each once."""
        found = [urljoin(self.address, href) for href in self.values("//a/@href") if part in href]
        return list(dict.fromkeys(found))


class Browser:
    """Cookies and connections of one person."""

    def __init__(self, address: str, *, language: str = "en") -> None:
        self.client = httpx.Client(
            base_url=address,
            follow_redirects=True,
            timeout=60,
            headers={"Accept-Language": language, "User-Agent": "wenlan-demo"},
        )

    def open(self, address: str) -> Page:
        return Page(self.client.get(address)).require()

    def submit(
        self, page: Page, action: str, *, button: tuple[str, str] | None = None, **fields: str | list[str]
    ) -> Page:
        """Send the form of `page` that goes to `action`, with `fields` filled in and `button` pressed."""
        form = page.form(action)
        unknown = set(fields) - set(form.fields.keys())
        if unknown:
            raise PageProblem(
                f"The form for {action} on {page.address} has no field {', '.join(sorted(unknown))}."
            )
        values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        for name, given in fields.items():
            values[name] = [given] if isinstance(given, str) else given
        if button:
            values[button[0]] = [button[1]]
        address = urljoin(page.address, form.get("action") or "")
        return Page(self.client.post(address, data=values, headers={"Referer": page.address})).require()

    def sign_in(self, email: str, password: str) -> None:
        page = self.open("/account/login/")
        after = self.submit(page, "/account/login/", login=email, password=password)
        if "/login" in after.address:
            raise PageProblem(f"{email} could not sign in. {after.messages()}")

    def close(self) -> None:
        self.client.close()
