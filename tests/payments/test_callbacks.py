"""What the companies tell us, over HTTP: whatever goes wrong on the way, the money arrives once, or an operator is told."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from pytest_django.live_server_helper import LiveServer

from tests.payments.gateway import Begin
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.demo.gateway.books import Callback, Company
from wenlan.demo.gateway.gateway import Gateway
from wenlan.ledger.selectors import verify, wallet_balance_minor
from wenlan.payments import events
from wenlan.payments.models import TopUp, WebhookEvent
from wenlan.payments.sweeping import events_sweep

pytestmark = pytest.mark.django_db(transaction=True)


def _only_event() -> WebhookEvent:
    return WebhookEvent.objects.get()


def test_a_payment_that_was_told_is_in_the_wallet(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    paid = gateway.pay(company, top_up.reference)
    assert wallet_balance_minor(bob) == 500
    top_up.refresh_from_db()
    assert (top_up.state, top_up.payment_id) == ("paid", paid.number)
    assert _only_event().state == "applied"
    assert verify().is_clean


def test_a_refusal_is_told_and_charges_nothing(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    gateway.refuse(company, top_up.reference)
    top_up.refresh_from_db()
    assert top_up.state == "failed"
    assert top_up.failure
    assert wallet_balance_minor(bob) == 0


def test_the_company_hears_that_we_have_it(gateway: Gateway, company: Company, begin: Begin) -> None:
    gateway.pay(company, begin().reference, Callback.TWICE)
    (message,) = gateway.books.messages
    assert all(gateway.companies[company].is_taken(*answer) for answer in message.answers)
    assert gateway.repeat() == []


def test_the_same_message_twice_is_one_credit(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    gateway.pay(company, begin().reference, Callback.TWICE)
    assert wallet_balance_minor(bob) == 500
    assert _only_event().times == 2


def test_the_same_message_eight_times_at_once_is_one_credit(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    gateway.pay(company, begin().reference, Callback.LOST)
    (message,) = gateway.books.messages
    headers, body = gateway.companies[company].message(message)
    url = message.payment.notify_url
    answers = at_once(8, lambda _n: requests.post(url, body, headers=headers, timeout=60).status_code)
    assert set(answers) <= {200, 204}, answers
    assert wallet_balance_minor(bob) == 500
    assert _only_event().times == 8
    assert verify().is_clean


def test_a_refusal_that_comes_after_the_payment_takes_nothing_back(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    gateway.refuse(company, top_up.reference, Callback.HELD)
    gateway.pay(company, top_up.reference, Callback.HELD)
    assert [message.is_paid for message in gateway.release()] == [True, False]
    top_up.refresh_from_db()
    assert top_up.state == "paid"
    assert wallet_balance_minor(bob) == 500


@pytest.mark.parametrize("twist", [Callback.WRONG_AMOUNT, Callback.WRONG_CURRENCY])
def test_another_amount_is_not_credited_and_an_operator_sees_it(
    gateway: Gateway, company: Company, begin: Begin, bob: User, dave: User, client_as: Any, twist: Callback
) -> None:
    top_up = begin()
    gateway.pay(company, top_up.reference, twist)
    assert wallet_balance_minor(bob) == 0
    top_up.refresh_from_db()
    assert top_up.state == "created"
    event = _only_event()
    assert (event.state, event.reason) == ("refused", "amount_mismatch")
    page = client_as(dave).get("/admin/payments/webhookevent/", {"state__exact": "refused"}).content.decode()
    assert top_up.reference in page
    # Telling us again would change nothing.
    assert gateway.repeat() == []


@pytest.mark.parametrize("twist", [Callback.FORGED, Callback.OLD])
def test_a_forged_message_and_one_from_days_ago_are_counted_and_pay_nothing(
    gateway: Gateway, company: Company, begin: Begin, bob: User, twist: Callback
) -> None:
    top_up = begin()
    for _attempt in range(3):
        gateway.pay(company, top_up.reference, twist)
    assert wallet_balance_minor(bob) == 0
    event = _only_event()
    assert (event.state, event.reason, event.times) == ("refused", "forged", 3)
    assert len(gateway.repeat()) == 3


def test_a_message_that_was_changed_on_its_way_pays_nothing(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    gateway.pay(company, begin().reference, Callback.LOST)
    (message,) = gateway.books.messages
    headers, body = gateway.companies[company].message(message)
    for changed in (body.replace(b"5", b"6", 1), body[:-1], b"", b"\xff" * 100):
        answer = requests.post(message.payment.notify_url, changed, headers=headers, timeout=60)
        assert not gateway.companies[company].is_taken(answer.status_code, answer.content)
    assert wallet_balance_minor(bob) == 0


def test_a_message_about_a_payment_nobody_began_is_refused(
    gateway: Gateway, company: Company, begin: Begin
) -> None:
    top_up = begin()
    TopUp.objects.all().delete()
    gateway.pay(company, top_up.reference)
    assert (_only_event().state, _only_event().reason) == ("refused", "unknown_top_up")


def test_a_company_has_no_say_about_a_payment_at_another(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    TopUp.objects.update(provider="simulated")
    gateway.pay(company, top_up.reference)
    assert wallet_balance_minor(bob) == 0
    assert _only_event().reason == "unknown_top_up"


def test_what_we_could_not_do_is_done_later_without_the_company(
    gateway: Gateway, company: Company, begin: Begin, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    top_up = begin()
    with monkeypatch.context() as broken:

        def fail(*_arguments: object, **_named: object) -> None:
            raise RuntimeError("the disk is full")

        broken.setattr("wenlan.payments.services.notification_apply", fail)
        gateway.pay(company, top_up.reference)
    event = _only_event()
    assert (event.state, event.attempts) == ("failed", 1)
    assert "the disk is full" in event.detail
    assert len(gateway.repeat()) == 1
    event.refresh_from_db()
    assert event.state == "applied"
    assert wallet_balance_minor(bob) == 500


def test_a_message_left_behind_by_a_dead_process_is_applied_by_the_sweep(
    gateway: Gateway, company: Company, begin: Begin, bob: User, settings: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    from wenlan.payments.backends import provider_named

    gateway.pay(company, begin().reference, Callback.LOST)
    (message,) = gateway.books.messages
    headers, body = gateway.companies[company].message(message)
    news = provider_named(company).verify_notification(headers=headers, body=body)
    event = events.event_record(provider=company.value, news=news)
    assert events_sweep() == 0  # whoever has received it may still be at work
    WebhookEvent.objects.update(next_try_at=event.received_at)
    assert events_sweep() == 1
    assert wallet_balance_minor(bob) == 500


def test_a_message_as_large_as_a_book_is_not_read(
    gateway: Gateway, live_server: LiveServer, company: Company
) -> None:
    answer = requests.post(f"{live_server.url}/pay/{company}/notify/", b"x" * 70_000, timeout=60)
    assert answer.status_code == 413
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("name", ["simulated", "paypal", "stripe"])
def test_nobody_listens_where_a_provider_is_not_offered(
    db: None, client: Any, settings: Any, name: str
) -> None:
    settings.PAYMENT_PROVIDERS = ["simulated"]
    assert client.post(f"/pay/{name}/notify/", b"{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize("company", [Company.STRIPE], indirect=True)
def test_what_others_sell_through_the_same_account_is_no_business_of_ours(
    gateway: Gateway, company: Company, begin: Begin, bob: User
) -> None:
    top_up = begin()
    gateway.payment(company, top_up.reference).reference = ""
    gateway.pay(company, top_up.reference)
    assert _only_event().state == "applied"
    assert wallet_balance_minor(bob) == 0
