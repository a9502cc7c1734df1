"""Lists of published documents: all of them, a category, an author."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from wenlan.documents.models import Category, Document
from wenlan.documents.selectors import documents_published
from wenlan.web import selectors

PAGE_SIZE = 24


def _list_context(request: HttpRequest, documents: QuerySet[Document], *, name: str) -> dict[str, Any]:
    chosen = selectors.ListFilter.from_query(request.GET.dict())
    page = Paginator(chosen.apply(documents), PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "chosen": chosen,
        "page_obj": page,
        "formats": chosen.formats(documents, name=name),
        "canonical_page": f"?page={page.number}" if page.number > 1 else "",
    }


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    return render(request, "web/documents.html", _list_context(request, documents_published(), name="all"))


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = get_object_or_404(Category, slug=slug)
    listed = documents_published().filter(category=shelf)
    context = _list_context(request, listed, name=f"category:{shelf.pk}")
    return render(request, "web/category.html", {"category": shelf, **context})


@require_safe
def author(request: HttpRequest, pk: int) -> HttpResponse:
    person = selectors.author_or_404(pk)
    listed = documents_published().filter(author=person)
    context = _list_context(request, listed, name=f"author:{person.pk}")
    return render(request, "web/author.html", {"author": person, **context})
