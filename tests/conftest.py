"""The cast: Alice writes, Bob buys, Carol reviews, Dave operates, Mallory has no business here."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections
from django.test import Client, TransactionTestCase
from django.utils import timezone
from PIL import Image

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Page, Revision
from wenlan.ledger.triggers import triggers_create, triggers_drop

PASSWORD = "a quiet harbour at dusk"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thorough",
        action="store_true",
        help="spoil files in thousands of ways where every day a few do; takes about an hour",
    )


@pytest.fixture(scope="session")
def thorough(pytestconfig: pytest.Config) -> bool:
    """Whether somebody asked for the long form of the tests that have one."""
    return bool(pytestconfig.getoption("--thorough"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's test database in a file, as on a real site: threads wait for each other's write lock."""
    database = connections.databases["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _ledger_can_be_emptied() -> Iterator[None]:
    """A test with real transactions empties all tables afterwards; only then the ledger lets itself be emptied."""
    empty_tables: Callable[[TransactionTestCase], None] = vars(TransactionTestCase)["_fixture_teardown"]

    def empty_tables_and_ledger(test_case: TransactionTestCase) -> None:
        triggers_drop(connection)
        try:
            empty_tables(test_case)
        finally:
            triggers_create(connection)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", empty_tables_and_ledger):
        yield


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Any, settings: Any) -> None:
    """Files, mail and index of each test in a folder of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    (tmp_path / "incoming").mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    settings.SEARCH_URLS = []
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"{tmp_path}-{name}"}
        for name in settings.CACHES
    }


def _person(email: str, name: str, **roles: bool) -> User:
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(email, PASSWORD, display_name=name, **roles)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@pytest.fixture
def alice(db: None) -> User:
    return _person("alice@example.com", "Alice", is_author=True)


@pytest.fixture
def bob(db: None) -> User:
    return _person("bob@example.com", "Bob")


@pytest.fixture
def carol(db: None) -> User:
    return _person("carol@example.com", "Carol", is_reviewer=True)


@pytest.fixture
def dave(db: None) -> User:
    return _person("dave@example.com", "Dave", is_staff=True, is_superuser=True)


@pytest.fixture
def mallory(db: None) -> User:
    return _person("mallory@example.com", "Mallory", is_author=True)


@pytest.fixture
def client_as() -> Callable[[User | None], Client]:
    """A browser in which `user` is signed in; None is a stranger."""

    def make(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def category(db: None) -> Category:
    return Category.objects.create(slug="office", name_zh="公文写作", name_en="Official writing")


def _page_image() -> bytes:
    file = io.BytesIO()
    Image.new("L", (72, 102), 255).save(file, "WEBP")
    return file.getvalue()


@pytest.fixture
def draft_document(alice: User, category: Category) -> Callable[..., Document]:
    """A document of Alice's whose preview is ready, not yet submitted; keyword arguments override its columns.

    `pages` is the text of each page.
    """

    def make(*, pages: list[str] | None = None, content: bytes | None = None, **columns: Any) -> Document:
        number = Document.objects.count() + 1
        texts = pages if pages is not None else [f"第{n}页 正文 page {n}" for n in range(1, 6)]
        bytes_of_file = content if content is not None else f"original {number}".encode() * 400
        values: dict[str, Any] = {
            "author": alice,
            "title": f"工作总结 {number}",
            "title_is_guess": False,
            "category": category,
            "currency": "CNY",
            "price_minor": 400,
            "preview_kind": "pages",
            "preview_value": 3,
            **columns,
        }
        state = values.pop("state", Document.State.DRAFT)  # nothing is published before it has a revision
        document = Document.objects.create(**values)
        revision = Revision(
            document=document,
            uploader=values["author"],
            original_name=f"工作总结 {number}.doc",
            sha256=hashlib.sha256(bytes_of_file).hexdigest(),
            size_bytes=len(bytes_of_file),
            format="doc",
            media_type="application/msword",
            state=Revision.State.READY,
            page_count=len(texts),
            pages_done=len(texts),
            character_count=sum(map(len, texts)),
            converted_at=timezone.now(),
        )
        revision.file.save(f"originals/{number}.doc", ContentFile(bytes_of_file), save=True)
        for page_number, text in enumerate(texts, start=1):
            name = revision.file.storage.save(
                f"previews/{revision.pk}/{page_number}-72.webp", ContentFile(_page_image())
            )
            Page.objects.create(
                revision=revision,
                number=page_number,
                width_points=595.0,
                height_points=842.0,
                text=text,
                lines=[[text, 90.0, 90.0, 300.0, 16.0]],
                images=[{"width": 72, "height": 102, "name": name, "bytes": 1, "media_type": "image/webp"}],
            )
        document.current_revision = revision
        document.state = state
        document.save()
        return document

    return make


@pytest.fixture
def published_document(draft_document: Callable[..., Document]) -> Callable[..., Document]:
    """Like `draft_document`, and published."""

    def make(**columns: Any) -> Document:
        return draft_document(
            **{"state": Document.State.PUBLISHED, "published_at": timezone.now(), **columns}
        )

    return make
