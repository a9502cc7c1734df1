"""Watching a conversion, trying it again, and the presentations that play."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from wenlan.accounts.requests import signed_in
from wenlan.conversion import services
from wenlan.core.language import same_in_every_language
from wenlan.documents.models import Document
from wenlan.documents.requests import is_htmx, is_row_number
from wenlan.documents.selectors import documents_editable_by, slides_playable_by

WATCHED_MAX = 100
"""Documents one answer tells about; a page of the author's list has fewer."""
SLIDES_HEADERS = {
    # An origin of its own: no cookies, no storage, no page around it, no network. The player is an inline script, and
    # computes the paths of some animations with eval, which the engine lets see nothing but arithmetic.
    "Content-Security-Policy": (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval';"
        " style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=600",
}


@require_GET
@never_cache
@login_required
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the conversion of a document's newest file is; htmx asks again until it is over.

    `?short=1` is the form for a row of a list. A browser that comes here by itself is shown the document.
    """
    document = get_object_or_404(documents_editable_by(signed_in(request)), pk=pk)
    if not is_htmx(request):
        return redirect("documents:edit", pk=pk)
    return _status_partial(request, document)


@require_GET
@never_cache
@login_required
def statuses(request: HttpRequest) -> HttpResponse:
    """How far the conversions of the documents of a list are, `?documents=3&documents=5`, in a single answer.

    A browser that comes here by itself is shown the list.
    """
    if not is_htmx(request):
        return redirect("documents:mine")
    chosen = [int(pk) for pk in request.GET.getlist("documents") if is_row_number(pk)][:WATCHED_MAX]
    documents = documents_editable_by(signed_in(request)).filter(pk__in=chosen)
    return render(request, "conversion/_statuses.html", {"documents": documents})


@require_POST
@login_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Convert the newest file of a document once more."""
    user = signed_in(request)
    document = get_object_or_404(documents_editable_by(user), pk=pk)
    revision = document.newest_revision
    if revision is None:
        raise Http404
    services.revision_retry(actor=user, revision_id=revision.pk)
    if is_htmx(request):
        return _status_partial(request, documents_editable_by(user).get(pk=pk))
    messages.success(request, _("The file is being converted again."))
    return redirect("documents:edit", pk=pk)


@require_safe
@same_in_every_language
def slides(request: HttpRequest, pk: int, revision_id: int, count: int) -> FileResponse:
    """The first slides of a presentation, playing by themselves. 404 unless these are exactly all this reader may see."""
    playable = slides_playable_by(document_id=pk, revision_id=revision_id, user=request.user)
    if playable is None or playable[1] != count:
        raise Http404
    file = services.slides_open(revision=playable[0], slides=count)
    if file is None:
        raise Http404
    return FileResponse(file, content_type="image/svg+xml", headers=SLIDES_HEADERS)


def _status_partial(request: HttpRequest, document: Document) -> HttpResponse:
    context = {
        "document": document,
        "revision": document.newest_revision,
        "short": request.GET.get("short") == "1",
        "is_update": True,
    }
    return render(request, "conversion/_status.html", context)
