"""Bringing files in: the page, the answers to its script, and the refusals."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import (
    HttpRequest,
    HttpResponse,
    JsonResponse,
)
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from wenlan.accounts.models import User
from wenlan.accounts.requests import signed_in
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.documents import services
from wenlan.documents.errors import NotStored, SameFileExists
from wenlan.documents.models import Document
from wenlan.documents.requests import wants_json
from wenlan.documents.uploads import (
    FILES_PER_REQUEST,
    RequestTooLarge,
    documents_expect,
    file_on_disk,
    refusals,
)


@csrf_exempt  # only until the handler below is in place: reading the token reads the body, files and all
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Files from an author. A script sends one at a time and gets JSON; a plain form sends all and gets pages.

    Who may not upload, and a request larger than allowed, is answered before its body is read.
    """
    try:
        if request.method == "POST":
            files = 1 if wants_json(request) else FILES_PER_REQUEST
            documents_expect(request, uploader=signed_in(request), files=files)
        return _upload(request)
    except (NotAllowed, RequestTooLarge, NotStored) as refusal:
        return _upload_refused(request, refusal)
    except (TooManyFilesSent, MultiPartParserError):  # met while the token is looked for
        return _upload_refused(request, incomplete(), status=400)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        context = {"maximum_bytes": settings.UPLOAD_MAX_BYTES, "per_day": settings.UPLOADS_PER_DAY}
        return render(request, "documents/upload.html", context)
    files = request.FILES.getlist("files")
    errors = refusals(request)
    documents: list[Document] = []
    for file in files:
        try:
            documents.append(_upload_one(signed_in(request), file))
        except WenlanError as error:
            errors.append(error)
    if not documents and not errors:
        errors.append(WenlanError(_("Choose at least one file."), code="no_file"))
    return (_upload_json if wants_json(request) else _upload_page)(request, documents, errors)


def _upload_one(author: User, file: UploadedFile[bytes]) -> Document:
    with file_on_disk(file) as path:
        return services.document_upload(author=author, path=path, name=file.name or "", move=True)


def _upload_json(request: HttpRequest, documents: list[Document], errors: list[WenlanError]) -> HttpResponse:
    if errors:
        return _upload_refused(request, errors[0])
    (document,) = documents[:1]
    url = reverse("documents:edit", args=[document.pk])
    return JsonResponse({"ok": True, "id": document.pk, "url": url, "title": document.title}, status=201)


def _upload_page(request: HttpRequest, documents: list[Document], errors: list[WenlanError]) -> HttpResponse:
    for error in errors:
        messages.error(request, str(error))
    if not documents:
        return redirect("documents:upload")
    messages.success(
        request,
        ngettext("%(count)d file is uploaded.", "%(count)d files are uploaded.", len(documents))
        % {"count": len(documents)},
    )
    return redirect("documents:mine")


def _upload_refused(request: HttpRequest, error: WenlanError, *, status: int = 0) -> HttpResponse:
    if wants_json(request):
        return refusal_json(request, error, status=status)
    messages.error(request, str(error))
    return redirect("documents:upload")


def refusal_json(request: HttpRequest, error: WenlanError, *, status: int = 0) -> JsonResponse:
    """What a script is told of a file that was not taken, and where the library has it already."""
    existing = error.document if isinstance(error, SameFileExists) else None
    return JsonResponse(
        {
            "ok": False,
            "code": error.code,
            "message": str(error),
            "existing_url": _working_url(existing, signed_in(request)) if existing else None,
        },
        status=status or refusal_status(error),
    )


def refusal_status(error: WenlanError) -> int:
    """The HTTP status that goes with a file that was not taken."""
    match error:
        case NotAllowed():
            return 403
        case SameFileExists() | Conflict():
            return 409
        case RequestTooLarge():
            return 413
        case NotStored():
            return 507
    return 422


def incomplete() -> WenlanError:
    """What is said when the body of an upload cannot be read."""
    return WenlanError(_("The upload arrived incomplete. Try again."))


def _working_url(document: Document, user: User) -> str:
    """Where `user` does something about `document`: the desk for its author, the shelf for everybody else."""
    if document.author_id == user.pk:
        return reverse("documents:edit", args=[document.pk])
    return document.get_absolute_url()
