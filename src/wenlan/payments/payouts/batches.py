"""Payouts by way of a file: what the bank is given, and what it says became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, WenlanError
from wenlan.core.money import InvalidAmount, parse_money
from wenlan.core.spreadsheets import Cell, UnreadableTable, csv_amount, csv_bytes, csv_rows
from wenlan.payments.models import Method, Payout, PayoutBatch, PayoutEvent
from wenlan.payments.payouts.services import (
    operator_check,
    payout_settle_failed,
    payout_settle_paid,
)

RESULT_BYTES_MAX = 2 * 1024 * 1024
"""The largest file of results that is looked into: tens of thousands of rows."""
BATCH_MAX = 1000
"""Payouts in one file; the next file takes the next ones."""


@transaction.atomic
def payouts_export(*, operator: User, method: str) -> PayoutBatch:
    """Put every approved payout of one way into a new batch, each into one batch only.

    From then on they are with the bank and cannot be cancelled. Raises NotAllowed for whoever is no operator, Conflict
    when nothing waits.
    """
    operator_check(operator)
    if method not in Method.values:
        raise Conflict(_("No approved payout waits to be sent this way."))
    waiting = (
        Payout.objects.select_for_update(of=("self",), no_key=True)
        .filter(state=Payout.State.APPROVED, account__method=method, currency=settings.CURRENCY)
        .order_by("pk")[:BATCH_MAX]
    )
    payouts = list(waiting)
    if not payouts:
        raise Conflict(_("No approved payout waits to be sent this way."))
    batch = PayoutBatch.objects.create(
        method=method,
        currency=settings.CURRENCY,
        created_by=operator,
        language=get_language() or settings.LANGUAGE_CODE,
    )
    for payout in payouts:
        payout.state = Payout.State.SENT
        payout.batch = batch
    Payout.objects.bulk_update(payouts, ["state", "batch"])
    PayoutEvent.objects.bulk_create(
        PayoutEvent(payout=payout, kind=PayoutEvent.Kind.SENT, by=operator, note=str(batch))
        for payout in payouts
    )
    return batch


def _header() -> list[str]:
    return [
        _("Payout"),
        _("Amount"),
        _("Currency"),
        _("Name of the holder"),
        _("Account number"),
        _("Bank and branch"),
        _("Identity or tax number"),
        pgettext("of a payment", "Result"),
        _("Reason"),
    ]


def batch_file(batch: PayoutBatch) -> bytes:
    """The batch as CSV: one row for each payout, the last two columns for the bank's answer.

    The same bytes each time: what stands in it never changes.
    """
    with override(batch.language):
        return csv_bytes(_header(), _rows(batch))


def _rows(batch: PayoutBatch) -> Iterator[list[Cell]]:
    for payout in batch.payouts.select_related("account").order_by("pk"):
        account = payout.account
        yield [
            payout.pk,
            csv_amount(payout.arrives_minor, payout.currency),
            payout.currency,
            account.holder,
            account.number,
            account.bank,
            account.identity_number,
            "",
            "",
        ]


@dataclass
class BatchResult:
    """What a file of results did: how many were paid, came back, were known already, and what could not be taken."""

    paid: int = 0
    failed: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)


#: What the column of results may say, in both languages, in small letters.
_PAID = {"paid", "ok", "success", "successful", "yes", "成功", "已支付", "交易成功", "支付成功", "已付"}
_FAILED = {"failed", "failure", "rejected", "returned", "no", "失败", "退回", "退票", "交易失败", "支付失败"}


def batch_result_apply(*, operator: User, batch_id: int, content: bytes) -> BatchResult:
    """Do what the bank's answer says, row by row: paid, or come back with a reason. Twice it changes nothing more.

    The file is the batch's own with its last columns filled in; its columns are known by their names in either
    language, in any order. A row that names no payout of the batch, another amount, or another outcome than before
    is told and changes nothing; one without a result waits. Raises UnreadableTable, and NotAllowed for whoever is
    no operator.
    """
    operator_check(operator)
    if len(content) > RESULT_BYTES_MAX:
        raise UnreadableTable(_("This file is too large to be the bank's answer."))
    batch = PayoutBatch.objects.get(pk=batch_id)
    rows = csv_rows(content)
    columns = _columns(next(rows, []))
    result = BatchResult()
    for line, row in enumerate(rows, start=2):
        cells = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        if not any(row):
            continue
        try:
            _row_apply(result, cells, batch=batch, operator=operator)
        except WenlanError as error:
            result.problems.append(_("Line %(line)d: %(problem)s") % {"line": line, "problem": error.message})
    return result


_COLUMNS = {"payout": 0, "amount": 1, "result": 7, "reason": 8}


def _columns(header: list[str]) -> dict[str, int]:
    """Where the columns stand that are read, by the names they have in the languages of the site."""
    found: dict[str, int] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names = _header()
        for column, place in _COLUMNS.items():
            if names[place] in header:
                found[column] = header.index(names[place])
    if found.keys() != _COLUMNS.keys():
        raise UnreadableTable(_("Send back the file of this batch, with its columns as they were."))
    return found


def _row_apply(result: BatchResult, cells: dict[str, str], *, batch: PayoutBatch, operator: User) -> None:
    said = cells["result"].casefold()
    if not said:
        return
    payout = _payout_of(batch, cells)
    if said in _PAID:
        known = payout.state == Payout.State.PAID
        if payout.state == Payout.State.FAILED:
            raise Conflict(_("Payout %(number)s has come back before.") % {"number": payout.pk})
        payout_settle_paid(operator=operator, payout_id=payout.pk)
        result.known, result.paid = result.known + known, result.paid + (not known)
    elif said in _FAILED:
        known = payout.state == Payout.State.FAILED
        if payout.state == Payout.State.PAID:
            raise Conflict(_("Payout %(number)s was paid before.") % {"number": payout.pk})
        reason = cells["reason"] or _("The bank gave no reason.")
        payout_settle_failed(operator=operator, payout_id=payout.pk, reason=reason)
        result.known, result.failed = result.known + known, result.failed + (not known)
    else:
        raise Conflict(_("“%(result)s” is no result: write paid or failed.") % {"result": cells["result"]})


def _payout_of(batch: PayoutBatch, cells: dict[str, str]) -> Payout:
    number = cells["payout"].lstrip("#")
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    if not is_number or not batch.payouts.filter(pk=number).exists():
        raise Conflict(_("This batch has no payout %(number)s.") % {"number": cells["payout"]})
    payout = batch.payouts.get(pk=number)
    if not _is_amount(cells["amount"], payout):
        raise Conflict(
            _("Payout %(number)s has another amount: %(amount)s.")
            % {"number": payout.pk, "amount": csv_amount(payout.arrives_minor, payout.currency)}
        )
    return payout


def _is_amount(text: str, payout: Payout) -> bool:
    try:
        return parse_money(text, payout.currency, maximum_minor=10**15) == payout.arrives_minor
    except InvalidAmount:
        return False
