"""The document page, its further pages, and sharing it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from wenlan.documents.selectors import documents_visible_to


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(documents_visible_to(request.user), pk=pk)
    return render(request, "web/document.html", {"document": found})
