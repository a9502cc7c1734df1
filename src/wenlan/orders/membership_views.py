"""Becoming a member, and taking what a membership includes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenlan.accounts.models import User
from wenlan.accounts.requests import signed_in
from wenlan.core.errors import WenlanError
from wenlan.documents.selectors import documents_visible_to
from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.orders import memberships as selectors
from wenlan.orders import services
from wenlan.orders.forms import MembershipForm

DOCUMENTS_PER_PAGE = 20
PERIODS_SHOWN = 24


@require_http_methods(["GET", "HEAD", "POST"])
def memberships(request: HttpRequest) -> HttpResponse:
    """The plans, one's own membership, and what is there for members."""
    if request.method == "POST":
        return _buy(request)
    context: dict[str, object] = {"plans": selectors.plans_offered(), "key": get_random_string(32)}
    if isinstance(request.user, User):
        context |= _own(request, request.user)
    return render(request, "orders/memberships.html", context)


def _own(request: HttpRequest, user: User) -> dict[str, object]:
    periods = list(selectors.memberships_of(user)[:PERIODS_SHOWN])
    member = selectors.member_view(user)
    page = None
    if member is not None:
        documents = Paginator(selectors.documents_for_members(user), DOCUMENTS_PER_PAGE)
        page = documents.get_page(request.GET.get("page"))
    return {
        "member": member,
        "last": periods[0] if periods else None,
        "periods": periods,
        "page_obj": page,
        "documents": page.object_list if page else [],
        "wallet_minor": wallet_balance_minor(user),
    }


@login_required
def _buy(request: HttpRequest) -> HttpResponse:
    form = MembershipForm(request.POST)
    if form.is_valid():
        try:
            bought = services.membership_buy(
                reader=signed_in(request),
                plan_id=form.cleaned_data["plan"],
                expected_price_minor=form.cleaned_data["expected_price_minor"],
                key=form.cleaned_data["key"],
                renews=form.cleaned_data["renews"],
            )
        except WenlanError as error:
            messages.warning(request, str(error))
        else:
            day = bought.ends_at.strftime("%Y-%m-%d")
            messages.success(request, _("You are a member until %(day)s.") % {"day": day})
    return redirect("orders:memberships")


@login_required
@require_POST
def renewal(request: HttpRequest) -> HttpResponse:
    """Renew by itself, or not; it can be changed until the period ends."""
    renews = request.POST.get("renews") == "yes"
    if services.membership_renewal_set(reader=signed_in(request), renews=renews):
        said = (
            _("It renews itself from your wallet.") if renews else _("It ends by itself; nothing is charged.")
        )
        messages.success(request, said)
    return redirect("orders:memberships")


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document with the membership; the page of the purchase then offers the download."""
    user = signed_in(request)
    get_object_or_404(documents_visible_to(user), pk=pk)
    try:
        services.document_take_as_member(reader=user, document_id=pk)
    except WenlanError as error:
        messages.warning(request, str(error))
    return redirect("orders:buy", pk=pk)


@login_required
@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """The author includes a document in memberships, or no longer."""
    user = signed_in(request)
    get_object_or_404(documents_visible_to(user).filter(author=user), pk=pk)
    services.document_open_to_members(actor=user, document_id=pk, is_open=request.POST.get("open") == "yes")
    return redirect("documents:edit", pk=pk)
