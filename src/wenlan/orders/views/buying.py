"""Buying a document, what becomes of a payment for it, and the receipt."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wenlan.accounts.limits import attempt_allowed
from wenlan.accounts.models import User
from wenlan.accounts.requests import signed_in
from wenlan.core.errors import WenlanError
from wenlan.documents.models import Document
from wenlan.documents.requests import is_htmx
from wenlan.documents.selectors import documents_visible_to, documents_with_covers
from wenlan.orders import selectors, services
from wenlan.orders.coupons import CouponRefused
from wenlan.orders.forms import BuyForm, OfferForm
from wenlan.orders.models import Checkout
from wenlan.orders.pricing import ChosenPriceRefused
from wenlan.orders.requests import payer
from wenlan.orders.trails import attribution_of

CODES_PER_HOUR = 30
"""Coupon codes that one person may try; a code is not guessed."""


class TooManyCodes(WenlanError):
    """Somebody tries one code after the other."""

    code = "too_many_codes"


@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what is bought and for how much; afterwards the same page offers the download.

    `?coupon=` and `?chosen=` say what the reader wants it to cost; htmx gets the part with the price.
    """
    document = documents_with_covers(documents_visible_to(request.user)).filter(pk=pk).first()
    if not request.user.is_authenticated and (
        request.method == "POST" or document is None or not selectors.guests_may_buy(document)
    ):
        return redirect_to_login(request.get_full_path())
    if document is None:
        raise Http404
    if request.method == "POST":
        return _buy(request, document)
    return _buy_page(request, document)


def _buy_page(request: HttpRequest, document: Document) -> HttpResponse:
    reader = request.user if isinstance(request.user, User) else None
    _count_code(request)
    wanted = OfferForm(request.GET, document=document, reader=reader)
    offer = selectors.document_offer(document=document, user=request.user, quote=wanted.quote)
    context = {
        "document": document,
        "offer": offer,
        "entitlement": selectors.entitlement_of(user=reader, document=document)
        if reader is not None and offer.is_download
        else None,
        "wanted": wanted,
        "form": BuyForm.showing(wanted.quote),
    }
    return render(request, "orders/_buy_price.html" if is_htmx(request) else "orders/buy.html", context)


def _count_code(request: HttpRequest) -> None:
    if request.GET.get("coupon", "").strip() and not attempt_allowed(
        request, action="coupon", limit=CODES_PER_HOUR, window_seconds=3600
    ):
        raise TooManyCodes(_("You have tried many codes. Please wait an hour."))


def _buy(request: HttpRequest, document: Document) -> HttpResponse:
    form = BuyForm(request.POST)
    if form.is_valid():
        try:
            services.document_buy(
                reader=signed_in(request),
                document_id=document.pk,
                attribution=attribution_of(request, document.pk),
                **form.agreed(),
            )
        except (
            services.PriceChanged,
            services.InsufficientFunds,
            CouponRefused,
            ChosenPriceRefused,
        ) as error:
            # The page says the new price, or how to get the money that is missing.
            messages.warning(request, str(error))
            return redirect(buy_page_again(document.pk, form))
    return redirect("orders:buy", pk=document.pk)


def buy_page_again(document_id: int, form: BuyForm) -> str:
    """The page of buying, with what the reader had said about the price."""
    said = {"coupon": form.cleaned_data["coupon"]} if form.cleaned_data["coupon"] else {}
    address = reverse("orders:buy", args=[document_id])
    return f"{address}?{urlencode(said)}" if said else address


@require_safe
def checkout(request: HttpRequest, reference: str) -> HttpResponse:
    """What became of a payment: for who paid, and nobody else. What was bought is shown where it is downloaded."""
    paid_for = get_object_or_404(Checkout, reference=reference, reader=payer(request))
    if not paid_for.reader.is_guest:
        if paid_for.state == Checkout.State.PAID:
            return redirect(_thing(paid_for))
        if paid_for.state == Checkout.State.FAILED:
            messages.warning(
                request, _("%(why)s The money is in your wallet.") % {"why": f"{paid_for.failure} "}
            )
            return redirect(_thing(paid_for))
    return render(request, "orders/checkout.html", {"checkout": paid_for, "thing_url": _thing(paid_for)})


def _thing(paid_for: Checkout) -> str:
    if paid_for.document_id is not None:
        return reverse("orders:buy", args=[paid_for.document_id])
    if paid_for.bundle_id is not None:
        return reverse("orders:bundle", args=[paid_for.bundle_id])
    return reverse("payments:wallet")


@login_required
@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt, for the buyer alone."""
    own = get_object_or_404(selectors.orders_of(signed_in(request)), pk=pk)
    context = {"order": own, "document": own.document, "refunds": selectors.refunds_of(own)}
    return render(request, "orders/order.html", context)
