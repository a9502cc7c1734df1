"""Moving money. Nothing else in the house changes a balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, WenlanError
from wenlan.core.money import format_money
from wenlan.ledger.models import Account, Entry, Transfer


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


def account_for(
    *, kind: Account.Kind, owner: User | None = None, name: str = "", currency: str = ""
) -> Account:
    """The account of that kind, opened when it does not exist yet; the site's currency unless another is named.

    Harmless when two ask at once. A person's account has an owner and no name; the house's has a name and no owner.
    """
    account, _created = Account.objects.get_or_create(
        kind=kind,
        owner=owner,
        name=name,
        currency=currency or settings.CURRENCY,
        defaults={"may_be_negative": kind in Account.NEGATIVE_KINDS},
    )
    return account


def accounts_lock(accounts: Iterable[Account]) -> dict[int, Account]:
    """The accounts by id, read anew and locked until the transaction ends.

    Always in the order of their ids, so that two transactions never wait for each other. On SQLite the
    transaction itself is the lock. Whoever decides something by a balance locks every account of the coming
    transfer first. Must be called inside a transaction.
    """
    ids = sorted({account.pk for account in accounts})
    locked = Account.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {account.pk: account for account in locked}


@transaction.atomic
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
    accounts = accounts_lock(posting.account for posting in postings)
    # Looked up after the locks: another transaction with the same key has committed before we got them.
    posted = Transfer.objects.filter(reason_key=reason_key).first()
    if posted is None:
        try:
            with transaction.atomic():
                transfer = Transfer.objects.create(
                    reason_key=reason_key, kind=kind, description=description, cause=cause
                )
        except IntegrityError:
            # Somebody posted under this key between other accounts; what they wrote is visible by now.
            posted = Transfer.objects.filter(reason_key=reason_key).first()
            if posted is None:
                raise
    if posted is not None:
        return _same_transfer(posted, kind=kind, postings=postings)
    _entries_write(transfer, accounts=accounts, postings=postings)
    return transfer


def _postings_check(postings: Sequence[Posting]) -> None:
    if len({posting.account.pk for posting in postings}) != len(postings):
        raise ValueError("each account stands in a transfer once")
    if len({posting.account.currency for posting in postings}) != 1:
        raise ValueError("a transfer stays within one currency")
    if any(posting.amount_minor == 0 for posting in postings):
        raise ValueError("a posting moves something")
    if sum(posting.amount_minor for posting in postings) != 0:
        raise ValueError("a transfer sums to zero")


def _same_transfer(posted: Transfer, *, kind: str, postings: Sequence[Posting]) -> Transfer:
    wanted = {posting.account.pk: posting.amount_minor for posting in postings}
    if posted.kind != kind or dict(posted.entries.values_list("account_id", "amount_minor")) != wanted:
        raise Conflict(_("Something else was already booked for this reason."), code="reason_taken")
    return posted


def _entries_write(transfer: Transfer, *, accounts: dict[int, Account], postings: Sequence[Posting]) -> None:
    entries = []
    for posting in postings:
        account = accounts[posting.account.pk]
        account.balance_minor += posting.amount_minor
        if account.balance_minor < 0 and not account.may_be_negative:
            raise InsufficientFunds(account=account, missing_minor=-account.balance_minor)
        entries.append(
            Entry(
                transfer=transfer,
                account=account,
                amount_minor=posting.amount_minor,
                balance_after_minor=account.balance_minor,
            )
        )
    Entry.objects.bulk_create(entries)
    for entry in entries:
        entry.account.save(update_fields=["balance_minor"])
