"""Tables for spreadsheets, as CSV: what Excel opens with its characters right and without computing anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from wenlan.core.errors import WenlanError
from wenlan.core.money import CURRENCIES

#: What a cell begins with that spreadsheets take for a formula (OWASP, “CSV Injection”).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
DIGITS_KEPT = 15
"""A spreadsheet takes a cell of digits for a number and keeps so many of them."""

Cell = str | int | Decimal


class UnreadableTable(WenlanError):
    """A file is no table of text."""

    code = "unreadable_table"


def csv_text(text: str) -> str:
    """A cell of text that no spreadsheet computes or rounds: an apostrophe before what begins like a formula.

    A long number is grouped by fours, `6222 0202 0011 2233 445`, as it stands on the card.
    """
    if text.startswith(FORMULA_STARTS):
        return "'" + text
    if text.isdecimal() and len(text) > DIGITS_KEPT:
        return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    return text


def csv_amount(amount_minor: int, currency: str) -> Decimal:
    """`1250, "CNY"` → `12.50`, a number to add up."""
    digits, _sign = CURRENCIES[currency]
    return Decimal(amount_minor).scaleb(-digits)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as CSV (RFC 4180) in UTF-8, with the mark by which Excel knows it.

    Text goes through `csv_text`; numbers are written as they are.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    for row in (header, *rows):
        writer.writerow([csv_text(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")


def csv_rows(content: bytes) -> Iterator[list[str]]:
    """The rows of a table that somebody sends back: UTF-8, or GB 18030 as Chinese Excel saves it.

    Cells come without blanks around them and without the apostrophe of `csv_text`. Raises UnreadableTable.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _unreadable()
    if "\0" in text:
        raise _unreadable()
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [cell.strip().removeprefix("'") for cell in row]
    except csv.Error:
        raise _unreadable() from None


def _unreadable() -> UnreadableTable:
    return UnreadableTable(_("This file is no table. Save it as CSV and send it again."))
