"""From the download button to the bytes."""

from __future__ import annotations

import logging
from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenlan.accounts.requests import signed_in
from wenlan.delivery import services
from wenlan.delivery.selectors import delivery_under_way
from wenlan.delivery.sending import revision_response
from wenlan.documents.models import Revision
from wenlan.documents.selectors import documents_visible_to, reader_has_whole

logger = logging.getLogger(__name__)


@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Send whoever has the document to a fresh link, everybody else to the page where it is bought."""
    user = signed_in(request)
    document = get_object_or_404(documents_visible_to(user), pk=pk)
    if not reader_has_whole(document=document, user=user):
        return redirect("orders:buy", pk=document.pk)
    response = redirect(
        services.link_make(user=user, document=document, user_agent=request.headers.get("User-Agent", ""))
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """The original behind a signed link. The link is enough, so that a download program can use it too.

    Somebody else who is signed in gets nothing: a link that was passed on is for its reader alone.
    """
    try:
        delivery = delivery_under_way(services.link_read(token))
    except services.LinkForged:
        raise Http404 from None
    except services.LinkExpired as expired:
        return _expired(request, expired)
    if delivery is None or request.user.pk not in {None, delivery.reader_id}:
        raise Http404
    try:
        return revision_response(request, delivery.revision, on_close=partial(_record, token=delivery.token))
    except FileNotFoundError:
        logger.exception("The original of revision %s is not in the storage", delivery.revision_id)
        message = _("The file cannot be read at the moment. It has been noted; please try again later.")
        return render(request, "web/error.html", {"message": message}, status=503)


def _record(start: int, sent_bytes: int, *, token: str) -> None:
    services.delivery_record(token=token, start=start, sent_bytes=sent_bytes)


def _expired(request: HttpRequest, expired: services.LinkExpired) -> HttpResponse:
    """Offer a new link; a broken download that its own reader resumes goes on with one by itself."""
    revision = Revision.objects.filter(pk=expired.contents.revision_id).first()
    if revision is not None and request.user.pk == expired.contents.user_id and "Range" in request.headers:
        return redirect("delivery:download", pk=revision.document_id)
    context = {"message": str(expired), "document_id": revision.document_id if revision else None}
    return render(request, "delivery/expired.html", context, status=410)
