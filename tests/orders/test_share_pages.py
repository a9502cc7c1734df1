"""Following a share link, and the pages of who shares and of who pays for it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests.conftest import PASSWORD
from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.services import document_delete, document_withdraw
from wenlan.orders import trails
from wenlan.orders.models import CommissionRate, KnownDevice, Order, Refund, ShareDay, ShareLink
from wenlan.orders.services import commission_set, order_refund, share_click, share_link_for

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def link(published_document: Factory, alice: User, mallory: User) -> ShareLink:
    """Mallory's link to a document of Alice's for ¥4.00, of which she leaves a tenth to who shares it."""
    commission_set(author=alice, basis_points=1000)
    return share_link_for(sharer=mallory, document=published_document(price_minor=400))


def _follow(browser: Client, link: ShareLink, **headers: str) -> Any:
    return browser.get(link.get_absolute_url(), headers={"user-agent": FIREFOX, **headers})


def _clicks(link: ShareLink) -> int:
    return ShareLink.objects.values_list("click_count", flat=True).get(pk=link.pk)


def _buys(browser: Client, buyer: User, document: Document) -> Order:
    give_money(buyer, document.price_minor)
    browser.post(
        reverse("orders:buy", args=[document.pk]), {"expected_price_minor": str(document.price_minor)}
    )
    return Order.objects.get(buyer=buyer, document=document)


def test_a_stranger_follows_a_link_signs_in_and_buys(
    client_as: Browser, link: ShareLink, bob: User, mallory: User
) -> None:
    browser = client_as(None)
    answer = _follow(browser, link)
    assert (answer.status_code, answer["Location"]) == (302, link.document.get_absolute_url())
    assert "no-store" in answer["Cache-Control"]
    browser.post(reverse("account_login"), {"login": bob.email, "password": PASSWORD})
    order = _buys(browser, bob, link.document)
    assert (order.sharer, order.commission_minor) == (mallory, 40)
    assert _clicks(link) == 1


def test_scripts_and_other_sites_do_not_get_at_the_cookie(
    client_as: Browser, link: ShareLink, settings: Any
) -> None:
    settings.HTTPS = True
    browser = client_as(None)
    _follow(browser, link)
    cookie = browser.cookies[trails.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


@pytest.mark.parametrize("spoil", ["changed", "cut", "empty", "of another purpose"])
def test_a_cookie_that_somebody_changed_counts_for_nothing(
    client_as: Browser, link: ShareLink, bob: User, spoil: str
) -> None:
    from django.core import signing

    browser = client_as(bob)
    _follow(browser, link)
    value = browser.cookies[trails.COOKIE].value
    browser.cookies[trails.COOKIE] = {
        "changed": ("A" if value[0] != "A" else "B") + value[1:],
        "cut": value[:-3],
        "empty": "",
        "of another purpose": signing.dumps(("x", [(link.document_id, link.pk, 0)]), salt="another"),
    }[spoil]
    order = _buys(browser, bob, link.document)
    assert (order.sharer, order.commission_minor) == (None, 0)


def test_after_thirty_days_a_link_is_forgotten(
    client_as: Browser, link: ShareLink, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_as(bob)
    with monkeypatch.context() as earlier:
        long_ago = timezone.now() - timedelta(days=31)
        earlier.setattr("wenlan.orders.share_views.timezone.now", lambda: long_ago)
        _follow(browser, link)
    assert _buys(browser, bob, link.document).sharer is None


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
    ],
)
def test_programs_and_pages_fetched_in_advance_are_led_on_and_not_counted(
    client_as: Browser, link: ShareLink, headers: dict[str, str]
) -> None:
    browser = client_as(None)
    assert _follow(browser, link, **headers)["Location"] == link.document.get_absolute_url()
    assert _clicks(link) == 0
    assert trails.COOKIE not in browser.cookies


def test_asking_for_the_head_alone_is_no_click(client_as: Browser, link: ShareLink) -> None:
    browser = client_as(None)
    assert browser.head(link.get_absolute_url(), headers={"user-agent": FIREFOX}).status_code == 302
    assert _clicks(link) == 0
    assert trails.COOKIE not in browser.cookies


def test_following_a_link_again_counts_once(client_as: Browser, link: ShareLink) -> None:
    browser = client_as(None)
    for _time in range(3):
        _follow(browser, link)
    _follow(client_as(None), link)  # the same person without the cookie
    assert _clicks(link) == 1
    assert ShareDay.objects.get().clicks == 1


@pytest.mark.parametrize("who", ["mallory", "alice"])
def test_neither_the_sharer_nor_the_author_clicks(
    client_as: Browser, link: ShareLink, request: pytest.FixtureRequest, who: str
) -> None:
    _follow(client_as(request.getfixturevalue(who)), link)
    assert _clicks(link) == 0


def test_the_sharer_trying_the_link_takes_nothing_from_who_brought_them_before(
    client_as: Browser, link: ShareLink, bob: User, mallory: User
) -> None:
    browser = client_as(mallory)
    theirs = share_link_for(sharer=bob, document=link.document)
    _follow(browser, theirs)
    _follow(browser, link)
    assert _buys(browser, mallory, link.document).sharer == bob


def test_a_second_account_in_the_same_browser_earns_the_first_one_nothing(
    client_as: Browser, link: ShareLink, bob: User, mallory: User
) -> None:
    browser = client_as(None)
    browser.post(reverse("account_login"), {"login": mallory.email, "password": PASSWORD})
    browser.post(reverse("account_logout"))
    _follow(browser, link)
    browser.post(reverse("account_login"), {"login": bob.email, "password": PASSWORD})
    order = _buys(browser, bob, link.document)
    assert (order.sharer, order.commission_minor) == (None, 0)
    assert _clicks(link) == 0


def test_the_second_account_is_known_though_the_link_was_followed_before_the_sharer_signed_in(
    client_as: Browser, link: ShareLink, bob: User, mallory: User
) -> None:
    browser = client_as(None)
    _follow(browser, link)
    for person in (mallory, bob):
        browser.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
        if person == mallory:
            browser.post(reverse("account_logout"))
    assert _buys(browser, bob, link.document).commission_minor == 0


def test_nothing_stored_tells_which_browser_a_device_is(client_as: Browser, bob: User) -> None:
    browser = client_as(None)
    browser.post(reverse("account_login"), {"login": bob.email, "password": PASSWORD})
    device = KnownDevice.objects.get(user=bob)
    assert device.device_hash not in browser.cookies[trails.COOKIE].value


def test_the_link_of_a_withdrawn_document_leads_to_the_page_that_says_so(
    client_as: Browser, link: ShareLink, alice: User
) -> None:
    document_withdraw(actor=alice, document_id=link.document_id)
    browser = client_as(None)
    answer = browser.get(link.get_absolute_url(), headers={"user-agent": FIREFOX}, follow=True)
    assert answer.status_code == 410
    assert _clicks(link) == 0
    assert trails.COOKIE not in browser.cookies


@pytest.mark.parametrize("code", ["nothing", "2222222222", "x" * 300])
def test_a_code_of_nothing_is_not_found(client_as: Browser, db: None, code: str) -> None:
    for address in (reverse("orders:share", args=[code]), reverse("orders:share_code", args=[code])):
        assert client_as(None).get(address).status_code == 404


def test_the_share_button_gives_a_reader_their_own_link(
    client_as: Browser, link: ShareLink, bob: User
) -> None:
    document = link.document
    browser = client_as(bob)
    page = browser.get(document.get_absolute_url()).content.decode()
    assert reverse("orders:share_start", args=[document.pk]) in page
    sheet = browser.post(
        reverse("orders:share_start", args=[document.pk]), headers={"hx-request": "true"}
    ).content.decode()
    own = ShareLink.objects.get(sharer=bob)
    assert own.url in sheet
    assert "You earn ¥0.40 for each sale through it." in sheet
    assert own.url in browser.get(document.get_absolute_url()).content.decode()


def test_without_scripts_the_link_has_a_page_of_its_own(
    client_as: Browser, link: ShareLink, bob: User
) -> None:
    answer = client_as(bob).post(reverse("orders:share_start", args=[link.document_id]), follow=True)
    own = ShareLink.objects.get(sharer=bob)
    assert answer.redirect_chain == [(reverse("orders:share_link", args=[own.code]), 302)]
    assert own.url in answer.content.decode()


def test_a_stranger_is_told_what_signing_in_would_earn_and_may_copy_the_plain_link(
    client_as: Browser, link: ShareLink
) -> None:
    page = client_as(None).get(link.document.get_absolute_url()).content.decode()
    assert "Sign in to earn ¥0.40 for each sale." in page
    assert f'value="{django_settings.SITE_URL}{link.document.get_absolute_url()}"' in page
    answer = client_as(None).post(reverse("orders:share_start", args=[link.document_id]))
    assert answer["Location"].startswith(reverse("account_login"))


def test_nothing_is_said_of_earning_where_the_author_leaves_nothing(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    page = client_as(None).get(published_document().get_absolute_url()).content.decode()
    assert "to earn" not in page


def test_a_draft_is_not_shared(client_as: Browser, draft_document: Factory, alice: User, bob: User) -> None:
    url = reverse("orders:share_start", args=[draft_document().pk])
    assert client_as(bob).post(url).status_code == 404
    client_as(alice).post(url)
    assert not ShareLink.objects.exists()


def test_the_sharer_sees_clicks_sales_and_what_is_held_and_free(
    client_as: Browser, link: ShareLink, bob: User, carol: User, dave: User, mallory: User
) -> None:
    for buyer in (bob, carol, dave):
        browser = client_as(buyer)
        _follow(browser, link)
        _buys(browser, buyer, link.document)
    Order.objects.filter(buyer=bob).update(released_at=timezone.now())
    order_refund(order_id=Order.objects.get(buyer=dave).pk, key="a", reason=Refund.Reason.GOODWILL)
    order_refund(
        order_id=Order.objects.get(buyer=carol).pk, key="b", reason=Refund.Reason.GOODWILL, amount_minor=200
    )
    for page in (reverse("orders:shares"), reverse("orders:share_link", args=[link.code])):
        context = client_as(mallory).get(page).context
        brought = context["totals"][0] if "totals" in context else context["brought"]
        assert (brought.sales, brought.held_minor, brought.free_minor) == (2, 20, 40)
        assert (context["chart"].clicks, context["chart"].sales) == (3, 2)
    assert client_as(mallory).get(reverse("orders:shares")).context["rows"][0].brought == brought


def test_who_has_no_link_is_told_how_to_get_one(client_as: Browser, bob: User) -> None:
    assert "No link yet" in client_as(bob).get(reverse("orders:shares")).content.decode()


def test_the_links_of_others_are_not_found(client_as: Browser, link: ShareLink, bob: User) -> None:
    for name in ("orders:share_link", "orders:poster"):
        assert client_as(bob).get(reverse(name, args=[link.code])).status_code == 404


def test_a_long_list_of_links_asks_no_more_of_the_database(
    client_as: Browser, published_document: Factory, link: ShareLink, mallory: User
) -> None:
    browser = client_as(mallory)
    browser.get(reverse("orders:shares"))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(reverse("orders:shares"))
        return len(captured)

    few = queries()
    for _number in range(19):
        other = share_link_for(sharer=mallory, document=published_document(pages=["x"]))
        share_click(link=other, visitor_hash="somebody")
    assert queries() == few


def test_an_author_chooses_the_commission_and_sees_what_it_costs(
    client_as: Browser, link: ShareLink, alice: User
) -> None:
    browser = client_as(alice)
    url = reverse("orders:document_commission", args=[link.document_id])
    page = browser.post(url, {"basis_points": "12.5"}, follow=True).content.decode()
    assert "The commission is saved." in page
    assert CommissionRate.objects.get(document=link.document).basis_points == 1250
    assert "¥0.40" in page  # a tenth of the price
    assert "¥3.60" in page
    edit = browser.get(reverse("documents:edit", args=[link.document_id])).content.decode()
    assert "Of ¥4.00 the sharer gets ¥0.50, you get ¥3.50." in edit
    browser.post(url, {"basis_points": ""})
    assert not CommissionRate.objects.filter(document=link.document).exists()


@pytest.mark.parametrize("written", ["-1", "50.01", "101", "1e9", "much", "5.005"])
def test_what_is_no_commission_is_not_saved(
    client_as: Browser, link: ShareLink, alice: User, written: str
) -> None:
    answer = client_as(alice).post(reverse("orders:commission"), {"basis_points": written})
    assert answer.status_code == 200
    assert CommissionRate.objects.get(author=alice).basis_points == 1000


def test_nobody_comes_to_the_commission_of_somebody_elses_document(
    client_as: Browser, link: ShareLink, mallory: User
) -> None:
    url = reverse("orders:document_commission", args=[link.document_id])
    assert client_as(mallory).get(url).status_code == 404
    assert client_as(mallory).post(url, {"basis_points": "50"}).status_code == 404


def test_the_author_sees_which_sales_came_through_links_and_what_they_cost(
    client_as: Browser, link: ShareLink, alice: User, bob: User, carol: User
) -> None:
    browser = client_as(bob)
    _follow(browser, link)
    _buys(browser, bob, link.document)
    _buys(client_as(carol), carol, link.document)
    answer = client_as(alice).get(reverse("orders:sales"))
    page = answer.content.decode()
    assert page.count("through a share link") == 1
    assert "Commission of sharers" in page
    row = answer.context["by_document"][0]
    assert (row.count, row.shared, row.commission_minor, row.author_minor) == (2, 1, 40, 760)


def test_the_poster_is_drawn_once_and_again_when_the_document_has_another_title(
    client_as: Browser, link: ShareLink, mallory: User
) -> None:
    browser = client_as(mallory)
    url = reverse("orders:poster", args=[link.code])
    answer = browser.get(url)
    assert answer["Content-Type"] == "image/png"
    poster = Image.open(io.BytesIO(answer.getvalue()))
    assert poster.size == (1080, 1440)
    first = ShareLink.objects.get(pk=link.pk).poster
    browser.get(url)
    assert ShareLink.objects.get(pk=link.pk).poster == first
    Document.objects.filter(pk=link.document_id).update(title="另一个标题")
    browser.get(url)
    second = ShareLink.objects.get(pk=link.pk).poster
    assert second != first
    assert default_storage.exists(second)
    assert not default_storage.exists(first)


def test_what_is_off_the_shelf_has_no_poster(
    client_as: Browser, link: ShareLink, alice: User, mallory: User
) -> None:
    document_withdraw(actor=alice, document_id=link.document_id)
    browser = client_as(mallory)
    assert browser.get(reverse("orders:poster", args=[link.code])).status_code == 404
    page = browser.get(reverse("orders:share_link", args=[link.code])).content.decode()
    assert "This document is off the shelf" in page


@pytest.mark.django_db(transaction=True)
def test_with_a_document_its_links_and_posters_go(
    client_as: Browser, link: ShareLink, alice: User, mallory: User
) -> None:
    client_as(mallory).get(reverse("orders:poster", args=[link.code]))
    poster = ShareLink.objects.get().poster
    document_withdraw(actor=alice, document_id=link.document_id)
    document_delete(actor=alice, document_id=link.document_id)
    assert not ShareLink.objects.exists()
    assert not default_storage.exists(poster)
