"""Home, categories, authors, the reader's own library: what is listed, for whom, at what price in queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Favourite
from wenlan.insights.models import Reading
from wenlan.orders.models import Entitlement
from wenlan.orders.services import document_buy

Make = Callable[..., Document]
ClientAs = Callable[[User | None], Client]


def _titles(html: str) -> list[str]:
    """Titles on cards, in their order."""
    return re.findall(r'<a href="/d/\d+/" dir="auto">([^<]+)</a></h3>', html)


def _get(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


# ── Home ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_empty_library_invites_the_first_document(client_as: ClientAs, db: None) -> None:
    html = _get(client_as(None), "/")
    assert "书架还空着" in html
    assert "/upload/" in html
    assert _titles(html) == []


def test_home_shows_what_is_published_and_nothing_else(
    published_document: Make, draft_document: Make, client_as: ClientAs
) -> None:
    published_document(title="看得见")
    draft_document(title="草稿")
    for state in (Document.State.IN_REVIEW, Document.State.RETURNED, Document.State.WITHDRAWN):
        published_document(title=f"不在架上 {state}", state=state)
    html = _get(client_as(None), "/")
    assert set(_titles(html)) == {"看得见"}
    assert re.search(r"<dd class=\"number\">1</dd>", html)
    assert re.search(r'公文写作</span> <span class="shelf__count number">1<', html)


@pytest.mark.parametrize(("choice", "first"), [("", "新的"), ("?sort=popular", "读得多的")])
def test_home_leads_to_all_documents_as_it_lists_them(
    published_document: Make, client_as: ClientAs, choice: str, first: str
) -> None:
    published_document(title="读得多的", view_count=9, published_at=timezone.now() - timedelta(days=2))
    published_document(title="新的")
    client = client_as(None)
    assert f'href="/documents/{choice}">查看全部' in _get(client, "/")
    assert _titles(_get(client, f"/documents/{choice}"))[0] == first


# ── Categories and authors ────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def shelf(published_document: Make, category: Category) -> Category:
    """Three documents: a free one, one for ¥4.00 that is read most, and a dear presentation."""
    now = timezone.now()
    published_document(title="免费文档", price_minor=0, published_at=now)
    published_document(title="最多人读", view_count=90, published_at=now - timedelta(days=2))
    slides = published_document(
        title="演示", price_minor=900, view_count=5, published_at=now - timedelta(days=1)
    )
    slides.current_revision.format = "pptx"  # type: ignore[union-attr] # the factory made one
    slides.current_revision.save()  # type: ignore[union-attr]
    return category


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["免费文档", "演示", "最多人读"]),
        ("?sort=popular", ["最多人读", "演示", "免费文档"]),
        ("?sort=price", ["免费文档", "最多人读", "演示"]),
        ("?price=free", ["免费文档"]),
        ("?price=paid&sort=price", ["最多人读", "演示"]),
        ("?format=ppt", ["演示"]),
        ("?format=pdf", []),
        ("?sort=nonsense&price=nonsense&format=nonsense&page=nonsense", ["免费文档", "演示", "最多人读"]),
        ("?page=99999999999999999999", ["免费文档", "演示", "最多人读"]),
    ],
)
def test_a_category_is_sorted_and_narrowed_by_what_the_reader_chose(
    shelf: Category, client_as: ClientAs, query: str, expected: list[str]
) -> None:
    assert _titles(_get(client_as(None), f"/c/{shelf.slug}/{query}")) == expected


def test_a_choice_that_fits_nothing_offers_a_way_back(shelf: Category, client_as: ClientAs) -> None:
    html = _get(client_as(None), f"/c/{shelf.slug}/?format=pdf")
    assert "没有符合条件的文档" in html
    assert f'href="/c/{shelf.slug}/"' in html


def _choices(html: str, group: str) -> list[str]:
    """What is offered under a name, in its order."""
    nav = re.search(rf'<nav aria-label="{group}">(.*?)</nav>', html, re.DOTALL)
    return re.findall(r">\s*([^<>\s]+)(?:<svg.*?</svg>)?</a>", nav[1]) if nav else []


def test_only_formats_that_are_there_are_offered(
    shelf: Category, published_document: Make, client_as: ClientAs, alice: User, mallory: User
) -> None:
    elsewhere = published_document(category=None, author=mallory)
    elsewhere.current_revision.format = "epub"  # type: ignore[union-attr] # the factory made one
    elsewhere.current_revision.save()  # type: ignore[union-attr]
    client = client_as(None)
    for path, formats in [
        (f"/c/{shelf.slug}/", ["Word", "PowerPoint"]),
        (f"/c/{shelf.slug}/?format=ppt", ["Word", "PowerPoint"]),
        (f"/c/{shelf.slug}/?format=pdf", ["Word", "PowerPoint", "PDF"]),  # came by an old link
        (f"/u/{alice.pk}/", ["Word", "PowerPoint"]),
        ("/documents/", ["Word", "PowerPoint", "EPUB"]),
    ]:
        assert _choices(_get(client, path), "格式") == ["全部格式", *formats], path
    # One format is no choice.
    assert _choices(_get(client, f"/c/{shelf.slug}/?price=free"), "格式") == []
    assert _choices(_get(client, f"/u/{mallory.pk}/"), "格式") == []


def test_what_narrows_a_list_down_is_taken_away_one_by_one_or_all_at_once(
    shelf: Category, client_as: ClientAs
) -> None:
    client = client_as(None)
    assert "清除全部" not in _get(client, f"/c/{shelf.slug}/?sort=price")
    html = _get(client, f"/c/{shelf.slug}/?sort=price&price=paid&format=ppt&page=1")
    for label, without in [
        ("付费", "?sort=price&amp;format=ppt"),
        ("PowerPoint", "?sort=price&amp;price=paid"),
    ]:
        chip = rf'<a href="([^"]*)" aria-current="true"><span[^>]*>取消筛选</span> {label}<svg'
        assert re.findall(chip, html) == [without]
    assert re.findall(r'href="([^"]*)">清除全部', html) == ["?sort=price"]


def test_the_next_page_of_a_list_keeps_the_choice(
    published_document: Make, category: Category, client_as: ClientAs
) -> None:
    for number in range(26):
        published_document(title=f"文档 {number:02}", price_minor=0)
    client = client_as(None)
    first = _get(client, f"/c/{category.slug}/?price=free&sort=price")
    assert "?price=free&amp;sort=price&amp;page=2" in first
    second = _get(client, f"/c/{category.slug}/?price=free&sort=price&page=2")
    assert len(_titles(first)) == 24
    assert len(_titles(second)) == 2
    assert not set(_titles(first)) & set(_titles(second))


def test_a_category_nobody_made_is_not_found(client_as: ClientAs, db: None) -> None:
    assert client_as(None).get("/c/nowhere/").status_code == 404


def test_an_author_has_a_page_and_a_mere_reader_has_none(
    published_document: Make, draft_document: Make, client_as: ClientAs, alice: User, bob: User
) -> None:
    alice.bio = "二十年公文"
    alice.save()
    published_document(title="她的文档")
    draft_document(title="她的草稿")
    html = _get(client_as(None), f"/u/{alice.pk}/")
    assert _titles(html) == ["她的文档"]
    assert "二十年公文" in html
    assert alice.email not in html
    assert client_as(None).get(f"/u/{bob.pk}/").status_code == 404
    assert client_as(None).get("/u/999999/").status_code == 404


def test_a_card_shows_a_page_only_if_the_preview_does(published_document: Make, client_as: ClientAs) -> None:
    published_document(preview_kind="none", preview_value=0)
    assert ".webp" not in _get(client_as(None), "/")
    published_document(preview_value=1)
    assert _get(client_as(None), "/").count("1-72.webp") == 2  # among the newest and among the most read


# ── Library ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_library_needs_its_reader(client_as: ClientAs, db: None) -> None:
    response = client_as(None).get("/library/")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


@pytest.mark.parametrize(
    ("tab", "words"),
    [("bought", "还没有购买文档"), ("favourites", "还没有收藏"), ("history", "还没有阅读记录")],
)
def test_an_empty_tab_says_how_it_fills(client_as: ClientAs, bob: User, tab: str, words: str) -> None:
    assert words in _get(client_as(bob), f"/library/?tab={tab}")


def test_each_tab_lists_what_is_the_readers_own(
    published_document: Make, client_as: ClientAs, bob: User, mallory: User
) -> None:
    bought, kept, read = (published_document(title=title) for title in ("买的", "收藏的", "读过的"))
    Entitlement.objects.create(reader=bob, document=bought, source=Entitlement.Source.FREE)
    Favourite.objects.create(reader=bob, document=kept)
    Reading.objects.create(user=bob, document=read, last_page=2, last_opened_at=timezone.now())
    client = client_as(bob)
    assert _titles(_shelf(client, "bought")) == ["买的"]
    assert _titles(_shelf(client, "favourites")) == ["收藏的"]
    history = _shelf(client, "history")
    assert _titles(history) == ["读过的"]
    assert "读到第 2 页" in history
    for tab in ("bought", "favourites", "history"):
        assert _titles(_shelf(client_as(mallory), tab)) == []


def _shelf(client: Client, tab: str) -> str:
    """The reader's own part of the page, without what is offered below it."""
    return _get(client, f"/library/?tab={tab}").partition('aria-labelledby="offered"')[0]


def test_what_was_bought_says_when_and_is_downloaded_from_its_card(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    give_money(bob, 400)
    bought = document_buy(reader=bob, document_id=published_document().pk, expected_price_minor=400)
    taken = published_document(price_minor=0)
    Entitlement.objects.create(reader=bob, document=taken, source=Entitlement.Source.FREE)
    html = _get(client_as(bob), "/library/")
    assert f"已购买 · {timezone.localdate(bought.granted_at)}" in html
    assert "已领取 · " in html
    assert 'class="price' not in html
    for document_id in (bought.document_id, taken.pk):
        assert reverse("delivery:download", args=[document_id]) in html
    assert html.count("购买凭证") == 1
    assert reverse("orders:order", args=[bought.order_id]) in html


def test_a_favourite_that_was_bought_is_not_offered_for_its_price_again(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    document = published_document()
    Favourite.objects.create(reader=bob, document=document)
    assert "¥4.00" in _get(client_as(bob), "/library/?tab=favourites")
    Entitlement.objects.create(reader=bob, document=document, source=Entitlement.Source.AUTHOR)
    assert "¥4.00" not in _get(client_as(bob), "/library/?tab=favourites")


def test_what_was_bought_stays_when_its_author_withdraws_it(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    document = published_document(title="下架了")
    Entitlement.objects.create(reader=bob, document=document, source=Entitlement.Source.FREE)
    Favourite.objects.create(reader=bob, document=document)
    Document.objects.filter(pk=document.pk).update(state=Document.State.WITHDRAWN)
    assert _titles(_get(client_as(bob), "/library/")) == ["下架了"]
    assert _titles(_get(client_as(bob), "/library/?tab=favourites")) == ["下架了"]


def test_a_favourite_that_was_withdrawn_is_gone_for_who_did_not_buy_it(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    document = published_document(state=Document.State.WITHDRAWN)
    Favourite.objects.create(reader=bob, document=document)
    assert _titles(_get(client_as(bob), "/library/?tab=favourites")) == []


def test_clearing_the_history_says_what_is_lost_before_the_button(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    Reading.objects.create(user=bob, document=published_document(), last_page=2)
    html = _get(client_as(bob), "/library/?tab=history")
    fold = html[html.index('<details class="library__clear">') :].partition("</details>")[0]
    assert "将清空 1 份文档的阅读记录" in fold
    assert fold.index("无法恢复") < fold.index("<button")
    assert html.count(reverse("insights:history_clear")) == fold.count(reverse("insights:history_clear")) == 1


# ── Speed ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/c/office/",
        "/c/office/?format=doc&price=free",
        "/u/{author}/",
        "/design/",
        "/library/?tab=bought",
        "/library/?tab=favourites",
        "/library/?tab=history",
        "/sitemap-documents.xml",
    ],
)
def test_a_list_of_fifty_costs_no_more_queries_than_a_list_of_one(
    published_document: Make, client_as: ClientAs, alice: User, bob: User, path: str
) -> None:
    def add(count: int) -> None:
        for _ in range(count):
            document = published_document(pages=["一页"], price_minor=0)
            Entitlement.objects.create(reader=bob, document=document, source=Entitlement.Source.FREE)
            Favourite.objects.create(reader=bob, document=document)
            Reading.objects.create(user=bob, document=document, last_opened_at=timezone.now())

    client = client_as(bob)
    address = path.format(author=alice.pk)
    client.get(address)
    counts: list[Any] = []
    for rows in (1, 49):
        add(rows)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
