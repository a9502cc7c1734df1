"""The home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wenlan.web import selectors


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "numbers": selectors.house_numbers(),
        "shelves": selectors.shelves(),
        "newest": selectors.newest_documents(12),
        "popular": selectors.popular_documents(6),
    }
    return render(request, "web/home.html", context)
