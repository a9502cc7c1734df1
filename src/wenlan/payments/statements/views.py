"""Statements of authors, receipts as PDF, and what the house earned."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from wenlan.accounts.requests import signed_in
from wenlan.orders.selectors import orders_of
from wenlan.payments.payouts.house_views import for_operators
from wenlan.payments.statements.building import Statement, months_of, statement_of
from wenlan.payments.statements.income import house_months
from wenlan.payments.statements.pdf import receipt_pdf, statement_pdf
from wenlan.payments.statements.tables import house_csv, statement_csv


@login_required
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Every month since the first income."""
    months = list(months_of(signed_in(request)))
    return render(request, "payments/statements/statements.html", {"months": months})


@login_required
@require_safe
def statement(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Every movement of a month between its two balances."""
    found = _statement(request, year, month)
    context = {"statement": found, "tax_basis_points": settings.TAX_BASIS_POINTS}
    return render(request, "payments/statements/statement.html", context)


@login_required
@require_safe
def statement_table(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The same as CSV."""
    found = _statement(request, year, month)
    return _file(statement_csv(found), f"statement-{found.month}.csv", "text/csv; charset=utf-8")


@login_required
@require_safe
def statement_print(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The same as PDF."""
    found = _statement(request, year, month)
    content = statement_pdf(found, user=signed_in(request))
    return _file(content, f"statement-{found.month}.pdf", "application/pdf")


def _statement(request: HttpRequest, year: int, month: int) -> Statement:
    user = signed_in(request)
    # Whatever is no month, or none of theirs, has no statement.
    asked = next((known for known in months_of(user) if (known.year, known.number) == (year, month)), None)
    if asked is None:
        raise Http404
    return statement_of(user=user, month=asked)


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of one's own order as PDF."""
    own = get_object_or_404(orders_of(signed_in(request)).select_related("buyer"), pk=pk)
    return _file(receipt_pdf(own), f"receipt-{own.pk}.pdf", "application/pdf")


@for_operators
@require_safe
def house_income(request: HttpRequest) -> HttpResponse:
    """What the house earned, month by month."""
    context = {"months": house_months(), "tax_basis_points": settings.TAX_BASIS_POINTS}
    return render(request, "payments/statements/income.html", context)


@for_operators
@require_safe
def house_income_table(_request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return _file(house_csv(house_months()), "house-income.csv", "text/csv; charset=utf-8")
