"""The evidence that one text is a copy of another. For everybody but reviewers it does not exist."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from wenlan.accounts.requests import signed_in
from wenlan.similarity.evidence import side_by_side
from wenlan.similarity.models import Finding
from wenlan.similarity.selectors import finding_of
from wenlan.similarity.services import finding_decide
from wenlan.trust.views.review import for_reviewers


@for_reviewers
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Both texts, passage by passage, and the two decisions about them."""
    reviewer = signed_in(request)
    found = finding_of(pk)
    if found is None or found.fingerprint.revision is None:
        raise Http404
    document = found.fingerprint.revision.document
    decision = request.POST.get("decision")
    if request.method == "POST":
        if decision not in {Finding.State.CONFIRMED, Finding.State.DISMISSED}:
            return redirect("trust:copy", pk=pk)
        is_copy = decision == Finding.State.CONFIRMED
        finding_decide(actor=reviewer, finding_id=pk, is_copy=is_copy)
        messages.success(request, _("Noted as a copy.") if is_copy else _("Noted as no copy."))
        return redirect("trust:review", pk=document.pk)
    return render(
        request,
        "trust/copy.html",
        {
            "finding": found,
            "document": document,
            "earlier": found.earlier.revision and found.earlier.revision.document,
            "passages": [side_by_side(mine, earlier) for mine, earlier in found.passages],
            "can_decide": found.fingerprint.owner_id != reviewer.pk or reviewer.is_staff,
        },
    )
