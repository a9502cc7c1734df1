"""Giving money back: by the author of their own will, or by an operator for the house."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenlan.accounts.requests import safe_next, signed_in
from wenlan.core.errors import WenlanError
from wenlan.core.money import format_money
from wenlan.orders import selectors, services
from wenlan.orders.models import Order
from wenlan.orders.refund_forms import HouseRefundForm, RefundConfirmForm, RefundForm
from wenlan.orders.refunding import refund_sources


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_author(request: HttpRequest, pk: int) -> HttpResponse:
    """The author of the document gives back a part of a sale, or all of it. Others' sales do not exist."""
    order = get_object_or_404(selectors.sales_of(signed_in(request)), pk=pk)
    form = RefundForm(request.POST if request.method == "POST" else None, order=order)
    return _refund_page(request, order, form, back=reverse("orders:sales"))


@require_http_methods(["GET", "HEAD", "POST"])
def by_house(request: HttpRequest, pk: int) -> HttpResponse:
    """An operator gives back a part of any sale, or all of it. For everybody else the page does not exist."""
    if not (request.user.is_authenticated and request.user.is_staff):
        raise Http404
    order = get_object_or_404(selectors.orders_sold(), pk=pk)
    form = HouseRefundForm(request.POST if request.method == "POST" else None, order=order)
    back = reverse("admin:orders_order_change", args=[order.pk])
    return _refund_page(request, order, form, back=safe_next(request, request.GET.get("next", "") or back))


def _refund_page(request: HttpRequest, order: Order, form: RefundForm, *, back: str) -> HttpResponse:
    """The form; then what it would do; then, confirmed, it is done, however often the button is pressed."""
    confirmation = RefundConfirmForm(request.POST if "key" in request.POST else None)
    if request.method == "POST" and form.is_valid():
        if confirmation.is_bound and confirmation.is_valid():
            return _refund(request, order, form, key=confirmation.cleaned_data["key"], back=back)
        sources = refund_sources(order, form.cleaned_data["amount"])
        context = {
            "order": order,
            "form": form,
            "sources": sources,
            "key": secrets.token_hex(16),
            "back": back,
        }
        return render(request, "orders/refund_confirm.html", context)
    is_done = not order.kept_minor
    return render(
        request, "orders/refund.html", {"order": order, "form": form, "back": back, "is_done": is_done}
    )


def _refund(request: HttpRequest, order: Order, form: RefundForm, *, key: str, back: str) -> HttpResponse:
    user = signed_in(request)
    try:
        refund = services.order_refund(
            order_id=order.pk,
            key=f"{form.reason}:{order.pk}:{key}",
            reason=form.reason,
            amount_minor=form.cleaned_data["amount"],
            by=user,
            note=form.cleaned_data["note"],
        )
    except WenlanError as error:
        messages.warning(request, str(error))
        return redirect(request.get_full_path())
    amount = format_money(refund.amount_minor, order.currency)
    messages.success(request, _("%(amount)s went back. The reader is told by mail.") % {"amount": amount})
    return redirect(back)
