"""Giving back: at most what was paid, from whom it went to, once for each case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.money import apportion_minor
from wenlan.documents.models import Document
from wenlan.documents.selectors import reader_has_whole
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import (
    debt_minor,
    earnings_balance_minor,
    held_balance_minor,
    verify,
    wallet_balance_minor,
)
from wenlan.orders.models import Entitlement, Order, Refund
from wenlan.orders.selectors import sales_by_document, sales_totals
from wenlan.orders.services import RefundTooLarge, document_buy, order_refund, order_release

Factory = Callable[..., Document]


@pytest.fixture
def order(published_document: Factory, bob: User, settings: Any) -> Order:
    settings.HOUSE_FEE_BASIS_POINTS = 1000
    give_money(bob, 400)
    document = published_document(price_minor=400)
    entitlement = document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    return Order.objects.get(entitlement=entitlement)


def _back(order: Order, amount_minor: int | None = None, *, key: str = "ticket:1") -> Refund:
    return order_refund(order_id=order.pk, key=key, amount_minor=amount_minor, reason=Refund.Reason.COMPLAINT)


def test_all_of_a_held_sale_goes_back_and_the_document_with_it(order: Order, alice: User, bob: User) -> None:
    refund = _back(order)
    assert (refund.amount_minor, refund.author_minor, refund.fee_minor) == (400, 360, 40)
    assert (wallet_balance_minor(bob), held_balance_minor(alice), debt_minor(alice)) == (400, 0, 0)
    assert Account.objects.get(name="fees_held").balance_minor == 0
    order.refresh_from_db()
    assert order.state == Order.State.REFUNDED
    assert not reader_has_whole(document=order.document, user=bob)
    assert verify().is_clean


def test_a_part_goes_back_from_everybody_in_proportion(order: Order, alice: User, bob: User) -> None:
    refund = _back(order, 100)
    assert (refund.author_minor, refund.fee_minor) == (90, 10)
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (100, 270)
    assert reader_has_whole(document=order.document, user=bob)
    _back(order, key="ticket:2")
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (400, 0)
    assert not reader_has_whole(document=order.document, user=bob)
    assert verify().is_clean


def test_after_a_part_went_back_the_rest_is_released(order: Order, alice: User) -> None:
    _back(order, 100)
    Order.objects.update(release_at=timezone.now())
    order_release(order_id=order.pk)
    assert (held_balance_minor(alice), earnings_balance_minor(alice)) == (0, 270)
    assert Account.objects.get(name="fees").balance_minor == 30
    assert verify().is_clean


def test_what_was_released_comes_from_the_earnings_and_the_rest_is_owed(order: Order, alice: User) -> None:
    Order.objects.update(release_at=timezone.now())
    order_release(order_id=order.pk)
    _back(order, 100)
    assert (earnings_balance_minor(alice), debt_minor(alice)) == (270, 0)
    _back(order, key="ticket:2")
    assert (earnings_balance_minor(alice), debt_minor(alice)) == (0, 0)
    assert verify().is_clean


@pytest.mark.parametrize("amount_minor", [401, 10**18, 0, -1])
def test_more_than_was_paid_or_nothing_is_refused(order: Order, bob: User, amount_minor: int) -> None:
    with pytest.raises(RefundTooLarge, match=r"¥4\.00"):
        _back(order, amount_minor)
    assert wallet_balance_minor(bob) == 0
    assert not Refund.objects.exists()


def test_a_case_is_given_back_once(order: Order, bob: User) -> None:
    assert _back(order, 100) == _back(order, 300)
    assert wallet_balance_minor(bob) == 100


def test_what_was_given_back_can_be_bought_again(order: Order, bob: User) -> None:
    _back(order)
    again = document_buy(reader=bob, document_id=order.document_id, expected_price_minor=400)
    assert again.order_id != order.pk
    assert Entitlement.objects.filter(reader=bob).count() == 1
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_ten_cases_at_once_give_back_no_more_than_was_paid(order: Order, bob: User) -> None:
    outcomes = at_once(10, lambda number: _back(order, 90, key=f"ticket:{number}"))
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 4
    assert sum(isinstance(outcome, RefundTooLarge) for outcome in outcomes) == 6
    assert wallet_balance_minor(bob) == 360
    assert verify().is_clean


@given(weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=6).filter(any), data=st.data())
def test_what_is_apportioned_adds_up_and_takes_from_nobody_more_than_they_have(
    weights: list[int], data: st.DataObject
) -> None:
    amount_minor = data.draw(st.integers(0, sum(weights)))
    parts = apportion_minor(amount_minor, weights)
    assert sum(parts) == amount_minor
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


def test_what_went_back_is_not_among_what_an_author_earned(order: Order, alice: User) -> None:
    _back(order, 100)
    [totals] = sales_totals(alice)
    assert (totals.count, totals.price_minor, totals.fee_minor, totals.author_minor) == (1, 300, 30, 270)
    [by_document] = sales_by_document(alice)
    assert by_document.author_minor == 270 == held_balance_minor(alice)
    _back(order, key="ticket:2")
    assert sales_totals(alice) == []
