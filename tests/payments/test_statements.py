"""Statements and receipts: what stands there is what the ledger says, in every form."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
from collections.abc import Callable
from typing import Any
from unittest import mock

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.ledger.helpers import give_earnings, give_money
from tests.payments.payout_helpers import sent
from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.ledger.selectors import balance_minor
from wenlan.orders.models import Order
from wenlan.orders.services import document_buy
from wenlan.payments.payouts.services import payout_settle_paid
from wenlan.payments.statements.building import INCOME_KINDS, Month, months_of, statement_of, tax_minor
from wenlan.payments.statements.income import house_months
from wenlan.payments.statements.pdf import NoFont, receipt_pdf, statement_pdf
from wenlan.payments.statements.tables import house_csv, statement_csv

Browser = Callable[[User | None], Client]


@pytest.fixture
def order(published_document: Callable[..., Document], bob: User, settings: Any) -> Order:
    """Bob has bought a document of Alice's whose title would be a formula."""
    settings.HOUSE_FEE_BASIS_POINTS = 1000
    give_money(bob, 400)
    document = published_document(title="=1+1 年度总结 & <b>报告</b>", price_minor=400)
    entitlement = document_buy(reader=bob, document_id=document.pk, expected_price_minor=400)
    return Order.objects.get(entitlement=entitlement)


def _earn(user: User, amount_minor: int, moment: datetime.datetime) -> None:
    with mock.patch.object(timezone, "now", return_value=moment):
        give_earnings(user, amount_minor)


def _text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_the_closing_balances_are_the_ledgers(alice: User, dave: User, order: Order) -> None:
    give_earnings(alice, 5000)
    payout_settle_paid(operator=dave, payout_id=sent(alice, 2000, operator=dave).pk)
    statement = statement_of(user=alice, month=Month.of(timezone.now()))
    balances = [balance_minor(user=alice, kind=kind) for kind in INCOME_KINDS]
    assert [balance.closing_minor for balance in statement.balances] == balances == [360, 3000, 0, 0]
    assert statement.opening_minor + sum(e.amount_minor for e in statement.entries) == statement.closing_minor


def test_each_month_opens_with_what_the_one_before_closed_with(alice: User) -> None:
    now = timezone.now()
    long_ago = now - datetime.timedelta(days=70)
    for days, amount in ((0, 100), (31, 20), (69, 3)):
        _earn(alice, amount, long_ago + datetime.timedelta(days=days))
    months = list(months_of(alice))
    assert months[0] == Month.of(now)
    assert months[-1] == Month.of(long_ago)
    statements = [statement_of(user=alice, month=month) for month in reversed(months)]
    for earlier, later in itertools.pairwise(statements):
        assert earlier.closing_minor == later.opening_minor
    assert (statements[0].opening_minor, statements[-1].closing_minor) == (0, 123)


def test_a_month_begins_at_midnight_where_the_site_is(alice: User) -> None:
    midnight = Month(2026, 3).begins_at
    _earn(alice, 7, midnight - datetime.timedelta(seconds=1))
    _earn(alice, 5, midnight)
    assert midnight.astimezone(datetime.UTC).day == 28
    assert statement_of(user=alice, month=Month(2026, 2)).closing_minor == 7
    assert len(statement_of(user=alice, month=Month(2026, 3)).entries) == 1
    assert Month(2026, 12).following == Month(2027, 1)


def test_no_title_becomes_a_formula_in_the_table(alice: User, order: Order, settings: Any) -> None:
    settings.TAX_BASIS_POINTS = 600
    content = statement_csv(statement_of(user=alice, month=Month.of(timezone.now())))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    sale = next(row for row in rows if "年度总结" in row[2])
    assert sale[3:5] == ["3.60", "3.60"]
    assert sale[6] == "0.20"


def test_the_pdf_holds_the_chinese_words_and_every_movement(alice: User, order: Order) -> None:
    give_earnings(alice, 5000)
    pdf = statement_pdf(statement_of(user=alice, month=Month.of(timezone.now())), user=alice)
    text = _text_of(pdf)
    assert "年度总结 & <b>报告</b>" in text.replace("\r\n", "")
    assert "¥3.60" in text
    assert "¥50.00" in text
    assert b"/FontFile2" in pdf
    assert len(pdf) < 300_000, "only the characters that are used are embedded"


def test_the_receipt_says_what_was_paid_and_what_is_tax(order: Order, settings: Any) -> None:
    settings.TAX_BASIS_POINTS = 600
    text = _text_of(receipt_pdf(order))
    assert "¥4.00" in text
    assert "¥0.22" in text
    assert "Bob" in text


def test_without_its_font_no_pdf_is_made(order: Order, settings: Any) -> None:
    settings.PDF_FONT = "/nowhere/font.ttc"
    with pytest.raises(NoFont):
        receipt_pdf(order)


@pytest.mark.parametrize(("amount", "tax"), [(106, 6), (0, 0), (-106, -6), (1, 0)])
def test_the_tax_is_within_the_amount(settings: Any, amount: int, tax: int) -> None:
    settings.TAX_BASIS_POINTS = 600
    assert tax_minor(amount) == tax


def test_the_house_sees_its_income_by_month(
    alice: User, dave: User, order: Order, client_as: Browser, settings: Any
) -> None:
    settings.PAYOUT_FEE_MINOR = 100
    give_earnings(alice, 5000)
    payout_settle_paid(operator=dave, payout_id=sent(alice, 2000, operator=dave).pk)
    [row] = house_months()
    assert (row.sales_minor, row.payout_fees_minor, row.payouts_minor, row.income_minor) == (
        40,
        100,
        2000,
        140,
    )
    assert b"0.40" in house_csv([row])
    page = client_as(dave).get(reverse("payments:house_income")).content.decode()
    assert "¥1.40" in page


@pytest.mark.parametrize("who", [None, "alice", "bob", "carol", "mallory"])
def test_only_operators_see_what_the_house_earned(client_as: Browser, who: str | None, request: Any) -> None:
    browser = client_as(request.getfixturevalue(who) if who else None)
    for name in ("house_income", "house_income_table"):
        assert browser.get(reverse(f"payments:{name}")).status_code == 404


def test_alice_opens_and_keeps_her_statement(
    client_as: Browser, alice: User, bob: User, order: Order
) -> None:
    month = Month.of(timezone.now())
    browser = client_as(alice)
    address = reverse("payments:statement", args=[month.year, month.number])
    assert address in browser.get(reverse("payments:statements")).content.decode()
    assert "¥3.60" in browser.get(address).content.decode()
    assert browser.get(address + "pdf/").content.startswith(b"%PDF")
    assert browser.get(address + "csv/").content.startswith(b"\xef\xbb\xbf")
    assert client_as(bob).get(address).status_code == 404, "who earned nothing has no statement"
    for nonsense in ((month.year + 1, 1), (2026, 13), (0, 0)):
        assert browser.get(reverse("payments:statement", args=nonsense)).status_code == 404


def test_a_receipt_is_the_buyers_alone(client_as: Browser, alice: User, bob: User, order: Order) -> None:
    address = reverse("payments:receipt", args=[order.pk])
    assert client_as(bob).get(address)["Content-Type"] == "application/pdf"
    assert client_as(alice).get(address).status_code == 404
