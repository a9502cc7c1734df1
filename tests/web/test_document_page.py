"""The document page: what it says to whom, and what it never says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document, Tag
from wenlan.insights.models import Reading
from wenlan.orders.models import Entitlement
from wenlan.orders.services import document_buy

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"
Make = Callable[..., Document]
ClientAs = Callable[[User | None], Client]

PAGES = [f"开头 public{n} words" if n <= 3 else f"隐藏的正文 veiled{n} words" for n in range(1, 8)]


@pytest.fixture
def paid(published_document: Make) -> Document:
    """Seven pages, three of them open, headings on both sides of the border."""
    document = published_document(pages=PAGES, title="年度总结")
    revision = document.current_revision
    assert revision is not None
    revision.outline = [
        {"level": 1, "title": "第一章 公开", "page": 1},
        {"level": 2, "title": "第二章 不公开", "page": 5},
        {"level": 2, "title": "第三章 也不公开", "page": 7},
    ]
    revision.save()
    return document


def _html(client: Client, document: Document, query: str = "") -> str:
    response = client.get(document.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def _json_ld(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


# ── What lies beyond the preview ──────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "query", ["", "?pages=all", "?from=4", "?from=4&pages=all", "?q=veiled5", "?from=1&q=隐藏"]
)
@pytest.mark.parametrize("reader", ["stranger", "bob", "mallory"])
def test_nothing_beyond_the_preview_is_in_the_page(
    paid: Document, client_as: ClientAs, bob: User, mallory: User, reader: str, query: str
) -> None:
    user = {"stranger": None, "bob": bob, "mallory": mallory}[reader]
    html = _html(client_as(user), paid, query)
    for page in (4, 5, 6, 7):
        # The query itself stands in the search box; the text of the page does not.
        assert f"veiled{page} words" not in html
        assert f'id="page-{page}"' not in html
        assert f"/{page}-72.webp" not in html
    assert "隐藏的正文" not in html
    assert "不公开" not in html


@pytest.mark.parametrize("query", ["", "?from=1&to=7", "?from=4", "?from=4&to=999999", "?from=7&to=7"])
def test_nothing_beyond_the_preview_is_in_the_further_pages(
    paid: Document, client_as: ClientAs, query: str
) -> None:
    html = client_as(None).get(f"/d/{paid.pk}/pages/{query}").content.decode()
    assert "veiled" not in html
    assert 'id="page-4"' not in html


def test_the_preview_itself_is_in_the_page_for_search_engines(paid: Document, client_as: ClientAs) -> None:
    html = _html(client_as(None), paid)
    for page in (1, 2, 3):
        assert f"<p>开头 public{page} words</p>" in html
        assert f'id="page-{page}"' in html


def test_of_headings_beyond_the_preview_only_the_number_is_told(paid: Document, client_as: ClientAs) -> None:
    html = _html(client_as(None), paid)
    assert "第一章 公开" in html
    assert "还有 2 个标题" in html


def test_a_buyer_reads_every_page(paid: Document, client_as: ClientAs, bob: User) -> None:
    Entitlement.objects.create(reader=bob, document=paid, source=Entitlement.Source.FREE)
    html = _html(client_as(bob), paid, "?pages=all")
    assert all(f'id="page-{page}"' in html for page in range(1, 8))
    assert "第三章 也不公开" in html


def test_the_plain_text_and_the_data_stay_public_even_for_a_buyer(
    paid: Document, client_as: ClientAs, bob: User
) -> None:
    Entitlement.objects.create(reader=bob, document=paid, source=Entitlement.Source.FREE)
    html = _html(client_as(bob), paid, "?pages=all")
    assert "<p>隐藏的正文" not in html
    assert "veiled" not in json.dumps(_json_ld(html))


def test_a_document_without_preview_shows_no_page_and_no_text(
    published_document: Make, client_as: ClientAs
) -> None:
    document = published_document(pages=PAGES, preview_kind="none", preview_value=0)
    html = _html(client_as(None), document)
    assert "public1" not in html
    assert ".webp" not in html
    assert "作者未开放预览" in html


# ── Who sees which document ───────────────────────────────────────────────────────────────────────────────
VISIBLE = {
    Document.State.DRAFT: {"alice", "dave"},
    Document.State.IN_REVIEW: {"alice", "carol", "dave"},
    Document.State.RETURNED: {"alice", "carol", "dave"},
    Document.State.PUBLISHED: {"alice", "bob", "carol", "dave", "mallory", "stranger"},
    Document.State.WITHDRAWN: {"alice", "carol", "dave"},
}


@pytest.mark.parametrize("state", list(Document.State))
def test_everybody_of_the_cast_sees_what_is_theirs_to_see(
    published_document: Make,
    client_as: ClientAs,
    alice: User,
    bob: User,
    carol: User,
    dave: User,
    mallory: User,
    state: Document.State,
) -> None:
    document = published_document(state=state)
    cast = {"alice": alice, "bob": bob, "carol": carol, "dave": dave, "mallory": mallory, "stranger": None}
    for path in (document.get_absolute_url(), f"/d/{document.pk}/pages/"):
        seen = {name for name, user in cast.items() if client_as(user).get(path).status_code == 200}
        assert seen == VISIBLE[state], path


@pytest.mark.parametrize(
    "state",
    [Document.State.DRAFT, Document.State.IN_REVIEW, Document.State.RETURNED, Document.State.WITHDRAWN],
)
def test_what_is_not_published_says_so_and_is_not_indexed(
    published_document: Make, client_as: ClientAs, alice: User, state: Document.State
) -> None:
    document = published_document(state=state, return_reason="标题不符")
    html = _html(client_as(alice), document)
    assert document.get_state_display() in html
    assert '<meta name="robots" content="noindex">' in html
    assert "ld+json" not in html
    assert 'property="og:' not in html


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("stranger", "购买并下载"),
        ("bob", "购买并下载"),
        ("alice", "/download/"),
        ("carol", "/download/"),
        ("dave", "/download/"),
    ],
)
def test_the_button_says_what_this_reader_can_do(
    paid: Document,
    client_as: ClientAs,
    alice: User,
    bob: User,
    carol: User,
    dave: User,
    reader: str,
    expected: str,
) -> None:
    user = {"stranger": None, "alice": alice, "bob": bob, "carol": carol, "dave": dave}[reader]
    html = _html(client_as(user), paid)
    # Beside the pages, after the last one, and for phones under the thumb.
    assert html.count(expected) >= 3
    assert ("/download/" in html) == (expected == "/download/")


def test_whoever_bought_it_is_told_since_when_instead_of_the_price(
    paid: Document, client_as: ClientAs, bob: User
) -> None:
    give_money(bob, 400)
    bought = document_buy(reader=bob, document_id=paid.pk, expected_price_minor=400)
    html = _html(client_as(bob), paid)
    # Beside the pages, and in the bar on a phone.
    assert html.count(f"已购买 · {timezone.localdate(bought.granted_at)}") == 2
    assert 'class="price' not in html


def test_what_was_taken_for_free_is_not_called_bought(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    document = published_document(price_minor=0)
    Entitlement.objects.create(reader=bob, document=document, source=Entitlement.Source.FREE)
    html = _html(client_as(bob), document)
    assert "已领取 · " in html
    assert "已购买" not in html


def test_what_is_missing_is_told_in_the_currency_of_the_document(
    paid: Document, client_as: ClientAs, bob: User, settings: Any
) -> None:
    give_money(bob, 150)
    assert "钱包余额 ¥1.50，还差 ¥2.50。" in _html(client_as(bob), paid)
    settings.CURRENCY = "USD"
    html = _html(client_as(bob), paid)
    assert "钱包余额 ¥1.50，还差 ¥2.50。" in html
    assert f"/wallet/?next=/d/{paid.pk}/buy/" not in html  # dollars would not help


def test_its_author_and_reviewers_still_see_the_price(
    paid: Document, client_as: ClientAs, alice: User, carol: User
) -> None:
    for person in (alice, carol):
        assert 'class="price price--large">¥4.00' in _html(client_as(person), paid)


def test_the_bar_on_a_phone_leads_the_author_to_the_details_and_names_no_price(
    paid: Document, client_as: ClientAs, alice: User
) -> None:
    bar = _html(client_as(alice), paid).split('class="buy-bar"')[1].split("<footer")[0]
    assert f'href="/my/documents/{paid.pk}/"' in bar
    assert "¥4.00" not in bar


def test_whoever_needs_an_account_is_told_so_at_the_end_of_the_pages_too(
    published_document: Make, client_as: ClientAs
) -> None:
    end = _html(client_as(None), published_document(price_minor=0)).split('id="download"')[1]
    assert "登录后即可下载。" in end.split("</section>")[0]


def test_the_price_stands_once_in_each_place_where_one_buys(paid: Document, client_as: ClientAs) -> None:
    html = _html(client_as(None), paid)
    for place in ("price-card", "document-end", "buy-bar"):
        found = re.search(rf'<(section|div) class="[^"]*{place}".*?</\1>', html, re.DOTALL)
        assert found
        assert found[0].count("¥4.00") == 1, place


def test_a_free_document_is_taken_with_one_press(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    document = published_document(price_minor=0)
    html = _html(client_as(bob), document)
    assert '<input type="hidden" name="expected_price_minor" value="0">' in html
    client_as(bob).post(f"/d/{document.pk}/buy/", {"expected_price_minor": "0"})
    assert f"/d/{document.pk}/download/" in _html(client_as(bob), document)


# ── A document that was withdrawn ─────────────────────────────────────────────────────────────────────────
def test_where_a_document_was_withdrawn_by_its_author_there_is_its_title_and_others_like_it(
    published_document: Make, client_as: ClientAs, alice: User, mallory: User
) -> None:
    withdrawn = published_document(title="去年的总结", state=Document.State.WITHDRAWN, withdrawn_by=alice)
    published_document(title="今年的总结")
    for person in (None, mallory):
        response = client_as(person).get(withdrawn.get_absolute_url())
        assert response.status_code == 410
        assert "作者已下架此文档" in response.text
        assert "去年的总结" in response.text
        assert "今年的总结" in response.text
        assert "/1-72.webp" in response.text
        assert '<meta name="robots" content="noindex">' in response.text
        assert "第1页" not in response.text


def test_what_the_house_took_down_is_not_named(
    published_document: Make, client_as: ClientAs, dave: User
) -> None:
    withdrawn = published_document(title="诽谤某人", state=Document.State.WITHDRAWN, withdrawn_by=dave)
    response = client_as(None).get(withdrawn.get_absolute_url())
    assert response.status_code == 410
    assert "诽谤某人" not in response.text


@pytest.mark.parametrize("state", ["draft", "in_review", "returned"])
def test_what_never_was_public_is_not_found(draft_document: Make, client_as: ClientAs, state: str) -> None:
    response = client_as(None).get(draft_document(title="还没公开", state=state).get_absolute_url())
    assert response.status_code == 404
    assert "还没公开" not in response.text


# ── Facts ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_it_is_about_and_its_tags_stand_before_the_pages(paid: Document, client_as: ClientAs) -> None:
    paid.description = "写给刚到办公室的同事。"
    paid.save()
    paid.tags.add(Tag.objects.create(name="公文", key="公文"))
    html = _html(client_as(None), paid)
    assert html.index("写给刚到办公室的同事。</p>") < html.index('rel="tag"') < html.index("<document-reader")


@pytest.mark.parametrize(("length", "folds"), [(60, False), (61, True), (1000, True)])
def test_a_long_description_can_be_folded_out(
    paid: Document, client_as: ClientAs, length: int, folds: bool
) -> None:
    paid.description = "长" * length
    paid.save()
    html = _html(client_as(None), paid)
    assert ("展开简介" in html) is folds
    assert "长" * length in html


def test_the_number_of_a_page_is_the_last_thing_in_its_figure(paid: Document, client_as: ClientAs) -> None:
    # In the middle it would be the caption of nothing: https://html.spec.whatwg.org/#the-figure-element
    html = _html(client_as(None), paid)
    figures = html.count("<figure")
    assert figures
    assert len(re.findall(r"</figcaption>\s*</figure>", html)) == figures


def test_every_fact_of_the_file_is_on_the_page(paid: Document, client_as: ClientAs) -> None:
    revision = paid.current_revision
    assert revision is not None
    revision.recorded_pages = 7
    revision.save()
    html = _html(client_as(None), paid)
    for fact in ("年度总结", "DOC", "7 页", "3.9 KB", f"ID {paid.pk}", "Alice", "公文写作", revision.sha256):
        assert fact in html, fact
    assert "此文档下载收益归作者所有" in html
    assert "预览忠实" in html
    assert f"/d/{paid.pk}/report/" in html
    assert "/help/" in html


def test_a_preview_that_differs_is_not_called_like_the_original(paid: Document, client_as: ClientAs) -> None:
    revision = paid.current_revision
    assert revision is not None
    revision.recorded_pages = 9
    revision.report = {"animations": 3, "unreadable_pages": [2], "macros": True}
    revision.save()
    html = _html(client_as(None), paid)
    for note in ("原文件记录为 9 页", "3 处动画", "未能显示的页：2", "文件含有宏"):
        assert note in html
    assert "预览忠实" not in html


# ── Text that people typed ────────────────────────────────────────────────────────────────────────────────
HOSTILE = '</title></script><script>alert("1")</script><img src=x onerror=alert(2)>&amp;'


def test_markup_in_a_title_stays_text_everywhere(published_document: Make, client_as: ClientAs) -> None:
    document = published_document(title=HOSTILE, description=HOSTILE)
    client = client_as(None)
    for path in (document.get_absolute_url(), "/", "/c/office/", f"/u/{document.author_id}/", "/design/"):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert escape(HOSTILE) in html, path
    assert _json_ld(_html(client, document))["name"] == HOSTILE


def test_markup_in_the_text_of_a_page_stays_text(published_document: Make, client_as: ClientAs) -> None:
    document = published_document(pages=["<script>alert(1)</script> & </svg><b>x"])
    html = _html(client_as(None), document)
    assert "<script>alert" not in html
    assert "<b>x" not in html


def test_titles_and_names_are_isolated_from_the_direction_of_the_page(
    published_document: Make, client_as: ClientAs
) -> None:
    document = published_document(title="تقرير سنوي 2026", language="other")
    assert '<h1 dir="auto">تقرير سنوي 2026</h1>' in _html(client_as(None), document)


def test_a_document_is_set_in_its_own_language(published_document: Make, client_as: ClientAs) -> None:
    document = published_document(title="Annual report", language="en")
    html = _html(client_as(None), document)
    assert '<html lang="zh-hans"' in html
    assert '<h1 dir="auto" lang="en">Annual report</h1>' in html


# ── For search engines and links ──────────────────────────────────────────────────────────────────────────
def test_search_engines_get_a_product_with_its_offer(
    paid: Document, client_as: ClientAs, settings: Any
) -> None:
    html = _html(client_as(None), paid)
    data = _json_ld(html)
    assert data["@type"] == ["DigitalDocument", "Product"]
    assert data["name"] == "年度总结"
    assert (data["offers"]["price"], data["offers"]["priceCurrency"]) == ("4.00", "CNY")
    assert data["url"] == f"{settings.SITE_URL}/d/{paid.pk}/"
    assert f'<link rel="canonical" href="{settings.SITE_URL}/d/{paid.pk}/">' in html
    assert '<meta property="og:title" content="年度总结">' in html
    assert '<meta name="description" content="开头 public1 words">' in html


def test_who_closed_their_account_keeps_their_name_and_has_no_page(
    paid: Document, client_as: ClientAs, alice: User
) -> None:
    address = f"/u/{alice.pk}/"
    html = _html(client_as(None), paid)
    assert f'href="{address}"' in html
    assert _json_ld(html)["author"]["url"].endswith(address)
    alice.is_active = False
    alice.save()
    html = _html(client_as(None), paid)
    assert "Alice" in html
    assert address not in html
    assert _json_ld(html)["author"] == {"@type": "Person", "name": "Alice"}


def test_the_canonical_address_is_the_same_for_every_view_of_a_document(
    paid: Document, client_as: ClientAs, settings: Any
) -> None:
    for query in ("?pages=all", "?q=开头", "?from=2"):
        assert f'<link rel="canonical" href="{settings.SITE_URL}/d/{paid.pk}/">' in _html(
            client_as(None), paid, query
        )


def test_the_share_code_is_a_drawing_of_published_documents_only(
    paid: Document, draft_document: Make, client_as: ClientAs, alice: User
) -> None:
    response = client_as(None).get(f"/d/{paid.pk}/share.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content
    assert client_as(alice).get(f"/d/{draft_document().pk}/share.svg").status_code == 404


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────
def test_further_pages_come_on_request(published_document: Make, client_as: ClientAs) -> None:
    document = published_document(pages=[f"页 {n}" for n in range(1, 31)], preview_kind="whole")
    client = client_as(None)
    first = _html(client, document)
    assert 'id="page-3"' in first
    assert 'id="page-4"' not in first
    assert f"/d/{document.pk}/pages/?from=4" in first
    assert "?pages=all#page-4" in first
    assert "再显示 27 页" in first  # by the link, without JavaScript
    assert "再显示 10 页（还有 27 页）" in first
    assert "data-collapse" not in first
    further = client.get(f"/d/{document.pk}/pages/?from=4").content.decode()
    assert re.findall(r'id="page-(\d+)"', further) == [str(n) for n in range(4, 14)]
    assert f"/d/{document.pk}/pages/?from=14" in further
    assert "再显示 10 页（还有 17 页）" in further
    assert "data-collapse" in further
    assert 'id="page-30"' in _html(client, document, "?pages=all")


def test_one_answer_never_holds_a_whole_book(published_document: Make, client_as: ClientAs) -> None:
    document = published_document(pages=["页"] * 130, preview_kind="whole")
    client = client_as(None)
    assert _html(client, document, "?pages=all").count("<figure") == 60
    assert client.get(f"/d/{document.pk}/pages/?from=1&to=130").content.decode().count("<figure") == 60
    assert "?pages=all&amp;from=61#page-61" in _html(client, document, "?pages=all")


@pytest.mark.parametrize("number", [1, 3, 4, 65, 130])
def test_every_page_has_an_address_that_shows_it(
    published_document: Make, client_as: ClientAs, number: int
) -> None:
    document = published_document(pages=["页"] * 130, preview_kind="whole")
    address, _hash, place = document.page_url(number, query="页").partition("#")
    html = client_as(None).get(address).content.decode()
    assert place == f"page-{number}"
    assert f'id="{place}"' in html
    assert "<rect" in html


def test_headings_and_the_place_where_one_stopped_are_links_to_where_they_are(
    published_document: Make, client_as: ClientAs, bob: User
) -> None:
    document = published_document(pages=["页"] * 130, preview_kind="whole")
    document.revisions.update(outline=[{"level": 1, "title": f"第{n}页", "page": n} for n in (2, 65, 99)])
    client_as(bob).post(f"/d/{document.pk}/reading/", {"page": "88"})
    html = _html(client_as(bob), document)
    assert 'href="#page-2"' in html
    for number in (65, 88, 99):
        assert f'href="/d/{document.pk}/?from={number}#page-{number}"' in html
    assert 'href="#page-65"' in _html(client_as(bob), document, "?from=61")


def test_a_later_part_leads_back_to_the_earlier_pages(published_document: Make, client_as: ClientAs) -> None:
    document = published_document(pages=["页"] * 130, preview_kind="whole")
    client = client_as(None)
    later = _html(client, document, "?from=61&q=页")
    assert re.findall(r'id="page-(\d+)"', later) == [str(n) for n in range(61, 71)]
    assert "?q=%E9%A1%B5&amp;from=51#page-60" in later
    assert f"/d/{document.pk}/?q=%E9%A1%B5#page-1" in later
    assert "?pages=all#page-6" in _html(client, document, "?from=7")
    assert "reader__earlier" not in _html(client, document)


@pytest.mark.parametrize("query", ["?from=50", "?from=4&pages=all", "?from=999999"])
def test_beyond_the_last_page_one_finds_the_last_page(
    paid: Document, client_as: ClientAs, query: str
) -> None:
    html = _html(client_as(None), paid, query)
    assert re.findall(r'id="page-(\d+)"', html) == ["3"]
    assert "?pages=all#page-2" in html


def test_a_long_document_is_not_called_read_on_its_third_page(
    published_document: Make, client_as: ClientAs, alice: User
) -> None:
    document = published_document(pages=["页"] * 70, preview_kind="whole")
    for user in (None, alice):
        first, last = (_html(client_as(user), document, query) for query in ("", "?from=61"))
        assert "全部 70 页均可在线阅读" in first
        assert "全文到此为止" not in first
        assert "全文到此为止，共 70 页" in last


@pytest.mark.parametrize("text", ["abc", "-1", "0", "9" * 30, "１", "", "1e3", "%00"])
def test_a_page_number_that_is_none_is_as_good_as_not_given(
    paid: Document, client_as: ClientAs, text: str
) -> None:
    assert 'id="page-1"' in _html(client_as(None), paid, f"?from={text}")
    assert client_as(None).get(f"/d/{paid.pk}/pages/?from={text}&to={text}").status_code == 200


def test_a_number_too_long_for_the_database_is_no_document(client_as: ClientAs, db: None) -> None:
    assert client_as(None).get(f"/d/{'9' * 40}/").status_code == 404


def test_words_that_were_searched_for_are_marked_on_the_page(paid: Document, client_as: ClientAs) -> None:
    assert "<rect" not in _html(client_as(None), paid)
    assert _html(client_as(None), paid, "?q=nowhere").count("<rect") == 0
    assert _html(client_as(None), paid, "?q=words").count("<rect") == 3
    assert _html(client_as(None), paid, "?q=开头").count("<rect") == 3


def test_a_reader_is_led_back_to_where_they_stopped(paid: Document, client_as: ClientAs, alice: User) -> None:
    client = client_as(alice)
    client.post(f"/d/{paid.pk}/reading/", {"page": "6"})
    assert "上次读到第 6 页" in _html(client, paid)


def test_what_one_opens_is_in_the_history_with_or_without_javascript(
    paid: Document, client_as: ClientAs, bob: User
) -> None:
    client = client_as(bob)
    client.head(paid.get_absolute_url())
    assert not Reading.objects.exists()
    client.get(paid.get_absolute_url())
    assert (Reading.objects.get().user, Reading.objects.get().last_page) == (bob, 1)
    assert paid.title in client.get("/library/?tab=history").content.decode()
    for address, page in (("?from=3", 3), ("", 3)):
        client.get(paid.get_absolute_url() + address)
        assert Reading.objects.get().last_page == page
    client_as(None).get(paid.get_absolute_url())
    assert Reading.objects.count() == 1


def test_a_history_that_cannot_be_stored_does_not_fail_the_page(
    paid: Document, client_as: ClientAs, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_arguments: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("wenlan.web.views.document.reading_record", broken)
    assert paid.title in _html(client_as(bob), paid)


def test_a_visit_is_counted_once_and_never_for_programs(paid: Document, client_as: ClientAs) -> None:
    client = client_as(None)
    client.head(paid.get_absolute_url(), headers={"User-Agent": BROWSER})
    client.get(paid.get_absolute_url(), headers={"User-Agent": "Googlebot/2.1"})
    client.get(paid.get_absolute_url(), headers={"User-Agent": BROWSER})
    client.get(paid.get_absolute_url(), headers={"User-Agent": BROWSER})
    paid.refresh_from_db()
    assert paid.view_count == 1


# ── Speed ─────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("reader", ["stranger", "bob", "alice"])
def test_a_long_document_costs_no_more_queries_than_a_short_one(
    published_document: Make,
    client_as: ClientAs,
    alice: User,
    bob: User,
    reader: str,
) -> None:
    user = {"stranger": None, "bob": bob, "alice": alice}[reader]
    short = published_document(pages=["一页"], preview_kind="whole")
    long = published_document(pages=[f"第 {n} 页" for n in range(50)], preview_kind="whole")
    client = client_as(user)
    with CaptureQueriesContext(connection) as for_short:
        client.get(f"{short.get_absolute_url()}?pages=all")
    with CaptureQueriesContext(connection) as for_long:
        client.get(f"{long.get_absolute_url()}?pages=all")
    assert len(for_long) == len(for_short)
    assert len(for_long) < 34


def test_the_reader_shows_images_to_read_and_a_card_shows_the_small_cover(
    published_document: Make, client_as: ClientAs
) -> None:
    document = published_document()
    images = [{"width": width, "height": width, "name": "none", "bytes": 1} for width in (360, 720, 1440)]
    document.revisions.get().pages.filter(number=1).update(images=images)
    page = client_as(None).get(document.get_absolute_url()).content.decode()
    assert re.search(
        r'<img src="[^"]+/1-720\.webp" srcset="[^"]+/1-720\.webp 720w, [^"]+/1-1440\.webp 1440w"', page
    )
    home = client_as(None).get("/").content.decode()
    assert re.search(r'document-card__cover[^>]*>\s*<img src="[^"]+/1-360\.webp"', home)
