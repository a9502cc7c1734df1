"""The page of a bundle, and buying it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from wenlan.accounts.models import User
from wenlan.orders import selectors, services
from wenlan.orders.bundling import bundle_quote
from wenlan.orders.forms import BuyForm
from wenlan.orders.models import Bundle


@require_http_methods(["GET", "HEAD", "POST"])
def bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in a bundle, what of it the reader has, and what the rest costs; POST buys it from the wallet."""
    shown = get_object_or_404(Bundle.objects.select_related("author"), pk=pk)
    reader = request.user if isinstance(request.user, User) else None
    is_own = reader is not None and (reader.pk == shown.author_id or reader.is_staff)
    if not (shown.is_offered or is_own):
        raise Http404
    if request.method == "POST":
        return _buy(request, shown, reader)
    quote = bundle_quote(shown, reader)
    context = {
        "bundle": shown,
        "quote": quote,
        "offer": selectors.bundle_offer(bundle=shown, quote=quote, user=request.user),
        "form": BuyForm(initial={"expected_price_minor": quote.price_minor}, auto_id=False),
        "is_own": reader is not None and reader.pk == shown.author_id,
    }
    return render(request, "orders/bundle.html", context)


def _buy(request: HttpRequest, shown: Bundle, reader: User | None) -> HttpResponse:
    if reader is None:
        return redirect_to_login(shown.get_absolute_url())
    form = BuyForm(request.POST)
    if form.is_valid():
        try:
            services.bundle_buy(
                reader=reader,
                bundle_id=shown.pk,
                expected_price_minor=form.cleaned_data["expected_price_minor"],
            )
        except (services.PriceChanged, services.InsufficientFunds) as error:
            messages.warning(request, str(error))
    return redirect(shown)
