"""The page of one payment, as the cast meets it: on a desk, on a phone, with and without JavaScript."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.demo.gateway.books import Callback, Company, Trouble
from wenlan.demo.gateway.gateway import Gateway
from wenlan.documents.models import Document
from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.orders.models import Entitlement
from wenlan.orders.services import checkout_open
from wenlan.payments.models import TopUp
from wenlan.payments.services import top_up_start

Browser = Callable[[User | None], Client]
PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
}


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def _start(browser: Client, provider: str, *, headers: dict[str, str] | None = None) -> tuple[TopUp, str]:
    """The top-up that Bob began with the form, and the address he was sent to."""
    answer = browser.post(
        reverse("payments:top_up"), {"amount": "5.00", "provider": provider}, headers=headers
    )
    assert answer.status_code == 302
    return TopUp.objects.latest("pk"), answer["Location"]


def _page(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def _lies_open(top_up: TopUp) -> str:
    return reverse("payments:pay", args=[top_up.reference])


def test_bob_chooses_among_three_ways_to_pay(companies: Gateway, client_as: Browser, bob: User) -> None:
    page = _page(client_as(bob), reverse("payments:wallet"))
    assert [label in page for label in ("Card (Stripe)", "WeChat Pay", "Alipay")] == [True, True, True]
    answer = client_as(bob).post(reverse("payments:top_up"), {"amount": "5.00"})
    assert "Choose how to pay" in answer.content.decode()


@pytest.mark.parametrize("provider", ["stripe", "alipay"])
def test_bob_is_led_to_the_page_of_the_company_and_finds_back(
    companies: Gateway, client_as: Browser, bob: User, provider: str
) -> None:
    browser = client_as(bob)
    top_up, address = _start(browser, provider)
    assert address == f"{_lies_open(top_up)}?go=1"
    there = top_up.pay_url.replace("&", "&amp;")
    assert f'content="0;url={there}"' in _page(browser, address)
    page = _page(browser, _lies_open(top_up))
    assert 'http-equiv="refresh"' not in page
    assert f'href="{there}"' in page
    assert "Waiting for your payment" in page


def test_bob_scans_a_code_on_a_desk(companies: Gateway, client_as: Browser, bob: User) -> None:
    browser = client_as(bob)
    top_up, address = _start(browser, "wechat")
    page = _page(browser, address)
    assert 'src="data:image/svg+xml' in page
    assert "Scan to pay" in page
    assert 'hx-trigger="every 3s"' in page
    assert top_up.qr_text not in page  # nobody follows it on a desk


def test_bob_pays_in_wechat_on_his_phone(companies: Gateway, client_as: Browser, bob: User) -> None:
    _top_up, address = _start(client_as(bob), "wechat", headers=PHONE)
    assert address.endswith("?go=1")


def test_the_page_says_when_the_money_has_arrived_and_looks_no_more(
    companies: Gateway, company: Company, client_as: Browser, bob: User
) -> None:
    browser = client_as(bob)
    top_up, _address = _start(browser, company.value)
    TopUp.objects.update(next_url="/wallet/?account=earnings")
    open_first = _page(browser, _lies_open(top_up))
    assert "The money has arrived" not in open_first.replace("when the money has arrived", "")
    if company == Company.ALIPAY:
        import requests

        requests.get(top_up.pay_url, timeout=10)
    companies.pay(company, top_up.reference, Callback.LOST)
    assert browser.post(_lies_open(top_up)).status_code == 302  # “I have paid”
    part = browser.get(_lies_open(top_up), headers={"HX-Request": "true"}).content.decode()
    assert "The money has arrived" in part
    assert "<html" not in part
    assert "hx-get" not in part
    assert 'href="/wallet/?account=earnings"' in part
    assert wallet_balance_minor(bob) == 500


def test_asking_again_and_again_does_not_ask_the_company_each_time(
    companies: Gateway, client_as: Browser, bob: User
) -> None:
    browser = client_as(bob)
    top_up, _address = _start(browser, "wechat")
    browser.post(_lies_open(top_up))
    companies.pay(Company.WECHAT, top_up.reference, Callback.LOST)
    browser.post(_lies_open(top_up))
    assert wallet_balance_minor(bob) == 0
    cache.clear()
    browser.post(_lies_open(top_up))
    assert wallet_balance_minor(bob) == 500


def test_a_company_that_does_not_answer_is_waited_for(
    companies: Gateway, client_as: Browser, bob: User
) -> None:
    companies.books.troubles[Company.WECHAT] = Trouble.DOWN
    browser = client_as(bob)
    top_up, address = _start(browser, "wechat")
    page = _page(browser, address)
    assert "Waiting for the payment company" in page
    assert "Nothing is lost" in page
    companies.books.troubles.clear()
    browser.post(_lies_open(top_up))
    assert "Scan to pay" in _page(browser, _lies_open(top_up))


def test_a_payment_that_the_company_refuses_says_why(
    companies: Gateway, client_as: Browser, bob: User
) -> None:
    companies.books.troubles[Company.STRIPE] = Trouble.REFUSES
    browser = client_as(bob)
    _top_up, address = _start(browser, "stripe")
    page = _page(browser, address)
    assert "The payment was refused" in page
    assert "total amount is too small" in page


def test_an_old_code_is_not_shown_any_more(companies: Gateway, client_as: Browser, bob: User) -> None:
    browser = client_as(bob)
    top_up, _address = _start(browser, "wechat")
    TopUp.objects.update(created_at=timezone.now() - datetime.timedelta(hours=3))
    page = _page(browser, _lies_open(top_up))
    assert "The code has expired" in page
    assert "data:image/svg+xml" not in page
    assert "hx-get" not in page


def test_bob_cancels_and_nobody_can_pay_any_more(companies: Gateway, client_as: Browser, bob: User) -> None:
    browser = client_as(bob)
    top_up, _address = _start(browser, "stripe")
    browser.post(_lies_open(top_up), {"then": "cancel"})
    assert "The payment was cancelled" in _page(browser, _lies_open(top_up))
    assert companies.pay(Company.STRIPE, top_up.reference, Callback.LOST).state == "closed"


def test_bob_cannot_cancel_what_the_company_cannot_close(
    companies: Gateway, client_as: Browser, bob: User
) -> None:
    browser = client_as(bob)
    top_up, _address = _start(browser, "stripe")
    companies.books.troubles[Company.STRIPE] = Trouble.DOWN
    assert browser.post(_lies_open(top_up), {"then": "cancel"}).status_code == 400
    top_up.refresh_from_db()
    assert top_up.state == "created"


def test_nobody_sees_the_payment_of_somebody_else(
    companies: Gateway, client_as: Browser, bob: User, alice: User, carol: User, dave: User, mallory: User
) -> None:
    top_up, _address = _start(client_as(bob), "wechat")
    for person in (alice, carol, dave, mallory):
        assert client_as(person).get(_lies_open(top_up)).status_code == 404
        assert client_as(person).post(_lies_open(top_up), {"then": "cancel"}).status_code == 404
    assert client_as(None).get(_lies_open(top_up))["Location"].startswith(reverse("account_login"))
    top_up.refresh_from_db()
    assert top_up.state == "created"


def test_a_page_that_looks_again_is_left_alone_until_something_has_changed(
    companies: Gateway, client_as: Browser, bob: User
) -> None:
    browser = client_as(bob)
    top_up, _address = _start(browser, "wechat")
    again = re.search(r'hx-get="([^"]+)"', _page(browser, _lies_open(top_up)))
    assert again is not None
    assert browser.get(again[1], headers={"HX-Request": "true"}).status_code == 204
    companies.pay(Company.WECHAT, top_up.reference, Callback.LOST)
    browser.post(_lies_open(top_up))
    assert "The money has arrived" in browser.get(again[1], headers={"HX-Request": "true"}).content.decode()


def test_the_page_works_without_javascript(companies: Gateway, client_as: Browser, bob: User) -> None:
    browser = client_as(bob)
    top_up, _address = _start(browser, "wechat")
    page = _page(browser, _lies_open(top_up))
    assert re.search(
        r'<form method="post"[^>]*>.*?<button class="button"[^>]*>I have paid</button>', page, re.DOTALL
    )


def test_who_pays_for_a_document_at_once_is_told_of_the_document_and_led_to_it(
    companies: Gateway, client_as: Browser, published_document: Callable[..., Document], bob: User
) -> None:
    document = published_document(price_minor=400, title="入党申请书")
    checkout = checkout_open(reader=bob, document_id=document.pk, expected_price_minor=400)
    top_up = top_up_start(
        user=bob, amount_minor=400, provider="wechat", checkout=checkout, next_url="/checkouts/1/"
    )
    browser = client_as(bob)
    assert "入党申请书" in _page(browser, _lies_open(top_up))
    companies.pay(Company.WECHAT, top_up.reference, Callback.LOST)
    browser.post(_lies_open(top_up))
    page = _page(browser, _lies_open(top_up))
    assert "Go on to what you have bought" in page
    assert "in your wallet" not in page
    assert 'href="/checkouts/1/"' in page
    assert Entitlement.objects.filter(reader=bob, document=document).exists()
