"""The evidence that one text is a copy of another. For everybody but reviewers it does not exist."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenlan.accounts.models import User
from wenlan.accounts.requests import signed_in
from wenlan.documents.models import Document
from wenlan.similarity.deciding import finding_decide, finding_undo
from wenlan.similarity.evidence import rows_of
from wenlan.similarity.models import Finding
from wenlan.similarity.rules import action_about
from wenlan.similarity.selectors import finding_of, findings_on_the_shelf
from wenlan.trust import selectors
from wenlan.trust.forms import CopyForm
from wenlan.trust.views.review import for_reviewers

SHELF_PAGE_SIZE = 20


@for_reviewers
def on_the_shelf(request: HttpRequest) -> HttpResponse:
    """What was found about published documents and nobody has decided about."""
    page = Paginator(findings_on_the_shelf(), SHELF_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "trust/copies.html", {"page_obj": page})


@for_reviewers
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Both texts, passage by passage, and the two decisions about them."""
    reviewer = signed_in(request)
    found, document = _finding_or_404(reviewer, pk)
    form = CopyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        finding_decide(actor=reviewer, finding_id=pk, is_copy=form.is_copy, reason=reason)
        messages.success(request, _("Noted as a copy.") if form.is_copy else _("Noted as no copy."))
        return redirect("trust:review", pk=document.pk)
    if "decision" in form.errors:
        return redirect("trust:copy", pk=pk)
    return render(
        request,
        "trust/copy.html",
        {
            "finding": found,
            "document": document,
            "earlier": _document_to_open(reviewer, found),
            "action": action_about(found),
            "passages": [list(rows_of(mine, earlier)) for mine, earlier in found.passages],
            "can_decide": found.fingerprint.owner_id != reviewer.pk or reviewer.is_staff,
            "can_undo": found.decided_by_id == reviewer.pk and found.can_be_undone,
            "decisions": found.decisions.select_related("reviewer"),
            "form": form,
        },
    )


@for_reviewers
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own decision about two texts and look at them again."""
    reviewer = signed_in(request)
    _finding_or_404(reviewer, pk)
    finding_undo(actor=reviewer, finding_id=pk)
    messages.success(request, _("The decision is taken back."))
    return redirect("trust:copy", pk=pk)


def _finding_or_404(reviewer: User, pk: int) -> tuple[Finding, Document]:
    """What was found, and the document it is about: one that has left its author's desk."""
    found = finding_of(pk)
    if found is None or found.fingerprint.revision is None:
        raise Http404
    document = selectors.documents_reviewable(reviewer).filter(pk=found.fingerprint.revision.document_id)
    if not document.exists():
        raise Http404
    return found, found.fingerprint.revision.document


def _document_to_open(reviewer: User, found: Finding) -> Document | None:
    """The document of the earlier text, if there is still one that `reviewer` may look at."""
    if found.earlier.revision is None:
        return None
    return selectors.documents_reviewable(reviewer).filter(pk=found.earlier.revision.document_id).first()
