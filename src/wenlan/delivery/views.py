"""From the download button to the bytes."""

from __future__ import annotations

import logging
from functools import partial

from django.contrib.auth.decorators import login_required
from django.db import connection
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
from wenlan.documents.selectors import documents_visible_to, reader_has_whole, revision_shown_to

logger = logging.getLogger(__name__)


@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send whoever has the document to a fresh link, everybody else to the page where it is bought.

    A HEAD is answered with what there is to fetch: it begins no delivery.
    """
    user = signed_in(request)
    document = get_object_or_404(documents_visible_to(user), pk=pk)
    if not reader_has_whole(document=document, user=user):
        return redirect("orders:buy", pk=document.pk)
    if request.method == "HEAD" and (revision := revision_shown_to(document=document, user=user)):
        return _answer(request, revision)
    return _redirect(
        services.link_make(user=user, document=document, user_agent=request.headers.get("User-Agent", ""))
    )


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
    return _answer(request, delivery.revision, token=delivery.token)


def _answer(request: HttpRequest, revision: Revision, *, token: str = "") -> HttpResponseBase:
    """The file, as the delivery with that `token`; a HEAD, which delivers nothing, needs none."""
    try:
        return revision_response(
            request,
            revision,
            on_close=partial(_record, token=token),
            on_hand_over=partial(services.delivery_hand_over, token=token),
        )
    except FileNotFoundError:
        logger.exception("The original of revision %s is not in the storage", revision.pk)
        message = _("The file cannot be read at the moment. It has been noted; please try again later.")
        return render(request, "web/error.html", {"message": message}, status=503)


def _record(start: int, sent_bytes: int, *, token: str) -> None:
    """Note what went out, with a second connection to the database when the first has broken meanwhile.

    Django closes an answer in silence, whatever that raises: a proof that is lost is told here or nowhere.
    """
    for attempt in (1, 2):
        try:
            services.delivery_record(token=token, start=start, sent_bytes=sent_bytes)
        except Exception:
            logger.exception(
                "Delivery %s: %d bytes from %d on are not noted (attempt %d)",
                token,
                sent_bytes,
                start,
                attempt,
            )
            connection.close()
        else:
            return


def _redirect(link: str) -> HttpResponse:
    response = redirect(link)
    response["Cache-Control"] = "no-store"
    return response


def _expired(request: HttpRequest, expired: services.LinkExpired) -> HttpResponse:
    """Offer a new link; a broken download that its own reader resumes goes on, as the same delivery."""
    delivery = delivery_under_way(expired.contents)
    if delivery is not None and request.user.pk == delivery.reader_id and "Range" in request.headers:
        return _redirect(services.link_to(delivery))
    revision = Revision.objects.filter(pk=expired.contents.revision_id).first()
    context = {"message": str(expired), "document_id": revision.document_id if revision else None}
    return render(request, "delivery/expired.html", context, status=410)
