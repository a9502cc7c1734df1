"""Prices: the fixed one, the one readers choose, and the one of these days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.documents.models import Document
from wenlan.ledger.selectors import held_balance_minor, verify, wallet_balance_minor
from wenlan.orders.models import Order, SalePrice, Terms
from wenlan.orders.pricing import ChosenPriceRefused, document_quote
from wenlan.orders.services import (
    InvalidPrice,
    PriceChanged,
    document_buy,
    sale_price_add,
    sale_price_end,
    terms_set,
)

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]
DAY = timedelta(days=1)


def _sale(document: Document, price_minor: int, *, starts: int = -1, ends: int = 1) -> SalePrice:
    now = timezone.now()
    return sale_price_add(
        actor=document.author,
        document_id=document.pk,
        price_minor=price_minor,
        starts_at=now + starts * DAY,
        ends_at=now + ends * DAY,
    )


def test_a_sale_price_is_what_is_paid_and_the_order_remembers_the_other(
    published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=400)
    _sale(document, 300)
    give_money(bob, 400)
    with pytest.raises(PriceChanged) as changed:
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    assert changed.value.price_minor == 300
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=300)
    order = Order.objects.get()
    assert (order.list_minor, order.price_minor, order.author_minor) == (400, 300, 300)
    assert (wallet_balance_minor(bob), held_balance_minor(alice)) == (100, 300)
    assert verify().is_clean


def test_a_sale_price_counts_from_its_first_moment_until_before_its_last(published_document: Factory) -> None:
    document = published_document(price_minor=400)
    sale = _sale(document, 300, starts=1, ends=2)
    moments = [sale.starts_at - timedelta(microseconds=1), sale.starts_at, sale.ends_at]
    assert [document_quote(document, now=moment).price_minor for moment in moments] == [400, 300, 400]


def test_a_sale_price_that_is_no_bargain_any_more_is_forgotten(published_document: Factory) -> None:
    document = published_document(price_minor=400)
    _sale(document, 300)
    document.price_minor = 200
    quote = document_quote(document)
    assert (quote.price_minor, quote.sale, quote.lines) == (200, None, [])


@pytest.mark.parametrize(("starts", "ends"), [(-1, 1), (0, 3), (1, 4), (-3, 6), (2, 3)])
def test_two_sale_prices_never_hold_at_once(published_document: Factory, starts: int, ends: int) -> None:
    document = published_document(price_minor=400)
    _sale(document, 300, starts=-2, ends=5)
    with pytest.raises(InvalidPrice):
        _sale(document, 200, starts=starts, ends=ends)
    assert _sale(document, 200, starts=6, ends=7).pk


@pytest.mark.parametrize("price_minor", [0, -1, 400, 10**13])
def test_a_sale_price_is_less_than_the_price_and_more_than_nothing(
    published_document: Factory, price_minor: int
) -> None:
    with pytest.raises(InvalidPrice):
        _sale(published_document(price_minor=400), price_minor)


def test_the_database_refuses_a_sale_that_ends_before_it_begins(published_document: Factory) -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        SalePrice.objects.create(
            document=published_document(), price_minor=1, starts_at=now, ends_at=now - DAY
        )


def test_ending_a_sale_keeps_what_was_and_drops_what_never_began(published_document: Factory) -> None:
    document = published_document(price_minor=400)
    running, coming = _sale(document, 300), _sale(document, 200, starts=2, ends=3)
    for sale in (running, coming, running):
        sale_price_end(actor=document.author, document_id=document.pk, sale_price_id=sale.pk)
    assert list(SalePrice.objects.all()) == [running]
    assert document_quote(document).price_minor == 400


def test_nobody_else_decides_about_a_price(published_document: Factory, mallory: User, dave: User) -> None:
    document = published_document(price_minor=400)
    with pytest.raises(NotAllowed):
        terms_set(actor=mallory, document_id=document.pk, suggested_minor=500)
    with pytest.raises(NotAllowed):
        sale_price_end(actor=mallory, document_id=document.pk, sale_price_id=1)
    terms_set(actor=dave, document_id=document.pk, suggested_minor=500)
    assert Terms.objects.get().suggested_minor == 500


# ── What readers choose ───────────────────────────────────────────────────────────────────────────────────
def test_a_reader_pays_what_they_choose_from_the_least_on(
    published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=200)
    terms_set(actor=alice, document_id=document.pk, suggested_minor=500)
    give_money(bob, 1000)
    document = Document.objects.get(pk=document.pk)
    quote = document_quote(document)
    assert (quote.price_minor, quote.minimum_minor, quote.is_chosen) == (500, 200, True)
    for chosen in (199, 0, -5, 10**13):
        with pytest.raises(ChosenPriceRefused):
            document_buy(
                reader=bob, document_id=document.pk, expected_price_minor=chosen, chosen_minor=chosen
            )
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=900, chosen_minor=900)
    order = Order.objects.get()
    assert (order.list_minor, order.price_minor) == (200, 900)
    assert held_balance_minor(alice) == 900


def test_who_chooses_nothing_pays_nothing_where_that_is_the_least(
    published_document: Factory, alice: User, bob: User
) -> None:
    document = published_document(price_minor=0)
    terms_set(actor=alice, document_id=document.pk, suggested_minor=500)
    taken = document_buy(reader=bob, document_id=document.pk, expected_price_minor=0, chosen_minor=0)
    assert taken.source == "free"
    assert not Order.objects.exists()


def test_a_chosen_price_counts_for_nothing_where_the_price_is_fixed(
    published_document: Factory, bob: User
) -> None:
    document = published_document(price_minor=400)
    give_money(bob, 1000)
    with pytest.raises(PriceChanged):
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=1, chosen_minor=1)


def test_a_suggestion_below_the_price_is_refused(published_document: Factory, alice: User) -> None:
    with pytest.raises(InvalidPrice):
        terms_set(actor=alice, document_id=published_document(price_minor=400).pk, suggested_minor=399)


# ── Where it is shown ─────────────────────────────────────────────────────────────────────────────────────
def test_readers_see_the_sale_price_beside_the_one_before(
    client_as: Browser, published_document: Factory, bob: User, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "en"
    document = published_document(price_minor=400)
    _sale(document, 300)
    for path in (document.get_absolute_url(), reverse("web:home"), reverse("orders:buy", args=[document.pk])):
        page = client_as(bob).get(path).content.decode()
        assert '<span class="visually-hidden">Now </span>¥3.00' in page, path
        assert '<s class="price-was"><span class="visually-hidden">Before </span>¥4.00</s>' in page, path


def test_a_list_costs_the_same_however_many_documents_are_on_sale(
    client_as: Browser, published_document: Factory
) -> None:
    def queries(count: int) -> int:
        for _number in range(count):
            _sale(published_document(price_minor=400), 300)
        with CaptureQueriesContext(connection) as asked:
            assert client_as(None).get(reverse("web:documents")).status_code == 200
        return len(asked)

    queries(1)  # the process remembers which formats there are
    assert queries(1) == queries(10)
