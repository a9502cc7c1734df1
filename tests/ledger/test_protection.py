"""What the database refuses, whoever asks it: past all of our code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.ledger.selectors import verify, wallet_balance_minor
from wenlan.ledger.services import account_for
from wenlan.ledger.triggers import trigger_names, triggers_create, triggers_missing


def _wallet(user: User, currency: str = "CNY") -> Account:
    return account_for(kind=Account.Kind.WALLET, owner=user, currency=currency)


def _world(currency: str = "CNY") -> Account:
    return account_for(kind=Account.Kind.PROVIDER, name="test", currency=currency)


def _entry(transfer_id: int, account: Account, amount_minor: int, *, wrong_by: int = 0) -> Entry:
    account.refresh_from_db()
    return Entry.objects.create(
        transfer_id=transfer_id,
        account=account,
        amount_minor=amount_minor,
        balance_after_minor=account.balance_minor + amount_minor + wrong_by,
        digest="0" * 64,
    )


def _close(number: int) -> Transfer:
    return Transfer.objects.create(pk=number, reason_key=f"raw:{number}", kind="sale", description="x")


def _post(*parts: tuple[Account, int]) -> Transfer:
    for account, amount_minor in parts:
        _entry(900, account, amount_minor)
    return _close(900)


def _is_refused(because: str, action: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=because), transaction.atomic():
        action()


def test_entries_and_then_their_transfer_are_taken(alice: User) -> None:
    _post((_world(), -5), (_wallet(alice), 5))
    assert wallet_balance_minor(alice) == 5


@pytest.mark.parametrize("amounts", [(-5, 4), (-5, 6), (5, 5)])
def test_a_transfer_that_does_not_sum_to_zero_is_refused(alice: User, amounts: tuple[int, int]) -> None:
    world, wallet = _world(), _wallet(alice)
    _is_refused("sums to zero", lambda: _post((world, amounts[0]), (wallet, amounts[1])))


def test_a_transfer_without_entries_or_with_one_is_refused(alice: User) -> None:
    wallet = _wallet(alice)
    _is_refused("two entries", _post)
    _is_refused("two entries", lambda: _post((wallet, 5)))


def test_a_transfer_between_currencies_is_refused(alice: User) -> None:
    world, wallet = _world("USD"), _wallet(alice)
    _is_refused("one currency", lambda: _post((world, -5), (wallet, 5)))


def test_a_closed_transfer_gets_no_more_entries(alice: User, bob: User) -> None:
    number = give_money(alice, 5).pk
    _is_refused("no more entries", lambda: _entry(number, _wallet(bob), 5))


@pytest.mark.django_db(transaction=True)
def test_entries_without_a_transfer_do_not_stay(alice: User) -> None:
    wallet = _wallet(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        _entry(900, wallet, 5)
    assert wallet_balance_minor(alice) == 0


@pytest.mark.parametrize("wrong_by", [-1, 1, 10**12])
def test_an_entry_that_does_not_continue_its_account_is_refused(alice: User, wrong_by: int) -> None:
    give_money(alice, 5)
    _is_refused("continues the balance", lambda: _entry(900, _wallet(alice), 5, wrong_by=wrong_by))


@pytest.mark.parametrize("column", ["balance_minor", "digest"])
def test_a_balance_that_no_entry_explains_is_refused(alice: User, column: str) -> None:
    give_money(alice, 5)
    value = 6 if column == "balance_minor" else "1" * 64
    _is_refused("last entry", lambda: Account.objects.filter(owner=alice).update(**{column: value}))
    _is_refused(
        "opened empty",
        lambda: Account.objects.create(kind="held", owner=alice, currency="CNY", **{column: value}),
    )


@pytest.mark.parametrize(
    ("column", "value"),
    [("kind", "earnings"), ("currency", "USD"), ("name", "x"), ("may_be_negative", True), ("id", 999)],
)
def test_an_account_stays_what_it_is(alice: User, column: str, value: object) -> None:
    give_money(alice, 5)
    _is_refused("stays", lambda: Account.objects.filter(owner=alice).update(**{column: value}))


def test_an_account_stays_its_owners(alice: User, mallory: User) -> None:
    give_money(alice, 5)
    _is_refused("stays", lambda: Account.objects.filter(owner=alice).update(owner=mallory))


def test_an_account_with_entries_is_kept_and_one_without_may_go(alice: User, bob: User) -> None:
    give_money(alice, 5)
    _wallet(bob)
    used, unused = Account.objects.filter(owner=alice), Account.objects.filter(owner=bob)
    _is_refused(
        "never changed", lambda: used._raw_delete(used.db)
    )  # past Django, which would refuse by itself
    unused._raw_delete(unused.db)
    assert used.exists()
    assert not unused.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_took_no_lock_one_is_refused(alice: User) -> None:
    """Both work from the same balance: what the ledger's own code prevents by locking."""
    give_money(alice, 100)
    world, wallet = _world(), _wallet(alice)

    def withdraw(number: int) -> Transfer:
        with transaction.atomic():
            for account, amount_minor in ((wallet, -60), (world, 60)):
                Entry.objects.create(
                    transfer_id=900 + number,
                    account=account,
                    amount_minor=amount_minor,
                    balance_after_minor=account.balance_minor + amount_minor,
                    digest="0" * 64,
                )
            return _close(900 + number)

    outcomes = at_once(6, withdraw)
    assert sum(isinstance(outcome, Transfer) for outcome in outcomes) == 1, outcomes
    assert wallet_balance_minor(alice) == 40
    assert not [found for found in verify().discrepancies if found.rule != "chain"]


def test_the_operator_is_told_when_protection_is_missing_and_migrating_puts_it_back(db: None) -> None:
    try:
        with connection.cursor() as cursor:
            table = "" if connection.vendor == "sqlite" else " ON ledger_entry"
            cursor.execute(f"DROP TRIGGER ledger_entry_follows{table}")
        assert triggers_missing(connection) == ["ledger_entry_follows"]
        assert [found.id for found in run_checks()] == ["wenlan.ledger.E001"]
        call_command("migrate", "ledger", verbosity=0)
        assert triggers_missing(connection) == []
        assert "wenlan.ledger.E001" not in [found.id for found in run_checks()]
    finally:
        triggers_create(connection)


def test_every_rule_finds_its_rows_by_an_index(alice: User) -> None:
    """A helper query that reads a whole table would make each sale slower than the one before."""
    give_money(alice, 5)
    queries = [
        "SELECT balance_after_minor FROM ledger_entry WHERE account_id = 1 ORDER BY id DESC LIMIT 1",
        "SELECT sum(amount_minor) FROM ledger_entry WHERE transfer_id = 1",
        "SELECT 1 FROM ledger_entry WHERE account_id = 1",
        "SELECT 1 FROM ledger_transfer WHERE id = 1",
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # with so few rows it would read them all
        for query in queries:
            cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{query}")
            plan = " ".join(str(row) for row in cursor.fetchall())
            assert "Index" in plan or "SEARCH" in plan, (query, plan)
            assert "TEMP B-TREE" not in plan, (query, plan)
    assert len(trigger_names(connection)) >= 9
