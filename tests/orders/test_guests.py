"""Buying without an account: paid at once, claimed by a link that works once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import PASSWORD
from tests.orders.test_buy_page import _buy_url, _pay_url, _simulate
from tests.threads import at_once
from wenlan.accounts.models import OutgoingMail, User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import held_balance_minor, verify, wallet_balance_minor
from wenlan.orders.models import Claim, Entitlement, Order
from wenlan.orders.services import document_buy
from wenlan.orders.services.claims import ClaimUseless, claim_attach, claim_take

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]
EMAIL = "Erin@Example.com"


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.PAYMENT_PROVIDERS = ["simulated"]


def _buy_as_guest(browser: Client, document: Document, email: str = EMAIL) -> str:
    """Pay for `document` and come back; the link in the mail."""
    browser.post(
        _pay_url(document),
        {"expected_price_minor": str(document.price_minor), "email": email, "provider": "simulated"},
    )
    page = browser.get(_simulate(browser)).content.decode()
    assert email in page
    return _link()


def _link() -> str:
    (path,) = re.findall(r"/claim/[\w-]{30,}/", OutgoingMail.objects.latest("pk").body)
    return str(path)


def _token(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_erin_buys_without_an_account_and_makes_one_by_the_link(
    client_as: Browser, published_document: Factory, alice: User
) -> None:
    document, browser = published_document(price_minor=400), client_as(None)
    page = browser.get(_buy_url(document)).content.decode()
    assert "Buy without an account" in page
    link = _buy_as_guest(browser, document)
    guest = User.objects.get(is_guest=True)
    assert (guest.is_active, guest.has_usable_password(), "erin" in guest.email) == (False, False, False)
    assert held_balance_minor(alice) == 400

    elsewhere = client_as(None)
    for _look in range(3):  # as programs do that look through mail
        page = elsewhere.get(link).content.decode()
    assert document.title in page
    answer = elsewhere.post(link, {"display_name": "Erin", "password": "short"})
    assert answer.status_code == 422
    answer = elsewhere.post(link, {"display_name": "Erin", "password": PASSWORD}, follow=True)
    assert document.title in answer.content.decode()
    erin = User.objects.get(email="erin@example.com")
    assert (erin.pk, erin.is_guest, erin.is_active) == (guest.pk, False, True)
    assert Order.objects.get().buyer == erin
    assert client_as(None).get(link).status_code == 404
    signed_in = client_as(None)
    signed_in.post(reverse("account_login"), {"login": "erin@example.com", "password": PASSWORD})
    assert "The whole document is yours" in signed_in.get(_buy_url(document)).content.decode()
    assert verify().is_clean


def test_the_link_works_for_who_is_signed_in_and_puts_it_into_their_library(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=400)
    link = _buy_as_guest(client_as(None), document)
    page = client_as(bob).get(link).content.decode()
    assert "You are signed in as Bob." in page
    assert not Entitlement.objects.filter(reader=bob).exists()
    assert client_as(bob).post(link).status_code == 302
    assert Entitlement.objects.get(reader=bob).document == document
    assert Order.objects.get().buyer == bob
    assert client_as(bob).post(link).status_code == 404
    assert Claim.objects.get().claimed_by == bob


def test_who_has_it_already_gets_the_money_instead(
    client_as: Browser, published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=400)
    link = _buy_as_guest(client_as(None), document)
    Document.objects.filter(pk=document.pk).update(price_minor=0)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=0)
    client_as(bob).post(link)
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (400, 0)
    assert Entitlement.objects.filter(reader=bob).count() == 1
    assert verify().is_clean


def test_an_address_with_an_account_is_not_taken_over(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    link = _buy_as_guest(client_as(None), published_document(price_minor=400), email="BOB@example.com")
    stranger = client_as(None)
    assert "There is an account with the address" in stranger.get(link).content.decode()
    page = stranger.post(link, {"display_name": "Bobby", "password": PASSWORD}).content.decode()
    assert "There is an account with this address." in page
    bob.refresh_from_db()
    assert bob.display_name == "Bob"
    assert client_as(bob).post(link).status_code == 302  # it was not used up


def test_a_payment_of_a_guest_that_comes_too_late_waits_in_a_wallet(
    client_as: Browser, published_document: Factory, bob: User
) -> None:
    document, browser = published_document(price_minor=400), client_as(None)
    browser.post(_pay_url(document), {"expected_price_minor": "400", "email": EMAIL})
    Document.objects.filter(pk=document.pk).update(state="withdrawn")
    page = browser.get(_simulate(browser)).content.decode()
    assert "The money is kept for you." in page
    assert "could not be bought" in OutgoingMail.objects.get().body
    client_as(bob).post(_link())
    assert wallet_balance_minor(bob) == 400
    assert verify().is_clean


@pytest.mark.parametrize("token", ["x", "a" * 43, "-" * 43])
def test_a_token_of_ones_own_making_is_no_link(client_as: Browser, bob: User, token: str) -> None:
    for person in (None, bob):
        assert client_as(person).get(f"/claim/{token}/").status_code == 404
        assert client_as(person).post(f"/claim/{token}/").status_code == 404


def test_a_link_is_not_kept_for_ever_and_its_token_nowhere(
    client_as: Browser, published_document: Factory
) -> None:
    link = _buy_as_guest(client_as(None), published_document(price_minor=400))
    assert _token(link) not in str(Claim.objects.values().get())
    Claim.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client_as(None).get(link).status_code == 404


def test_a_lost_link_is_sent_again_and_nobody_learns_whether_there_was_one(
    client_as: Browser, published_document: Factory
) -> None:
    first = _buy_as_guest(client_as(None), published_document(price_minor=400))
    lost, browser = reverse("orders:claim_lost"), client_as(None)
    answers = [
        browser.post(lost, {"email": email}).content for email in ("nobody@example.com", EMAIL.lower())
    ]
    assert OutgoingMail.objects.count() == 2
    assert {b"is on its way" in answer for answer in answers} == {True}
    second = _link()
    assert second != first
    assert client_as(None).get(first).status_code == 200
    client_as(None).post(second, {"display_name": "Erin", "password": PASSWORD})
    assert client_as(None).get(first).status_code == 404  # what it opened is taken
    client_as(None).post(lost, {"email": EMAIL})
    assert OutgoingMail.objects.filter(body__contains="/claim/").count() == 2


def test_links_are_not_asked_for_without_end(client_as: Browser, published_document: Factory) -> None:
    _buy_as_guest(client_as(None), published_document(price_minor=400))
    lost, browser = reverse("orders:claim_lost"), client_as(None)
    statuses = [browser.post(lost, {"email": EMAIL}).status_code for _time in range(6)]
    assert statuses == [200, 200, 200, 200, 200, 400]
    assert OutgoingMail.objects.count() == 1 + 3


def test_a_guest_without_an_address_pays_nothing(client_as: Browser, published_document: Factory) -> None:
    document = published_document(price_minor=400)
    for email in ("", "nobody", "a@b", "x" * 300 + "@example.com"):
        answer = client_as(None).post(_pay_url(document), {"expected_price_minor": "400", "email": email})
        assert answer["Location"] == _buy_url(document)
    assert not User.objects.filter(is_guest=True).exists()


def test_a_second_purchase_of_the_same_browser_is_of_the_same_guest(
    client_as: Browser, published_document: Factory
) -> None:
    browser = client_as(None)
    _buy_as_guest(browser, published_document(price_minor=400))
    link = _buy_as_guest(browser, published_document(price_minor=300))
    assert User.objects.filter(is_guest=True).count() == 1
    client_as(None).post(link, {"display_name": "Erin", "password": PASSWORD})
    assert Entitlement.objects.filter(reader__email="erin@example.com").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_link_that_two_open_at_once_opens_for_one(
    client_as: Browser, published_document: Factory, bob: User, mallory: User
) -> None:
    token = _token(_buy_as_guest(client_as(None), published_document(price_minor=400)))

    def open_it(number: int) -> object:
        if number:
            return claim_attach(token=token, user=[bob, mallory][number - 1])
        return claim_take(token=token, display_name="Erin", password=PASSWORD)

    answers = at_once(3, open_it)
    assert sum(isinstance(answer, ClaimUseless) for answer in answers) == 2
    assert Entitlement.objects.count() == 1
