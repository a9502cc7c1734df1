"""An author's prices, coupons and bundles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenlan.accounts.requests import signed_in
from wenlan.core.errors import NotAllowed
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_editable_by
from wenlan.orders import selectors, services
from wenlan.orders.author_forms import BundleForm, CouponForm, SalePriceForm, TermsForm
from wenlan.orders.pricing import document_quote, terms_of
from wenlan.orders.services import InvalidBundle, InvalidCoupon, InvalidPrice

PER_PAGE = 30


def _done(form: forms.Form, service: Callable[[], Any]) -> bool:
    """Whether the form was good and `service` did what it says; if not, it stands beside the field."""
    if not form.is_valid():
        return False
    try:
        service()
    except (InvalidPrice, InvalidCoupon, InvalidBundle) as error:
        form.add_error(error.field, str(error))
        return False
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def price(request: HttpRequest, pk: int) -> HttpResponse:
    """What a document costs, and when: sale prices (POST adds one), and whether readers choose what they pay."""
    document = get_object_or_404(documents_editable_by(signed_in(request)), pk=pk)
    form = SalePriceForm(request.POST if request.method == "POST" else None, document=document)
    actor = signed_in(request)
    if _done(form, lambda: services.sale_price_add(actor=actor, document_id=pk, **form.values())):
        messages.success(request, _("The sale price is set."))
        return redirect("orders:price", pk=pk)
    return _price_page(request, document, sale_form=form)


def _price_page(
    request: HttpRequest,
    document: Document,
    *,
    sale_form: SalePriceForm | None = None,
    terms_form: TermsForm | None = None,
) -> HttpResponse:
    terms = terms_of(document)
    shown = terms_form or TermsForm(
        document=document, suggested_minor=terms.suggested_minor if terms else None
    )
    context = {
        "document": document,
        "quote": document_quote(document),
        "terms": terms,
        "terms_form": shown,
        "sale_form": sale_form or SalePriceForm(document=document),
        "sales": selectors.sale_prices_to_come(document),
    }
    is_wrong = any(form is not None and form.errors for form in (sale_form, terms_form))
    return render(request, "orders/price.html", context, status=422 if is_wrong else 200)


@login_required
@require_POST
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Let readers choose what they pay, or not any more (`then=fixed`)."""
    actor = signed_in(request)
    document = get_object_or_404(documents_editable_by(actor), pk=pk)
    if request.POST.get("then") == "fixed":
        services.terms_set(actor=actor, document_id=pk, suggested_minor=None)
        messages.success(request, _("The document has its fixed price."))
        return redirect("orders:price", pk=pk)
    form = TermsForm(request.POST, document=document)
    if _done(
        form,
        lambda: services.terms_set(
            actor=actor, document_id=pk, suggested_minor=form.cleaned_data["suggested"]
        ),
    ):
        messages.success(request, _("Readers choose what they pay."))
        return redirect("orders:price", pk=pk)
    return _price_page(request, document, terms_form=form)


@login_required
@require_POST
def sale_end(request: HttpRequest, pk: int, sale_id: int) -> HttpResponse:
    actor = signed_in(request)
    get_object_or_404(documents_editable_by(actor), pk=pk)
    services.sale_price_end(actor=actor, document_id=pk, sale_price_id=sale_id)
    messages.success(request, _("The sale price is over."))
    return redirect("orders:price", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def coupons(request: HttpRequest) -> HttpResponse:
    """The coupons of who is signed in, how often each was used, and a form for another one (POST)."""
    author = signed_in(request)
    form = CouponForm(request.POST if request.method == "POST" else None, author=author)
    if request.method == "POST" and not author.is_author:
        raise NotAllowed(_("Only authors make coupons."))
    if _done(form, lambda: services.coupon_create(author=author, **form.values())):
        messages.success(request, _("The coupon can be used."))
        return redirect("orders:coupons")
    page = Paginator(selectors.coupons_of(author), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page}
    return render(request, "orders/coupons.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def coupon_stop(request: HttpRequest, pk: int) -> HttpResponse:
    author = signed_in(request)
    get_object_or_404(selectors.coupons_of(author), pk=pk)
    services.coupon_stop(actor=author, coupon_id=pk)
    messages.success(request, _("The coupon is stopped. What was bought with it stays bought."))
    return redirect("orders:coupons")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bundles(request: HttpRequest) -> HttpResponse:
    """The bundles of who is signed in, and a form for another one (POST)."""
    author = signed_in(request)
    form = BundleForm(request.POST if request.method == "POST" else None, author=author)
    if request.method == "POST" and not author.is_author:
        raise NotAllowed(_("Only authors make bundles."))
    if _done(form, lambda: services.bundle_create(author=author, **form.values())):
        messages.success(request, _("The bundle is offered."))
        return redirect("orders:bundles")
    page = Paginator(selectors.bundles_of(author), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page}
    return render(request, "orders/bundles.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def bundle_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a bundle no longer, or again (`then=offer`)."""
    author = signed_in(request)
    get_object_or_404(selectors.bundles_of(author), pk=pk)
    is_stopped = request.POST.get("then") != "offer"
    services.bundle_stop(actor=author, bundle_id=pk, is_stopped=is_stopped)
    messages.success(
        request,
        _("The bundle is not offered any more.") if is_stopped else _("The bundle is offered."),
    )
    return redirect("orders:bundles")
