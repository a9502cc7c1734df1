"""The wallet, the page of one payment, and the simulated payment page."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenlan.accounts.requests import signed_in
from wenlan.documents.requests import is_htmx
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import (
    earnings_balance_minor,
    entries_of,
    held_balance_minor,
    wallet_balance_minor,
)
from wenlan.orders.requests import payer
from wenlan.payments import services
from wenlan.payments.backends import provider_label, provider_named
from wenlan.payments.backends.simulated import SimulatedProvider
from wenlan.payments.checking import payment_check, payment_close
from wenlan.payments.codes import qr_code
from wenlan.payments.events import message_receive
from wenlan.payments.forms import TopUpForm
from wenlan.payments.models import TopUp
from wenlan.payments.ports import NotificationRejected
from wenlan.payments.requests import payer_of
from wenlan.payments.selectors import top_ups_of
from wenlan.payments.starting import first_step

SHOWN_ACCOUNTS = (Account.Kind.WALLET, Account.Kind.HELD, Account.Kind.EARNINGS)
ENTRIES_PER_PAGE = 20
MESSAGE_MAX_BYTES = 64 * 1024
ASK_SECONDS = 5
"""How soon a reader may have a provider asked about the same payment again."""


@login_required
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """What the reader has, how to get more, and every movement in plain words."""
    return _wallet_page(request, TopUpForm(initial={"next": request.GET.get("next", "")}))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def top_up(request: HttpRequest) -> HttpResponse:
    """Send the reader to the page of the payment provider; who only follows a link gets the form."""
    if request.method != "POST":
        return redirect("payments:wallet")
    form = TopUpForm(request.POST)
    if not form.is_valid():
        return _wallet_page(request, form, status=422)
    started = services.top_up_start(
        user=signed_in(request),
        amount_minor=form.cleaned_data["amount"],
        provider=form.cleaned_data["provider"],
        next_url=form.cleaned_data["next"],
        payer=payer_of(request),
    )
    return redirect(first_step(started))


def _wallet_page(request: HttpRequest, form: TopUpForm, *, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    asked = request.GET.get("account", "")
    shown = Account.Kind(asked) if asked in SHOWN_ACCOUNTS else Account.Kind.WALLET
    page = Paginator(entries_of(user=user, kind=shown), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "wallet_minor": wallet_balance_minor(user),
        "earnings_minor": earnings_balance_minor(user),
        "held_minor": held_balance_minor(user),
        "shown": shown.value,
        "page_obj": page,
    }
    return render(request, "payments/wallet.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """How to pay, and whether it was paid: looks again by itself, or by a button, which asks the provider."""
    reader = payer(request)
    if reader is None:
        return redirect_to_login(request.get_full_path())
    payment = get_object_or_404(top_ups_of(reader), reference=reference)
    if request.method == "POST":
        if request.POST.get("then") == "cancel":
            payment_close(top_up_id=payment.pk)
        elif cache.add(f"payments:asked:{payment.pk}", 1, ASK_SECONDS):
            payment_check(top_up_id=payment.pk)
        return redirect("payments:pay", reference=reference)
    if is_htmx(request) and request.GET.get("seen") == payment.stage:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)  # nothing has changed: nothing is put in place
    goes_on = payment.stage == "go" and payment.pay_url.startswith("http")
    context = {
        "top_up": payment,
        "provider": provider_label(payment.provider),
        "code": qr_code(payment.qr_text) if payment.stage == "scan" else "",
        "leaves_now": goes_on and "go" in request.GET,
    }
    template = "payments/_payment.html" if is_htmx(request) else "payments/payment.html"
    return render(request, template, context)


@csrf_exempt  # a company writes, not a browser: what counts is the signature of the message
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider tells what became of a payment. It hears what it wants to, and tells again when we failed."""
    if provider not in settings.PAYMENT_PROVIDERS:
        raise Http404
    backend = provider_named(provider)
    if not backend.needs_network:
        raise Http404
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = MESSAGE_MAX_BYTES + 1
    if length > MESSAGE_MAX_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    is_taken = message_receive(provider=backend, headers=request.headers, body=request.body)
    answer = backend.answer(is_taken=is_taken)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def simulated(request: HttpRequest, reference: str) -> HttpResponse:
    """The simulated provider's own page: pay or refuse. Only where the settings offer it, only one's own."""
    provider = _simulated_provider()
    reader = payer(request)
    if reader is None:
        return redirect_to_login(request.get_full_path())
    top_up = get_object_or_404(top_ups_of(reader), reference=reference, provider=provider.name)
    if request.method == "POST":
        return _simulated_outcome(request, provider, top_up)
    context = {
        "top_up": top_up,
        "pay_message": provider.message(top_up, is_paid=True),
        "refuse_message": provider.message(top_up, is_paid=False),
    }
    return render(request, "payments/simulated.html", context)


def _simulated_provider() -> SimulatedProvider:
    if SimulatedProvider.name not in settings.PAYMENT_PROVIDERS:
        raise Http404
    return SimulatedProvider()


def _simulated_outcome(request: HttpRequest, provider: SimulatedProvider, top_up: TopUp) -> HttpResponse:
    notification = provider.verify_notification(
        headers=request.headers, body=request.POST.get("message", "").encode()
    )
    if notification.reference != top_up.reference:
        raise NotificationRejected
    top_up = services.notification_apply(notification, provider=provider.name)
    if top_up.state != TopUp.State.PAID:
        messages.warning(request, _("The payment was cancelled. Nothing was charged."))
    elif top_up.checkout_id is None:  # of a checkout, the page they come to says what became of it
        messages.success(request, _("%(amount)s are in your wallet.") % {"amount": top_up.amount})
    return redirect(top_up.next_url or "payments:wallet")
