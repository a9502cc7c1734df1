"""Payouts as operators see them. For everybody else these pages do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from wenlan.accounts.requests import signed_in
from wenlan.core.errors import Conflict
from wenlan.payments.models import Payout, PayoutBatch
from wenlan.payments.payouts import selectors, services
from wenlan.payments.payouts.batches import batch_file, batch_result_apply, payouts_export
from wenlan.payments.payouts.forms import BatchResultForm, HoldForm, RejectForm

QUEUE_PAGE_SIZE = 30
TABS = {
    "waiting": (Payout.State.REQUESTED, Payout.State.SECONDING),
    "approved": (Payout.State.APPROVED,),
    "sent": (Payout.State.SENT,),
    "settled": (Payout.State.PAID, Payout.State.REJECTED, Payout.State.FAILED, Payout.State.CANCELLED),
}


def for_operators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_staff):
            raise Http404
        return view(request, *arguments, **options)

    return guarded


@for_operators
def queue(request: HttpRequest) -> HttpResponse:
    """The payouts of everybody, those that wait for a decision first; what can be sent; the batches."""
    tab = request.GET.get("state", "")
    if tab not in TABS:
        tab = "waiting"
    payouts = selectors.payouts_in(TABS[tab])
    if tab == "settled":
        payouts = payouts.order_by("-settled_at", "-pk")
    context = {
        "page_obj": Paginator(payouts, QUEUE_PAGE_SIZE).get_page(request.GET.get("page")),
        "tab": tab,
        "ready": selectors.payouts_ready(),
        "batches": selectors.batches()[:10],
    }
    return render(request, "payments/payouts/queue.html", context)


@for_operators
def payout(request: HttpRequest, pk: int) -> HttpResponse:
    """One payout: who asks, where it goes, who decided what, and the decisions that are possible now."""
    found = get_object_or_404(Payout.objects.select_related("user", "account", "batch", "approved_by"), pk=pk)
    decision = request.POST.get("decision", "")
    reject_form = RejectForm(request.POST if decision in {"reject", "failed"} else None, prefix="reject")
    hold_form = HoldForm(request.POST if decision == "hold" else None, prefix="hold")
    forms = {"reject": reject_form, "failed": reject_form, "hold": hold_form}
    if request.method == "POST":
        form = forms.get(decision)
        if form is None or form.is_valid():
            _decide(request, found, decision, form.cleaned_data if form else {})
            return redirect(found)
    return render(
        request, "payments/payouts/review.html", _review_context(request, found, reject_form, hold_form)
    )


def _decide(request: HttpRequest, found: Payout, decision: str, answers: dict[str, Any]) -> None:
    operator = signed_in(request)
    match decision:
        case "approve":
            services.payout_approve(operator=operator, payout_id=found.pk)
        case "reject":
            services.payout_reject(operator=operator, payout_id=found.pk, **answers)
        case "hold":
            services.payout_hold(operator=operator, payout_id=found.pk, **answers)
        case "unhold":
            services.payout_unhold(operator=operator, payout_id=found.pk)
        case "paid":
            services.payout_settle_paid(operator=operator, payout_id=found.pk)
        case "failed":
            services.payout_settle_failed(operator=operator, payout_id=found.pk, **answers)


def _review_context(
    request: HttpRequest, found: Payout, reject_form: RejectForm, hold_form: HoldForm
) -> dict[str, Any]:
    operator = signed_in(request)
    is_own = found.user_id == operator.pk
    has_approved = found.state == Payout.State.SECONDING and found.approved_by_id == operator.pk
    return {
        "payout": found,
        "account": found.account,
        "events": found.events.select_related("by"),
        "earlier": selectors.payouts_of(found.user).exclude(pk=found.pk)[:5],
        "is_own": is_own,
        "has_approved": has_approved,
        "can_decide": found.is_pending and not is_own,
        "can_approve": found.waits_for_approval and not (is_own or has_approved or found.is_held),
        "second_minor": settings.PAYOUT_SECOND_APPROVAL_MINOR,
        "reject_form": reject_form,
        "hold_form": hold_form,
    }


@for_operators
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Put what is approved into a batch and go there; pressed twice there is one batch."""
    try:
        made = payouts_export(operator=signed_in(request), method=request.POST.get("method", ""))
    except Conflict as error:
        messages.warning(request, str(error))
        return redirect("payments:payout_queue")
    return redirect(made)


@for_operators
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The payouts of one file, the file itself, and the bank's answer to it."""
    found = get_object_or_404(selectors.batches(), pk=pk)
    is_answer = request.method == "POST"
    form = BatchResultForm(request.POST if is_answer else None, request.FILES if is_answer else None)
    problems: list[str] = []
    if is_answer and form.is_valid():
        result = batch_result_apply(
            operator=signed_in(request), batch_id=pk, content=form.cleaned_data["file"].read()
        )
        _tell(request, result.paid, result.failed, result.known)
        if not result.problems:
            return redirect(found)
        problems = result.problems
        found = selectors.batches().get(pk=pk)
    context = {
        "batch": found,
        "payouts": found.payouts.select_related("user", "account").order_by("pk"),
        "form": form,
        "problems": problems,
    }
    return render(request, "payments/payouts/batch.html", context)


def _tell(request: HttpRequest, paid: int, failed: int, known: int) -> None:
    parts = [
        ngettext("%(count)d payout was paid.", "%(count)d payouts were paid.", paid) % {"count": paid},
        ngettext("%(count)d came back.", "%(count)d came back.", failed) % {"count": failed},
    ]
    if known:
        parts.append(
            ngettext("%(count)d was known already.", "%(count)d were known already.", known)
            % {"count": known}
        )
    messages.success(request, " ".join(parts))


@for_operators
def batch_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file for the bank, the same each time."""
    found = get_object_or_404(PayoutBatch, pk=pk)
    response = HttpResponse(batch_file(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="payouts-{found.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
