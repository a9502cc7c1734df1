"""A reader's own library: what they bought, keep in sight, have read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenlan.accounts.requests import signed_in
from wenlan.web.selectors import LIBRARY_TABS, library_page

PAGE_SIZE = 24


@require_safe
@login_required
def library(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "")
    if tab not in LIBRARY_TABS:
        tab = LIBRARY_TABS[0]
    page = library_page(user=signed_in(request), tab=tab, number=request.GET.get("page"), size=PAGE_SIZE)
    return render(request, "web/library.html", {"tab": tab, "page_obj": page})
