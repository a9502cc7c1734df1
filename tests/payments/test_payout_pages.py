"""Earnings, payouts and the house's pages about them, as each of the cast meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.ledger.helpers import give_earnings, give_money, owe
from tests.payments.payout_helpers import CARD, DETAILS, ask, sent
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import earnings_balance_minor, verify
from wenlan.orders.models import Order
from wenlan.orders.services import document_buy, order_hold
from wenlan.payments.models import Payout, PayoutBatch
from wenlan.payments.payouts.services import payout_approve, payout_hold, payout_reject

Factory = Callable[..., Document]
Browser = Callable[[User | None], Client]

EARNINGS, QUEUE = reverse("payments:earnings"), reverse("payments:payout_queue")


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def _page(browser: Client, url: str) -> str:
    return browser.get(url).content.decode()


def _confirmation(page: str) -> dict[str, str]:
    """The hidden fields of the page that asks for a confirmation."""
    names = ("amount_minor", "expected_fee_minor", "key")
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in names}


def test_alice_takes_out_what_she_earned(client_as: Browser, alice: User, settings: Any) -> None:
    settings.PAYOUT_FEE_MINOR = 200
    give_earnings(alice, 10_000)
    browser = client_as(alice)
    assert reverse("payments:payout_account") in _page(browser, EARNINGS)
    browser.post(reverse("payments:payout_account"), DETAILS)
    page = browser.post(reverse("payments:payout_ask"), {"amount": "50"}).content.decode()
    assert "¥48.00" in page
    assert CARD not in page
    fields = _confirmation(page)
    for _press in range(2):
        browser.post(reverse("payments:payout_request"), fields)
    assert Payout.objects.get().amount_minor == 5000
    page = _page(browser, EARNINGS)
    assert "Waiting for approval" in page
    assert CARD not in page
    browser.post(reverse("payments:payout_cancel", args=[Payout.objects.get().pk]))
    assert earnings_balance_minor(alice) == 10_000
    assert verify().is_clean


def test_each_held_amount_says_why_and_when_it_is_free(
    client_as: Browser, alice: User, bob: User, published_document: Factory
) -> None:
    give_money(bob, 900)
    for title, price in (("年度总结", 400), ("会议纪要", 500)):
        document = published_document(title=title, price_minor=price)
        document_buy(reader=bob, document_id=document.pk, expected_price_minor=price)
    order_hold(order_id=Order.objects.get(price_minor=500).pk, cause="ticket:1")
    page = _page(client_as(alice), EARNINGS)
    order = Order.objects.get(price_minor=400)
    assert order.release_at is not None
    assert order.release_at.strftime("%Y-%m-") in page
    for words in (
        "年度总结",
        "¥4.00",
        "Its buyer can still complain",
        "会议纪要",
        "Its buyer has complained",
    ):
        assert words in page


def test_a_debt_stands_there_with_its_reason(client_as: Browser, alice: User) -> None:
    owe(alice, 700)
    give_earnings(alice, 5000)
    browser = client_as(alice)
    browser.post(reverse("payments:payout_account"), DETAILS)
    page = _page(browser, EARNINGS)
    assert "You owe the house ¥7.00" in page
    assert "Refund of" in page
    answer = browser.post(reverse("payments:payout_ask"), {"amount": "20"})
    assert answer.status_code == 422
    assert "that is paid off first" in answer.content.decode()


@pytest.mark.parametrize("amount", ["", "-5", "0.001", "1e3", "¥", "99999", "5"])
def test_an_amount_that_cannot_be_is_told_beside_the_field(
    client_as: Browser, alice: User, amount: str
) -> None:
    give_earnings(alice, 5000)
    browser = client_as(alice)
    browser.post(reverse("payments:payout_account"), DETAILS)
    answer = browser.post(reverse("payments:payout_ask"), {"amount": amount})
    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode()


def test_what_was_changed_in_the_confirmation_pays_nothing_more(client_as: Browser, alice: User) -> None:
    give_earnings(alice, 5000)
    browser = client_as(alice)
    browser.post(reverse("payments:payout_account"), DETAILS)
    for fields in (
        {"amount_minor": "5001", "expected_fee_minor": "0", "key": "0" * 32},
        {"amount_minor": "-1", "expected_fee_minor": "0", "key": "0" * 32},
        {"amount_minor": "2000", "expected_fee_minor": "0", "key": "../etc"},
    ):
        assert browser.post(reverse("payments:payout_request"), fields).status_code == 302
    assert not Payout.objects.exists()


def test_the_details_are_asked_for_as_the_operator_needs_them(
    client_as: Browser, alice: User, settings: Any
) -> None:
    browser = client_as(alice)
    assert 'name="identity_number"' not in _page(browser, reverse("payments:payout_account"))
    settings.PAYOUT_IDENTITY = ["identity_number"]
    answer = browser.post(reverse("payments:payout_account"), DETAILS).content.decode()
    assert "errorlist" in answer
    browser.post(reverse("payments:payout_account"), {**DETAILS, "identity_number": "110101199003077777"})
    page = _page(browser, reverse("payments:payout_account"))
    assert "•••• 7777" in page
    assert "110101199003077777" not in page


def test_a_held_and_a_rejected_payout_can_be_appealed(client_as: Browser, alice: User, dave: User) -> None:
    give_earnings(alice, 5000)
    held, rejected = ask(alice, 2000), ask(alice, 3000)
    payout_hold(operator=dave, payout_id=held.pk, reason="Three complaints", days=3)
    payout_reject(operator=dave, payout_id=rejected.pk, reason="Another name")
    page = _page(client_as(alice), EARNINGS)
    assert "Three complaints" in page
    assert "Another name" in page
    link = re.findall(rf'href="({reverse("trust:help")}\?subject=[^"#]+)', page)[0]
    assert f'value="Payout #{rejected.pk}"' in _page(client_as(alice), link)


def test_mallory_does_not_cancel_for_alice(client_as: Browser, alice: User, mallory: User) -> None:
    give_earnings(alice, 5000)
    payout = ask(alice, 2000)
    answer = client_as(mallory).post(reverse("payments:payout_cancel", args=[payout.pk]))
    assert answer.status_code == 404
    assert Payout.objects.get().state == "requested"


@pytest.mark.parametrize("who", [None, "alice", "bob", "carol", "mallory"])
def test_for_everybody_but_operators_the_houses_pages_do_not_exist(
    client_as: Browser, alice: User, dave: User, who: str | None, request: Any
) -> None:
    give_earnings(alice, 5000)
    payout = sent(alice, 2000, operator=dave)
    browser = client_as(request.getfixturevalue(who) if who else None)
    for name, arguments in (
        ("payout_queue", []),
        ("payout_review", [payout.pk]),
        ("payout_batch", [payout.batch_id]),
        ("payout_batch_file", [payout.batch_id]),
    ):
        assert browser.get(reverse(f"payments:{name}", args=arguments)).status_code == 404
    answer = browser.post(reverse("payments:payout_review", args=[payout.pk]), {"decision": "paid"})
    assert answer.status_code == 404
    assert Payout.objects.get().state == "sent"


def test_dave_approves_sends_and_takes_in_the_answer(client_as: Browser, alice: User, dave: User) -> None:
    give_earnings(alice, 5000)
    payout = ask(alice, 2000)
    browser = client_as(dave)
    assert payout.get_absolute_url() in _page(browser, QUEUE)
    assert CARD not in _page(browser, QUEUE)
    assert CARD in _page(browser, payout.get_absolute_url())
    browser.post(payout.get_absolute_url(), {"decision": "approve"})
    assert "1 approved payout, ¥20.00" in _page(browser, QUEUE)
    for _press in range(2):
        browser.post(reverse("payments:payout_export"), {"method": "bank"})
    batch = PayoutBatch.objects.get()
    file = browser.get(reverse("payments:payout_batch_file", args=[batch.pk]))
    assert file["Content-Disposition"] == f'attachment; filename="payouts-{batch.pk}.csv"'
    answer = file.content.replace(b",,\r\n", b",,\r\n").decode("utf-8-sig").rstrip()[:-1] + "paid,"
    upload = SimpleUploadedFile("answer.csv", answer.encode())
    page = browser.post(batch.get_absolute_url(), {"file": upload}, follow=True).content.decode()
    assert "1 payout was paid." in page
    payout.refresh_from_db()
    assert payout.state == "paid"
    assert [event.by for event in payout.events.all()] == [alice, dave, dave, dave]
    assert verify().is_clean


def test_an_answer_that_fits_nothing_stays_on_the_page(client_as: Browser, alice: User, dave: User) -> None:
    give_earnings(alice, 5000)
    batch = sent(alice, 2000, operator=dave).batch
    assert batch is not None
    upload = SimpleUploadedFile(
        "answer.csv", b"Payout,Amount,Currency,Result,Reason\r\n4711,20.00,CNY,paid,\r\n"
    )
    page = client_as(dave).post(batch.get_absolute_url(), {"file": upload}).content.decode()
    assert "This batch has no payout 4711." in page
    assert Payout.objects.get().state == "sent"


def test_a_rejection_without_a_reason_is_not_sent(client_as: Browser, alice: User, dave: User) -> None:
    give_earnings(alice, 5000)
    payout = ask(alice, 2000)
    page = client_as(dave).post(payout.get_absolute_url(), {"decision": "reject", "reject-reason": " "})
    assert 'class="errorlist"' in page.content.decode()
    client_as(dave).post(payout.get_absolute_url(), {"decision": "reject", "reject-reason": "Another name"})
    payout.refresh_from_db()
    assert (payout.state, payout.reason) == ("rejected", "Another name")


def test_who_approved_first_is_told_that_another_has_to(
    client_as: Browser, alice: User, dave: User, settings: Any
) -> None:
    settings.PAYOUT_SECOND_APPROVAL_MINOR = 1000
    give_earnings(alice, 5000)
    payout = ask(alice, 2000)
    payout_approve(operator=dave, payout_id=payout.pk)
    page = _page(client_as(dave), payout.get_absolute_url())
    assert "Above ¥10.00 another operator has to approve it, too." in page
    assert 'value="approve"' not in page


def test_a_site_that_pays_nothing_out_says_so(client_as: Browser, alice: User, settings: Any) -> None:
    settings.PAYOUT_METHODS = []
    assert "This site does not pay out yet" in _page(client_as(alice), EARNINGS)


@pytest.mark.parametrize("url", [EARNINGS, QUEUE])
def test_a_long_list_costs_no_more_queries(
    client_as: Browser, alice: User, dave: User, url: str, settings: Any
) -> None:
    settings.PAYOUT_MIN_MINOR = 1
    give_earnings(alice, 50)
    ask(alice, 1)
    browser = client_as(alice if url == EARNINGS else dave)
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(url)
    for _ in range(49):
        ask(alice, 1)
    with CaptureQueriesContext(connection) as many:
        browser.get(url)
    # A second page of the list may ask how long it is.
    assert len(many) <= len(few) + 1
