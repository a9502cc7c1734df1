"""The pages of buying, as each of the cast meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.orders.models import Entitlement, Order
from wenlan.orders.services import document_buy
from wenlan.payments.models import TopUp

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.PAYMENT_PROVIDERS = ["simulated"]


def _buy_url(document: Document) -> str:
    return reverse("orders:buy", args=[document.pk])


def test_a_stranger_is_asked_to_sign_in_and_comes_back(
    client_as: Browser, published_document: Factory, settings: Any
) -> None:
    url, free = _buy_url(published_document()), _buy_url(published_document(price_minor=0))
    assert client_as(None).get(free)["Location"] == f"{reverse('account_login')}?next={free}"
    settings.PAYMENT_PROVIDERS = []
    for answer in (client_as(None).get(url), client_as(None).post(url)):
        assert answer.status_code == 302
        assert answer["Location"] == f"{reverse('account_login')}?next={url}"


def test_bob_sees_what_he_buys_for_how_much_and_who_gets_it(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    give_money(bob, 1000)
    page = client_as(bob).get(_buy_url(published_document(price_minor=400))).content.decode()
    assert "Pay ¥4.00 from the wallet" in page
    assert "¥10.00" in page
    assert "All 5 pages" in page
    assert "this document earns goes to its author" in page


def test_what_the_house_promises_for_a_broken_file_stands_where_one_pays_and_in_the_terms(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    for address in (reverse("orders:buy", args=[published_document().pk]), reverse("web:terms")):
        page = client_as(bob).get(address).content.decode()
        assert "If the file itself is broken, write to us; you get it or your money." in page


def test_bob_buys_and_finds_the_download(client_as: Browser, published_document: Factory, bob: User) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    answer = client_as(bob).post(_buy_url(document), {"expected_price_minor": "400"}, follow=True)
    assert answer.redirect_chain == [(_buy_url(document), 302)]
    page = answer.content.decode()
    assert reverse("delivery:download", args=[document.pk]) in page
    assert reverse("orders:order", args=[Order.objects.get().pk]) in page
    assert wallet_balance_minor(bob) == 600


def test_bob_pays_exactly_what_is_missing(client_as: Browser, published_document: Factory, bob: User) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 150)
    page = client_as(bob).get(_buy_url(document)).content.decode()
    assert "Pay ¥2.50 now" in page
    assert "from the wallet" not in page
    answer = client_as(bob).post(
        reverse("payments:pay_document", args=[document.pk]), {"expected_price_minor": "400"}
    )
    top_up = TopUp.objects.get()
    assert (answer["Location"], top_up.amount_minor) == (top_up.pay_url, 250)
    assert top_up.checkout is not None
    assert top_up.next_url == reverse("orders:checkout", args=[top_up.checkout.reference])


def test_bob_is_not_sent_to_top_up_where_no_payment_is_taken(
    client_as: Browser, published_document: Factory, bob: User, settings: Any
) -> None:
    settings.PAYMENT_PROVIDERS = []
    document = published_document(price_minor=400)
    page = client_as(bob).get(_buy_url(document)).content.decode()
    assert "This site does not take payments in CNY yet." in page
    assert reverse("payments:top_up") not in page
    give_money(bob, 400)
    assert "Pay ¥4.00 from the wallet" in client_as(bob).get(_buy_url(document)).content.decode()


def test_bob_pays_from_the_wallet_in_the_currency_of_the_document(
    client_as: Browser, published_document: Factory, bob: User, settings: Any
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    settings.CURRENCY = "USD"
    give_money(bob, 300)
    page = client_as(bob).get(_buy_url(document)).content.decode()
    assert "Pay ¥4.00 from the wallet" in page
    assert "¥10.00" in page
    client_as(bob).post(_buy_url(document), {"expected_price_minor": "400"})
    assert (wallet_balance_minor(bob, "CNY"), wallet_balance_minor(bob)) == (600, 300)
    other = published_document(price_minor=700)
    page = client_as(bob).get(_buy_url(other)).content.decode()
    assert "does not take payments in CNY yet" in page
    assert reverse("payments:top_up") not in page


def test_pressing_buy_without_money_says_what_is_missing(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=400)
    answer = client_as(bob).post(_buy_url(document), {"expected_price_minor": "400"}, follow=True)
    assert "¥4.00 are missing" in answer.content.decode()
    assert not Entitlement.objects.exists()


def test_a_changed_price_is_shown_before_anything_is_paid(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=500)
    give_money(bob, 1000)
    answer = client_as(bob).post(_buy_url(document), {"expected_price_minor": "400"}, follow=True)
    page = answer.content.decode()
    assert "The price has changed to ¥5.00" in page
    assert "Pay ¥5.00 from the wallet" in page
    assert wallet_balance_minor(bob) == 1000


@pytest.mark.parametrize("nonsense", ["", "-1", "4.5", "free", "9" * 50])
def test_a_price_that_is_no_price_buys_nothing(
    client_as: Browser, published_document: Factory, bob: User, nonsense: str
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    answer = client_as(bob).post(_buy_url(document), {"expected_price_minor": nonsense})
    assert answer.status_code == 302
    assert wallet_balance_minor(bob) == 1000


def test_a_free_document_is_taken_with_one_press(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=0)
    browser = client_as(bob)
    assert "Get for free" in browser.get(_buy_url(document)).content.decode()
    page = browser.post(_buy_url(document), {"expected_price_minor": "0"}, follow=True).content.decode()
    assert "The whole document is yours" in page


def test_alice_is_told_that_the_document_is_her_own(
    client_as: Browser, published_document: Factory, alice: User
) -> None:
    document = published_document()
    assert "your own" in client_as(alice).get(_buy_url(document)).content.decode()
    answer = client_as(alice).post(_buy_url(document), {"expected_price_minor": "400"})
    assert answer.status_code == 403
    assert "This document is your own." in answer.content.decode()
    assert not Entitlement.objects.exists()


def test_carol_and_dave_need_not_buy_what_they_look_after(
    client_as: Browser, published_document: Factory, carol: User, dave: User
) -> None:
    url = _buy_url(published_document())
    for person in (carol, dave):
        assert "Ready to download" in client_as(person).get(url).content.decode()


def test_mallory_does_not_find_what_is_not_on_the_shelf(
    client_as: Browser, draft_document: Factory, mallory: User
) -> None:
    for state in ("draft", "in_review", "withdrawn"):
        url = _buy_url(draft_document(state=state))
        assert client_as(mallory).get(url).status_code == 404
        assert client_as(mallory).post(url, {"expected_price_minor": "400"}).status_code == 404
    assert client_as(mallory).get(reverse("orders:buy", args=[10**9])).status_code == 404


def test_bob_reads_his_receipt_and_nobody_else_does(
    client_as: Browser,
    published_document: Factory,
    alice: User,
    bob: User,
    carol: User,
    dave: User,
    mallory: User,
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 400)
    order = document_buy(reader=bob, document_id=document.pk, expected_price_minor=400).order
    url = reverse("orders:order", args=[order.pk if order else 0])
    page = client_as(bob).get(url).content.decode()
    assert "¥4.00" in page
    assert document.title in page
    assert document.current_revision is not None
    folded = page.partition('<details class="folded')[2].partition("</details>")[0]
    assert document.current_revision.sha256 in folded  # there for whoever needs it, out of the way for Bob
    assert page.count(document.current_revision.sha256) == 1
    for person in (alice, carol, dave, mallory):
        assert client_as(person).get(url).status_code == 404
    assert client_as(None).get(url).status_code == 302


def test_alice_sees_her_sales_and_what_they_add_up_to(
    client_as: Browser, published_document: Factory, alice: User, bob: User, mallory: User, settings: Any
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 1000
    document = published_document(price_minor=400)
    give_money(bob, 400)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    page = client_as(alice).get(reverse("orders:sales")).content.decode()
    for words in (document.title, "¥4.00", "¥0.40", "¥3.60"):
        assert words in page
    for person in (bob, mallory):
        assert "No sale yet" in client_as(person).get(reverse("orders:sales")).content.decode()
    assert client_as(None).get(reverse("orders:sales")).status_code == 302


def test_alice_tells_her_buyers_apart_without_learning_who_they_are(
    client_as: Browser, published_document: Factory, alice: User, bob: User, carol: User, mallory: User
) -> None:
    for buyer in (bob, mallory):
        give_money(buyer, 2000)
    for document in (published_document(), published_document()):
        for buyer in (bob, mallory):
            document_buy(reader=buyer, document_id=document.pk, expected_price_minor=400)
    elsewhere = published_document(author=carol)
    document_buy(reader=bob, document_id=elsewhere.pk, expected_price_minor=400)

    page = client_as(alice).get(reverse("orders:sales"))
    aliases = {order.buyer_id: order.buyer_alias for order in page.context["page_obj"]}
    text = page.content.decode()
    assert len(set(aliases.values())) == 2
    for alias in aliases.values():
        assert text.count(alias) == 2
    for name in ("Bob", "Mallory", bob.email, mallory.email):
        assert name not in text
    assert Order.objects.get(document=elsewhere).buyer_alias not in aliases.values()
    assert all(
        re.fullmatch("#[2-9A-HJKMNP-Z]{6}", alias) for alias in aliases.values()
    )  # none looks like another


def test_the_sales_page_asks_the_database_as_often_for_one_sale_as_for_fifty(
    client_as: Browser,
    published_document: Factory,
    alice: User,
    bob: User,
    django_assert_max_num_queries: Any,
) -> None:
    browser = client_as(alice)
    give_money(bob, 100_000)

    def sell(count: int) -> None:
        for _number in range(count):
            document = published_document(price_minor=1, pages=["x"])
            document_buy(reader=bob, document_id=document.pk, expected_price_minor=1)

    sell(1)
    browser.get(reverse("orders:sales"))
    with django_assert_max_num_queries(100) as at_one:
        browser.get(reverse("orders:sales"))
    sell(49)
    with django_assert_max_num_queries(len(at_one)):
        page = browser.get(reverse("orders:sales")).content.decode()
    assert "?page=2" in page
    assert browser.get(reverse("orders:sales"), {"page": "2"}).status_code == 200
    assert browser.get(reverse("orders:sales"), {"page": "nonsense"}).status_code == 200


def test_dave_finds_orders_and_entitlements(
    client_as: Browser, published_document: Factory, bob: User, dave: User
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 400)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    for model in ("order", "entitlement"):
        changelist = reverse(f"admin:orders_{model}_changelist")
        assert document.title in client_as(dave).get(changelist, {"q": "bob"}).content.decode()
        assert document.title not in client_as(dave).get(changelist, {"q": "nobody"}).content.decode()
        assert client_as(dave).get(reverse(f"admin:orders_{model}_add")).status_code == 403
    sales = client_as(dave).get(reverse("admin:orders_order_changelist"), {"q": "alice@example.com"})
    assert document.title in sales.content.decode()
