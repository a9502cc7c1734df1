"""Coupons: what they take off, from whom, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.documents.models import Document
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import held_balance_minor, verify, wallet_balance_minor
from wenlan.orders.coupons import CouponRefused
from wenlan.orders.models import Coupon, CouponUse, Entitlement, Order, Refund
from wenlan.orders.pricing import document_quote, price_split
from wenlan.orders.services import (
    InvalidCoupon,
    PriceChanged,
    coupon_create,
    coupon_stop,
    document_buy,
    order_refund,
    terms_set,
)

Factory = Callable[..., Document]


@pytest.fixture
def coupon(alice: User) -> Callable[..., Coupon]:
    """A coupon of Alice's that takes a quarter off, once for each reader; keyword arguments override."""

    def make(**values: Any) -> Coupon:
        return coupon_create(
            **{"author": alice, "code": "Spring-25", "kind": "percent", "percent": 25, **values}
        )

    return make


def test_a_coupon_makes_a_document_cheaper_once(
    published_document: Factory, coupon: Callable[..., Coupon], alice: User, bob: User
) -> None:
    made = coupon()
    first, second = published_document(price_minor=401), published_document(price_minor=400)
    give_money(bob, 1000)
    with pytest.raises(PriceChanged):
        document_buy(reader=bob, document_id=first.pk, expected_price_minor=401, coupon_code="SPRING25")
    document_buy(reader=bob, document_id=first.pk, expected_price_minor=301, coupon_code="SPRING25")
    order = Order.objects.get()
    assert (order.list_minor, order.price_minor, order.author_minor) == (401, 301, 301)
    assert (order.coupon_use.coupon, order.coupon_use.discount_minor) == (made, 100)
    assert wallet_balance_minor(bob) == 699
    with pytest.raises(CouponRefused, match=r"."):
        document_buy(reader=bob, document_id=second.pk, expected_price_minor=300, coupon_code="spring25")
    made.refresh_from_db()
    assert made.used_count == 1
    assert verify().is_clean


@pytest.mark.parametrize("typed", ["Spring-25", "spring25", " SPRING 25 ", "ＳＰＲＩＮＧ－２５", "sPrInG25"])
def test_a_code_is_found_however_it_is_typed(
    published_document: Factory, coupon: Callable[..., Coupon], bob: User, typed: str
) -> None:
    coupon()
    assert document_quote(published_document(price_minor=400), bob, coupon_code=typed).price_minor == 300


@pytest.mark.parametrize(
    "values",
    [
        {"starts_at": timezone.now() + timedelta(days=1)},
        {"minimum_minor": 401},
        {"limit_total": 1, "used": 1},
        {"ended": True},
        {"stopped": True},
        {"currency": "USD"},
        {"of": "mallory"},
        {"elsewhere": True},
        {"code": "Another"},
    ],
)
def test_a_coupon_that_does_not_count_says_why(
    published_document: Factory,
    coupon: Callable[..., Coupon],
    alice: User,
    bob: User,
    mallory: User,
    values: dict[str, Any],
) -> None:
    document, other = published_document(price_minor=400), published_document()
    columns = {name: values.pop(name) for name in ("used", "ended", "stopped", "currency") if name in values}
    if values.pop("of", ""):
        values["author"] = mallory
    if values.pop("elsewhere", False):
        values["document_ids"] = [other.pk]
    made = coupon(**values)
    past = timezone.now() - timedelta(days=1)
    changes: dict[str, dict[str, Any]] = {
        "used": {"used_count": 1},
        "ended": {"starts_at": past - timedelta(days=1), "ends_at": past},
        "stopped": {"stopped_at": past},
        "currency": {"currency": "USD"},
    }
    for name in columns:
        Coupon.objects.filter(pk=made.pk).update(**changes[name])
    give_money(bob, 400)
    with pytest.raises(CouponRefused) as refused:
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=300, coupon_code="spring25")
    assert str(refused.value)
    assert wallet_balance_minor(bob) == 400
    assert not CouponUse.objects.exists()


@pytest.mark.parametrize("code", ["   ", "—", "x" * 5000, "\x00", "'; DROP TABLE"])
def test_what_is_no_code_is_no_coupon(published_document: Factory, bob: User, code: str) -> None:
    document = published_document(price_minor=400)
    if not code.strip():
        assert document_quote(document, bob, coupon_code=code).price_minor == 400
        return
    with pytest.raises(CouponRefused):
        document_quote(document, bob, coupon_code=code)


@pytest.mark.parametrize(
    "values",
    [
        {"code": "a-b"},
        {"percent": 0},
        {"percent": 101},
        {"percent": -5},
        {"kind": "amount", "amount_minor": 0},
        {"kind": "amount", "amount_minor": -1},
        {"kind": "amount", "amount_minor": 10**13},
        {"ends_at": timezone.now() - timedelta(days=1)},
        {"limit_total": 0},
        {"limit_per_reader": 0},
    ],
)
def test_a_coupon_that_makes_no_sense_is_not_made(
    coupon: Callable[..., Coupon], values: dict[str, Any]
) -> None:
    with pytest.raises(InvalidCoupon) as refused:
        coupon(**values)
    assert refused.value.field
    assert not Coupon.objects.exists()


def test_a_code_is_given_out_once(coupon: Callable[..., Coupon], mallory: User) -> None:
    coupon()
    with pytest.raises(InvalidCoupon):
        coupon(author=mallory, code="ＳＰＲＩＮＧ 25")


def test_nobody_makes_or_stops_a_coupon_for_others(
    published_document: Factory, coupon: Callable[..., Coupon], mallory: User, dave: User
) -> None:
    document, made = published_document(), coupon()
    with pytest.raises(NotAllowed):
        coupon(author=mallory, code="Mine", document_ids=[document.pk])
    with pytest.raises(NotAllowed):
        coupon_stop(actor=mallory, coupon_id=made.pk)
    assert Coupon.objects.get().stopped_at is None
    assert coupon_stop(actor=dave, coupon_id=made.pk).stopped_at is not None


def test_a_coupon_for_everything_needs_no_money_and_is_used_all_the_same(
    published_document: Factory, coupon: Callable[..., Coupon], bob: User
) -> None:
    coupon(kind="amount", percent=0, amount_minor=1000)
    taken = document_buy(
        reader=bob,
        document_id=published_document(price_minor=400).pk,
        expected_price_minor=0,
        coupon_code="spring25",
    )
    assert (taken.source, taken.order) == ("free", None)
    assert CouponUse.objects.get().discount_minor == 400


def test_no_coupon_counts_where_readers_choose_the_price(
    published_document: Factory, coupon: Callable[..., Coupon], alice: User, bob: User
) -> None:
    coupon()
    document = published_document(price_minor=400)
    terms_set(actor=alice, document_id=document.pk, suggested_minor=400)
    with pytest.raises(CouponRefused):
        document_quote(Document.objects.get(pk=document.pk), bob, coupon_code="spring25")


def test_the_house_gives_away_its_own_fee_and_nothing_of_the_author(
    published_document: Factory, coupon: Callable[..., Coupon], alice: User, bob: User, settings: Any
) -> None:
    coupon(author=None, percent=50)
    document = published_document(price_minor=400)
    with pytest.raises(CouponRefused):
        document_quote(document, bob, coupon_code="spring25")
    settings.HOUSE_FEE_BASIS_POINTS = 1000
    give_money(bob, 400)
    document_buy(reader=bob, document_id=document.pk, expected_price_minor=360, coupon_code="spring25")
    order = Order.objects.get()
    assert (order.price_minor, order.fee_minor, order.author_minor) == (360, 0, 360)
    assert held_balance_minor(alice) == 360
    assert not Account.objects.filter(name="fees_held", balance_minor__gt=0).exists()


@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    price_minor=st.integers(1, 10**12),
    fee=st.integers(0, 10_000),
    commission=st.integers(0, 10_000),
    part=st.integers(0, 10_000),
)
def test_the_author_gets_with_a_coupon_of_the_house_what_they_get_without(
    price_minor: int, fee: int, commission: int, part: int
) -> None:
    from django.test import override_settings

    with override_settings(HOUSE_FEE_BASIS_POINTS=fee):
        discount_minor = price_split(price_minor).fee_minor * part // 10_000
        plain = price_split(price_minor)
        split = price_split(price_minor - discount_minor, house_discount_minor=discount_minor)
        assert split.author_minor == plain.author_minor
        assert split.fee_minor + split.author_minor == price_minor - discount_minor
        shared = price_split(
            price_minor - discount_minor,
            commission_basis_points=commission,
            house_discount_minor=discount_minor,
        )
    assert min(shared.fee_minor, shared.commission_minor, shared.author_minor) >= 0


def test_who_gets_all_of_the_price_back_may_use_the_coupon_again(
    published_document: Factory, coupon: Callable[..., Coupon], bob: User
) -> None:
    made = coupon(limit_total=1)
    give_money(bob, 1000)
    first, second = published_document(price_minor=400), published_document(price_minor=400)
    document_buy(reader=bob, document_id=first.pk, expected_price_minor=300, coupon_code="spring25")
    order = Order.objects.get()
    order_refund(order_id=order.pk, key="part", reason=Refund.Reason.GOODWILL, amount_minor=100)
    with pytest.raises(CouponRefused):
        document_quote(second, bob, coupon_code="spring25")
    order_refund(order_id=order.pk, key="rest", reason=Refund.Reason.GOODWILL)
    made.refresh_from_db()
    assert made.used_count == 0
    document_buy(reader=bob, document_id=second.pk, expected_price_minor=300, coupon_code="spring25")
    uses = CouponUse.objects.order_by("turn")
    assert [(use.turn, use.returned_at is None) for use in uses] == [(1, False), (2, True)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [1, 3])
def test_a_coupon_is_used_no_more_often_than_it_may_be_by_everybody_at_once(
    published_document: Factory, coupon: Callable[..., Coupon], limit: int
) -> None:
    made = coupon(limit_total=limit)
    document = published_document(price_minor=400)
    readers = [User.objects.create_user(f"reader{number}@example.com") for number in range(6)]
    for reader in readers:
        give_money(reader, 400)

    def buy(number: int) -> Entitlement:
        return document_buy(
            reader=readers[number],
            document_id=document.pk,
            expected_price_minor=300,
            coupon_code="spring25",
        )

    bought = [answer for answer in at_once(len(readers), buy) if isinstance(answer, Entitlement)]
    made.refresh_from_db()
    assert (len(bought), made.used_count, CouponUse.objects.count()) == (limit, limit, limit)
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_one_reader_uses_a_coupon_once_for_two_documents_at_once(
    published_document: Factory, coupon: Callable[..., Coupon], bob: User
) -> None:
    coupon()
    documents = [published_document(price_minor=400) for _number in range(4)]
    give_money(bob, 4000)

    def buy(number: int) -> Entitlement:
        return document_buy(
            reader=bob,
            document_id=documents[number].pk,
            expected_price_minor=300,
            coupon_code="spring25",
        )

    answers = at_once(len(documents), buy)
    assert sum(isinstance(answer, Entitlement) for answer in answers) == 1
    assert sum(isinstance(answer, CouponRefused) for answer in answers) == 3
    assert wallet_balance_minor(bob) == 3700
