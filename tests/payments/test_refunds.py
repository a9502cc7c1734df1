"""Money that goes back through the company it came by."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.payments.gateway import Begin
from tests.threads import at_once
from wenlan.core.errors import Conflict
from wenlan.demo.gateway.books import Callback, Company, Trouble
from wenlan.demo.gateway.gateway import Gateway
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.selectors import verify, wallet_balance_minor
from wenlan.ledger.services import Posting, account_for, transfer_post
from wenlan.payments.audits import provider_accounts_match_top_ups
from wenlan.payments.checking import payment_check
from wenlan.payments.models import Refund, TopUp
from wenlan.payments.refunds import RefundTooLarge, refund_request, refund_reverse, refund_send
from wenlan.payments.sweeping import payments_sweep


def _transfer(top_up: TopUp, amount_minor: int, *, key: str) -> Transfer:
    """Out of the wallet, into the account of the company; a negative amount the other way."""
    return transfer_post(
        reason_key=f"refund:{key}",
        kind=Transfer.Kind.TOP_UP,
        description="refund",
        postings=[
            Posting(account_for(kind=Account.Kind.WALLET, owner=top_up.user), -amount_minor),
            Posting(account_for(kind=Account.Kind.PROVIDER, name=top_up.provider), amount_minor),
        ],
    )


@transaction.atomic
def _request(top_up: TopUp, amount_minor: int, *, key: str) -> Refund:
    transfer = _transfer(top_up, amount_minor, key=key)
    return refund_request(top_up=top_up, amount_minor=amount_minor, transfer=transfer)


@pytest.fixture
def paid(companies: Gateway, company: Company, begin: Begin) -> TopUp:
    top_up = begin()
    companies.pay(company, top_up.reference, Callback.LOST)
    settled = payment_check(top_up_id=top_up.pk)
    assert settled is not None
    return settled


def test_a_refund_that_was_promised_goes_back_by_itself(
    companies: Gateway, company: Company, paid: TopUp, settings: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    refund = _request(paid, 200, key="1")
    assert payments_sweep() == 1
    refund.refresh_from_db()
    assert refund.state == "done"
    assert wallet_balance_minor(paid.user) == 300
    assert [each.amount_minor for each in companies.payment(company, paid.reference).refunds.values()] == [
        200
    ]
    assert payments_sweep() == 0
    assert provider_accounts_match_top_ups() == []
    assert verify().is_clean


def test_a_refund_whose_answer_was_lost_goes_back_once(
    companies: Gateway, company: Company, paid: TopUp
) -> None:
    refund = _request(paid, 200, key="1")
    companies.books.troubles[company] = Trouble.HANGS
    companies.books.hang_seconds = 1.5
    waiting = refund_send(refund_id=refund.pk)
    assert waiting is not None
    assert waiting.state == "requested"
    companies.books.troubles.clear()
    for _attempt in range(2):
        settled = refund_send(refund_id=refund.pk)
        assert settled is not None
        assert settled.state == "done"
    assert len(companies.payment(company, paid.reference).refunds) == 1


def test_a_refund_that_the_company_refuses_can_be_put_back_once(
    companies: Gateway, company: Company, paid: TopUp
) -> None:
    refund = _request(paid, 200, key="1")
    companies.books.troubles[company] = Trouble.REFUSES
    refused = refund_send(refund_id=refund.pk)
    assert refused is not None
    assert refused.state == "failed"
    assert refused.failure
    back = _transfer(paid, -200, key="1:back")
    for _attempt in range(2):
        refund_reverse(refund_id=refund.pk, transfer=back)
    with pytest.raises(Conflict):
        refund_reverse(refund_id=refund.pk, transfer=_transfer(paid, -1, key="2:back"))
    assert wallet_balance_minor(paid.user) >= 500


@pytest.mark.parametrize("company", [Company.STRIPE], indirect=True)
@pytest.mark.parametrize("amount_minor", [501, 0, -1])
def test_no_more_goes_back_than_came(paid: TopUp, amount_minor: int) -> None:
    transfer = _transfer(paid, 100, key="1")
    with pytest.raises(RefundTooLarge):
        refund_request(top_up=paid, amount_minor=amount_minor, transfer=transfer)


@pytest.mark.parametrize("company", [Company.STRIPE], indirect=True)
def test_what_never_arrived_does_not_go_back(paid: TopUp, begin: Begin) -> None:
    with pytest.raises(Conflict):
        refund_request(top_up=begin(), amount_minor=100, transfer=_transfer(paid, 100, key="1"))


@pytest.mark.parametrize("company", [Company.STRIPE], indirect=True)
@pytest.mark.django_db(transaction=True)
def test_eight_refunds_at_once_give_back_no_more_than_came(paid: TopUp) -> None:
    outcomes = at_once(8, lambda n: _request(paid, 200, key=str(n)))
    assert sum(isinstance(outcome, Refund) for outcome in outcomes) == 2, outcomes
    assert wallet_balance_minor(paid.user) == 100
    assert provider_accounts_match_top_ups() == []


def test_an_audit_names_whatever_the_payments_do_not_bear_out(paid: TopUp) -> None:
    assert provider_accounts_match_top_ups() == []
    stray = _transfer(paid, 50, key="stray")
    TopUp.objects.filter(pk=paid.pk).update(amount_minor=499)
    assert provider_accounts_match_top_ups() == [
        f"Top-up {paid.reference} is paid with 499, and the account of {paid.provider} moved by -500.",
        f"Transfer {stray.pk} moves the account of {paid.provider} by 50, and belongs to no top-up and no refund.",
    ]
    Refund.objects.create(
        top_up=paid, amount_minor=49, transfer=stray, state="done", settled_at=timezone.now()
    )
    assert "is of 49" in provider_accounts_match_top_ups()[1]
