"""Pages about what was read."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenlan.accounts.requests import signed_in
from wenlan.documents.selectors import documents_visible_to
from wenlan.insights import services
from wenlan.insights.forms import ReadingForm


@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Remember the page a reader has come to; nothing is remembered of strangers."""
    document = get_object_or_404(documents_visible_to(request.user), pk=pk)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    services.reading_record(user=request.user, document=document, page_number=form.cleaned_data["page"])
    return HttpResponse(status=204)


@require_POST
@login_required
def history_clear(request: HttpRequest) -> HttpResponse:
    services.history_clear(user=signed_in(request))
    messages.success(request, _("Your reading history is cleared."))
    return redirect(f"{reverse('web:library')}?tab=history")
