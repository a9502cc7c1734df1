"""Paying at once: the purchase is made when the money is there, or the money stays and the reader is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.documents.models import Document
from wenlan.ledger.selectors import held_balance_minor, verify, wallet_balance_minor
from wenlan.orders.models import Checkout, Coupon, CouponUse, Entitlement, Order
from wenlan.orders.services import (
    AlreadyOwned,
    PriceChanged,
    checkout_missing_minor,
    checkout_open,
    checkouts_sweep,
    coupon_create,
    document_buy,
)
from wenlan.payments.models import TopUp
from wenlan.payments.services import top_up_settle, top_up_start

Factory = Callable[..., Document]


@pytest.fixture(autouse=True)
def _simulated(settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = ["simulated"]


def _begin(reader: User, document: Document, price_minor: int, **values: Any) -> TopUp:
    checkout = checkout_open(
        reader=reader, document_id=document.pk, expected_price_minor=price_minor, **values
    )
    return top_up_start(
        user=reader,
        amount_minor=checkout_missing_minor(checkout),
        provider="simulated",
        checkout=checkout,
    )


def _pay(top_up: TopUp) -> Checkout:
    top_up_settle(reference=top_up.reference, paid_minor=top_up.amount_minor, currency=top_up.currency)
    return Checkout.objects.get(top_ups=top_up)


def test_what_is_paid_at_once_is_bought_in_the_same_moment(
    published_document: Factory, alice: User, bob: User
) -> None:
    top_up = _begin(bob, published_document(price_minor=400), 400)
    assert (top_up.amount_minor, Order.objects.count()) == (400, 0)
    for _time in range(2):
        assert _pay(top_up).state == "paid"
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (0, 400)
    assert Entitlement.objects.get(reader=bob).source == "purchase"
    assert verify().is_clean


def test_only_what_the_wallet_lacks_is_paid(published_document: Factory, bob: User) -> None:
    top_up_settle(
        reference=top_up_start(user=bob, amount_minor=150, provider="simulated").reference,
        paid_minor=150,
        currency="CNY",
    )
    top_up = _begin(bob, published_document(price_minor=400), 400)
    assert top_up.amount_minor == 250
    assert _pay(top_up).state == "paid"
    assert wallet_balance_minor(bob) == 0


def test_a_coupon_is_used_when_the_money_is_there(
    published_document: Factory, alice: User, bob: User
) -> None:
    coupon_create(author=alice, code="Spring", kind="amount", amount_minor=100)
    top_up = _begin(bob, published_document(price_minor=400), 300, coupon_code="spring")
    assert not CouponUse.objects.exists()
    assert _pay(top_up).state == "paid"
    assert CouponUse.objects.get().order == Order.objects.get()


@pytest.mark.parametrize("happened", ["dearer", "withdrawn", "deleted", "coupon", "bought", "spent"])
def test_money_that_comes_too_late_stays_in_the_wallet_and_the_reader_is_told(
    published_document: Factory, alice: User, bob: User, happened: str
) -> None:
    document, other = published_document(price_minor=400), published_document(price_minor=200)
    bob.language = "en"
    bob.save()
    coupon_create(author=alice, code="Spring", kind="amount", amount_minor=100)
    top_up = _begin(bob, document, 300, coupon_code="spring")
    left_minor, code = 300, "not_allowed"
    if happened == "dearer":
        Document.objects.filter(pk=document.pk).update(price_minor=500)
        code = "price_changed"
    elif happened == "withdrawn":
        Document.objects.filter(pk=document.pk).update(state="withdrawn")
    elif happened == "deleted":
        Document.objects.filter(pk=document.pk).update(state="draft", current_revision=None)
        document.revisions.all().delete()
        document.delete()
    elif happened == "coupon":
        Coupon.objects.update(stopped_at=timezone.now())
        code = "coupon_refused"
    elif happened == "bought":
        Document.objects.filter(pk=document.pk).update(price_minor=0)
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=0)
        code = "already_owned"
    else:
        Coupon.objects.update(kind="amount", amount_minor=100)
        checkout = Checkout.objects.get()
        Checkout.objects.filter(pk=checkout.pk).update(price_minor=300)
        TopUp.objects.update(amount_minor=200)
        top_up.refresh_from_db()
        left_minor, code = 200, "insufficient_funds"
    settled = _pay(top_up)
    assert (settled.state, settled.failure_code) == ("failed", code)
    assert settled.failure.isascii() or "¥" in settled.failure
    assert wallet_balance_minor(bob) == left_minor
    assert not Order.objects.exists()
    assert other.pk
    assert _pay(top_up).state == "failed"


def test_nobody_begins_to_pay_for_what_they_cannot_have(
    published_document: Factory, draft_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=400)
    with pytest.raises(PriceChanged):
        checkout_open(reader=bob, document_id=document.pk, expected_price_minor=300)
    for reader, number, price in [
        (alice, document.pk, 400),
        (bob, draft_document().pk, 400),
        (bob, 10**9, 400),
        (bob, published_document(price_minor=0).pk, 0),
    ]:
        with pytest.raises(NotAllowed):
            checkout_open(reader=reader, document_id=number, expected_price_minor=price)
    taken = published_document(price_minor=0)
    document_buy(reader=bob, document_id=taken.pk, expected_price_minor=0)
    with pytest.raises(AlreadyOwned):
        checkout_open(reader=bob, document_id=taken.pk, expected_price_minor=0)
    assert not Checkout.objects.exists()


def test_what_nobody_paid_for_expires_and_is_bought_when_the_money_comes_after_all(
    published_document: Factory, bob: User
) -> None:
    top_up = _begin(bob, published_document(price_minor=400), 400)
    assert checkouts_sweep() == 0
    Checkout.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert checkouts_sweep() == 1
    assert Checkout.objects.get().state == "expired"
    assert _pay(top_up).state == "paid"


@pytest.mark.django_db(transaction=True)
def test_a_payment_that_is_told_many_times_at_once_buys_once(
    published_document: Factory, alice: User, bob: User
) -> None:
    top_up = _begin(bob, published_document(price_minor=400), 400)
    answers = at_once(5, lambda _number: _pay(top_up).state)
    assert answers == ["paid"] * 5
    assert Order.objects.count() == 1
    assert held_balance_minor(alice) == 400
    assert verify().is_clean
