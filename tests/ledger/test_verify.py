"""`ledger verify` is silent over true books and tells of every false one."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.helpers import give_money
from tests.threads import at_once
from wenlan.accounts.models import User
from wenlan.ledger import selectors
from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.ledger.selectors import verify
from wenlan.ledger.services import InsufficientFunds, Posting, account_for, transfer_post
from wenlan.ledger.triggers import triggers_create, triggers_drop, triggers_missing

Unprotect = Callable[[], None]


@pytest.fixture
def unprotect(db: None) -> Iterator[Unprotect]:
    """Somebody with the database in their hands takes the protection away."""
    yield lambda: triggers_drop(connection)
    triggers_create(connection)


def _verify_command() -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ledger", "verify", stdout=out, stderr=err)
    except SystemExit as exit_:
        return int(str(exit_.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_an_empty_ledger_adds_up(db: None) -> None:
    status, out, err = _verify_command()
    assert (status, err) == (0, "")
    assert "0 entries" in out


def test_the_command_counts_what_it_read(bob: User) -> None:
    give_money(bob, 1000)
    give_money(bob, 500)
    status, out, err = _verify_command()
    assert (status, err) == (0, "")
    assert "2 accounts, 2 transfers, 4 entries" in out


def test_a_changed_balance_is_found(bob: User, unprotect: Unprotect) -> None:
    give_money(bob, 1000)
    unprotect()
    Account.objects.filter(owner=bob).update(balance_minor=999_999)
    status, _out, err = _verify_command()
    assert status == 1
    assert "999999 stored, entries sum to 1000" in err


def test_a_changed_entry_is_found_in_sum_chain_and_balance(bob: User, unprotect: Unprotect) -> None:
    give_money(bob, 1000)
    unprotect()
    Entry.objects.filter(account__owner=bob).update(amount_minor=2000)
    rules = {discrepancy.rule for discrepancy in verify().discrepancies}
    assert {"zero sum", "transfer", "running balance", "balance", "chain", "protection"} <= rules


def test_a_deleted_entry_is_found(bob: User, unprotect: Unprotect) -> None:
    give_money(bob, 1000)
    give_money(bob, 500)
    unprotect()
    first = Entry.objects.filter(account__owner=bob).order_by("id")[0]
    Entry.objects.filter(pk=first.pk).delete()
    found = [str(discrepancy) for discrepancy in verify().discrepancies]
    assert any("1 entries" in line for line in found)
    assert any("0 and 500 do not make 1500" in line for line in found)


def test_an_emptied_transfer_is_found(bob: User, unprotect: Unprotect) -> None:
    transfer = give_money(bob, 1000)
    unprotect()
    Entry.objects.all().delete()
    Account.objects.update(balance_minor=0)
    assert [d.subject for d in verify().discrepancies if d.rule == "transfer"] == [
        f"{transfer.pk} ({transfer.reason_key})"
    ]


def test_missing_protection_is_found(unprotect: Unprotect) -> None:
    unprotect()
    missing = triggers_missing(connection)
    assert "ledger_entry_no_update" in missing
    assert {d.subject for d in verify().discrepancies} == set(missing)
    triggers_create(connection)
    triggers_create(connection)
    assert verify().is_clean


@pytest.mark.django_db(transaction=True)
def test_whoever_pays_while_the_ledger_is_verified_does_not_wait(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_money(bob, 1000)
    look_at_sums = selectors._sums_off
    waited: list[bool] = []

    def pay_meanwhile() -> Iterator[selectors.Discrepancy]:
        yield from look_at_sums()
        payment = Thread(target=lambda: at_once(1, lambda _n: give_money(alice, 500)))
        payment.start()
        payment.join(timeout=5)
        waited.append(payment.is_alive())

    monkeypatch.setattr(selectors, "_sums_off", pay_meanwhile)
    result = verify()
    assert waited == [False]
    assert result.is_clean, "the payment is seen in some queries and not in others"
    assert result.entry_count == 2


people = st.integers(min_value=0, max_value=2)
operations = st.lists(
    st.tuples(
        st.sampled_from(["top_up", "sale", "repeat"]),
        people,
        people,
        st.integers(min_value=1, max_value=2000),
    ),
    max_size=25,
)


@given(operations=operations)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_operations_the_books_balance(
    alice: User, bob: User, carol: User, operations: list[tuple[str, int, int, int]]
) -> None:
    cast = [alice, bob, carol]
    expected: dict[Account, int] = {}
    repeated: tuple[str, list[Posting]] | None = None
    refused: list[tuple[int, int]] = []
    run = Transfer.objects.count()
    for number, (operation, first, second, amount_minor) in enumerate(operations):
        if operation == "repeat" and repeated is not None:
            reason_key, postings = repeated
        else:
            source = (
                account_for(kind=Account.Kind.PROVIDER, name="test")
                if operation == "top_up"
                else account_for(kind=Account.Kind.WALLET, owner=cast[first])
            )
            kind = Account.Kind.WALLET if operation == "top_up" else Account.Kind.EARNINGS
            target = account_for(kind=kind, owner=cast[second])
            reason_key, postings = (
                f"{run}:{number}",
                [Posting(source, -amount_minor), Posting(target, amount_minor)],
            )
        for account in (posting.account for posting in postings):
            expected.setdefault(account, Account.objects.get(pk=account.pk).balance_minor)
        is_new = not Transfer.objects.filter(reason_key=reason_key).exists()
        try:
            transfer_post(reason_key=reason_key, kind=Transfer.Kind.SALE, description="x", postings=postings)
        except InsufficientFunds as error:
            missing_minor = postings[1].amount_minor - expected[postings[0].account]
            refused.append((error.missing_minor, missing_minor))
            continue
        repeated = (reason_key, postings)
        for posting in postings if is_new else []:
            expected[posting.account] += posting.amount_minor
    assert all(said == missing > 0 for said, missing in refused)
    for account, balance_minor in expected.items():
        assert Account.objects.get(pk=account.pk).balance_minor == balance_minor
    assert verify().discrepancies == []


def test_a_person_at_a_terminal_sees_how_far_it_is(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(selectors, "PROGRESS_ENTRIES", 2)
    for _number in range(3):
        give_money(bob, 1000)
    err = Terminal()
    call_command("ledger", "verify", stdout=io.StringIO(), stderr=err)
    assert [part.strip() for part in err.getvalue().split("\r") if part.strip()] == [
        f"{done} of about 6 entries" for done in (2, 4, 6)
    ]
