"""One document of an author's: its details, its way to the shelf and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import TooManyFilesSent
from django.http import (
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
)
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from wenlan.accounts.models import User
from wenlan.accounts.requests import signed_in
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.documents import selectors, services
from wenlan.documents.forms import DetailsForm, FileForm
from wenlan.documents.models import Amendment, Document
from wenlan.documents.requests import wants_json
from wenlan.documents.services.lifecycle import document_is_deletable
from wenlan.documents.services.replacing import file_is_replaceable, replacement_check
from wenlan.documents.uploads import documents_expect, file_on_disk, refusals
from wenlan.documents.views.upload import incomplete, refusal_json, refusal_status


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The details of one document, the facts of its file, and what can be done with it."""
    user = signed_in(request)
    document = get_object_or_404(selectors.documents_editable_by(user), pk=pk)
    amendment = selectors.amendment_of(document)
    form = DetailsForm(
        request.POST if request.method == "POST" else None,
        document=document,
        amendment=amendment if document.author_id == user.pk else None,
    )
    if form.is_valid():
        messages.success(request, _save(user, document, form, request.POST))
        return redirect("documents:edit", pk=pk)
    return _edit_page(request, document, form, amendment=amendment, status=422 if form.is_bound else 200)


def _edit_page(
    request: HttpRequest,
    document: Document,
    form: DetailsForm,
    *,
    amendment: Amendment | None = None,
    refusal: WenlanError | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one document; `refusal` is why the file that was to replace the one it has was not taken."""
    return render(
        request,
        "documents/edit.html",
        {
            "document": document,
            "form": form,
            "file_form": FileForm(refusal=refusal),
            "maximum_bytes": settings.UPLOAD_MAX_BYTES,
            "amendment": amendment,
            "title_asked_for": (amendment or document).title,
            "revision": document.newest_revision,
            **_possible(document, signed_in(request)),
        },
        status=status,
    )


def _save(user: User, document: Document, form: DetailsForm, sent: QueryDict) -> str:
    """Store what the form says, and do `then` what is asked for; returns what to tell the author."""
    services.document_update(actor=user, document_id=document.pk, **form.changes())
    if sent.get("then") == "submit":
        services.document_submit(
            actor=user,
            document_id=document.pk,
            knows="knows" in sent,
            objection=sent.get("objection", ""),
        )
        return _("The document is in review. You get a mail when it is decided.")
    amendment = selectors.amendment_of(document)
    if amendment is not None and amendment.is_in_review and document.author_id == user.pk:
        return _("Saved. The change is in review; until it is decided readers see the old words.")
    return _("The details are saved.")


def _possible(document: Document, user: User) -> dict[str, bool]:
    """What `user` can do with `document` now."""
    state = document.state
    withdrawn = state == Document.State.WITHDRAWN
    return {
        "can_submit": state in Document.UNFINISHED,
        "can_replace_file": (user.is_author or user.is_staff) and file_is_replaceable(document),
        "can_take_back": state == Document.State.IN_REVIEW,
        "can_withdraw": state == Document.State.PUBLISHED,
        "can_restore": withdrawn and (user.is_staff or document.withdrawn_by_id == user.pk),
        "can_delete": document_is_deletable(document),
    }


@csrf_exempt  # only until a handler for documents is in place: reading the token reads the body, file and all
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def replace_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Another file for a draft or returned document (POST); a script gets JSON, as on the upload page.

    A file that is not taken is explained beside the field. Who comes without one is shown the document.
    """
    user = signed_in(request)
    document = get_object_or_404(selectors.documents_editable_by(user), pk=pk)
    if request.method != "POST":
        return redirect("documents:edit", pk=pk)
    try:
        replacement_check(document)
        documents_expect(request, uploader=user, files=1)
        return _replace_file(request, document)
    except (TooManyFilesSent, MultiPartParserError):  # met while the token is looked for
        return _not_replaced(request, document, incomplete(), status=400)
    except WenlanError as error:
        return _not_replaced(request, document, error)


@csrf_protect
def _replace_file(request: HttpRequest, document: Document) -> HttpResponse:
    """Raises a WenlanError when the file is not taken."""
    file = request.FILES.get("file")
    if file is None:
        raise next(iter(refusals(request)), WenlanError(_("Choose a file."), code="no_file"))
    with file_on_disk(file) as path:
        services.document_replace_file(
            actor=signed_in(request), document_id=document.pk, path=path, name=file.name or "", move=True
        )
    messages.success(request, _("The file is replaced. Its preview is being made."))
    if wants_json(request):
        url = reverse("documents:edit", args=[document.pk])
        return JsonResponse({"ok": True, "id": document.pk, "url": url, "title": document.title})
    return redirect("documents:edit", pk=document.pk)


def _not_replaced(
    request: HttpRequest, document: Document, error: WenlanError, *, status: int = 0
) -> HttpResponse:
    if wants_json(request):
        return refusal_json(request, error, status=status)
    if isinstance(error, (Conflict, NotAllowed)):
        raise error  # there is no field to say it beside
    return _edit_page(
        request,
        document,
        DetailsForm(document=document),
        refusal=error,
        status=status or refusal_status(error),
    )


def _act(request: HttpRequest, pk: int, service: Callable[..., Any], done: str) -> HttpResponse:
    """Let the author or an operator do one thing with a document, and say so."""
    user = signed_in(request)
    get_object_or_404(selectors.documents_editable_by(user), pk=pk)
    service(actor=user, document_id=pk)
    messages.success(request, done)
    return redirect("documents:edit", pk=pk)


@require_POST
@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The document is in review. You get a mail when it is decided.")
    return _act(request, pk, services.document_submit, done)


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The document is a draft again. Change it and send it to review when you like.")
    return _act(request, pk, services.document_take_back, done)


@require_POST
@login_required
def amendment_discard(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The change is dropped. The document stays as readers see it.")
    return _act(request, pk, services.amendment_discard, done)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask (GET) and then take a document off the shelf (POST)."""
    if request.method != "POST":
        document = get_object_or_404(selectors.documents_editable_by(signed_in(request)), pk=pk)
        if not document.is_published:
            raise Conflict(_("Only a published document can be withdrawn."))
        return render(request, "documents/withdraw.html", {"document": document})
    done = _("The document is withdrawn. Whoever bought it keeps it.")
    return _act(request, pk, services.document_withdraw, done)


@require_POST
@login_required
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.document_restore, _("The document is published again."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask (GET) and then delete a document with its files (POST)."""
    user = signed_in(request)
    document = get_object_or_404(selectors.documents_editable_by(user), pk=pk)
    if request.method == "POST":
        services.document_delete(actor=user, document_id=pk)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": document.title})
        return redirect("documents:mine")
    if not document_is_deletable(document):
        raise Conflict(
            _("Only a document that is not published, not in review and was never sold can be deleted.")
        )
    context = {"document": document, "revision": document.newest_revision}
    return render(request, "documents/delete.html", context)
