"""What each company does when it is asked: over HTTP, with its own signatures."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.payments.gateway import Begin
from wenlan.accounts.models import User
from wenlan.demo.gateway.books import Callback, Company, Trouble
from wenlan.demo.gateway.gateway import Gateway
from wenlan.demo.gateway.keys import KeyPair
from wenlan.payments.backends import provider_named
from wenlan.payments.models import TopUp
from wenlan.payments.ports import (
    LineKind,
    Payer,
    PaymentProvider,
    PaymentRefused,
    ProviderUnavailable,
    RefundState,
)
from wenlan.payments.services import top_up_start


@pytest.fixture
def provider(companies: Gateway, company: Company) -> PaymentProvider:
    return provider_named(company)


def _paid(companies: Gateway, company: Company, top_up: TopUp) -> TopUp:
    top_up.payment_id = companies.pay(company, top_up.reference, Callback.LOST).number
    return top_up


def test_a_company_says_nothing_of_a_payment_that_is_still_open(
    provider: PaymentProvider, begin: Begin
) -> None:
    assert provider.query(begin()) is None


def test_a_company_says_nothing_of_a_payment_it_never_heard_of(
    provider: PaymentProvider, company: Company, bob: User
) -> None:
    top_up = TopUp.objects.create(user=bob, amount_minor=500, currency="CNY", provider=company.value)
    assert provider.query(top_up) is None
    provider.close(top_up)


def test_a_company_tells_that_it_was_paid(
    companies: Gateway, company: Company, provider: PaymentProvider, begin: Begin
) -> None:
    top_up = _paid(companies, company, begin())
    news = provider.query(top_up)
    assert news is not None
    assert (news.reference, news.is_paid, news.paid_minor, news.currency, news.payment_id) == (
        top_up.reference,
        True,
        500,
        "CNY",
        top_up.payment_id,
    )


def test_nobody_can_pay_what_was_closed(
    companies: Gateway, company: Company, provider: PaymentProvider, begin: Begin
) -> None:
    top_up = begin()
    provider.close(top_up)
    provider.close(top_up)
    assert companies.pay(company, top_up.reference, Callback.LOST).state == "closed"
    news = provider.query(top_up)
    assert news is not None
    assert not news.is_paid


def test_what_was_paid_is_not_closed(
    companies: Gateway, company: Company, provider: PaymentProvider, begin: Begin
) -> None:
    top_up = _paid(companies, company, begin())
    provider.close(top_up)
    news = provider.query(top_up)
    assert news is not None
    assert news.is_paid


def test_a_refund_goes_back_once_and_no_more_than_was_paid(
    companies: Gateway, company: Company, provider: PaymentProvider, begin: Begin
) -> None:
    top_up = _paid(companies, company, begin())
    assert provider.query_refund(top_up, refund_reference="a" * 32) is None
    for _attempt in range(2):
        news = provider.refund(top_up, refund_reference="a" * 32, amount_minor=300)
        assert (news.state, news.amount_minor) == (RefundState.DONE, 300)
    assert provider.query_refund(top_up, refund_reference="a" * 32) == news
    with pytest.raises(PaymentRefused):
        provider.refund(top_up, refund_reference="b" * 32, amount_minor=201)
    assert provider.query_refund(top_up, refund_reference="b" * 32) is None


def test_the_statement_of_a_day_has_every_payment_and_refund(
    companies: Gateway, company: Company, provider: PaymentProvider, begin: Begin
) -> None:
    first, second = _paid(companies, company, begin(1234)), _paid(companies, company, begin(7))
    begin(99)
    provider.refund(first, refund_reference="c" * 32, amount_minor=34)
    day = timezone.now().astimezone(provider.statement_zone).date()
    lines = provider.statement(day)
    assert {(line.kind, line.reference, line.amount_minor, line.currency) for line in lines} == {
        (LineKind.PAYMENT, first.reference, 1234, "CNY"),
        (LineKind.PAYMENT, second.reference, 7, "CNY"),
        (LineKind.REFUND, "c" * 32, 34, "CNY"),
    }
    assert {line.fee_minor for line in lines if line.reference == first.reference} == {7}
    assert all(line.at.astimezone(provider.statement_zone).date() == day for line in lines)
    assert provider.statement(day - datetime.timedelta(days=1)) == []


@pytest.mark.parametrize("trouble", [Trouble.DOWN, Trouble.HANGS])
def test_a_company_that_does_not_answer_says_nothing(
    companies: Gateway, company: Company, provider: PaymentProvider, begin: Begin, trouble: Trouble
) -> None:
    top_up = _paid(companies, company, begin())
    companies.books.troubles[company] = trouble
    companies.books.hang_seconds = 1.5
    for asked in (
        lambda: provider.query(top_up),
        lambda: provider.refund(top_up, refund_reference="d" * 32, amount_minor=1),
        lambda: provider.statement(timezone.now().date()),
    ):
        with pytest.raises(ProviderUnavailable):
            asked()


def test_a_company_that_nobody_can_reach_says_nothing(
    provider: PaymentProvider, company: Company, bob: User, settings: Any
) -> None:
    setattr(settings, f"{company.upper()}_API_URL", "http://127.0.0.1:9")
    top_up = TopUp(user=bob, amount_minor=500, currency="CNY", provider=company.value, handle="cs_1")
    with pytest.raises(ProviderUnavailable):
        provider_named(company).query(top_up)


@pytest.mark.parametrize("company", [Company.WECHAT, Company.ALIPAY], indirect=True)
def test_an_answer_that_somebody_else_has_signed_says_nothing(
    companies: Gateway,
    company: Company,
    provider: PaymentProvider,
    begin: Begin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    top_up = _paid(companies, company, begin())
    monkeypatch.setattr(companies.keys, f"{company}_platform", KeyPair())
    with pytest.raises(ProviderUnavailable):
        provider.query(top_up)


def test_keys_that_the_company_does_not_know_refuse_nobody_a_payment(
    companies: Gateway, company: Company, begin: Begin, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    top_up = begin()
    settings.STRIPE_SECRET_KEY = "sk_test_another"
    monkeypatch.setattr(companies.keys, "wechat_merchant", KeyPair())
    monkeypatch.setattr(companies.keys, "alipay_merchant", KeyPair())
    with pytest.raises(ProviderUnavailable):
        provider_named(company).query(top_up)


@pytest.mark.parametrize("company", [Company.STRIPE, Company.WECHAT], indirect=True)
def test_a_company_that_refuses_leaves_the_payment_failed_with_its_reason(
    companies: Gateway, company: Company, bob: User
) -> None:
    companies.books.troubles[company] = Trouble.REFUSES
    top_up = top_up_start(user=bob, amount_minor=500, provider=company.value)
    assert top_up.state == "failed"
    assert top_up.failure


def test_a_phone_gets_a_page_of_its_own(companies: Gateway, bob: User, settings: Any) -> None:
    def start(provider: str, *, is_on_phone: bool) -> TopUp:
        payer = Payer(is_on_phone=is_on_phone)
        return top_up_start(user=bob, amount_minor=500, provider=provider, payer=payer)

    assert "alipay.trade.page.pay" in start("alipay", is_on_phone=False).pay_url
    assert "alipay.trade.wap.pay" in start("alipay", is_on_phone=True).pay_url
    assert start("wechat", is_on_phone=False).qr_text
    assert "redirect_url=" in start("wechat", is_on_phone=True).pay_url
    settings.WECHAT_PHONE_PAY = False
    assert start("wechat", is_on_phone=True).qr_text


def test_yen_have_no_hundredths_at_stripe(companies: Gateway, bob: User, settings: Any) -> None:
    settings.CURRENCY = "JPY"
    top_up = top_up_start(user=bob, amount_minor=500, provider="stripe")
    payment = companies.payment(Company.STRIPE, top_up.reference)
    assert (payment.amount_minor, payment.currency) == (500, "JPY")
