"""`wenlan payments reconcile`: our books beside the statement of a company."""

from __future__ import annotations

import datetime
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.payments.gateway import Begin
from tests.payments.test_refunds import _request
from wenlan.demo.gateway.books import Callback, Company, Trouble
from wenlan.demo.gateway.gateway import Gateway
from wenlan.payments.backends import provider_named
from wenlan.payments.checking import payment_check
from wenlan.payments.models import TopUp
from wenlan.payments.refunds import refund_send


def _reconcile(company: Company, *arguments: str) -> tuple[int, str]:
    """Exit status and output for today."""
    today = timezone.now().astimezone(provider_named(company).statement_zone).date()
    out, status = StringIO(), 0
    try:
        call_command(
            "payments",
            *("reconcile", "--provider", company.value, "--day", today.isoformat(), *arguments),
            stdout=out,
            stderr=out,
        )
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, out.getvalue()


@pytest.fixture
def paid(companies: Gateway, company: Company, begin: Begin) -> TopUp:
    """Five yuan that have arrived, two of which went back."""
    top_up = begin()
    companies.pay(company, top_up.reference, Callback.LOST)
    settled = payment_check(top_up_id=top_up.pk)
    assert settled is not None
    refund_send(refund_id=_request(settled, 200, key="1").pk)
    return settled


def test_books_that_agree(company: Company, paid: TopUp) -> None:
    status, output = _reconcile(company)
    assert status == 0
    assert "2 lines, everything agrees" in output


def test_a_payment_we_have_not_heard_of(
    companies: Gateway, company: Company, paid: TopUp, begin: Begin
) -> None:
    lost = begin(77)
    companies.pay(company, lost.reference, Callback.LOST)
    status, output = _reconcile(company)
    assert status == 1
    assert f"payment {lost.reference}: missing here (here nothing, there 77 CNY)" in output


def test_a_payment_the_company_does_not_have(companies: Gateway, company: Company, paid: TopUp) -> None:
    companies.books.clear()
    status, output = _reconcile(company)
    assert status == 1
    assert f"payment {paid.reference}: missing there (here 500 CNY, there nothing)" in output
    assert f"refund {paid.refunds.get().reference}: missing there" in output


def test_a_payment_with_another_amount(companies: Gateway, company: Company, paid: TopUp) -> None:
    companies.payment(company, paid.reference).amount_minor = 501
    status, output = _reconcile(company)
    assert status == 1
    assert f"payment {paid.reference}: other amount (here 500 CNY, there 501 CNY)" in output


def test_a_payment_that_is_there_twice(companies: Gateway, company: Company, paid: TopUp) -> None:
    books = companies.books.payments
    books[(company, "again")] = books[(company, paid.reference)]
    status, output = _reconcile(company)
    assert status == 1
    assert f"payment {paid.reference}: twice" in output


def test_a_refund_we_never_asked_for(companies: Gateway, company: Company, paid: TopUp) -> None:
    companies.books.refund(companies.payment(company, paid.reference), "f" * 32, 100)
    status, output = _reconcile(company)
    assert status == 1
    assert f"refund {'f' * 32}: missing here (here nothing, there 100 CNY)" in output


def test_what_arrived_before_midnight_and_was_heard_of_after_it(
    companies: Gateway, company: Company, paid: TopUp
) -> None:
    payment = companies.payment(company, paid.reference)
    assert payment.paid_at is not None
    payment.paid_at -= datetime.timedelta(days=1)
    status, output = _reconcile(company)
    assert status == 0, output


def test_for_programs(companies: Gateway, company: Company, paid: TopUp) -> None:
    companies.payment(company, paid.reference).amount_minor = 501
    status, output = _reconcile(company, "--json")
    assert status == 1
    (result,) = json.loads(output)
    (difference,) = result["differences"]
    assert (difference["kind"], difference["here"], difference["there"]) == (
        "other amount",
        [500, "CNY"],
        [501, "CNY"],
    )


def test_a_company_without_a_statement_is_not_taken_for_one_that_agrees(
    companies: Gateway, company: Company, paid: TopUp
) -> None:
    companies.books.troubles[company] = Trouble.DOWN
    status, output = _reconcile(company)
    assert status == 2
    assert "gives no statement" in output


def test_a_company_that_is_not_offered_is_named(db: None, settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = []
    out = StringIO()
    with pytest.raises(SystemExit, match="2"):
        call_command("payments", "reconcile", "--provider", "stripe", stdout=out, stderr=out)
    assert "stripe" in out.getvalue()
