"""What authors are told of their texts."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wenlan.accounts.requests import signed_in
from wenlan.documents.requests import is_htmx
from wenlan.documents.selectors import documents_editable_by
from wenlan.similarity.templatetags.copies import found_context


@require_GET
@never_cache
@login_required
def found(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of a document's own page that says what was found about its text, while it is being compared."""
    user = signed_in(request)
    document = get_object_or_404(documents_editable_by(user), pk=pk)
    if not is_htmx(request):
        return redirect("documents:edit", pk=pk)
    return render(request, "similarity/_found.html", found_context(document, document.newest_revision, user))
