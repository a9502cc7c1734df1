"""An author's sales."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenlan.accounts.requests import signed_in
from wenlan.ledger.selectors import earnings_balance_minor, held_balance_minor
from wenlan.orders import selectors

SALES_PER_PAGE = 30


@login_required
@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """What the documents of the reader who is signed in have earned."""
    author = signed_in(request)
    context = {
        "page_obj": Paginator(selectors.sales_of(author), SALES_PER_PAGE).get_page(request.GET.get("page")),
        "totals": selectors.sales_totals(author),
        "by_document": selectors.sales_by_document(author),
        "earnings_minor": earnings_balance_minor(author),
        "held_minor": held_balance_minor(author),
    }
    return render(request, "orders/sales.html", context)
