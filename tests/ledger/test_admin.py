"""Operators see the ledger and change nothing in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User

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
