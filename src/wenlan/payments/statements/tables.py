"""Statements and the income of the house as CSV."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.core.spreadsheets import Cell, csv_amount, csv_bytes
from wenlan.ledger.models import Transfer
from wenlan.payments.statements.building import Statement, tax_minor
from wenlan.payments.statements.income import HouseMonth


def statement_csv(statement: Statement) -> bytes:
    """One row for each movement, between a row for each opening and each closing balance."""
    currency = statement.currency
    header = [_("Date"), _("Account"), _("What happened"), _("Amount"), _("Balance"), _("Transfer")]
    if settings.TAX_BASIS_POINTS:
        header.append(_("Of which tax"))
    rows: list[list[Cell]] = [
        ["", balance.label, _("Opening balance"), "", csv_amount(balance.opening_minor, currency), ""]
        for balance in statement.balances
    ]
    for entry in statement.entries:
        moment = timezone.localtime(entry.transfer.created_at).strftime("%Y-%m-%d %H:%M:%S")
        row: list[Cell] = [moment, entry.account.get_kind_display(), entry.summary]
        amounts = (entry.amount_minor, entry.balance_after_minor)
        row += [*(csv_amount(amount, currency) for amount in amounts), entry.transfer_id]
        if settings.TAX_BASIS_POINTS and entry.transfer.kind in {Transfer.Kind.SALE, Transfer.Kind.REFUND}:
            row.append(csv_amount(tax_minor(entry.amount_minor), currency))
        rows.append(row)
    rows += [
        ["", balance.label, _("Closing balance"), "", csv_amount(balance.closing_minor, currency), ""]
        for balance in statement.balances
    ]
    return csv_bytes(header, rows)


def house_csv(months: Iterable[HouseMonth]) -> bytes:
    """One row for each month."""
    header = [
        _("Month"),
        _("Fees of sales"),
        _("Given back"),
        _("Fees of payouts"),
        _("Other"),
        _("Income"),
        _("Commissions of sharers"),
        _("Paid out to authors"),
    ]
    if settings.TAX_BASIS_POINTS:
        header += [_("Of which tax"), _("Without tax")]
    return csv_bytes(header, (_house_row(month) for month in months))


def _house_row(row: HouseMonth) -> list[Cell]:
    amounts = [
        row.sales_minor,
        row.refunds_minor,
        row.payout_fees_minor,
        row.other_minor,
        row.income_minor,
        row.commissions_minor,
        row.payouts_minor,
    ]
    if settings.TAX_BASIS_POINTS:
        amounts += [row.tax_minor, row.income_minor - row.tax_minor]
    return [str(row.month), *(csv_amount(amount, settings.CURRENCY) for amount in amounts)]
