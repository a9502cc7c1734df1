"""Payments that nobody told us about: we ask, and guess nothing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.payments.gateway import Begin, open_the_page
from wenlan.accounts.models import User
from wenlan.demo.gateway.books import Callback, Company, Trouble
from wenlan.demo.gateway.gateway import Gateway
from wenlan.ledger.selectors import verify, wallet_balance_minor
from wenlan.payments.checking import next_pause
from wenlan.payments.models import TopUp, WebhookEvent
from wenlan.payments.services import top_up_start
from wenlan.payments.sweeping import payments_sweep


@pytest.fixture(autouse=True)
def _work_is_done_at_once(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def _let_pass(**time: float) -> None:
    """Every payment began that much earlier, and is to be asked about."""
    earlier = timezone.now() - datetime.timedelta(**time)
    TopUp.objects.update(created_at=earlier, next_check_at=earlier)


def test_a_lost_message_is_found_by_asking(
    companies: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    companies.pay(company, top_up.reference, Callback.LOST)
    assert payments_sweep() == 0  # the company may still tell us
    _let_pass(minutes=3)
    assert payments_sweep() == 1
    assert wallet_balance_minor(bob) == 500
    top_up.refresh_from_db()
    assert (top_up.state, bool(top_up.payment_id)) == ("paid", True)
    assert payments_sweep() == 0
    assert verify().is_clean


def test_an_hour_without_the_company_decides_nothing(
    companies: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    companies.pay(company, top_up.reference, Callback.LOST)
    companies.books.troubles[company] = Trouble.DOWN
    for minutes in (3, 20, 60):
        _let_pass(minutes=minutes)
        assert payments_sweep() == 1
        top_up.refresh_from_db()
        assert top_up.state == "created"
    companies.books.troubles.clear()
    _let_pass(minutes=61)
    payments_sweep()
    assert wallet_balance_minor(bob) == 500


@pytest.mark.parametrize("company", [Company.STRIPE, Company.WECHAT], indirect=True)
def test_a_payment_that_could_not_begin_begins_by_itself(
    companies: Gateway, company: Company, bob: User
) -> None:
    companies.books.troubles[company] = Trouble.DOWN
    top_up = top_up_start(user=bob, amount_minor=500, provider=company.value)
    assert (top_up.state, top_up.is_begun) == ("created", False)
    companies.books.troubles.clear()
    _let_pass(seconds=30)
    payments_sweep()
    top_up.refresh_from_db()
    assert top_up.is_begun
    open_the_page(top_up)


@pytest.mark.parametrize("company", [Company.STRIPE, Company.WECHAT], indirect=True)
def test_a_company_that_began_a_payment_and_did_not_say_so_begins_no_second(
    companies: Gateway, company: Company, bob: User
) -> None:
    companies.books.troubles[company] = Trouble.HANGS
    companies.books.hang_seconds = 1.5
    top_up = top_up_start(user=bob, amount_minor=500, provider=company.value)
    assert not top_up.is_begun
    companies.books.troubles.clear()
    _let_pass(seconds=30)
    payments_sweep()
    assert len(companies.books.of(company)) == 1


def test_what_is_open_for_more_than_a_day_is_closed_there_and_here(
    companies: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    _let_pass(hours=25)
    payments_sweep()
    top_up.refresh_from_db()
    assert top_up.state == "cancelled"
    assert companies.pay(company, top_up.reference, Callback.LOST).state == "closed"
    assert payments_sweep() == 0


def test_what_cannot_be_closed_there_stays_open_here(
    companies: Gateway, company: Company, begin: Begin
) -> None:
    top_up = begin()
    companies.books.troubles[company] = Trouble.DOWN
    _let_pass(hours=25)
    payments_sweep()
    top_up.refresh_from_db()
    assert top_up.state == "created"


def test_another_amount_found_by_asking_is_for_an_operator(
    companies: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    companies.pay(company, top_up.reference, Callback.LOST).amount_minor = 1
    _let_pass(minutes=3)
    payments_sweep()
    assert wallet_balance_minor(bob) == 0
    event = WebhookEvent.objects.get()
    assert (event.state, event.reason) == ("refused", "amount_mismatch")
    assert payments_sweep() == 0


def test_a_message_after_the_answer_changes_nothing(
    companies: Gateway, company: Company, begin: Begin, bob: User, client: Any
) -> None:
    top_up = begin()
    companies.pay(company, top_up.reference, Callback.LOST)
    _let_pass(minutes=3)
    payments_sweep()
    headers, body = companies.companies[company].message(companies.books.messages[0])
    answer = client.post(
        f"/pay/{company}/notify/", body, content_type=headers.pop("Content-Type"), headers=headers
    )
    assert companies.companies[company].is_taken(answer.status_code, answer.content)
    assert wallet_balance_minor(bob) == 500


def test_a_payment_is_asked_about_ever_less_often() -> None:
    pauses = [next_pause(datetime.timedelta(minutes=minutes)) for minutes in (2, 10, 60, 600, 1500)]
    assert pauses == sorted(pauses)
    assert pauses[0] == datetime.timedelta(minutes=1)
    assert pauses[-1] == datetime.timedelta(minutes=30)
