"""What every site has: errors, robots, sitemap, manifest, colours; and the policy all pages keep."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from tests.conftest import PASSWORD
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.documents.models import Document
from wenlan.trust.services import ticket_open
from wenlan.web.context_processors import wordmark
from wenlan.web.middleware import ErrorMessageMiddleware
from wenlan.web.views import errors

SRC = Path(errors.__file__).resolve().parents[2]
TEMPLATES = sorted(SRC.glob("*/templates/**/*.html"))
Make = Callable[..., Document]
ClientAs = Callable[[User | None], Client]


# ── When something goes wrong ─────────────────────────────────────────────────────────────────────────────
def test_an_address_that_does_not_exist_gets_a_page_of_the_site(client_as: ClientAs, db: None) -> None:
    response = client_as(None).get("/nowhere/")
    assert response.status_code == 404
    assert "这里没有这个页面" in response.content.decode()
    assert "site-header" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.permission_denied, 403), (errors.page_not_found, 404)],
)
def test_every_error_has_its_status(client_as: ClientAs, view: Any, status: int, db: None, bob: User) -> None:
    request = RequestFactory().get("/")
    request.user = bob
    assert view(request, Exception()).status_code == status


def test_a_form_from_another_site_is_refused_in_words(bob: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    response = client.post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "这个表单已失效" in response.content.decode()


def test_the_page_for_a_broken_server_needs_no_database() -> None:
    # Without the `db` fixture any query fails this test.
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "500" in response.content.decode()
    assert "{%" not in response.content.decode()


# ── The header ────────────────────────────────────────────────────────────────────────────────────────────
def test_the_menu_counts_what_waits_for_whoever_may_decide(
    client_as: ClientAs,
    draft_document: Callable[..., Document],
    alice: User,
    bob: User,
    carol: User,
    dave: User,
) -> None:
    for _ in range(2):
        draft_document(state=Document.State.IN_REVIEW)
    draft_document(state=Document.State.IN_REVIEW, author=carol)  # somebody else's to decide
    ticket_open(kind="help", subject="问题", body="打不开", email="", reporter=bob)
    review, tickets = f'href="{reverse("trust:queue")}"', f'href="{reverse("trust:tickets")}"'

    def header(person: User | None) -> str:
        page: str = client_as(person).get("/terms/").text.partition("</header>")[0]
        return re.sub(r"<svg.*?</svg>", "", page)

    assert f'{review}>审核<span class="number">2</span>' in header(carol)
    assert tickets not in header(carol)
    assert f'{review}>审核<span class="number">3</span>' in header(dave)
    assert f'{tickets}>工单<span class="number">1</span>' in header(dave)
    for person in (None, alice, bob):
        assert review not in header(person)
        assert tickets not in header(person)


def test_a_stranger_can_sign_up_from_every_page(client_as: ClientAs, db: None) -> None:
    header = client_as(None).get("/terms/").text.partition("</header>")[0]
    assert f'<a href="{reverse("account_signup")}?next=/terms/">注册</a>' in header


def test_whoever_signs_in_from_a_page_comes_back_to_it(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    document = published_document()
    login = reverse("account_login")

    def ways(path: str) -> set[str]:
        header = client_as(None).get(path).text.partition("</header>")[0]
        return set(re.findall(rf'href="{login}([^"]*)"', header))

    address = document.get_absolute_url()
    assert ways(f"{address}?q=a%26b&from=2") == {f"?next={address}%3Fq%3Da%2526b%26from%3D2"}
    assert ways("/") == ways("/nowhere/") == {""}
    for page in ("account_login", "account_signup", "account_reset_password"):
        assert ways(reverse(page)) == {""}
        assert ways(f"{reverse(page)}?next={address}") == {f"?next={address}"}
        assert ways(f"{reverse(page)}?next=//evil.example/") == {""}
    client = client_as(None)
    (way,) = ways(f"{address}?q=a%26b")
    fields = re.search(r'name="next" value="([^"]*)"', client.get(login + way).text.partition("</header>")[2])
    assert fields
    answer = client.post(login, {"login": bob.email, "password": PASSWORD, "next": unescape(fields[1])})
    assert answer.headers["Location"] == f"{address}?q=a%26b"


def test_a_form_sent_by_a_stranger_leads_back_to_its_page(client_as: ClientAs, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    for origin, expected in (("http://testserver/help/", "?next=/help/"), ("https://evil.example/x", "")):
        html = client.post("/theme/", headers={"Referer": origin}).text
        assert f'href="{reverse("account_login")}{expected}"' in html


@pytest.mark.parametrize("address", ["/theme/", "/d/{document}/favourite/"])
def test_the_switches_lead_to_a_page_also_from_an_answer_to_a_form(
    published_document: Make, bob: User, address: str
) -> None:
    document = published_document()
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    page = f"http://testserver{document.get_absolute_url()}?q=a"
    for headers, expected in (
        ({"Referer": page}, page),
        ({"Referer": "https://evil.example/"}, "/"),
        ({}, "/"),
    ):
        html = client.post(address.format(document=document.pk), headers=headers).content.decode()
        assert re.findall(r'name="next" value="([^"]*)"', html) == [expected] * 2
    html = client.get(f"{document.get_absolute_url()}?q=a").content.decode()
    assert html.count(f'name="next" value="{document.get_absolute_url()}?q=a"') == 2


# ── For programs ──────────────────────────────────────────────────────────────────────────────────────────
def test_robots_are_told_where_the_sitemap_is(client_as: ClientAs, settings: Any, db: None) -> None:
    text = client_as(None).get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text
    for path in ("/account/", "/my/", "/wallet/", "/d/*/buy/", "/f/"):
        assert f"Disallow: {path}\n" in text
    assert "Disallow: /\n" not in text


def test_the_sitemap_lists_published_documents_only(
    published_document: Make, draft_document: Make, client_as: ClientAs, settings: Any
) -> None:
    document = published_document()
    hidden = [draft_document(), published_document(state=Document.State.WITHDRAWN)]
    client = client_as(None)
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"<loc>[^<]*?(/sitemap-[^<]+)</loc>", index)
    assert sections == [f"/sitemap-{name}.xml" for name in ("house", "categories", "authors", "documents")]
    everything = "".join(client.get(section).content.decode() for section in sections)
    assert f"<loc>{settings.SITE_URL}/d/{document.pk}/</loc>" in everything
    assert f"<loc>{settings.SITE_URL}/c/office/</loc>" in everything
    assert f"<loc>{settings.SITE_URL}/u/{document.author_id}/</loc>" in everything
    for other in hidden:
        assert f"/d/{other.pk}/" not in everything


def test_pages_are_kept_for_nobody_else(
    published_document: Make, client_as: ClientAs, bob: User, settings: Any
) -> None:
    document = published_document()
    for user in (None, bob):
        client = client_as(user)
        for path in ("/", document.get_absolute_url(), f"/d/{document.pk}/pages/", "/nowhere/", "/terms/"):
            assert client.get(path).headers["Cache-Control"] == "private, no-cache", path
    # What says itself how long it may be kept is left alone.
    assert "public" in client_as(None).get("/robots.txt").headers["Cache-Control"]
    assert "no-store" in client_as(None).get("/account/login/").headers["Cache-Control"]


def test_search_engines_leave_parts_of_a_page_alone(published_document: Make, client_as: ClientAs) -> None:
    document = published_document()
    assert client_as(None).get(f"/d/{document.pk}/pages/").headers["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client_as(None).get(document.get_absolute_url()).headers


def test_the_manifest_is_one(client_as: ClientAs, db: None) -> None:
    response = client_as(None).get("/site.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    assert json.loads(response.content)["start_url"] == "/"


# ── Colours ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("choice", "in_the_page"),
    [
        ("dark", 'dark.css">'),
        ("auto", 'dark.css" media="(prefers-color-scheme: dark)">'),
        ("light", None),
        ("purple", 'dark.css" media="(prefers-color-scheme: dark)">'),
    ],
)
def test_the_chosen_colours_are_in_the_next_page(
    client_as: ClientAs, db: None, choice: str, in_the_page: str | None
) -> None:
    client = client_as(None)
    response = client.post("/theme/", {"theme": choice, "next": "/terms/"})
    assert response["Location"] == "/terms/"
    html = client.get("/terms/").content.decode()
    assert (in_the_page in html) if in_the_page else ("dark.css" not in html)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_choice_of_colours_leads_nowhere_else(client_as: ClientAs, db: None, target: str) -> None:
    assert client_as(None).post("/theme/", {"theme": "dark", "next": target})["Location"] == "/"


def test_the_last_character_of_a_chinese_name_is_the_seal() -> None:
    assert wordmark("文澜 Wenlan") == ("文", "澜")
    assert wordmark("Harbour Library") == ("Harbour Library", "")


# ── What all pages keep to ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_template_has_nothing_that_the_security_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline event handler"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), "inline script"
    assert "javascript:" not in text
    assert "hx-on" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_template_is_written_in_english_and_translated(path: Path) -> None:
    assert not re.search("[\u4e00-\u9fff]", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(SRC.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")), ids=str)
def test_one_thing_has_one_name_in_chinese(path: Path) -> None:
    other_names = (
        "平台",
        "我的文库",
        "您的文库",
        "浏览次数",
        "次浏览",
        "阅读历史",
        "字符数",
        "收费",
        "最多阅读",
    )
    text = path.read_text(encoding="utf-8")
    assert [name for name in other_names if name in text] == []
    assert re.findall("(?<!下载)收益", text) == []  # what an author got is 收入; a document's is 下载收益


@pytest.mark.parametrize("name", ["README.zh-CN.md", "docs/user/readers.md", "docs/user/authors.md"])
def test_chinese_is_set_with_chinese_punctuation(name: str) -> None:
    text = (SRC.parents[1] / name).read_text(encoding="utf-8")
    assert re.findall(r"[\u4e00-\u9fff][,;:(?!].{0,9}|[,;:)][\u4e00-\u9fff].{0,9}", text) == []


def test_the_policy_is_strict(client_as: ClientAs, db: None) -> None:
    policy = client_as(None).get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/terms/", "/help/", "/upload/", "/settings/"])
def test_sentences_are_parted_as_their_language_parts_them(client_as: ClientAs, bob: User, path: str) -> None:
    client = client_as(bob)
    chinese = client.get(path, headers={"accept-language": "zh-hans"}).text
    assert re.findall(r".{9}。(?:</\w+>)? [^\s<].{9}", chinese) == []
    client.cookies["django_language"] = "en"
    assert re.findall(r"[a-z]\.(?:</\w+>)?[A-Z].{9}", client.get(path).text) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_speaks_the_chosen_language(client_as: ClientAs, db: None, language: str) -> None:
    client = client_as(None)
    client.cookies["django_language"] = language
    html = client.get("/").content.decode()
    assert f'<html lang="{language}"' in html
    with translation.override(language):
        assert str(translation.gettext("Read first, then decide.")) in html


def test_a_search_that_is_shown_again_is_escaped() -> None:
    html = render_to_string("web/_header.html", {"query": '"><script>alert(1)</script>'})
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("error", "status"), [(NotAllowed("No."), 403), (Conflict("No."), 409), (WenlanError("No."), 400)]
)
def test_what_a_service_refuses_is_said_on_a_page(
    bob: User, error: WenlanError, status: int, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = bob
    middleware = ErrorMessageMiddleware(lambda _request: HttpResponse())
    response = middleware.process_exception(request, error)
    assert response is not None
    assert response.status_code == status
    assert "No." in response.content.decode()


def test_what_a_form_was_refused_for_is_said_where_the_reader_came_from(
    published_document: Make, client_as: ClientAs, alice: User
) -> None:
    document = published_document()
    response = client_as(alice).post(
        f"/d/{document.pk}/buy/",
        {"expected_price_minor": document.price_minor},
        headers={"Referer": f"http://testserver{document.get_absolute_url()}"},
        follow=True,
    )
    assert response.redirect_chain[0][0].endswith(document.get_absolute_url())
    assert "notice--bad" in response.content.decode()
