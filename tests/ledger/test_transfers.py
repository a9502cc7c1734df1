"""Moving money: whole, once, never below zero."""

from __future__ import annotations

import pytest
from benchmarks._money.crowd import money_give, readers_make
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.ledger.selectors import earnings_balance_minor, entries_of, verify, wallet_balance_minor
from wenlan.ledger.services import InsufficientFunds, Posting, account_for, account_named, transfer_post


def _pay(bob: User, alice: User, amount_minor: int, reason_key: str) -> Transfer:
    return transfer_post(
        reason_key=reason_key,
        kind=Transfer.Kind.SALE,
        description="工作总结",
        cause="order:1",
        postings=[
            Posting(account_for(kind=Account.Kind.WALLET, owner=bob), -amount_minor),
            Posting(account_for(kind=Account.Kind.EARNINGS, owner=alice), amount_minor),
        ],
    )


def test_money_leaves_one_account_and_arrives_in_another(alice: User, bob: User) -> None:
    give_money(bob, 1000)
    transfer = _pay(bob, alice, 400, "sale:1")
    assert wallet_balance_minor(bob) == 600
    assert earnings_balance_minor(alice) == 400
    assert sum(entry.amount_minor for entry in transfer.entries.all()) == 0
    assert verify().is_clean


def test_somebody_without_an_account_has_nothing(mallory: User) -> None:
    assert wallet_balance_minor(mallory) == 0
    assert not entries_of(user=mallory, kind=Account.Kind.WALLET).exists()


def test_the_same_reason_moves_money_once(alice: User, bob: User) -> None:
    give_money(bob, 1000)
    first = _pay(bob, alice, 400, "sale:1")
    assert _pay(bob, alice, 400, "sale:1") == first
    assert wallet_balance_minor(bob) == 600


def test_the_same_reason_with_another_amount_is_a_conflict(alice: User, bob: User) -> None:
    give_money(bob, 1000)
    _pay(bob, alice, 400, "sale:1")
    with pytest.raises(Conflict):
        _pay(bob, alice, 500, "sale:1")
    assert wallet_balance_minor(bob) == 600


def test_nobody_spends_more_than_they_have(alice: User, bob: User) -> None:
    give_money(bob, 399)
    with pytest.raises(InsufficientFunds) as refused:
        _pay(bob, alice, 400, "sale:1")
    assert refused.value.missing_minor == 1
    assert wallet_balance_minor(bob) == 399
    assert not Transfer.objects.filter(reason_key="sale:1").exists()


def test_a_refused_transfer_may_be_tried_again(alice: User, bob: User) -> None:
    with pytest.raises(InsufficientFunds):
        _pay(bob, alice, 400, "sale:1")
    give_money(bob, 400)
    _pay(bob, alice, 400, "sale:1")
    assert earnings_balance_minor(alice) == 400


@pytest.mark.parametrize("amounts", [(-4, 3), (-4, 5), (0, 0), (4, 4)])
def test_postings_that_do_not_sum_to_zero_are_refused(
    alice: User, bob: User, amounts: tuple[int, int]
) -> None:
    wallet = account_for(kind=Account.Kind.WALLET, owner=bob)
    earnings = account_for(kind=Account.Kind.EARNINGS, owner=alice)
    postings = [Posting(wallet, amounts[0]), Posting(earnings, amounts[1])]
    with pytest.raises(ValueError, match=r"zero|something"):
        transfer_post(reason_key="x", kind=Transfer.Kind.SALE, description="x", postings=postings)


def test_one_account_twice_is_refused(bob: User) -> None:
    wallet = account_for(kind=Account.Kind.WALLET, owner=bob)
    with pytest.raises(ValueError, match="once"):
        transfer_post(
            reason_key="x",
            kind=Transfer.Kind.SALE,
            description="x",
            postings=[Posting(wallet, 1), Posting(wallet, -1)],
        )


def test_currencies_do_not_mix(alice: User, bob: User) -> None:
    postings = [
        Posting(account_for(kind=Account.Kind.PROVIDER, name="test", currency="USD"), -1),
        Posting(account_for(kind=Account.Kind.WALLET, owner=bob, currency="CNY"), 1),
    ]
    with pytest.raises(ValueError, match="currency"):
        transfer_post(reason_key="x", kind=Transfer.Kind.TOP_UP, description="x", postings=postings)


def test_a_person_has_one_account_of_a_kind_in_each_currency(bob: User) -> None:
    wallet = account_for(kind=Account.Kind.WALLET, owner=bob)
    assert account_for(kind=Account.Kind.WALLET, owner=bob) == wallet
    assert account_for(kind=Account.Kind.WALLET, owner=bob, currency="USD") != wallet
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(kind="wallet", owner=bob, currency="CNY")


def test_the_house_has_one_account_for_each_name(db: None) -> None:
    account_for(kind=Account.Kind.HOUSE, name="fees")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(kind="house", name="fees", currency="CNY")


def test_a_wallet_without_an_owner_cannot_exist(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(kind="wallet", currency="CNY")


def test_the_database_refuses_a_balance_below_zero(bob: User) -> None:
    wallet = account_for(kind=Account.Kind.WALLET, owner=bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=wallet.pk).update(balance_minor=-1)


@pytest.mark.parametrize("model", [Transfer, Entry])
def test_what_was_posted_can_be_neither_changed_nor_deleted(
    bob: User, model: type[Transfer] | type[Entry]
) -> None:
    give_money(bob, 1000)
    table = model._meta.db_table
    for statement in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):  # noqa: S608 - our own tables
        with (
            pytest.raises(IntegrityError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert model._default_manager.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_withdrawals_at_once_take_what_is_there(alice: User, bob: User) -> None:
    give_money(bob, 1000)
    outcomes = at_once(20, lambda number: _pay(bob, alice, 300, f"sale:{number}"))
    assert sum(isinstance(outcome, Transfer) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, InsufficientFunds) for outcome in outcomes) == 17
    assert wallet_balance_minor(bob) == 100
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_ten_with_the_same_reason_at_once_are_one_transfer(alice: User, bob: User) -> None:
    give_money(bob, 1000)
    outcomes = at_once(10, lambda _number: _pay(bob, alice, 300, "sale:1"))
    assert len({outcome.pk for outcome in outcomes if isinstance(outcome, Transfer)}) == 1
    assert all(isinstance(outcome, Transfer) for outcome in outcomes), outcomes
    assert wallet_balance_minor(bob) == 700


@pytest.mark.django_db(transaction=True)
def test_the_same_reason_between_other_accounts_at_once_moves_money_once(
    alice: User, bob: User, carol: User
) -> None:
    give_money(bob, 1000)
    give_money(carol, 1000)
    outcomes = at_once(
        2, lambda number: _pay([bob, carol][number], alice if number else carol, 300, "sale:1")
    )
    assert {type(outcome) for outcome in outcomes} == {Transfer, Conflict}
    assert wallet_balance_minor(bob) + wallet_balance_minor(carol) == 1700


@pytest.mark.django_db(transaction=True)
def test_people_paying_each_other_at_once_never_wait_for_ever(alice: User, bob: User) -> None:
    give_money(alice, 1000)
    give_money(bob, 1000)
    outcomes = at_once(
        12, lambda number: _pay(*((alice, bob) if number % 2 else (bob, alice)), 10, f"sale:{number}")
    )
    assert all(isinstance(outcome, Transfer) for outcome in outcomes), outcomes
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_an_account_asked_for_by_many_at_once_is_opened_once(bob: User) -> None:
    accounts = at_once(10, lambda _number: account_for(kind=Account.Kind.WALLET, owner=bob).pk)
    assert len(set(accounts)) == 1
    assert Account.objects.filter(owner=bob).count() == 1


def test_one_transfer_may_pay_more_people_than_a_query_can_name(db: None) -> None:
    people = readers_make(450, wallet_minor=7)
    assert wallet_balance_minor(people[-1]) == 7
    money_give(people, 5)
    assert {wallet_balance_minor(person) for person in people[::100]} == {12}
    assert verify().is_clean


def test_accounts_of_a_transfer_are_found_in_one_query(alice: User, bob: User) -> None:
    give_money(bob, 1000)
    _pay(bob, alice, 1, "sale:0")
    postings = [
        Posting(account_named(kind=Account.Kind.WALLET, owner=bob), -2),
        Posting(account_named(kind=Account.Kind.EARNINGS, owner=alice), 2),
    ]
    with CaptureQueriesContext(connection) as queries:
        transfer_post(reason_key="sale:1", kind=Transfer.Kind.SALE, description="x", postings=postings)
    assert len(queries) == 5, "number, reason, accounts, entries, transfer"
    assert earnings_balance_minor(alice) == 3
