"""Real Chromium, the site on a real port, a real worker process, real mail over SMTP, real LibreOffice."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docx
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.accounts.conftest import Inbox, inbox, post
from tests.e2e.library import Library, library_fill
from tests.e2e.visitors import Visitor
from wenlan.accounts.models import User
from wenlan.conversion.services import revision_claim, revision_convert
from wenlan.documents.models import Category, Document
from wenlan.documents.services import document_upload
from wenlan.search.services import wanted_index

__all__ = ["inbox", "post"]

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
DESK = {"width": 1280, "height": 900}
WAIT_MS = 15_000


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this folder; each person gets a fresh profile in it."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        # Playwright's synchronous calls keep an event loop in this thread, which Django takes for asynchronous
        # code; nothing here is.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=WAIT_MS)
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _a_site_of_its_own(settings: Any, live_server: LiveServer, tmp_path: Path) -> None:
    settings.SITE_URL = live_server.url
    settings.PAYMENT_PROVIDERS = ["simulated"]
    settings.CONVERSION_JOBS_DIR = tmp_path / "jobs"


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Visit]:
    """Opens a browser window for somebody; at the end nobody may have met a problem (see Visitor).

    `language` is the one of the pages; further keyword arguments are Playwright's for a new context.
    """
    visitors: list[Visitor] = []

    def make(user: User | None = None, *, language: str = "en", **options: Any) -> Visitor:
        locale = {"en": "en-US", "zh-hans": "zh-CN"}[language]
        context = browser.new_context(
            base_url=live_server.url,
            locale=locale,
            **{"viewport": DESK, "reduced_motion": "reduce", **options},
        )
        context.set_default_timeout(WAIT_MS)
        cookies = {django_settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            client = Client()
            client.force_login(user)
            name = django_settings.SESSION_COOKIE_NAME
            cookies[name] = client.cookies[name].value
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        visitors.append(Visitor.enter(context))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture
def start_worker(
    live_server: LiveServer, transactional_db: None, tmp_path: Path, inbox: Inbox, settings: Any
) -> Iterator[Callable[[], None]]:
    """Starts `wenlan worker` on this test's database, files and mail server; it is stopped afterwards."""
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "WENLAN_DATA_DIR": str(tmp_path),
        "WENLAN_SECRET_KEY": settings.SECRET_KEY,
        "WENLAN_SITE_URL": live_server.url,
        "EMAIL_URL": f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "CACHE_URL": "locmemcache://",
    }
    with contextlib.ExitStack() as stack:

        def start() -> None:
            command = [sys.executable, "-m", "wenlan", "worker", "--processes", "1"]
            stack.callback(_stop, subprocess.Popen(command, env=environment))

        yield start


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _database_url() -> str:
    """DATABASE_URL of the test database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(django_settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


def write_docx(path: Path, pages: list[list[str]]) -> None:
    """A Word document whose pages begin with a heading each; the other strings are paragraphs."""
    document = docx.Document()
    for number, (heading, *paragraphs) in enumerate(pages):
        document.add_heading(heading, level=1).paragraph_format.page_break_before = number > 0
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
    document.save(str(path))


@pytest.fixture
def converted_document(
    alice: User, category: Category, tmp_path: Path, transactional_db: None
) -> Callable[..., Document]:
    """A published document of Alice's whose preview LibreOffice made; keyword arguments override its columns."""

    def make(pages: list[list[str]], **columns: Any) -> Document:
        path = tmp_path / "海港手册.docx"
        write_docx(path, pages)
        return converted_and_published(path, alice, pages=len(pages), category=category, **columns)

    return make


def converted_and_published(path: Path, author: User, *, pages: int, **columns: Any) -> Document:
    """The file at `path` as a published document, converted by the real engine; it is moved away."""
    document = document_upload(author=author, path=path, name=path.name, move=True)
    claim = revision_claim(revision_id=document.revisions.get().pk)
    assert claim is not None
    revision_convert(claim=claim)
    revision = document.revisions.get()
    assert (revision.state, revision.page_count) == ("ready", pages)
    Document.objects.filter(pk=document.pk).update(
        **{
            "title": path.stem,
            "state": Document.State.PUBLISHED,
            "published_at": timezone.now(),
            "current_revision": revision,
            **columns,
        }
    )
    document.refresh_from_db()
    return document


@pytest.fixture
def library(
    transactional_db: None,
    alice: User,
    bob: User,
    carol: User,
    dave: User,
    draft_document: Callable[..., Document],
    published_document: Callable[..., Document],
) -> Library:
    """Something to see on every page of the site; found by search."""
    library = library_fill(
        alice=alice, bob=bob, carol=carol, dave=dave, draft=draft_document, published=published_document
    )
    wanted_index()
    return library
