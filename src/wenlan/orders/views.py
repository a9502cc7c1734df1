"""Buying a document, the receipt, and an author's sales."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from wenlan.accounts.requests import signed_in
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_visible_to, documents_with_covers
from wenlan.ledger.selectors import earnings_balance_minor
from wenlan.orders import selectors, services
from wenlan.orders.forms import BuyForm

SALES_PER_PAGE = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what is bought and for how much; afterwards the same page offers the download."""
    user = signed_in(request)
    document = get_object_or_404(documents_with_covers(documents_visible_to(user)), pk=pk)
    if request.method == "POST":
        return _buy(request, document)
    offer = selectors.document_offer(document=document, user=user)
    entitlement = selectors.entitlement_of(user=user, document=document) if offer.is_download else None
    context = {
        "document": document,
        "offer": offer,
        "entitlement": entitlement,
        "form": BuyForm.showing(document),
    }
    return render(request, "orders/buy.html", context)


def _buy(request: HttpRequest, document: Document) -> HttpResponse:
    form = BuyForm(request.POST)
    if form.is_valid():
        try:
            services.document_buy(
                reader=signed_in(request),
                document_id=document.pk,
                expected_price_minor=form.cleaned_data["expected_price_minor"],
            )
        except (services.PriceChanged, services.InsufficientFunds) as error:
            # The page says the new price, or how to get the money that is missing.
            messages.warning(request, str(error))
    return redirect("orders:buy", pk=document.pk)


@login_required
@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt, for the buyer alone."""
    own = get_object_or_404(selectors.orders_of(signed_in(request)), pk=pk)
    context = {"order": own, "document": own.document, "refunds": selectors.refunds_of(own)}
    return render(request, "orders/order.html", context)


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
    }
    return render(request, "orders/sales.html", context)
