"""The wallet and the simulated payment, as each of the cast meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.orders.models import Order
from wenlan.orders.services import document_buy
from wenlan.payments.models import TopUp

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _demo_in_english(settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = ["simulated"]
    settings.LANGUAGE_CODE = "en"


def _messages_of(page: str) -> list[str]:
    """The signed messages behind the two buttons: pay, refuse."""
    return [unescape(value) for value in re.findall(r'name="message" value="([^"]+)"', page)]


def _start(browser: Client, **fields: str) -> TopUp:
    answer = browser.post(reverse("payments:top_up"), {"amount": "5.00", **fields})
    top_up = TopUp.objects.latest("pk")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("payments:simulated", args=[top_up.reference])
    return top_up


def test_a_stranger_has_no_wallet(client_as: Browser) -> None:
    browser = client_as(None)
    for url in (reverse("payments:wallet"), reverse("payments:simulated", args=["0" * 32])):
        assert browser.get(url)["Location"].startswith(reverse("account_login"))
    assert browser.post(reverse("payments:top_up"), {"amount": "5"})["Location"].startswith(
        reverse("account_login")
    )


def test_bob_pays_and_comes_back_to_what_he_wanted_to_buy(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    browser = client_as(bob)
    back = reverse("orders:buy", args=[published_document(price_minor=500).pk])
    top_up = _start(browser, next=back)
    page = browser.get(top_up.pay_url).content.decode()
    assert "No real money moves" in page
    assert "¥5.00" in page
    answer = browser.post(top_up.pay_url, {"message": _messages_of(page)[0]})
    assert answer["Location"] == back
    assert wallet_balance_minor(bob) == 500
    assert "Pay ¥5.00 from the wallet" in browser.get(back).content.decode()


def test_paying_twice_from_an_old_page_pays_once(client_as: Browser, bob: User) -> None:
    browser = client_as(bob)
    top_up = _start(browser)
    pay, refuse = _messages_of(browser.get(top_up.pay_url).content.decode())
    for message in (pay, pay, refuse):
        browser.post(top_up.pay_url, {"message": message})
    assert wallet_balance_minor(bob) == 500
    assert _messages_of(browser.get(top_up.pay_url).content.decode()) == []


def test_bob_refuses_and_nothing_is_charged(client_as: Browser, bob: User) -> None:
    browser = client_as(bob)
    top_up = _start(browser)
    _pay, refuse = _messages_of(browser.get(top_up.pay_url).content.decode())
    answer = browser.post(top_up.pay_url, {"message": refuse}, follow=True)
    assert "Nothing was charged" in answer.content.decode()
    assert wallet_balance_minor(bob) == 0


def test_nobody_reaches_the_payment_of_somebody_else(
    client_as: Browser, alice: User, bob: User, carol: User, dave: User, mallory: User
) -> None:
    browser = client_as(bob)
    top_up = _start(browser)
    pay, _refuse = _messages_of(browser.get(top_up.pay_url).content.decode())
    for person in (alice, carol, dave, mallory):
        assert client_as(person).get(top_up.pay_url).status_code == 404
        assert client_as(person).post(top_up.pay_url, {"message": pay}).status_code == 404
    assert wallet_balance_minor(bob) == 0


def test_a_forged_or_borrowed_message_pays_nothing(client_as: Browser, bob: User, mallory: User) -> None:
    cheap, dear = _start(client_as(mallory), amount="0.01"), _start(client_as(mallory), amount="9999")
    pay, _refuse = _messages_of(client_as(mallory).get(cheap.pay_url).content.decode())
    for message in (pay, "paid", "", "ü"):
        assert client_as(mallory).post(dear.pay_url, {"message": message}).status_code == 400
    assert wallet_balance_minor(mallory) == 0


def test_the_simulated_page_does_not_exist_on_a_real_site(
    client_as: Browser, bob: User, settings: Any
) -> None:
    browser = client_as(bob)
    top_up = _start(browser)
    pay, _refuse = _messages_of(browser.get(top_up.pay_url).content.decode())
    settings.PAYMENT_PROVIDERS = []
    assert browser.get(top_up.pay_url).status_code == 404
    assert browser.post(top_up.pay_url, {"message": pay}).status_code == 404
    page = browser.get(reverse("payments:wallet")).content.decode()
    assert "does not take payments yet" in page
    assert 'class="errorlist"' not in page
    answer = browser.post(reverse("payments:top_up"), {"amount": "5"})
    assert answer.status_code == 422
    assert re.search(r'class="errorlist".*does not take payments yet', answer.content.decode(), re.DOTALL)


def test_a_link_to_the_top_up_leads_to_its_form(client_as: Browser, bob: User) -> None:
    assert client_as(bob).get(reverse("payments:top_up"))["Location"] == reverse("payments:wallet")


def test_a_preset_amount_is_enough(client_as: Browser, bob: User) -> None:
    assert _start(client_as(bob), amount="", amount_preset="2000").amount_minor == 2000


def test_a_written_amount_belongs_to_its_own_choice(client_as: Browser, bob: User) -> None:
    assert _start(client_as(bob), amount="¥7.5", amount_preset="other").amount_minor == 750


def test_two_amounts_at_once_are_asked_about(client_as: Browser, bob: User) -> None:
    answer = client_as(bob).post(reverse("payments:top_up"), {"amount": "30", "amount_preset": "2000"})
    assert answer.status_code == 422
    assert "Choose one of the two" in answer.content.decode()
    assert not TopUp.objects.exists()


@pytest.mark.parametrize("amount", ["-5", "0", "0.001", "1e99", "NaN", "99999999999", "5元", "<b>"])
def test_an_amount_that_cannot_be_paid_is_explained(client_as: Browser, bob: User, amount: str) -> None:
    answer = client_as(bob).post(reverse("payments:top_up"), {"amount": amount})
    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode()
    assert not TopUp.objects.exists()


@pytest.mark.parametrize(
    "fields", [{}, {"amount_preset": "7"}, {"amount_preset": "other"}, {"amount": "5", "provider": "stripe"}]
)
def test_a_form_that_our_page_did_not_offer_starts_nothing(
    client_as: Browser, bob: User, fields: dict[str, str]
) -> None:
    assert client_as(bob).post(reverse("payments:top_up"), fields).status_code == 422
    assert not TopUp.objects.exists()


def test_the_wallet_tells_every_movement_in_words(
    client_as: Browser, published_document: Factory, alice: User, bob: User, mallory: User
) -> None:
    document = published_document(price_minor=400, title="入党申请书")
    give_money(bob, 1000)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    page = client_as(bob).get(reverse("payments:wallet")).content.decode()
    for words in ("Topped up", "Bought “入党申请书”", "+¥10.00", "−¥4.00", "¥6.00"):
        assert words in page
    assert reverse("orders:order", args=[Order.objects.get().pk]) in page
    earnings = client_as(alice).get(reverse("payments:wallet"), {"account": "held"}).content.decode()
    assert "Sold “入党申请书”" in earnings
    assert "+¥4.00" in earnings
    assert "入党申请书" not in client_as(mallory).get(reverse("payments:wallet")).content.decode()


def test_the_form_to_top_up_comes_before_the_movements(client_as: Browser, bob: User) -> None:
    give_money(bob, 1000)
    page = client_as(bob).get(reverse("payments:wallet")).content.decode()
    assert page.index("Go to payment") < page.index("Topped up")


def test_an_empty_wallet_says_what_will_be_here(client_as: Browser, bob: User) -> None:
    assert "Nothing has moved yet" in client_as(bob).get(reverse("payments:wallet")).content.decode()


def test_the_wallet_asks_the_database_as_often_for_one_entry_as_for_fifty(
    client_as: Browser, bob: User, django_assert_max_num_queries: Any
) -> None:
    browser = client_as(bob)
    give_money(bob, 100)
    browser.get(reverse("payments:wallet"))
    with django_assert_max_num_queries(100) as at_one:
        browser.get(reverse("payments:wallet"))
    for _number in range(49):
        give_money(bob, 100)
    with django_assert_max_num_queries(len(at_one)):
        page = browser.get(reverse("payments:wallet")).content.decode()
    assert "?page=2" in page
    assert browser.get(reverse("payments:wallet"), {"page": "3"}).status_code == 200


def test_dave_sees_top_ups_and_settles_none_by_hand(client_as: Browser, bob: User, dave: User) -> None:
    top_up = _start(client_as(bob))
    browser = client_as(dave)
    page = browser.get(reverse("admin:payments_topup_changelist"), {"q": top_up.reference}).content.decode()
    assert top_up.reference in page
    change = reverse("admin:payments_topup_change", args=[top_up.pk])
    assert browser.get(change).status_code == 200
    assert browser.post(change, {"state": "paid"}).status_code == 403


@pytest.mark.parametrize("reference", ["%00", "a%00b", "%F0%9F%98%80", "x" * 500])
def test_an_address_that_no_payment_has_is_none_of_this_site(
    client_as: Browser, bob: User, reference: str
) -> None:
    assert client_as(bob).get(f"/pay/simulated/{reference}/").status_code == 404
