"""Pages of reviewers. For everybody else they do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenlan.accounts.requests import signed_in
from wenlan.documents.models import Document
from wenlan.trust import selectors, services
from wenlan.trust.forms import ReturnForm
from wenlan.trust.models import Review

QUEUE_PAGE_SIZE = 20


def for_reviewers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if not selectors.may_review(request.user):
            raise Http404
        return view(request, *arguments, **options)

    return guarded


@for_reviewers
def queue(request: HttpRequest) -> HttpResponse:
    reviewer = signed_in(request)
    paginator = Paginator(selectors.documents_to_review(reviewer), QUEUE_PAGE_SIZE)
    return render(
        request,
        "trust/queue.html",
        {
            "page_obj": paginator.get_page(request.GET.get("page")),
            "counts": selectors.queue_counts(reviewer),
        },
    )


@for_reviewers
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages and facts of one document, and the two decisions about it."""
    document = get_object_or_404(selectors.documents_reviewable(signed_in(request)), pk=pk)
    form = ReturnForm(request.POST if request.POST.get("decision") == Review.Decision.RETURNED else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        return _decide(request, document, form)
    return render(request, "trust/review.html", _review_context(request, document, form))


def _decide(request: HttpRequest, document: Document, form: ReturnForm) -> HttpResponse:
    reviewer = signed_in(request)
    decision = Review.Decision.RETURNED if form.is_bound else Review.Decision.PUBLISHED
    if not form.is_bound and request.POST.get("decision") != Review.Decision.PUBLISHED:
        return redirect("trust:review", pk=document.pk)
    with override(document.author.language):
        reason = form.reason() if form.is_bound else ""
    seen = request.POST.get("revision", "")
    services.review_decide(
        reviewer=reviewer,
        document_id=document.pk,
        decision=decision,
        reason=reason,
        revision_id=int(seen) if seen.isdecimal() and len(seen) < 20 else None,
    )
    done = (
        _("“%(title)s” is published.")
        if decision == Review.Decision.PUBLISHED
        else _("“%(title)s” is returned.")
    )
    messages.success(request, done % {"title": document.title})
    following = selectors.next_to_review(reviewer)
    return redirect("trust:review", pk=following.pk) if following else redirect("trust:queue")


def _review_context(request: HttpRequest, document: Document, form: ReturnForm) -> dict[str, Any]:
    reviewer = signed_in(request)
    revision = selectors.revision_under_review(document)
    is_own = document.author_id == reviewer.pk and not reviewer.is_staff
    return {
        "document": document,
        "revision": revision,
        "form": form,
        "can_decide": revision is not None and document.state == Document.State.IN_REVIEW and not is_own,
        "is_own": is_own,
        "reviews": document.reviews.select_related("reviewer"),
        "author_history": selectors.author_history(document.author),
        "pages": selectors.pages_to_review(revision) if revision else (),
    }
