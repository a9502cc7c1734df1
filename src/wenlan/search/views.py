"""The results page, and what a search field offers while somebody types."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from wenlan.accounts.requests import signed_in
from wenlan.documents.requests import is_htmx, is_row_number
from wenlan.documents.selectors import documents_published
from wenlan.search.alternatives import Alternatives, alternatives_for
from wenlan.search.forms import SearchForm
from wenlan.search.history import popular_searches, recent_searches, search_record
from wenlan.search.history import recent_forget as recent_delete
from wenlan.search.limits import SEARCH_WINDOW_SECONDS, search_allowed, suggestion_allowed
from wenlan.search.selectors import Results, documents_search
from wenlan.search.suggestions import Suggested, suggestions_for
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
    alternatives = alternatives_for(form=form, results=found, user=request.user)
    context = {"form": form, "results": found, "query": form.typed.text, "facets": form.facets(found)}
    context["alternatives"] = alternatives
    if form.typed.text:
        _remember(request, form, found, alternatives)
    else:
        context["recent"] = recent_searches(request.user)
        context["popular"] = [Suggested.search(text) for text in popular_searches()]
    if not found.page.object_list and not alternatives.popular:
        context["newest"] = documents_published().order_by("-published_at", "-pk")[:NEWEST_SHOWN]
    response = render(request, "search/results.html", context)
    response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The options under a search field for what stands in it, `?q=`: a part of a page for its script."""
    if not suggestion_allowed(request):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    text = request.GET.get("q", "")
    suggested = suggestions_for(text)
    if not text.strip():
        suggested = [Suggested.search(popular) for popular in popular_searches()]
    recent = recent_searches(request.user, beginning=text)
    return render(request, "search/_suggestions.html", {"recent": recent, "suggested": suggested})


@require_POST
@login_required
def recent_forget(request: HttpRequest) -> HttpResponse:
    """Forget the search whose number is sent, or without one all that this reader made."""
    number = request.POST.get("number", "")
    if number and not is_row_number(number):
        raise Http404
    recent_delete(user=signed_in(request), number=int(number) if number else None)
    return redirect("search:results")


def _remember(request: HttpRequest, form: SearchForm, found: Results, alternatives: Alternatives) -> None:
    """Remember the search; one that was narrowed down is not counted: what it finds says nothing of the library."""
    if found.page.number > 1 or is_htmx(request):
        return
    total = None if form.is_narrowed or found.is_catching_up else 0 if found.is_partial else found.total
    meant = alternatives.meant.label if alternatives.meant else ""
    search_record(request=request, text=form.typed.text, found=total, meant=meant)


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
