"""What an author has earned, and how it gets to them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenlan.accounts.models import User
from wenlan.accounts.requests import signed_in
from wenlan.core.errors import WenlanError
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import balance_minor, debt_minor, earnings_balance_minor, held_balance_minor
from wenlan.payments.models import Payout
from wenlan.payments.payouts import selectors, services
from wenlan.payments.payouts.forms import PayoutAccountForm, PayoutConfirmForm, PayoutForm
from wenlan.payments.payouts.money import payout_quote

HELD_PER_PAGE = 10
PAYOUTS_SHOWN = 20


@login_required
@require_safe
def earnings(request: HttpRequest) -> HttpResponse:
    """What is free, what is held and why, what is owed, and every payout with its state."""
    return _earnings_page(request, PayoutForm())


def _earnings_page(request: HttpRequest, form: PayoutForm, *, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    held = Paginator(selectors.orders_held_for(user), HELD_PER_PAGE).get_page(request.GET.get("page"))
    account = selectors.payout_account_of(user)
    context = {
        "form": form,
        "earnings_minor": earnings_balance_minor(user),
        "held_minor": held_balance_minor(user),
        "under_way_minor": balance_minor(user=user, kind=Account.Kind.PAYOUT),
        "debt_minor": debt_minor(user),
        "debts": selectors.debt_entries(user)[:10],
        "page_obj": held,
        "held": list(selectors.held_incomes(user, list(held.object_list))),
        "account": account,
        "is_complete": not services.missing_details(account),
        "payouts": selectors.payouts_of(user)[:PAYOUTS_SHOWN],
        "has_methods": bool(settings.PAYOUT_METHODS),
        **_terms(user),
    }
    return render(request, "payments/payouts/earnings.html", context, status=status)


def _terms(user: User) -> dict[str, object]:
    """What a payout costs here, and whether `user` could have one now."""
    return {
        "minimum_minor": settings.PAYOUT_MIN_MINOR,
        "fee_minor": settings.PAYOUT_FEE_MINOR,
        "fee_percent": f"{settings.PAYOUT_FEE_BASIS_POINTS / 100:g}",
        "enough": earnings_balance_minor(user) >= max(1, settings.PAYOUT_MIN_MINOR),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Where the money should go. What is known already is shown masked and has to be written anew."""
    user = signed_in(request)
    if not settings.PAYOUT_METHODS:
        return redirect("payments:earnings")
    known = selectors.payout_account_of(user)
    form = PayoutAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.payout_account_set(user=user, details=form.cleaned_data)
        messages.success(request, _("We know now where your money should go. We have mailed you about it."))
        return redirect("payments:earnings")
    return render(request, "payments/payouts/account.html", {"form": form, "known": known})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Show what a payout of this amount costs and brings, for the author to confirm."""
    if request.method != "POST":
        return redirect("payments:earnings")
    form = PayoutForm(request.POST)
    if not form.is_valid():
        return _earnings_page(request, form, status=422)
    user = signed_in(request)
    amount_minor = form.cleaned_data["amount"]
    try:
        services.payout_check(user=user, amount_minor=amount_minor)
    except WenlanError as error:
        form.add_error("amount", str(error))
        return _earnings_page(request, form, status=422)
    return _confirm_page(request, amount_minor)


def _confirm_page(request: HttpRequest, amount_minor: int) -> HttpResponse:
    quote = payout_quote(amount_minor)
    context = {
        "quote": quote,
        "account": selectors.payout_account_of(signed_in(request)),
        "form": PayoutConfirmForm.showing(amount_minor=amount_minor, fee_minor=quote.fee_minor),
        "needs_second": 0 < settings.PAYOUT_SECOND_APPROVAL_MINOR < amount_minor,
    }
    return render(request, "payments/payouts/confirm.html", context)


@login_required
@require_POST
def request_(request: HttpRequest) -> HttpResponse:
    """Ask for what was confirmed; pressed twice it is asked for once."""
    form = PayoutConfirmForm(request.POST)
    if not form.is_valid():
        return redirect("payments:earnings")
    try:
        services.payout_request(user=signed_in(request), **form.cleaned_data)
    except services.FeeChanged as error:
        messages.warning(request, str(error))
        return _confirm_page(request, form.cleaned_data["amount_minor"])
    except WenlanError as error:
        messages.warning(request, str(error))
        return redirect("payments:earnings")
    messages.success(request, _("You asked for the payout. You can cancel it here until it is sent."))
    return redirect("payments:earnings")


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own payout back while it is not sent."""
    user = signed_in(request)
    get_object_or_404(Payout, pk=pk, user=user)
    services.payout_cancel(user=user, payout_id=pk)
    messages.success(request, _("The payout is cancelled; the money is free again."))
    return redirect("payments:earnings")
