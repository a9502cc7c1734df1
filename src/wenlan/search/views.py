"""The results page."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from wenlan.documents.requests import is_htmx
from wenlan.documents.selectors import documents_published
from wenlan.search.forms import SearchForm
from wenlan.search.limits import SEARCH_WINDOW_SECONDS, search_allowed
from wenlan.search.selectors import documents_search
from wenlan.search.tips import search_tips

NEWEST_SHOWN = 6


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What `?q=` finds; with nothing found, help and the newest documents."""
    if request.GET.get("q") and not search_allowed(request):
        return _too_many(request)
    form = SearchForm(request.GET)
    number = request.GET.get("page", "")
    found = documents_search(
        query=form.typed,
        user=request.user,
        filters=form.filters(),
        sort=form.sort_order(),
        is_explained=request.user.is_staff,
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )
    context = {"form": form, "results": found, "query": form.typed.text, "facets": form.facets(found)}
    if not found.page.object_list:
        context["newest"] = documents_published().order_by("-published_at", "-pk")[:NEWEST_SHOWN]
    response = render(request, "search/results.html", context)
    response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


@require_safe
def tips(request: HttpRequest) -> HttpResponse:
    """What can be written into the search box."""
    return render(request, "search/tips.html", {"tips": search_tips()})


def _too_many(request: HttpRequest) -> HttpResponse:
    if is_htmx(request):  # it would leave the old results where they are and say nothing
        return HttpResponseClientRedirect(request.get_full_path())
    message = _("That was a lot of searches in one minute. Search again in a minute.")
    response = render(request, "429.html", {"message": message}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(SEARCH_WINDOW_SECONDS)
    return response
