"""Moving money. Nothing else in the house changes a balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, WenlanError
from wenlan.core.money import format_money
from wenlan.ledger.chain import entry_digest
from wenlan.ledger.models import Account, AccountKey, Entry, Transfer

NAMED_AT_ONCE = 200
"""Accounts looked up by name in one query; SQLite takes a condition of a thousand parts, and no more."""


class InsufficientFunds(WenlanError):
    """An account holds less than should leave it; `missing_minor` is the difference."""

    code = "insufficient_funds"

    def __init__(self, *, account: Account, missing_minor: int) -> None:
        self.account = account
        self.missing_minor = missing_minor
        missing = format_money(missing_minor, account.currency)
        super().__init__(_("The balance is too low: %(missing)s are missing.") % {"missing": missing})


@dataclass(frozen=True)
class Posting:
    """`amount_minor` goes into `account`, or out of it when negative."""

    account: Account
    amount_minor: int


def account_named(
    *, kind: Account.Kind, owner: User | None = None, name: str = "", currency: str = ""
) -> Account:
    """The account of that kind for a posting, without asking the database for it yet.

    `accounts_lock` and `transfer_post` look it up together with the others of a transfer, and open it when it
    does not exist; until then it has no number and no balance.
    """
    return Account(
        kind=kind,
        owner=owner,
        name=name,
        currency=currency or settings.CURRENCY,
        may_be_negative=kind in Account.NEGATIVE_KINDS,
    )


def account_for(
    *, kind: Account.Kind, owner: User | None = None, name: str = "", currency: str = ""
) -> Account:
    """The account of that kind, opened when it does not exist yet; the site's currency unless another is named.

    Harmless when two ask at once. A person's account has an owner and no name; the house's has a name and no owner.
    """
    return _account_open(account_named(kind=kind, owner=owner, name=name, currency=currency))


def _account_open(wanted: Account) -> Account:
    account, _created = Account.objects.get_or_create(
        kind=wanted.kind,
        owner_id=wanted.owner_id,
        name=wanted.name,
        currency=wanted.currency,
        defaults={"may_be_negative": wanted.may_be_negative},
    )
    return account


def accounts_lock(accounts: Iterable[Account]) -> dict[int, Account]:
    """The accounts by id, read anew and locked until the transaction ends.

    Always in the order of their ids, so that two transactions never wait for each other. On SQLite the
    transaction itself is the lock. Whoever decides something by a balance locks every account of the coming
    transfer first. Must be called inside a transaction. Those of `account_named` are found or opened, and know
    their ids afterwards.
    """
    wanted = list(accounts)
    locked = _locked(wanted)
    for account in wanted:
        account.pk = locked[account.key].pk
    return {account.pk: account for account in locked.values()}


def _locked(accounts: Sequence[Account]) -> dict[AccountKey, Account]:
    """The same by what tells them apart; a few hundred that exist are found and locked in one query."""
    unknown = [account for account in accounts if not account.pk]
    while len(unknown) > NAMED_AT_ONCE:
        some, unknown = unknown[:NAMED_AT_ONCE], unknown[NAMED_AT_ONCE:]
        numbers = {account.key: account.pk for account in Account.objects.filter(_named(some))}
        for account in some:
            account.pk = numbers.get(account.key)
    named = Q(pk__in=[account.pk for account in accounts if account.pk]) | _named(unknown)
    found = Account.objects.select_for_update(no_key=True).filter(named).order_by("pk")
    locked = {account.key: account for account in found}
    missing = {account.key: account for account in accounts if account.key not in locked}
    if missing:
        # In an order of their own, too: an account that two open at once is opened by the first and waited for.
        opened = [_account_open(missing[key]).pk for key in sorted(missing, key=str)]
        fresh = Account.objects.select_for_update(no_key=True).filter(pk__in=opened).order_by("pk")
        locked.update((account.key, account) for account in fresh)
    return locked


def _named(accounts: Iterable[Account]) -> Q:
    named = Q()
    for account in accounts:
        named |= Q(
            kind=account.kind,
            owner_id=account.owner_id,
            name=account.name,
            currency=account.currency,
        )
    return named


def transfer_post(
    *, reason_key: str, kind: Transfer.Kind, description: str, postings: Sequence[Posting], cause: str = ""
) -> Transfer:
    """Move money between accounts, exactly once for each `reason_key`.

    Amounts are whole minor units of the one currency of all accounts, none of them zero, and sum to zero.
    A second call with the same key and postings changes nothing and returns the first transfer; with other
    postings it raises Conflict. Raises InsufficientFunds when an account would fall below zero that must
    not, and ValueError for postings that no caller should make; then nothing is written.
    """
    _postings_check(postings)
    # Without a savepoint, which costs two statements: what is refused is found out before anything is written, and
    # told when the block is over, so that a caller may catch it and go on in a transaction of its own.
    with transaction.atomic(savepoint=False):
        number = _number_take(reason_key)
        posted = Transfer.objects.filter(reason_key=reason_key).first()
        outcome: Transfer | Conflict | InsufficientFunds
        if posted is not None:
            outcome = _same_transfer(posted, kind=kind, postings=postings)
        else:
            transfer = Transfer(
                pk=number,
                reason_key=reason_key,
                kind=kind,
                description=description,
                cause=cause,
                created_at=timezone.now(),
            )
            outcome = _write(transfer, accounts=_locked([p.account for p in postings]), postings=postings)
    if isinstance(outcome, WenlanError):
        raise outcome
    return outcome


def _number_take(reason_key: str) -> int:
    """The number of the next transfer, whose entries are written before it (see `ledger.triggers`).

    On PostgreSQL whoever posts for the same reason waits here until we are done, and then finds what we posted; on
    SQLite nobody else writes meanwhile.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('ledger_transfer', 'id')),"
                " pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"ledger:{reason_key}"],
            )
        else:
            cursor.execute("SELECT COALESCE(MAX(id), 0) + 1 FROM ledger_transfer")
        return int(cursor.fetchone()[0])


def _postings_check(postings: Sequence[Posting]) -> None:
    if len({posting.account.key for posting in postings}) != len(postings):
        raise ValueError("each account stands in a transfer once")
    if len({posting.account.currency for posting in postings}) != 1:
        raise ValueError("a transfer stays within one currency")
    if any(posting.amount_minor == 0 for posting in postings):
        raise ValueError("a posting moves something")
    if sum(posting.amount_minor for posting in postings) != 0:
        raise ValueError("a transfer sums to zero")


def _same_transfer(posted: Transfer, *, kind: str, postings: Sequence[Posting]) -> Transfer | Conflict:
    wanted = {posting.account.key: posting.amount_minor for posting in postings}
    entries = {entry.account.key: entry.amount_minor for entry in posted.entries.select_related("account")}
    if posted.kind == kind and entries == wanted:
        return posted
    return Conflict(_("Something else was already booked for this reason."), code="reason_taken")


def _write(
    transfer: Transfer, *, accounts: dict[AccountKey, Account], postings: Sequence[Posting]
) -> Transfer | InsufficientFunds:
    entries = []
    for posting in postings:
        account = accounts[posting.account.key]
        balance_minor = account.balance_minor + posting.amount_minor
        if balance_minor < 0 and not account.may_be_negative:
            return InsufficientFunds(account=account, missing_minor=-balance_minor)
        entries.append(_entry(transfer, account, posting.amount_minor, balance_minor))
    Entry.objects.bulk_create(entries)  # the database takes the accounts along
    transfer.save(force_insert=True)
    return transfer


def _entry(transfer: Transfer, account: Account, amount_minor: int, balance_after_minor: int) -> Entry:
    digest = entry_digest(
        account.head,
        reason_key=transfer.reason_key,
        kind=transfer.kind,
        description=transfer.description,
        cause=transfer.cause,
        created_at=transfer.created_at,
        account_id=account.pk,
        amount_minor=amount_minor,
        balance_after_minor=balance_after_minor,
    )
    return Entry(
        transfer_id=transfer.pk,
        account=account,
        amount_minor=amount_minor,
        balance_after_minor=balance_after_minor,
        digest=digest,
    )
