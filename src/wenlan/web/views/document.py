"""The document page, its further pages, and the code that carries its address to a phone."""

from __future__ import annotations

import io
import logging
from http import HTTPStatus

import segno
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from wenlan.accounts.models import User
from wenlan.documents.models import FIRST_PAGES, Document
from wenlan.documents.selectors import (
    covers_load,
    documents_visible_to,
    documents_withdrawn,
    revision_shown_to,
)
from wenlan.insights.services import reading_record, view_record
from wenlan.insights.visitors import visitor_key
from wenlan.search.limits import search_allowed
from wenlan.similarity.related import documents_related
from wenlan.web.document_find import Found, found_in_document
from wenlan.web.document_page import RELATED_LIMIT, DocumentPage, document_page
from wenlan.web.reader import ALL_PAGES, CHUNK_PAGES, reader_view

logger = logging.getLogger(__name__)

QUERY_LENGTH = 200


def _documents(user: User | AnonymousUser) -> QuerySet[Document]:
    return documents_visible_to(user).prefetch_related("tags")


def _document_or_404(pk: int, user: User | AnonymousUser) -> Document:
    return get_object_or_404(_documents(user), pk=pk)


def _gone_or_404(request: HttpRequest, pk: int) -> HttpResponse:
    """What a reader finds where a document was until it was withdrawn, with others like it; 404 if none ever was."""
    withdrawn = get_object_or_404(documents_withdrawn(), pk=pk)
    related = documents_related(document=withdrawn, user=request.user, limit=RELATED_LIMIT)
    covers_load([item.document for item in related])
    context = {"document": withdrawn, "related": related}
    return render(request, "web/gone.html", context, status=HTTPStatus.GONE)


def _page_number(text: str | None, default: int) -> int:
    """A page number from the address; anything that is none counts as not given."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one document; `?pages=all` shows the whole preview, `?from=61` a later part of it."""
    found = _documents(request.user).filter(pk=pk).first()
    if found is None:
        return _gone_or_404(request, pk)
    if request.method == "GET" and found.is_published:
        view_record(document=found, user=request.user, visitor_key=visitor_key(request))
    first = max(1, _page_number(request.GET.get("from"), 1))
    length = FIRST_PAGES if first == 1 else CHUNK_PAGES
    if request.GET.get("pages") == "all":
        length = ALL_PAGES
    query = request.GET.get("q", "")[:QUERY_LENGTH]
    page = document_page(
        document=found,
        user=request.user,
        first=first,
        last=first + length - 1,
        query=query,
        may_search=not query or search_allowed(request),
    )
    if request.method == "GET":
        _remember(page, request.user)
    return render(request, "web/document.html", {"page": page, "document": found, "query": query})


def _remember(page: DocumentPage, user: User | AnonymousUser) -> None:
    """Put the document into the reading history; nobody is taken back to an earlier page than the one they reached.

    What cannot be stored is logged and forgotten: the page is shown all the same.
    """
    shown = page.reader.first if page.reader else 1
    try:
        reading_record(user=user, document=page.document, page_number=max(shown, page.last_page))
    except DatabaseError:
        logger.exception("The reading of document %s could not be stored.", page.document.pk)


@require_safe
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """Further pages for the reader element: `?from=4`, up to `?to=` or as many as one request brings."""
    found = _document_or_404(pk, request.user)
    revision = revision_shown_to(document=found, user=request.user)
    if revision is None:
        raise Http404
    first = _page_number(request.GET.get("from"), FIRST_PAGES + 1)
    last = _page_number(request.GET.get("to"), first + CHUNK_PAGES - 1)
    query = request.GET.get("q", "")[:QUERY_LENGTH]
    reader = reader_view(
        document=found, revision=revision, user=request.user, first=first, last=max(first, last), query=query
    )
    context = {"reader": reader, "document": found, "query": query, "is_partial": True}
    response = render(request, "web/_pages.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """For the reader's search bar: on which pages `?q=` is found, and marks for the pages `?from=` to `?to=`."""
    document = _document_or_404(pk, request.user)
    revision = revision_shown_to(document=document, user=request.user)
    if revision is None:
        raise Http404
    query = request.GET.get("q", "")[:QUERY_LENGTH]
    found, status = Found(query=query, is_refused=True), HTTPStatus.TOO_MANY_REQUESTS
    if search_allowed(request):
        first, last = (_page_number(request.GET.get(name), 0) for name in ("from", "to"))
        marked = range(first, last + 1)
        found = found_in_document(
            document=document, revision=revision, user=request.user, query=query, marked=marked
        )
        status = HTTPStatus.OK
    response = render(request, "web/_find_found.html", {"found": found}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@cache_control(max_age=86400, public=True)
def share_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a published document as a QR code (ISO/IEC 18004)."""
    found = get_object_or_404(documents_visible_to(AnonymousUser()), pk=pk)
    drawing = io.BytesIO()
    segno.make(settings.SITE_URL + found.get_absolute_url(), error="m", micro=False).save(
        drawing, kind="svg", border=2, dark="#1f1d1a", light="#ffffff", xmldecl=False, omitsize=True
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
