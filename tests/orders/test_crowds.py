"""A crowd through few connections: what everybody pays and gets is right to the last 分."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from benchmarks._money.crowd import readers_make, through

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import held_balance_minor, verify, wallet_balance_minor
from wenlan.orders.models import Entitlement, Order
from wenlan.orders.services import InsufficientFunds, document_buy

Factory = Callable[..., Document]
CONNECTIONS = 16


@pytest.mark.django_db(transaction=True)
def test_two_hundred_clicks_with_money_for_one_buy_one(
    published_document: Factory, alice: User, bob: User
) -> None:
    documents = [published_document(price_minor=400) for _number in range(4)]
    give_money(bob, 799)
    outcomes = through(
        CONNECTIONS,
        200,
        lambda number: document_buy(
            reader=bob, document_id=documents[number % 4].pk, expected_price_minor=400
        ),
    )
    bought = {outcome.pk for outcome in outcomes if isinstance(outcome, Entitlement)}
    assert len(bought) == 1
    assert {type(outcome) for outcome in outcomes} == {Entitlement, InsufficientFunds}
    assert Order.objects.count() == Entitlement.objects.count() == 1
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (399, 400)
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_a_crowd_buys_one_document_at_once(
    published_document: Factory, alice: User, settings: object, thorough: bool
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 1234  # type: ignore[attr-defined]
    count = 1000 if thorough else 100
    document = published_document(price_minor=399)
    readers = readers_make(count, wallet_minor=400)
    outcomes = through(
        CONNECTIONS,
        count,
        lambda number: document_buy(
            reader=readers[number], document_id=document.pk, expected_price_minor=399
        ),
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert Entitlement.objects.filter(document=document).count() == count
    fee_minor = 399 * 1234 // 10_000
    assert held_balance_minor(alice) == count * (399 - fee_minor)
    assert Account.objects.get(name="fees_held").balance_minor == count * fee_minor
    wallets = Account.objects.filter(kind=Account.Kind.WALLET)
    assert set(wallets.values_list("balance_minor", flat=True)) == {1}
    document.refresh_from_db()
    assert document.sale_count == count
    assert verify().is_clean
