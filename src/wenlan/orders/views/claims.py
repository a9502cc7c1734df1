"""The links by which people get what they bought without an account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wenlan.accounts.forms import GuestAccountForm
from wenlan.accounts.limits import attempt_allowed, attempt_take
from wenlan.accounts.models import User
from wenlan.core.errors import WenlanError
from wenlan.orders.forms import GuestForm
from wenlan.orders.models import Claim
from wenlan.orders.requests import GUEST_KEY
from wenlan.orders.selectors import titles_bought_by
from wenlan.orders.services.claims import (
    AddressTaken,
    claim_address_taken,
    claim_attach,
    claim_found,
    claim_take,
    claims_resend,
)

LINKS_PER_HOUR = 5
LINKS_PER_ADDRESS = 3
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class TooManyLinks(WenlanError):
    """Somebody asks for one link after the other."""

    code = "too_many_links"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Say what a link opens (GET, as programs that look through mail do), and give it to whoever opens it (POST)."""
    found = claim_found(token)
    if found is None:
        raise Http404
    if request.method == "POST" and isinstance(request.user, User):
        return _attach(request, token, request.user)
    form = GuestAccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _take(request, token, form)
        except AddressTaken as error:
            messages.warning(request, str(error))
    return _claim_page(request, found, form)


def _claim_page(request: HttpRequest, found: Claim, form: GuestAccountForm) -> HttpResponse:
    context = {
        "form": form,
        "titles": titles_bought_by(found.guest),
        "is_taken": claim_address_taken(found),
    }
    response = render(request, "orders/claim.html", context, status=422 if form.errors else 200)
    response.headers["Referrer-Policy"] = "same-origin"  # the address is the key; our own forms need it
    return response


def _attach(request: HttpRequest, token: str, user: User) -> HttpResponse:
    claim_attach(token=token, user=user)
    request.session.pop(GUEST_KEY, None)
    messages.success(request, _("What you bought is in your library."))
    return redirect("web:library")


def _take(request: HttpRequest, token: str, form: GuestAccountForm) -> HttpResponse:
    user = claim_take(token=token, **form.cleaned_data)
    request.session.pop(GUEST_KEY, None)
    login(request, user, backend=BACKEND)
    messages.success(request, _("Welcome. What you bought is in your library."))
    return redirect("web:library")


@require_http_methods(["GET", "HEAD", "POST"])
def claim_lost(request: HttpRequest) -> HttpResponse:
    """Send the links of an address again; what is said does not tell whether there are any."""
    form = GuestForm(request.POST if request.method == "POST" else None)
    is_sent = form.is_valid()
    if is_sent:
        if not attempt_allowed(request, action="claim link", limit=LINKS_PER_HOUR, window_seconds=3600):
            raise TooManyLinks(_("You have asked for many links. Please wait an hour."))
        email = form.cleaned_data["email"].lower()
        if attempt_take(action="claim link to", who=email, limit=LINKS_PER_ADDRESS, window_seconds=3600):
            claims_resend(email=email)
    context = {"form": form, "is_sent": is_sent, "help_url": reverse("trust:help")}
    return render(request, "orders/claim_lost.html", context, status=422 if form.errors else 200)
