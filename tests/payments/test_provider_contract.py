"""What every payment provider promises; each new one joins the list."""

from __future__ import annotations

from typing import Any

import pytest

from wenlan.accounts.models import User
from wenlan.demo.gateway.gateway import Gateway
from wenlan.payments.backends import PROVIDERS, provider_label, provider_named, providers_offered
from wenlan.payments.backends.simulated import SimulatedProvider
from wenlan.payments.models import TopUp
from wenlan.payments.ports import NotificationRejected, Payer, PaymentProvider


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request: pytest.FixtureRequest, companies: Gateway, settings: Any) -> PaymentProvider:
    settings.PAYMENT_PROVIDERS = [request.param]
    return provider_named(request.param)


@pytest.fixture
def top_up(bob: User, provider: PaymentProvider) -> TopUp:
    return TopUp.objects.create(user=bob, amount_minor=500, currency="CNY", provider=provider.name)


def test_a_provider_is_offered_under_its_name(provider: PaymentProvider) -> None:
    assert [offered.name for offered in providers_offered()] == [provider.name]
    assert provider_label(provider.name) == str(provider.label)


@pytest.mark.parametrize("is_on_phone", [True, False])
def test_a_payment_starts_somewhere_and_may_be_started_again(
    provider: PaymentProvider, top_up: TopUp, is_on_phone: bool
) -> None:
    payer = Payer(is_on_phone=is_on_phone)
    first, second = provider.start(top_up, payer=payer), provider.start(top_up, payer=payer)
    for action in (first, second):
        assert action.url.startswith(("/", "http")) != bool(action.qr_text)
    assert first.handle == second.handle


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"reference=1&paid=500", b"a:b:c", b"x" * 100_000])
def test_a_message_without_a_genuine_signature_is_rejected(provider: PaymentProvider, body: bytes) -> None:
    with pytest.raises(NotificationRejected):
        provider.verify_notification(headers={}, body=body)


def test_the_simulated_provider_says_what_was_pressed(bob: User) -> None:
    provider = SimulatedProvider()
    top_up = TopUp.objects.create(user=bob, amount_minor=500, currency="CNY", provider="simulated")
    paid = provider.verify_notification(headers={}, body=provider.message(top_up, is_paid=True).encode())
    assert (paid.reference, paid.is_paid, paid.paid_minor, paid.currency) == (
        top_up.reference,
        True,
        500,
        "CNY",
    )
    refused = provider.verify_notification(headers={}, body=provider.message(top_up, is_paid=False).encode())
    assert (refused.is_paid, refused.paid_minor) == (False, 0)
    forged = provider.message(top_up, is_paid=True)[:-1].encode()
    with pytest.raises(NotificationRejected):
        provider.verify_notification(headers={}, body=forged)
