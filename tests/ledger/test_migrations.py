"""What earlier versions posted is chained when the digests come."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.ledger.checks import the_database_keeps_the_books
from wenlan.ledger.models import Account, Entry
from wenlan.ledger.selectors import verify
from wenlan.ledger.triggers import triggers_missing


@pytest.fixture
def _up_to_date_afterwards() -> Iterator[None]:
    yield
    call_command("migrate", "ledger", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_up_to_date_afterwards")
def test_earlier_entries_are_chained_and_protected(alice: User, bob: User) -> None:
    for user, amount_minor in [(alice, 5), (bob, 7), (alice, 11)]:
        give_money(user, amount_minor)
    chained = dict(Entry.objects.values_list("pk", "digest"))
    call_command("migrate", "ledger", "0004", verbosity=0)
    assert the_database_keeps_the_books() == [], "who comes from an earlier version could not migrate"
    assert "ledger_entry_no_update" not in triggers_missing(connection), "append-only, as it was then"
    call_command("migrate", "ledger", verbosity=0)
    assert dict(Entry.objects.values_list("pk", "digest")) == chained
    assert verify().discrepancies == []
    give_money(alice, 13)
    assert Account.objects.get(owner=alice).balance_minor == 29
    assert verify().discrepancies == []
