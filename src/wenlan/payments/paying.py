"""Paying for something at once, with an account or without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenlan.accounts.limits import attempt_allowed
from wenlan.core.errors import WenlanError
from wenlan.documents.selectors import documents_visible_to
from wenlan.orders import selectors as offers
from wenlan.orders.coupons import CouponRefused
from wenlan.orders.forms import BuyForm, GuestForm
from wenlan.orders.models import Bundle, Checkout
from wenlan.orders.pricing import ChosenPriceRefused
from wenlan.orders.requests import payer_made
from wenlan.orders.services import (
    AlreadyOwned,
    PriceChanged,
    checkout_missing_minor,
    checkout_open,
    checkout_settle,
)
from wenlan.orders.trails import attribution_of
from wenlan.orders.views.buying import buy_page_again
from wenlan.payments.backends import provider_named, providers_offered
from wenlan.payments.ports import Payer, PaymentProvider
from wenlan.payments.requests import payer_of
from wenlan.payments.services import top_up_start
from wenlan.payments.starting import first_step

GUEST_PURCHASES_PER_HOUR = 20


class TooManyPurchases(WenlanError):
    """A stranger begins one payment after the other."""

    code = "too_many_purchases"


@require_http_methods(["GET", "HEAD", "POST"])
def pay_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay for a document (POST) and go to the page of the payment provider; who only follows a link sees the price."""
    document = get_object_or_404(documents_visible_to(request.user), pk=pk)
    address = reverse("orders:buy", args=[pk])
    if request.method != "POST":
        return redirect(address)
    if not request.user.is_authenticated and not offers.guests_may_buy(document):
        return redirect_to_login(address)
    form = BuyForm(request.POST)
    if not form.is_valid():
        return redirect(address)
    shared = attribution_of(request, pk)
    return _pay(
        request,
        lambda: buy_page_again(pk, form),
        document_id=pk,
        attribution=asdict(shared) if shared else None,
        **form.agreed(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pay_bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a bundle."""
    bundle = get_object_or_404(Bundle, pk=pk)
    form = BuyForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect(bundle)
    expected_minor = form.cleaned_data["expected_price_minor"]
    return _pay(request, bundle.get_absolute_url, bundle_id=pk, expected_price_minor=expected_minor)


def _pay(request: HttpRequest, again: Callable[[], str], **agreed: Any) -> HttpResponse:
    """Open a checkout for what was `agreed` and start its payment; `again` is where one agrees anew."""
    guest = _guest_address(request)
    if guest is not None and not guest.is_valid():
        messages.warning(request, _("Write the address that the link to your document is sent to."))
        return redirect(again())
    way = _way_to_pay(request.POST.get("provider", ""))
    try:
        checkout = checkout_open(
            reader=payer_made(request), email=guest.cleaned_data["email"] if guest else "", **agreed
        )
    except (PriceChanged, AlreadyOwned, CouponRefused, ChosenPriceRefused) as error:
        messages.warning(request, str(error))
        return redirect(again())
    return redirect(_payment_begin(checkout, provider=way.name, payer=payer_of(request)))


def _guest_address(request: HttpRequest) -> GuestForm | None:
    if request.user.is_authenticated:
        return None
    if not attempt_allowed(
        request, action="guest purchase", limit=GUEST_PURCHASES_PER_HOUR, window_seconds=3600
    ):
        raise TooManyPurchases(_("You have begun many payments. Please wait an hour."))
    return GuestForm(request.POST)


def _way_to_pay(name: str) -> PaymentProvider:
    """The provider of that name, or the first one that is offered. Raises NotAllowed."""
    offered = providers_offered()
    return provider_named(name or (offered[0].name if offered else ""))


def _payment_begin(checkout: Checkout, *, provider: str, payer: Payer) -> str:
    """Where the reader goes on: to the provider, or, where the wallet is enough, to what they bought."""
    after = reverse("orders:checkout", args=[checkout.reference])
    missing_minor = checkout_missing_minor(checkout)
    if not missing_minor:
        checkout_settle(checkout_id=checkout.pk)
        return after
    started = top_up_start(
        user=checkout.reader,
        amount_minor=missing_minor,
        provider=provider,
        next_url=after,
        checkout=checkout,
        payer=payer,
    )
    return first_step(started)
