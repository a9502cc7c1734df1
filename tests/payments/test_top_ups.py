"""Top-ups: what was paid arrives, whole and once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.core.money import InvalidAmount
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.selectors import verify, wallet_balance_minor
from wenlan.payments.checks import providers_are_known
from wenlan.payments.models import TopUp
from wenlan.payments.ports import Notification
from wenlan.payments.services import (
    AmountMismatch,
    UnknownTopUp,
    notification_apply,
    top_up_cancel,
    top_up_fail,
    top_up_settle,
    top_up_start,
)


@pytest.fixture(autouse=True)
def _simulated(settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = ["simulated"]


@pytest.fixture
def top_up(bob: User) -> TopUp:
    return top_up_start(user=bob, amount_minor=500, provider="simulated")


def test_a_top_up_waits_for_its_money(top_up: TopUp, bob: User) -> None:
    assert top_up.state == "created"
    assert top_up.pay_url == f"/pay/simulated/{top_up.reference}/"
    assert wallet_balance_minor(bob) == 0


def test_money_that_arrived_is_in_the_wallet(top_up: TopUp, bob: User) -> None:
    settled = top_up_settle(reference=top_up.reference, paid_minor=500, currency="CNY")
    assert settled.state == "paid"
    assert wallet_balance_minor(bob) == 500
    assert Account.objects.get(kind="provider", name="simulated").balance_minor == -500
    assert verify().is_clean


def test_the_same_news_twice_changes_nothing(top_up: TopUp, bob: User) -> None:
    first = top_up_settle(reference=top_up.reference, paid_minor=500, currency="CNY")
    second = top_up_settle(reference=top_up.reference, paid_minor=500, currency="CNY")
    assert (first.transfer, first.settled_at) == (second.transfer, second.settled_at)
    assert wallet_balance_minor(bob) == 500


@pytest.mark.parametrize(
    ("paid_minor", "currency"), [(499, "CNY"), (501, "CNY"), (500, "USD"), (0, "CNY"), (-500, "CNY")]
)
def test_another_amount_or_currency_is_not_credited(
    top_up: TopUp, bob: User, paid_minor: int, currency: str
) -> None:
    with pytest.raises(AmountMismatch):
        top_up_settle(reference=top_up.reference, paid_minor=paid_minor, currency=currency)
    assert wallet_balance_minor(bob) == 0
    top_up.refresh_from_db()
    assert top_up.state == "created"


def test_an_unknown_payment_is_refused(db: None) -> None:
    with pytest.raises(UnknownTopUp):
        top_up_settle(reference="unknown", paid_minor=1, currency="CNY")
    with pytest.raises(UnknownTopUp):
        top_up_fail(reference="unknown")
    with pytest.raises(UnknownTopUp):
        top_up_cancel(reference="unknown")
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_provider_has_no_say_about_the_payments_of_another(top_up: TopUp, bob: User, is_paid: bool) -> None:
    news = Notification(reference=top_up.reference, is_paid=is_paid, paid_minor=500, currency="CNY")
    with pytest.raises(UnknownTopUp):
        notification_apply(news, provider="another")
    assert wallet_balance_minor(bob) == 0
    top_up.refresh_from_db()
    assert top_up.state == "created"
    assert notification_apply(news, provider="simulated").state == ("paid" if is_paid else "failed")


def test_a_refused_payment_changes_no_balance(top_up: TopUp, bob: User) -> None:
    failed = top_up_fail(reference=top_up.reference, reason="card declined " * 50)
    assert failed.state == "failed"
    assert failed.failure.startswith("card declined")
    assert wallet_balance_minor(bob) == 0


def test_money_that_comes_after_a_refusal_or_a_cancellation_is_credited(top_up: TopUp, bob: User) -> None:
    top_up_fail(reference=top_up.reference, reason="timeout")
    top_up_settle(reference=top_up.reference, paid_minor=500, currency="CNY")
    other = top_up_start(user=bob, amount_minor=300, provider="simulated")
    assert top_up_cancel(reference=other.reference).state == "cancelled"
    top_up_settle(reference=other.reference, paid_minor=300, currency="CNY")
    assert wallet_balance_minor(bob) == 800


def test_a_refusal_after_the_money_takes_nothing_back(top_up: TopUp, bob: User) -> None:
    top_up_settle(reference=top_up.reference, paid_minor=500, currency="CNY")
    assert top_up_fail(reference=top_up.reference).state == "paid"
    assert top_up_cancel(reference=top_up.reference).state == "paid"
    assert wallet_balance_minor(bob) == 500


@pytest.mark.parametrize("amount_minor", [0, -1, 1_000_001, 10**30])
def test_an_amount_outside_of_the_limits_is_refused(bob: User, amount_minor: int) -> None:
    with pytest.raises(InvalidAmount):
        top_up_start(user=bob, amount_minor=amount_minor, provider="simulated")
    assert not TopUp.objects.exists()


@pytest.mark.parametrize("provider", ["stripe", "", "../simulated"])
def test_a_provider_that_is_not_offered_takes_no_money(bob: User, provider: str) -> None:
    with pytest.raises(NotAllowed):
        top_up_start(user=bob, amount_minor=500, provider=provider)


def test_without_providers_nobody_tops_up(bob: User, settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = []
    with pytest.raises(NotAllowed):
        top_up_start(user=bob, amount_minor=500, provider="simulated")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "x",
        "/" + "a" * 600,
    ],
)
def test_the_way_back_never_leaves_the_site(bob: User, url: str) -> None:
    assert top_up_start(user=bob, amount_minor=1, provider="simulated", next_url=url).next_url == ""


def test_the_way_back_is_remembered(bob: User) -> None:
    top_up = top_up_start(user=bob, amount_minor=1, provider="simulated", next_url="/d/1/buy/")
    assert top_up.next_url == "/d/1/buy/"


def test_an_unknown_provider_in_the_settings_is_an_error(settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = ["simulated", "paypall"]
    settings.DEMO = settings.DEBUG = False
    assert [message.id for message in providers_are_known()] == [
        "wenlan.payments.E001",
        "wenlan.payments.E002",
    ]
    settings.PAYMENT_PROVIDERS = ["simulated"]
    settings.DEMO = True
    assert providers_are_known() == []


@pytest.mark.django_db(transaction=True)
def test_news_of_one_payment_many_times_at_once_is_one_credit(bob: User) -> None:
    top_up = top_up_start(user=bob, amount_minor=500, provider="simulated")
    outcomes = at_once(
        8, lambda _n: top_up_settle(reference=top_up.reference, paid_minor=500, currency="CNY").transfer_id
    )
    assert len(set(outcomes)) == 1, outcomes
    assert wallet_balance_minor(bob) == 500
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_many_payments_of_one_reader_at_once_all_arrive(bob: User) -> None:
    top_ups = [top_up_start(user=bob, amount_minor=100 + n, provider="simulated") for n in range(8)]
    outcomes = at_once(
        8, lambda n: top_up_settle(reference=top_ups[n].reference, paid_minor=100 + n, currency="CNY")
    )
    assert all(isinstance(outcome, TopUp) for outcome in outcomes), outcomes
    assert wallet_balance_minor(bob) == sum(100 + n for n in range(8))
    assert verify().is_clean
