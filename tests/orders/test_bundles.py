"""Bundles: several documents at one price, split over them, what one has already not charged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.helpers import give_money
from tests.orders.test_buy_page import _simulate
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.core.money import apportion_minor
from wenlan.documents.models import Document
from wenlan.ledger.selectors import held_balance_minor, verify, wallet_balance_minor
from wenlan.orders.bundling import bundle_quote
from wenlan.orders.models import Bundle, Entitlement, Order, Refund
from wenlan.orders.services import (
    InsufficientFunds,
    InvalidBundle,
    PriceChanged,
    bundle_buy,
    bundle_create,
    bundle_stop,
    document_buy,
    order_refund,
)

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.PAYMENT_PROVIDERS = ["simulated"]


@pytest.fixture
def bundle(published_document: Factory, alice: User) -> Bundle:
    """Three documents of Alice's at 4.00, 3.00 and 2.00, together for 6.00."""
    documents = [published_document(price_minor=price) for price in (400, 300, 200)]
    return bundle_create(
        author=alice, title="三份总结", price_minor=600, document_ids=[document.pk for document in documents]
    )


def test_a_bundle_is_bought_as_an_order_for_each_document(bundle: Bundle, alice: User, bob: User) -> None:
    give_money(bob, 1000)
    bought = bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600)
    assert len(bought) == 3
    orders = Order.objects.order_by("pk")
    assert [(order.list_minor, order.price_minor, order.bundle) for order in orders] == [
        (400, 267, bundle),
        (300, 200, bundle),
        (200, 133, bundle),
    ]
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (400, 600)
    assert bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600) == []
    assert wallet_balance_minor(bob) == 400
    assert verify().is_clean


@given(prices=st.lists(st.integers(0, 10**9), min_size=2, max_size=50), part=st.integers(1, 10_000))
def test_the_parts_of_a_bundle_are_its_price_and_none_is_dearer_than_alone(
    prices: list[int], part: int
) -> None:
    whole = sum(prices)
    price_minor = whole * part // 10_000
    if not price_minor:
        return
    parts = apportion_minor(price_minor, prices)
    assert sum(parts) == price_minor
    assert all(share <= price for share, price in zip(parts, prices, strict=True))


def test_what_one_has_already_is_not_charged(bundle: Bundle, bob: User) -> None:
    give_money(bob, 1000)
    first = bundle.items.get(position=0).document
    document_buy(reader=bob, document_id=first.pk, expected_price_minor=400)
    with pytest.raises(PriceChanged) as changed:
        bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600)
    assert changed.value.price_minor == 333
    assert len(bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=333)) == 2
    assert wallet_balance_minor(bob) == 1000 - 400 - 333


def test_what_is_off_the_shelf_is_neither_sold_nor_charged(bundle: Bundle, bob: User) -> None:
    Document.objects.filter(pk=bundle.items.get(position=2).document_id).update(state="withdrawn")
    give_money(bob, 1000)
    assert bundle_quote(bundle, bob).price_minor == 467
    assert len(bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=467)) == 2


def test_no_document_is_dearer_in_a_bundle_than_alone(bundle: Bundle, bob: User) -> None:
    Document.objects.filter(bundle_items__bundle=bundle).update(price_minor=50)
    assert bundle_quote(bundle, bob).price_minor == 150
    Document.objects.filter(bundle_items__bundle=bundle).update(price_minor=0)
    assert len(bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=0)) == 3
    assert not Order.objects.exists()


def test_too_little_money_buys_no_part_of_it(bundle: Bundle, bob: User) -> None:
    give_money(bob, 500)
    with pytest.raises(InsufficientFunds):
        bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600)
    assert wallet_balance_minor(bob) == 500
    assert not Entitlement.objects.exists()


def test_a_part_is_given_back_for_itself(bundle: Bundle, bob: User) -> None:
    give_money(bob, 600)
    bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600)
    order_refund(order_id=Order.objects.earliest("pk").pk, key="one", reason=Refund.Reason.GOODWILL)
    assert wallet_balance_minor(bob) == 267
    assert Entitlement.objects.filter(reader=bob).count() == 2
    assert verify().is_clean


@pytest.mark.parametrize("price_minor", [0, -1, 900, 10**13])
def test_a_bundle_costs_less_than_its_documents(
    published_document: Factory, alice: User, price_minor: int
) -> None:
    numbers = [published_document(price_minor=450).pk for _number in range(2)]
    with pytest.raises(InvalidBundle):
        bundle_create(author=alice, title="x", price_minor=price_minor, document_ids=numbers)


def test_a_bundle_holds_published_documents_of_one_author(
    published_document: Factory, draft_document: Factory, alice: User, mallory: User
) -> None:
    own, draft = published_document(), draft_document()
    other = published_document(author=mallory)
    with pytest.raises(NotAllowed):
        bundle_create(author=alice, title="x", price_minor=1, document_ids=[own.pk, other.pk])
    for numbers in ([own.pk], [own.pk, own.pk], [own.pk, draft.pk]):
        with pytest.raises(InvalidBundle):
            bundle_create(author=alice, title="x", price_minor=1, document_ids=numbers)


def test_only_its_author_stops_a_bundle_and_then_nobody_buys_it(
    bundle: Bundle, alice: User, bob: User, mallory: User
) -> None:
    give_money(bob, 1000)
    with pytest.raises(NotAllowed):
        bundle_stop(actor=mallory, bundle_id=bundle.pk)
    with pytest.raises(NotAllowed):
        bundle_buy(reader=alice, bundle_id=bundle.pk, expected_price_minor=600)
    bundle_stop(actor=alice, bundle_id=bundle.pk)
    with pytest.raises(NotAllowed):
        bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600)
    bundle_stop(actor=alice, bundle_id=bundle.pk, is_stopped=False)
    assert len(bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600)) == 3


@pytest.mark.django_db(transaction=True)
def test_pressing_many_times_at_once_buys_a_bundle_once(bundle: Bundle, bob: User) -> None:
    give_money(bob, 2000)
    answers = at_once(
        4, lambda _number: len(bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600))
    )
    assert sorted(str(answer) for answer in answers) == ["0", "0", "0", "3"]
    assert wallet_balance_minor(bob) == 1400


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_bundle_is_shown_with_what_it_saves_and_beside_its_documents(
    client_as: Browser, bundle: Bundle, bob: User
) -> None:
    page = client_as(bob).get(bundle.get_absolute_url()).content.decode()
    assert "¥6.00" in page
    assert '<span class="visually-hidden">One by one </span>¥9.00' in page
    assert "¥2.67 in the bundle" in page
    document = bundle.items.get(position=0).document
    assert bundle.title in client_as(None).get(document.get_absolute_url()).content.decode()


def test_bob_pays_for_a_bundle_at_once_and_the_receipt_names_it(
    client_as: Browser, bundle: Bundle, bob: User
) -> None:
    browser = client_as(bob)
    browser.post(reverse("payments:pay_bundle", args=[bundle.pk]), {"expected_price_minor": "600"})
    page = browser.get(_simulate(browser), follow=True).content.decode()
    assert "You have every document of this bundle." in page
    receipt = browser.get(Order.objects.earliest("pk").get_absolute_url()).content.decode()
    assert bundle.title in receipt


def test_a_stopped_bundle_is_there_for_its_author_alone(
    client_as: Browser, bundle: Bundle, alice: User, bob: User
) -> None:
    assert client_as(alice).post(reverse("orders:bundle_stop", args=[bundle.pk])).status_code == 302
    for person, status in ((alice, 200), (bob, 404), (None, 404)):
        assert client_as(person).get(bundle.get_absolute_url()).status_code == status


def test_the_price_of_a_bundle_is_split_with_the_house(bundle: Bundle, alice: User, bob: User) -> None:
    give_money(bob, 600)
    with override_settings(HOUSE_FEE_BASIS_POINTS=1000):
        bundle_buy(reader=bob, bundle_id=bundle.pk, expected_price_minor=600)
    assert sum(order.fee_minor + order.author_minor for order in Order.objects.all()) == 600
    assert verify().is_clean
