"""Statements and receipts as PDF, the characters they use embedded."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from wenlan.accounts.models import User
from wenlan.core.errors import WenlanError
from wenlan.core.money import format_money
from wenlan.orders.models import Order
from wenlan.payments.statements.building import Statement, tax_minor

_INK, _RULE = colors.HexColor("#1f1b16"), colors.HexColor("#c9c2b4")


class NoFont(WenlanError):
    """The font of the settings is not there, or cannot be embedded."""

    code = "no_pdf_font"


@lru_cache(maxsize=4)
def _font(path: str) -> str:
    """The name under which the font at `path` is known to the PDF library."""
    name = f"Wenlan-{Path(path).stem}"
    try:
        pdfmetrics.registerFont(TTFont(name, path))
    except (TTFError, OSError):
        raise NoFont(_("PDF files cannot be made here at the moment.")) from None
    return name


def _style(size: float, **options: float | int) -> ParagraphStyle:
    return ParagraphStyle(
        f"wenlan-{size}",
        fontName=_font(settings.PDF_FONT),
        fontSize=size,
        leading=size * 1.45,
        textColor=_INK,
        wordWrap="CJK",
        **options,
    )


def _text(text: str, size: float = 9) -> Paragraph:
    return Paragraph(escape(text), _style(size))


def _number(text: str) -> Paragraph:
    return Paragraph(escape(text), _style(9, alignment=2))


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float], numbers: int) -> Table:
    """A table whose first row is its head, repeated on each page, and whose last `numbers` columns are amounts."""
    first_number = len(widths) - numbers
    cells = [
        [(_number if place >= first_number else _text)(cell) for place, cell in enumerate(row)]
        for row in rows
    ]
    table = Table(cells, colWidths=[width * mm for width in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, _RULE),
            ]
        )
    )
    return table


def _document(title: str, parts: list[Flowable]) -> bytes:
    file = io.BytesIO()

    def footer(canvas: Canvas, _document: SimpleDocTemplate) -> None:
        canvas.setFont(_font(settings.PDF_FONT), 8)
        canvas.drawString(18 * mm, 10 * mm, f"{settings.SITE_NAME} · {settings.SITE_URL}")
        canvas.drawRightString(192 * mm, 10 * mm, str(canvas.getPageNumber()))

    SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=title,
        author=settings.SITE_NAME,
    ).build(parts, onFirstPage=footer, onLaterPages=footer)
    return file.getvalue()


def statement_pdf(statement: Statement, *, user: User) -> bytes:
    """The statement of a month on A4. Raises NoFont."""
    title = _("Statement %(month)s") % {"month": statement.month}
    money = statement.currency
    balances = [
        [
            balance.label,
            format_money(balance.opening_minor, money),
            format_money(balance.closing_minor, money),
        ]
        for balance in statement.balances
    ]
    sums = [
        _("Together"),
        *(format_money(m, money) for m in (statement.opening_minor, statement.closing_minor)),
    ]
    moves = [
        [
            timezone.localtime(entry.transfer.created_at).strftime("%Y-%m-%d %H:%M"),
            entry.account.get_kind_display(),
            entry.summary,
            entry.amount,
            entry.balance_after,
        ]
        for entry in statement.entries
    ]
    head = [_("Date"), _("Account"), _("What happened"), _("Amount"), _("Balance")]
    parts: list[Flowable] = [
        _text(title, 18),
        _text(f"{user.display_name} · {user.email}", 10),
        Spacer(1, 6 * mm),
        _table(
            [[_("Account"), _("Opening balance"), _("Closing balance")], *balances, sums], (94, 40, 40), 2
        ),
        Spacer(1, 8 * mm),
        _table([head, *moves], (28, 24, 70, 26, 26), 2),
    ]
    return _document(title, parts)


def receipt_pdf(order: Order) -> bytes:
    """The receipt of a purchase on A4, with what came back of it. Raises NoFont."""
    title = _("Receipt %(number)s") % {"number": order}
    money = order.currency
    rows = [
        [_("Document"), order.document.title],
        [_("File"), order.revision.original_name],
        [_("Author"), order.seller.display_name],
        [_("Reader"), f"{order.buyer.display_name} · {order.buyer.email}"],
        [
            _("Paid on"),
            timezone.localtime(order.paid_at).strftime("%Y-%m-%d %H:%M") if order.paid_at else "–",
        ],
        [_("Price"), order.price],
    ]
    if settings.TAX_BASIS_POINTS:
        rows.append([_("Of which tax"), format_money(tax_minor(order.price_minor), money)])
    rows += [
        [_("Came back"), f"{refund.amount} · {timezone.localtime(refund.created_at):%Y-%m-%d %H:%M}"]
        for refund in order.refunds.order_by("pk")
    ]
    rows.append([_("State"), order.get_state_display()])
    rows.append([_("Transfer"), str(order.transfer_id or "–")])
    parts: list[Flowable] = [
        _text(title, 18),
        Spacer(1, 6 * mm),
        _table([["", ""], *rows], (40, 134), 0),
    ]
    return _document(title, parts)
