"""Orders of earlier versions keep what they say when the tables change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.models import Order
from wenlan.orders.services import document_buy


@pytest.fixture
def _up_to_date_afterwards() -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_up_to_date_afterwards")
def test_who_got_the_money_of_an_earlier_order_becomes_its_seller(
    published_document: Callable[..., Document], alice: User, bob: User, mallory: User, settings: Any
) -> None:
    settings.HOLD_DAYS = 0  # as it was then
    earned, kept_by_the_house = published_document(price_minor=400), published_document(price_minor=400)
    give_money(bob, 1000)
    document_buy(reader=bob, document_id=earned.pk, expected_price_minor=400)
    settings.HOUSE_FEE_BASIS_POINTS = 10_000
    document_buy(reader=bob, document_id=kept_by_the_house.pk, expected_price_minor=400)
    call_command("migrate", "orders", "0001", verbosity=0)
    Document.objects.filter(pk=earned.pk).update(author=mallory)
    call_command("migrate", verbosity=0)
    assert dict(Order.objects.values_list("document", "seller")) == {
        earned.pk: alice.pk,
        kept_by_the_house.pk: alice.pk,
    }
