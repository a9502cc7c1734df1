"""Buying: the price shown, once, from the reader to the author."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.money import share_minor
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_visible_to, reader_has_whole
from wenlan.documents.services import document_delete, document_update, document_withdraw
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.selectors import held_balance_minor, verify, wallet_balance_minor
from wenlan.orders.models import Entitlement, Order
from wenlan.orders.pricing import price_split
from wenlan.orders.services import InsufficientFunds, PriceChanged, document_buy

Factory = Callable[..., Document]


def test_the_price_goes_from_the_reader_to_the_author(
    published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    entitlement = document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    assert wallet_balance_minor(bob) == 600
    assert held_balance_minor(alice) == 400
    order = entitlement.order
    assert order is not None
    assert (order.state, order.price_minor, order.fee_minor, order.author_minor) == ("paid", 400, 0, 400)
    assert order.transfer is not None
    assert order.transfer.description == document.title
    assert order.transfer.cause == f"order:{order.pk}"
    document.refresh_from_db()
    assert document.sale_count == 1
    assert reader_has_whole(document=document, user=bob)
    assert verify().is_clean


def test_the_house_keeps_its_fee(published_document: Factory, alice: User, bob: User, settings: Any) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 1250
    document = published_document(price_minor=399)
    give_money(bob, 399)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=399)
    assert Account.objects.get(kind="house", name="fees_held").balance_minor == 49
    assert held_balance_minor(alice) == 350
    assert wallet_balance_minor(bob) == 0
    assert verify().is_clean


def test_a_house_that_keeps_everything_still_balances(
    published_document: Factory, alice: User, bob: User, settings: Any
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 10_000
    give_money(bob, 1)
    document_buy(reader=bob, document_id=published_document(price_minor=1).pk, expected_price_minor=1)
    assert held_balance_minor(alice) == 0
    assert verify().is_clean


@given(
    price_minor=st.integers(min_value=1, max_value=10**12),
    basis_points=st.integers(0, 10_000),
    commission=st.integers(0, 10_000),
)
def test_the_split_always_adds_up(price_minor: int, basis_points: int, commission: int) -> None:
    from django.test import override_settings

    with override_settings(HOUSE_FEE_BASIS_POINTS=basis_points):
        split = price_split(price_minor, commission_basis_points=commission)
    assert split.fee_minor + split.commission_minor + split.author_minor == price_minor
    assert min(split.fee_minor, split.commission_minor, split.author_minor) >= 0
    assert split.fee_minor == share_minor(price_minor, basis_points)


def test_buying_again_costs_nothing(published_document: Factory, bob: User) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    first = document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    assert document_buy(reader=bob, document_id=document.pk, expected_price_minor=400) == first
    assert wallet_balance_minor(bob) == 600
    assert Order.objects.count() == 1


def test_a_free_document_needs_no_money(published_document: Factory, bob: User) -> None:
    document = published_document(price_minor=0)
    entitlement = document_buy(reader=bob, document_id=document.pk, expected_price_minor=0)
    assert (entitlement.source, entitlement.order) == ("free", None)
    assert not Transfer.objects.exists()
    assert reader_has_whole(document=document, user=bob)


def test_too_little_money_buys_nothing(published_document: Factory, bob: User) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 150)
    with pytest.raises(InsufficientFunds) as refused:
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    assert refused.value.missing_minor == 250
    assert wallet_balance_minor(bob) == 150
    assert not Order.objects.exists()
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize(("shown", "price"), [(400, 500), (400, 300), (400, 0), (0, 400)])
def test_a_price_that_changed_asks_again(
    published_document: Factory, bob: User, shown: int, price: int
) -> None:
    document = published_document(price_minor=price)
    give_money(bob, 1000)
    with pytest.raises(PriceChanged) as changed:
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=shown)
    assert changed.value.price_minor == price
    assert wallet_balance_minor(bob) == 1000
    assert not Entitlement.objects.exists()


def test_nobody_buys_their_own_document(published_document: Factory, alice: User) -> None:
    give_money(alice, 1000)
    with pytest.raises(NotAllowed):
        document_buy(reader=alice, document_id=published_document().pk, expected_price_minor=400)
    assert wallet_balance_minor(alice) == 1000


@pytest.mark.parametrize("state", ["draft", "in_review", "returned", "withdrawn"])
def test_what_is_not_on_the_shelf_is_not_sold(draft_document: Factory, bob: User, state: str) -> None:
    give_money(bob, 1000)
    document = draft_document(state=state)
    with pytest.raises(NotAllowed):
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    with pytest.raises(NotAllowed):
        document_buy(reader=bob, document_id=document.pk + 1000, expected_price_minor=400)
    assert wallet_balance_minor(bob) == 1000


def test_a_buyer_keeps_what_was_withdrawn(published_document: Factory, bob: User, mallory: User) -> None:
    document = published_document()
    give_money(bob, 400)
    bought = document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    Document.objects.filter(pk=document.pk).update(state="withdrawn")
    document.refresh_from_db()
    assert list(documents_visible_to(bob)) == [document]
    assert reader_has_whole(document=document, user=bob)
    assert not documents_visible_to(mallory).exists()
    assert document_buy(reader=bob, document_id=document.pk, expected_price_minor=400) == bought


def test_a_buyer_sees_a_document_once_in_every_list(
    published_document: Factory, bob: User, carol: User, mallory: User
) -> None:
    document = published_document(price_minor=0)
    for reader in (bob, carol, mallory):
        document_buy(reader=reader, document_id=document.pk, expected_price_minor=0)
    assert list(documents_visible_to(bob)) == [document]


def test_the_database_refuses_a_split_that_does_not_add_up(published_document: Factory, bob: User) -> None:
    document = published_document()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(
            buyer=bob,
            seller=document.author,
            document=document,
            revision_id=document.current_revision_id or 0,
            price_minor=400,
            fee_minor=10,
            author_minor=400,
            currency="CNY",
        )


def test_the_database_refuses_a_second_entitlement(published_document: Factory, bob: User) -> None:
    document = published_document(price_minor=0)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.create(reader=bob, document=document, source="author")


def test_the_database_refuses_a_paid_order_without_money(published_document: Factory, bob: User) -> None:
    document = published_document()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(
            buyer=bob,
            seller=document.author,
            document=document,
            revision_id=document.current_revision_id or 0,
            price_minor=400,
            fee_minor=0,
            author_minor=400,
            currency="CNY",
            state="paid",
            paid_at=timezone.now(),
        )


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_with_money_for_one_are_one_order(
    published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 400)
    outcomes = at_once(
        20, lambda _n: document_buy(reader=bob, document_id=document.pk, expected_price_minor=400).pk
    )
    assert len(set(outcomes)) == 1, outcomes
    assert Order.objects.count() == Entitlement.objects.count() == 1
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (0, 400)
    document.refresh_from_db()
    assert document.sale_count == 1
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_money_for_one_buys_one_of_two_documents_at_once(
    published_document: Factory, alice: User, bob: User
) -> None:
    documents = [published_document(price_minor=400) for _number in range(6)]
    give_money(bob, 400)
    outcomes = at_once(
        6, lambda n: document_buy(reader=bob, document_id=documents[n].pk, expected_price_minor=400)
    )
    assert sum(isinstance(outcome, Entitlement) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, InsufficientFunds) for outcome in outcomes) == 5, outcomes
    assert wallet_balance_minor(bob) == 0
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_a_free_document_taken_by_twenty_clicks_at_once_is_taken_once(
    published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=0)
    outcomes = at_once(
        20, lambda _n: document_buy(reader=bob, document_id=document.pk, expected_price_minor=0).pk
    )
    assert len(set(outcomes)) == 1, outcomes
    assert Entitlement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_readers_buying_at_once_each_get_it_and_pay_once(
    published_document: Factory, alice: User, settings: Any
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 1000
    document = published_document(price_minor=333)
    readers = [User.objects.create_user(f"{n}@example.com", display_name=f"Reader {n}") for n in range(10)]
    for reader in readers:
        give_money(reader, 333)
    outcomes = at_once(
        10, lambda n: document_buy(reader=readers[n], document_id=document.pk, expected_price_minor=333)
    )
    assert all(isinstance(outcome, Entitlement) for outcome in outcomes), outcomes
    assert held_balance_minor(alice) == 10 * 300
    assert Account.objects.get(kind="house").balance_minor == 10 * 33
    document.refresh_from_db()
    assert document.sale_count == 10
    assert verify().is_clean


def _meanwhile(waiting: Callable[[], object], happening: Callable[[], object]) -> object:
    """What came of `waiting`, called by somebody else while `happening` is done and not yet committed."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            happening()
            outcome = pool.submit(at_once, 1, lambda _n: waiting())
            wait([outcome], timeout=0.5)
            assert not outcome.done(), "the two were to meet"
        return outcome.result(timeout=30)[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("price_minor", [0, 400])
@pytest.mark.parametrize("change", ["withdrawn", "deleted", "dearer"])
def test_what_happened_to_the_document_first_counts(
    published_document: Factory, alice: User, bob: User, price_minor: int, change: str
) -> None:
    document = published_document(price_minor=price_minor)
    give_money(bob, 400)

    def happening() -> None:
        if change == "dearer":
            document_update(
                actor=alice,
                document_id=document.pk,
                title=document.title,
                category=document.category,
                price_minor=900,
            )
            return
        document_withdraw(actor=alice, document_id=document.pk)
        if change == "deleted":
            document_delete(actor=alice, document_id=document.pk)

    refused = _meanwhile(
        lambda: document_buy(reader=bob, document_id=document.pk, expected_price_minor=price_minor),
        happening,
    )
    assert isinstance(refused, PriceChanged if change == "dearer" else NotAllowed), refused
    assert not Order.objects.exists()
    assert not Entitlement.objects.exists()
    assert wallet_balance_minor(bob) == 400
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("price_minor", [0, 400])
def test_what_was_bought_first_is_not_deleted_any_more(
    published_document: Factory, alice: User, bob: User, price_minor: int
) -> None:
    document = published_document(price_minor=price_minor)
    give_money(bob, 400)

    def delete() -> None:
        document_withdraw(actor=alice, document_id=document.pk)
        document_delete(actor=alice, document_id=document.pk)

    refused = _meanwhile(
        delete, lambda: document_buy(reader=bob, document_id=document.pk, expected_price_minor=price_minor)
    )
    assert isinstance(refused, Conflict), refused
    assert reader_has_whole(document=document, user=bob)


@pytest.mark.django_db(transaction=True)
def test_a_second_click_finds_what_was_bought_though_it_was_withdrawn_meanwhile(
    published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 400)

    def happening() -> None:
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
        document_withdraw(actor=alice, document_id=document.pk)

    again = _meanwhile(
        lambda: document_buy(reader=bob, document_id=document.pk, expected_price_minor=400), happening
    )
    assert again == Entitlement.objects.get()


@pytest.mark.django_db(transaction=True)
def test_authors_buying_from_each_other_at_once_never_wait_for_ever(
    published_document: Factory, alice: User, mallory: User, settings: Any
) -> None:
    settings.HOUSE_FEE_BASIS_POINTS = 1000
    shelf = [
        published_document(price_minor=100, author=author, pages=["x"]) for author in [alice, mallory] * 6
    ]
    for author in (alice, mallory):
        give_money(author, 600)

    def buy(number: int) -> Entitlement:
        reader = mallory if number % 2 == 0 else alice
        return document_buy(reader=reader, document_id=shelf[number].pk, expected_price_minor=100)

    outcomes = at_once(12, buy)
    assert all(isinstance(outcome, Entitlement) for outcome in outcomes), outcomes
    assert wallet_balance_minor(alice) == wallet_balance_minor(mallory) == 0
    assert verify().is_clean
