"""Operators see the ledger and change nothing in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.ledger.admin import _cause_link
from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.ledger.services import Posting, account_for, transfer_post

Browser = Callable[[User | None], Client]


@pytest.mark.parametrize("model", ["account", "transfer", "entry"])
def test_dave_reads_the_ledger_and_changes_nothing(
    client_as: Browser, dave: User, bob: User, model: str
) -> None:
    transfer = give_money(bob, 1000)
    row = transfer if model == "transfer" else transfer.entries.all()[0]
    row_id = transfer.entries.all()[0].account_id if model == "account" else row.pk
    browser = client_as(dave)
    assert browser.get(reverse(f"admin:ledger_{model}_changelist"), {"q": "bob"}).status_code == 200
    assert browser.get(reverse(f"admin:ledger_{model}_change", args=[row_id])).status_code == 200
    assert browser.get(reverse(f"admin:ledger_{model}_add")).status_code == 403
    assert (
        browser.post(reverse(f"admin:ledger_{model}_delete", args=[row_id]), {"post": "yes"}).status_code
        == 403
    )
    assert browser.post(reverse(f"admin:ledger_{model}_change", args=[row_id]), {}).status_code == 403


def test_mallory_does_not_see_the_ledger(client_as: Browser, mallory: User) -> None:
    answer = client_as(mallory).get(reverse("admin:ledger_entry_changelist"))
    assert answer.status_code == 302


def test_dave_follows_money_from_an_account_to_its_cause(client_as: Browser, dave: User, bob: User) -> None:
    transfer = transfer_post(
        reason_key="top_up:abc",
        kind=Transfer.Kind.TOP_UP,
        description="test",
        cause="top_up:77",
        postings=[
            Posting(account_for(kind=Account.Kind.PROVIDER, name="test"), -1234),
            Posting(account_for(kind=Account.Kind.WALLET, owner=bob), 1234),
        ],
    )
    wallet = Account.objects.get(owner=bob)
    browser = client_as(dave)
    history = reverse("admin:ledger_entry_changelist", query={"account__id__exact": wallet.pk})
    assert history in browser.get(reverse("admin:ledger_account_changelist")).content.decode()
    page = browser.get(history).content.decode()
    for shown in ("¥12.34", "充值", reverse("admin:ledger_transfer_change", args=[transfer.pk])):
        assert shown in page
    assert "−¥12.34" not in page, "the other account's part stays out of this history"
    page = browser.get(reverse("admin:ledger_transfer_change", args=[transfer.pk])).content.decode()
    for shown in ("¥12.34", "−¥12.34", history, reverse("admin:payments_topup_change", args=[77])):
        assert shown in page


@pytest.mark.parametrize("cause", ["", "moon:3", "order:x"])
def test_a_cause_that_has_no_page_is_shown_as_it_is(
    client_as: Browser, dave: User, bob: User, cause: str
) -> None:
    give_money(bob, 5)
    transfer = Transfer(cause=cause, pk=1)
    assert str(_cause_link(transfer)) == cause


def test_an_accounts_history_costs_the_same_queries_however_long(
    client_as: Browser, dave: User, bob: User, django_assert_max_num_queries: Any
) -> None:
    browser = client_as(dave)
    address = reverse("admin:ledger_entry_changelist")
    give_money(bob, 5)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for _number in range(24):
        give_money(bob, 5)
    with django_assert_max_num_queries(len(few)):
        browser.get(address)


def test_kinds_of_transfers_are_named_in_chinese() -> None:
    with override("zh-hans"):
        assert str(Transfer.Kind.SALE.label) == "销售", "and not as a price that is lowered for some days"
        assert str(Entry._meta.get_field("digest").verbose_name) == "哈希值", "and not as a summary"
