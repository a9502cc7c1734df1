"""Giving money back, as each of the cast meets it: what it means is said before, and the reader is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.ledger.helpers import give_money
from wenlan.accounts.models import OutgoingMail, User
from wenlan.documents.models import Document
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.selectors import debt_minor, held_balance_minor, verify, wallet_balance_minor
from wenlan.ledger.services import Posting, account_for, transfer_post
from wenlan.orders.models import Order, Refund
from wenlan.orders.services import document_buy, order_release

Browser = Callable[[User | None], Client]


@pytest.fixture
def order(published_document: Callable[..., Document], bob: User, settings: Any) -> Order:
    settings.LANGUAGE_CODE = "en"
    User.objects.filter(pk=bob.pk).update(language="en")
    bob.refresh_from_db()
    give_money(bob, 400)
    document = published_document(title="年度总结", price_minor=400)
    entitlement = document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    return Order.objects.get(entitlement=entitlement)


def _url(order: Order, name: str = "refund") -> str:
    return reverse(f"orders:{name}", args=[order.pk])


def _key(page: str) -> str:
    return str(re.findall(r'name="key" value="([^"]+)"', page)[0])


def test_alice_gives_back_a_part_once_and_bob_is_told(
    client_as: Browser, order: Order, alice: User, bob: User
) -> None:
    browser = client_as(alice)
    assert _url(order) in browser.get(reverse("orders:sales")).content.decode()
    fields = {"amount": "1.50", "note": "Page 3 was missing, sorry."}
    page = browser.post(_url(order), fields).content.decode()
    assert "The reader keeps the document." in page
    assert "still held" in page
    assert not Refund.objects.exists()
    for _press in range(2):
        browser.post(_url(order), {**fields, "key": _key(page)})
    refund = Refund.objects.get()
    assert (refund.reason, refund.by, refund.amount_minor) == ("goodwill", alice, 150)
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (150, 250)
    mail = OutgoingMail.objects.get(to=bob.email)
    assert "¥1.50" in mail.subject
    assert "Page 3 was missing, sorry." in mail.body
    receipt = client_as(bob).get(order.get_absolute_url()).content.decode()
    assert "Page 3 was missing, sorry." in receipt
    assert reverse("delivery:download", args=[order.document_id]) in receipt
    assert verify().is_clean


def test_giving_back_all_of_it_says_that_the_document_goes(
    client_as: Browser, order: Order, alice: User, bob: User
) -> None:
    browser = client_as(alice)
    page = browser.post(_url(order), {"amount": "4"}).content.decode()
    assert "the reader loses the document" in page
    browser.post(_url(order), {"amount": "4", "key": _key(page)})
    assert "no longer in your library" in OutgoingMail.objects.get(to=bob.email).body
    receipt = client_as(bob).get(order.get_absolute_url()).content.decode()
    assert reverse("delivery:download", args=[order.document_id]) not in receipt
    assert "has gone back already" in browser.get(_url(order)).content.decode()


def test_what_was_taken_out_is_said_to_become_a_debt(client_as: Browser, order: Order, alice: User) -> None:
    Order.objects.update(release_at=timezone.now())
    order_release(order_id=order.pk)
    transfer_post(
        reason_key="test:out",
        kind=Transfer.Kind.PAYOUT,
        description="test",
        postings=[
            Posting(account_for(kind=Account.Kind.EARNINGS, owner=alice), -300),
            Posting(account_for(kind=Account.Kind.PROVIDER, name="test"), 300),
        ],
    )
    browser = client_as(alice)
    page = browser.post(_url(order), {"amount": "4"}).content.decode()
    assert "¥3.00 become a debt" in page
    browser.post(_url(order), {"amount": "4", "key": _key(page)})
    assert debt_minor(alice) == 300


@pytest.mark.parametrize("amount", ["", "0", "-1", "4.01", "1e2", "0.001"])
def test_an_amount_that_cannot_be_is_told_beside_the_field(
    client_as: Browser, order: Order, alice: User, amount: str
) -> None:
    page = client_as(alice).post(_url(order), {"amount": amount, "key": "0" * 32}).content.decode()
    assert 'class="errorlist"' in page
    assert not Refund.objects.exists()


@pytest.mark.parametrize("who", ["bob", "carol", "dave", "mallory"])
def test_nobody_gives_back_for_alice(client_as: Browser, order: Order, who: str, request: Any) -> None:
    browser = client_as(request.getfixturevalue(who))
    assert browser.get(_url(order)).status_code == 404
    assert browser.post(_url(order), {"amount": "4", "key": "0" * 32}).status_code == 404
    assert not Refund.objects.exists()


@pytest.mark.parametrize("who", [None, "alice", "bob", "carol", "mallory"])
def test_only_operators_give_back_for_the_house(
    client_as: Browser, order: Order, who: str | None, request: Any
) -> None:
    browser = client_as(request.getfixturevalue(who) if who else None)
    answer = browser.post(_url(order, "house_refund"), {"amount": "4", "why": "operator", "key": "0" * 32})
    assert answer.status_code == 404
    assert not Refund.objects.exists()


def test_dave_gives_back_and_says_why(client_as: Browser, order: Order, dave: User, bob: User) -> None:
    browser = client_as(dave)
    assert (
        _url(order, "house_refund") in browser.get(reverse("admin:orders_order_changelist")).content.decode()
    )
    fields = {"amount": "4.00", "why": "complaint", "note": ""}
    page = browser.post(_url(order, "house_refund"), fields).content.decode()
    browser.post(_url(order, "house_refund"), {**fields, "key": _key(page)})
    assert Refund.objects.get().reason == "complaint"
    assert wallet_balance_minor(bob) == 400
    assert "A complaint was upheld" in OutgoingMail.objects.get(to=bob.email).body
