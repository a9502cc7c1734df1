"""A line kept elsewhere proves that the past is the same; chains say which entry is not what it was."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.ledger.helpers import give_money
from wenlan.accounts.models import User
from wenlan.ledger.chain import account_digest, entry_digest
from wenlan.ledger.models import Account, Entry, Transfer
from wenlan.ledger.seals import Seal, seal_make
from wenlan.ledger.selectors import verify
from wenlan.ledger.services import Posting, account_for, transfer_post
from wenlan.ledger.triggers import triggers_create, triggers_drop

Unprotect = Callable[[], None]


@pytest.fixture
def unprotect(db: None) -> Iterator[Unprotect]:
    """Somebody with the database in their hands takes the protection away."""
    yield lambda: triggers_drop(connection)
    triggers_create(connection)


def _found(*seals: Seal) -> list[str]:
    return [found.rule for found in verify(seals=seals).discrepancies if found.rule != "protection"]


def _chain_anew(account: Account) -> None:
    """What a forger does who knows how digests are made."""
    head = ""
    for entry in account.entries.select_related("transfer").order_by("pk"):
        transfer = entry.transfer
        head = entry_digest(
            head
            or account_digest(
                account_id=account.pk,
                kind=account.kind,
                owner_id=account.owner_id,
                name=account.name,
                currency=account.currency,
            ),
            reason_key=transfer.reason_key,
            kind=transfer.kind,
            description=transfer.description,
            cause=transfer.cause,
            created_at=transfer.created_at,
            account_id=account.pk,
            amount_minor=entry.amount_minor,
            balance_after_minor=entry.balance_after_minor,
        )
        Entry.objects.filter(pk=entry.pk).update(digest=head)
    Account.objects.filter(pk=account.pk).update(digest=head)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason_key", "sale:77"),
        ("kind", "sale"),
        ("description", "another"),
        ("cause", "order:77"),
        ("created_at", datetime.fromisoformat("2020-01-01T00:00:00+00:00")),
    ],
)
def test_other_words_for_a_transfer_break_the_chain(
    bob: User, unprotect: Unprotect, column: str, value: object
) -> None:
    transfer = give_money(bob, 1000)
    give_money(bob, 1000)
    unprotect()
    Transfer.objects.filter(pk=transfer.pk).update(**{column: value})
    assert _found() == ["chain", "chain"], "in the wallet and at the provider"


def test_somebody_elses_account_breaks_the_chain(bob: User, mallory: User, unprotect: Unprotect) -> None:
    give_money(bob, 1000)
    unprotect()
    Account.objects.filter(owner=bob).update(owner=mallory)
    assert _found() == ["chain"]


def test_what_was_sealed_is_still_there_after_more_was_posted(bob: User, alice: User) -> None:
    give_money(bob, 1000)
    seal = seal_make()
    give_money(bob, 500)
    give_money(alice, 500)
    assert (seal.entries, Seal.parse(str(seal)).digest) == (2, seal.digest)
    assert _found(seal, seal_make()) == []


def test_a_past_that_was_made_anew_does_not_fit_the_seal(bob: User, unprotect: Unprotect) -> None:
    give_money(bob, 1000)
    seal = seal_make()
    unprotect()
    Transfer.objects.update(description="another")
    for account in Account.objects.all():
        _chain_anew(account)
    assert _found() == [], "it is consistent"
    assert _found(seal) == ["seal"]


def test_a_tail_that_was_cut_off_does_not_fit_the_seal(bob: User, unprotect: Unprotect) -> None:
    give_money(bob, 1000)
    before = seal_make()
    last = give_money(bob, 500)
    after = seal_make()
    unprotect()
    Entry.objects.filter(transfer=last).delete()
    last.delete()
    for account in Account.objects.all():
        end = account.entries.order_by("-pk")[0]
        Account.objects.filter(pk=account.pk).update(balance_minor=end.balance_after_minor, digest=end.digest)
    assert _found() == [], "it is consistent"
    assert _found(before) == []
    found = [str(found) for found in verify(seals=[before, after]).discrepancies if found.rule == "seal"]
    assert len(found) == 1
    assert "4 entries were sealed, 2 are there" in found[0]


@pytest.mark.django_db(transaction=True)
def test_a_seal_holds_what_is_being_posted_while_it_is_made(bob: User, alice: User) -> None:
    """On PostgreSQL an entry may have a lower number than one that can be seen already."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, whose entries are seen in the order of their numbers")
    posted, may_commit = Event(), Event()

    def post_slowly() -> None:
        with transaction.atomic():
            give_money(alice, 500)
            posted.set()
            may_commit.wait(timeout=30)
        connection.close()

    slow = Thread(target=post_slowly)
    slow.start()
    posted.wait(timeout=30)
    transfer_post(
        reason_key="later and sooner seen",
        kind=Transfer.Kind.TOP_UP,
        description="test",
        postings=[
            Posting(account_for(kind=Account.Kind.PROVIDER, name="other"), -5),
            Posting(account_for(kind=Account.Kind.WALLET, owner=bob), 5),
        ],
    )
    seals: list[Seal] = []

    def seal() -> None:
        seals.append(seal_make())
        connection.close()

    sealing = Thread(target=seal)
    sealing.start()
    sealing.join(timeout=0.5)
    assert sealing.is_alive(), "it waits for who is posting"
    may_commit.set()
    slow.join()
    sealing.join()
    assert seals[0].entries == 4
    assert _found(*seals) == []


def test_the_commands_seal_and_verify(bob: User, tmp_path: Path) -> None:
    give_money(bob, 1000)
    out = io.StringIO()
    call_command("ledger", "seal", stdout=out)
    seals = tmp_path / "seals"
    seals.write_text(f"# kept elsewhere\n\n{out.getvalue()}")
    out = io.StringIO()
    call_command("ledger", "verify", "--seal", str(seals), stdout=out)
    assert "1 seals compared: everything adds up." in out.getvalue()
    out = io.StringIO()
    call_command("ledger", "verify", "--json", "--seal", str(seals), stdout=out)
    told = json.loads(out.getvalue())
    assert (told["clean"], told["entries"], told["discrepancies"]) == (True, 2, [])


@pytest.mark.parametrize("text", ["", "something else\n", "2026-01-01T00:00:00+00:00 entries=1 last=1\n"])
def test_a_file_that_is_no_seal_is_told_apart(db: None, tmp_path: Path, text: str) -> None:
    (tmp_path / "seals").write_text(text)
    with pytest.raises(CommandError, match="seal"):
        call_command("ledger", "verify", "--seal", str(tmp_path / "seals"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("ledger", "verify", "--seal", str(tmp_path / "nothing"))
