"""For readers: favourites and the images of pages."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
)
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from wenlan.accounts.models import User
from wenlan.accounts.requests import safe_next
from wenlan.core.language import same_in_every_language
from wenlan.documents import selectors, services
from wenlan.documents.requests import is_htmx

PUBLIC_IMAGE_CACHE = "public, max-age=600"
PRIVATE_IMAGE_CACHE = "private, max-age=600"


@require_POST
def favourite(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a document among the reader's favourites, or take it out."""
    document = get_object_or_404(selectors.documents_visible_to(request.user), pk=pk)
    if not isinstance(request.user, User):
        back = urlencode({"next": f"{document.get_absolute_url()}#favourite-{document.pk}"})
        sign_in = f"{resolve_url(settings.LOGIN_URL)}?{back}"
        return HttpResponseClientRedirect(sign_in) if is_htmx(request) else redirect(sign_in)
    is_favourite = services.favourite_toggle(reader=request.user, document=document)
    if is_htmx(request):
        document.refresh_from_db(fields=["favourite_count"])
        context = {"document": document, "is_favourite": is_favourite}
        return render(request, "documents/_favourite.html", context)
    return redirect(safe_next(request, request.POST.get("next", "") or document.get_absolute_url()))


@require_safe
@same_in_every_language
def page_image(
    request: HttpRequest, pk: int, revision_id: int, number: int, width: int
) -> HttpResponse | FileResponse:
    """One image of one page. 404 for every page this reader may not see, as for those that do not exist.

    What everybody may see is found without asking who is reading, and caches on the way may keep it. Who has the
    image already, and may still see it, gets a 304 without it.
    """
    where = {"document_id": pk, "revision_id": revision_id, "number": number}
    page, cache_control = selectors.page_image_public(**where), PUBLIC_IMAGE_CACHE
    if page is None:
        page, cache_control = selectors.page_image_for(**where, user=request.user), PRIVATE_IMAGE_CACHE
    image = page.image_of_width(width) if page else None
    if image is None:
        raise Http404
    headers = {
        "Cache-Control": cache_control,
        "ETag": quote_etag(hashlib.sha256(image["name"].encode()).hexdigest()[:32]),
        "X-Content-Type-Options": "nosniff",
    }
    if get_conditional_response(request, etag=headers["ETag"]):
        return HttpResponseNotModified(headers=headers)
    try:
        file = default_storage.open(image["name"], "rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type=image["media_type"], headers=headers)
