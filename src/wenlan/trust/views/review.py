"""Pages of reviewers. For everybody else they do not exist."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from wenlan.accounts.requests import signed_in
from wenlan.documents.models import Document
from wenlan.similarity.rules import verdict_about
from wenlan.similarity.selectors import findings_about, findings_after, findings_on_the_shelf
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
    page = Paginator(selectors.documents_to_review(reviewer), QUEUE_PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "trust/queue.html",
        {
            "page_obj": page,
            "rows": selectors.queue_rows(page),
            "copies_on_the_shelf": findings_on_the_shelf().count(),
            "counts": selectors.queue_counts(reviewer),
            "last_decision": selectors.review_undoable(reviewer),
            "pages_in_question": selectors.pages_in_question_count(reviewer),
        },
    )


@for_reviewers
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages and facts of one document, and the two decisions about it or about other words for it."""
    document = get_object_or_404(selectors.documents_reviewable(signed_in(request)), pk=pk)
    form = ReturnForm(request.POST if request.POST.get("decision") == Review.Decision.RETURNED else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        return _decide(request, document, form)
    return render(request, "trust/review.html", _review_context(request, document, form))


def _decide(request: HttpRequest, document: Document, form: ReturnForm) -> HttpResponse:
    reviewer = signed_in(request)
    if not form.is_bound and request.POST.get("decision") != Review.Decision.PUBLISHED:
        return redirect("trust:review", pk=document.pk)
    with override(document.author.language):
        reason = form.reason() if form.is_bound else ""
    submitted_at = _moment(request.POST.get("submitted", ""))
    if document.is_known_to_readers and submitted_at is not None:
        services.amendment_decide(
            reviewer=reviewer,
            document_id=document.pk,
            decision=Review.Decision.REFUSED if form.is_bound else Review.Decision.ACCEPTED,
            reason=reason,
            submitted_at=submitted_at,
        )
    else:
        seen = request.POST.get("revision", "")
        services.review_decide(
            reviewer=reviewer,
            document_id=document.pk,
            decision=Review.Decision.RETURNED if form.is_bound else Review.Decision.PUBLISHED,
            reason=reason,
            revision_id=int(seen) if seen.isdecimal() and len(seen) < 20 else None,
            submitted_at=submitted_at,
        )
    following = selectors.next_to_review(reviewer)
    return redirect("trust:review", pk=following.pk) if following else redirect("trust:queue")


def _moment(text: str) -> datetime.datetime | None:
    """The moment a hidden field names; None when it names none."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) else None


@for_reviewers
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own last decision and look at the document again."""
    reviewer = signed_in(request)
    get_object_or_404(Review, pk=pk, reviewer=reviewer)
    taken_back = services.review_undo(reviewer=reviewer, review_id=pk)
    messages.success(request, _("The decision is taken back. The document is in review again."))
    return redirect("trust:review", pk=taken_back.document_id)


def _review_context(request: HttpRequest, document: Document, form: ReturnForm) -> dict[str, Any]:
    reviewer = signed_in(request)
    revision = selectors.revision_under_review(document)
    amendment = selectors.amendment_to_review(document)
    is_own = document.author_id == reviewer.pk and not reviewer.is_staff
    waits = amendment is not None or document.state == Document.State.IN_REVIEW
    return {
        "document": document,
        "revision": revision,
        "amendment": amendment,
        "submitted_at": amendment.submitted_at if amendment else document.submitted_at,
        "form": form,
        "can_decide": revision is not None and waits and not is_own,
        "is_own": is_own,
        "last_decision": selectors.review_undoable(reviewer),
        "reviews": document.reviews.select_related("reviewer"),
        "author_history": selectors.author_history(document.author),
        "pages": selectors.pages_to_review(revision) if revision else (),
        "title_in_question": (amendment or document).title,
        "copies": findings_about(revision) if revision else (),
        "later_copies": findings_after(revision) if revision else (),
        "verdict": verdict_about(revision) if revision else None,
    }
