"""Income is held for some days, then free, once; what is owed is paid off first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import (
    debt_minor,
    earnings_balance_minor,
    held_balance_minor,
    verify,
    wallet_balance_minor,
)
from wenlan.orders.models import Order, Refund
from wenlan.orders.services import (
    document_buy,
    order_hold,
    order_refund,
    order_release,
    order_unhold,
    orders_sweep,
)

Sale = Callable[..., Order]


@pytest.fixture
def sale(published_document: Callable[..., Document], bob: User) -> Sale:
    """Bob buys a document of Alice; `is_due` when its income was sold long enough ago."""

    def sell(price_minor: int = 400, *, is_due: bool = False) -> Order:
        document = published_document(price_minor=price_minor)
        give_money(bob, price_minor)
        entitlement = document_buy(reader=bob, document_id=document.pk, expected_price_minor=price_minor)
        if is_due:
            Order.objects.filter(entitlement=entitlement).update(release_at=timezone.now())
        return Order.objects.get(entitlement=entitlement)

    return sell


def test_income_is_held_and_free_a_week_later(sale: Sale, alice: User, settings: Any) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 1000
    order = sale(400)
    assert order.release_at is not None
    assert order.paid_at is not None
    assert order.release_at - order.paid_at == timedelta(days=7)
    assert (held_balance_minor(alice), earnings_balance_minor(alice)) == (360, 0)
    orders_sweep()
    assert held_balance_minor(alice) == 360, "it is not due"
    Order.objects.update(release_at=timezone.now())
    assert orders_sweep() == 1
    assert (held_balance_minor(alice), earnings_balance_minor(alice)) == (0, 360)
    assert Account.objects.get(kind="house", name="fees").balance_minor == 40
    assert Account.objects.get(kind="house", name="fees_held").balance_minor == 0
    assert orders_sweep() == 0
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_ten_releases_at_once_are_one(sale: Sale, alice: User) -> None:
    order = sale(400, is_due=True)
    outcomes = at_once(10, lambda _number: order_release(order_id=order.pk).released_at)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert earnings_balance_minor(alice) == 400
    assert verify().is_clean


def test_a_house_may_hold_nothing(sale: Sale, alice: User, settings: Any) -> None:
    settings.HOLD_DAYS = 0
    order = sale(400)
    assert not order.is_held
    assert (held_balance_minor(alice), earnings_balance_minor(alice)) == (0, 400)
    assert verify().is_clean


def test_what_is_complained_of_is_not_released(sale: Sale, alice: User) -> None:
    order = sale(400, is_due=True)
    order_hold(order_id=order.pk, cause="ticket:7")
    assert orders_sweep() == 0
    order_release(order_id=order.pk)
    assert earnings_balance_minor(alice) == 0
    order_unhold(order_id=order.pk, cause="ticket:8")
    assert orders_sweep() == 0, "another complaint was settled"
    order_unhold(order_id=order.pk, cause="ticket:7")
    assert orders_sweep() == 1
    assert earnings_balance_minor(alice) == 400


def test_new_income_pays_off_a_debt_first(sale: Sale, alice: User, bob: User) -> None:
    spent = sale(400, is_due=True)
    order_release(order_id=spent.pk)
    _take_out(alice, 400)
    order_refund(order_id=spent.pk, key="ticket:1", reason=Refund.Reason.COMPLAINT)
    assert (debt_minor(alice), earnings_balance_minor(alice), wallet_balance_minor(bob)) == (400, 0, 400)
    assert verify().is_clean
    order_release(order_id=sale(300, is_due=True).pk)
    assert (debt_minor(alice), earnings_balance_minor(alice)) == (100, 0)
    order_release(order_id=sale(300, is_due=True).pk)
    assert (debt_minor(alice), earnings_balance_minor(alice)) == (0, 200)
    assert verify().is_clean


def _take_out(user: User, amount_minor: int) -> None:
    from wenlan.ledger.models import Transfer
    from wenlan.ledger.services import Posting, account_for, transfer_post

    transfer_post(
        reason_key="taken out",
        kind=Transfer.Kind.PAYOUT,
        description="test",
        postings=[
            Posting(account_for(kind=Account.Kind.EARNINGS, owner=user), -amount_minor),
            Posting(account_for(kind=Account.Kind.PROVIDER, name="test"), amount_minor),
        ],
    )


def test_verify_tells_of_a_hold_that_no_order_explains(sale: Sale, alice: User) -> None:
    sale(400)
    Order.objects.update(released_at=timezone.now())
    assert [found.found for found in verify().discrepancies] == ["400 held, open orders say 0"]
