"""The pages on which authors decide about prices, coupons and bundles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.models import Bundle, Coupon, SalePrice, Terms
from wenlan.orders.services import coupon_create

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def _moment(days: int) -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_alice_sets_a_sale_price_and_ends_it(
    client_as: Browser, published_document: Factory, alice: User
) -> None:
    document, browser = published_document(price_minor=400), client_as(alice)
    url = reverse("orders:price", args=[document.pk])
    assert url in browser.get(reverse("documents:edit", args=[document.pk])).content.decode()
    sale = {"price": "3", "starts_at": _moment(-1), "ends_at": _moment(2)}
    page = browser.post(url, sale, follow=True).content.decode()
    assert "¥3.00" in page
    assert "End it now" in page
    answer = browser.post(url, sale)
    assert answer.status_code == 422
    assert "Another sale price is in force at that time." in answer.content.decode()
    row = SalePrice.objects.get()
    browser.post(reverse("orders:sale_end", args=[document.pk, row.pk]))
    row.refresh_from_db()
    assert row.ends_at <= timezone.now()


@pytest.mark.parametrize(
    "values",
    [
        {"price": "4"},
        {"price": "0"},
        {"price": "-1"},
        {"price": "1.005"},
        {"price": "９９９９９９９９９９"},
        {"price": ""},
        {"ends_at": "yesterday"},
        {"ends_at": "2020-01-01T00:00"},
        {"starts_at": "2999-01-01T00:00"},
    ],
)
def test_what_is_no_sale_is_explained_beside_the_field(
    client_as: Browser, published_document: Factory, alice: User, values: dict[str, str]
) -> None:
    document = published_document(price_minor=400)
    sent = {"price": "3", "starts_at": _moment(0), "ends_at": _moment(2), **values}
    answer = client_as(alice).post(reverse("orders:price", args=[document.pk]), sent)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not SalePrice.objects.exists()


def test_alice_lets_readers_choose_and_changes_her_mind(
    client_as: Browser, published_document: Factory, alice: User
) -> None:
    document, browser = published_document(price_minor=400), client_as(alice)
    url = reverse("orders:terms", args=[document.pk])
    assert browser.post(url, {"suggested": "3.99"}).status_code == 422
    browser.post(url, {"suggested": "6"})
    assert Terms.objects.get().suggested_minor == 600
    browser.post(url, {"then": "fixed"})
    assert not Terms.objects.exists()


def test_alice_makes_a_coupon_for_one_document_and_stops_it(
    client_as: Browser, published_document: Factory, alice: User
) -> None:
    document, browser = published_document(), client_as(alice)
    url = reverse("orders:coupons")
    assert "No coupon yet" in browser.get(url).content.decode()
    sent = {"code": "春天 2026", "kind": "percent", "percent": "20", "limit_per_reader": "1"}
    page = browser.post(url, {**sent, "documents": [document.pk]}, follow=True).content.decode()
    assert "春天 2026" in page
    assert "1 document" in page
    coupon = Coupon.objects.get()
    assert (coupon.author, coupon.percent, list(coupon.documents.all())) == (alice, 20, [document])
    answer = browser.post(url, {**sent, "code": "春天2026"})
    assert (answer.status_code, "This code is taken." in answer.content.decode()) == (422, True)
    browser.post(reverse("orders:coupon_stop", args=[coupon.pk]))
    assert "Stopped" in browser.get(url).content.decode()


def test_alice_makes_a_bundle(client_as: Browser, published_document: Factory, alice: User) -> None:
    numbers = [published_document().pk for _number in range(2)]
    browser, url = client_as(alice), reverse("orders:bundles")
    assert "No bundle yet" in browser.get(url).content.decode()
    answer = browser.post(url, {"title": "Both", "price": "8", "documents": numbers})
    assert answer.status_code == 422
    page = browser.post(url, {"title": "Both", "price": "7", "documents": numbers}, follow=True)
    assert "¥7.00" in page.content.decode()
    assert Bundle.objects.get().items.count() == 2


def test_nobody_decides_about_the_prices_of_others(
    client_as: Browser, published_document: Factory, alice: User, bob: User, mallory: User
) -> None:
    document = published_document()
    coupon = coupon_create(author=alice, code="Spring", kind="percent", percent=20)
    for person in (bob, mallory):
        browser = client_as(person)
        for name, args in [
            ("price", [document.pk]),
            ("terms", [document.pk]),
            ("sale_end", [document.pk, 1]),
            ("coupon_stop", [coupon.pk]),
            ("bundle_stop", [1]),
        ]:
            assert browser.post(reverse(f"orders:{name}", args=args)).status_code == 404, name
    assert client_as(bob).post(reverse("orders:coupons"), {"code": "Mine"}).status_code == 403
    answer = client_as(mallory).post(
        reverse("orders:coupons"),
        {
            "code": "Mine",
            "kind": "percent",
            "percent": "9",
            "limit_per_reader": "1",
            "documents": [document.pk],
        },
    )
    assert answer.status_code == 422
