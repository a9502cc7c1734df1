"""The page of buying: coupons, prices that readers choose, and paying at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.orders.models import Checkout, Entitlement, Order
from wenlan.orders.services import coupon_create, terms_set
from wenlan.payments.backends.simulated import SimulatedProvider
from wenlan.payments.models import TopUp

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.PAYMENT_PROVIDERS = ["simulated"]


def _buy_url(document: Document) -> str:
    return reverse("orders:buy", args=[document.pk])


def _pay_url(document: Document) -> str:
    return reverse("payments:pay_document", args=[document.pk])


def _simulate(browser: Client, *, is_paid: bool = True) -> str:
    """Press a button on the page of the simulated provider; where one comes to."""
    top_up = TopUp.objects.latest("pk")
    assert browser.get(top_up.pay_url).status_code == 200
    message = SimulatedProvider().message(top_up, is_paid=is_paid)
    return browser.post(top_up.pay_url, {"message": message})["Location"]


def test_a_coupon_lowers_the_price_before_anything_is_paid(
    client_as: Browser, published_document: Factory, alice: User, bob: User
) -> None:
    coupon_create(author=alice, code="Spring", kind="percent", percent=25)
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    browser = client_as(bob)
    page = browser.get(_buy_url(document), {"coupon": " spring "}).content.decode()
    assert "−¥1.00" in page
    assert "Pay ¥3.00 from the wallet" in page
    part = browser.get(
        _buy_url(document), {"coupon": "spring"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "Pay ¥3.00 from the wallet" in part
    assert "<html" not in part
    browser.post(_buy_url(document), {"expected_price_minor": "300", "coupon": "Spring"})
    assert Order.objects.get().price_minor == 300


def test_a_coupon_that_does_not_count_is_explained_and_changes_nothing(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    page = client_as(bob).get(_buy_url(document), {"coupon": "nonsense"}).content.decode()
    assert "There is no coupon with this code." in page
    assert "Pay ¥4.00 from the wallet" in page
    answer = client_as(bob).post(
        _buy_url(document), {"expected_price_minor": "1", "coupon": "nonsense"}, follow=True
    )
    assert "There is no coupon with this code." in answer.content.decode()
    assert not Order.objects.exists()


def test_codes_are_not_guessed(client_as: Browser, published_document: Factory, bob: User) -> None:
    url, browser = _buy_url(published_document()), client_as(bob)
    answers = [browser.get(url, {"coupon": f"code{number}"}).status_code for number in range(31)]
    assert (answers[0], answers[-1]) == (200, 400)


def test_bob_chooses_what_he_pays(
    client_as: Browser, published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=200)
    terms_set(actor=alice, document_id=document.pk, suggested_minor=500)
    give_money(bob, 1000)
    browser = client_as(bob)
    page = browser.get(_buy_url(document)).content.decode()
    assert "Pay ¥5.00 from the wallet" in page
    assert 'name="chosen" value="5.00"' in page
    assert "from ¥2.00" in browser.get(document.get_absolute_url()).content.decode()
    assert "Pay ¥7.50 from the wallet" in browser.get(_buy_url(document), {"chosen": "7.5"}).content.decode()
    for wrong, why in [
        ("1.99", "The least you can pay is ¥2.00."),
        ("-3", "cannot be negative"),
        ("2.005", "at most 2 decimals"),
        ("9" * 19, "as a number"),
        ("many", "as a number"),
    ]:
        answer = browser.get(_buy_url(document), {"chosen": wrong}).content.decode()
        assert why in answer, wrong
        assert "Pay ¥5.00 from the wallet" in answer
    browser.post(_buy_url(document), {"expected_price_minor": "750", "chosen_minor": "750"})
    assert Order.objects.get().price_minor == 750


def test_bob_pays_at_once_and_has_the_document(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document, browser = published_document(price_minor=400), client_as(bob)
    browser.post(_pay_url(document), {"expected_price_minor": "400", "provider": "simulated"})
    after = _simulate(browser)
    page = browser.get(after, follow=True).content.decode()
    assert "The whole document is yours" in page
    assert wallet_balance_minor(bob) == 0


def test_a_payment_that_comes_too_late_is_explained(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document, browser = published_document(price_minor=400), client_as(bob)
    browser.post(_pay_url(document), {"expected_price_minor": "400"})
    Document.objects.filter(pk=document.pk).update(price_minor=500)
    page = browser.get(_simulate(browser), follow=True).content.decode()
    assert "The money is in your wallet." in page
    assert "Pay ¥1.00 now" in page
    assert wallet_balance_minor(bob) == 400


def test_a_payment_that_was_cancelled_buys_nothing(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document, browser = published_document(price_minor=400), client_as(bob)
    browser.post(_pay_url(document), {"expected_price_minor": "400"})
    page = browser.get(_simulate(browser, is_paid=False), follow=True).content.decode()
    assert "Waiting for your payment" in page
    assert not Entitlement.objects.exists()


def test_paying_another_price_than_the_one_shown_asks_again(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=400)
    answer = client_as(bob).post(_pay_url(document), {"expected_price_minor": "300"}, follow=True)
    assert "The price has changed to ¥4.00" in answer.content.decode()
    for nonsense in ("", "-1", "4.5", "9" * 50):
        answer = client_as(bob).post(_pay_url(document), {"expected_price_minor": nonsense})
        assert answer["Location"] == _buy_url(document)
    assert not Checkout.objects.exists()


def test_nobody_else_sees_a_payment(
    client_as: Browser, published_document: Factory, bob: User, mallory: User, dave: User
) -> None:
    client_as(bob).post(_pay_url(published_document()), {"expected_price_minor": "400"})
    top_up = TopUp.objects.get()
    for person in (mallory, dave, None):
        assert client_as(person).get(top_up.next_url).status_code == 404
        assert client_as(person).get(top_up.pay_url).status_code in {302, 404}
