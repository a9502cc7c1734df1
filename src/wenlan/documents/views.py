"""Pages for authors, favourites, and the images of pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import TooManyFilesSent
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
    QueryDict,
)
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from wenlan.accounts.models import User
from wenlan.accounts.requests import safe_next, signed_in
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.core.language import same_in_every_language
from wenlan.core.text import clean_line
from wenlan.documents import selectors, services
from wenlan.documents.errors import InvalidDetails, NotStored, SameFileExists
from wenlan.documents.forms import ChosenForm, DetailsForm
from wenlan.documents.models import Document
from wenlan.documents.requests import is_htmx, is_row_number, wants_json
from wenlan.documents.room import has_room
from wenlan.documents.services.lifecycle import document_is_deletable
from wenlan.documents.services.upload import too_large
from wenlan.documents.uploads import (
    FILES_PER_REQUEST,
    DocumentUploadHandler,
    announced_bytes,
    dropped_names,
    request_is_too_large,
    unwritten_names,
)

MINE_PER_PAGE = 50
QUERY_LENGTH = 200
UNFINISHED = {Document.State.DRAFT, Document.State.RETURNED}
"""The states in which documents are sent to review and changed together."""
PUBLIC_IMAGE_CACHE = "public, max-age=600"
PRIVATE_IMAGE_CACHE = "private, max-age=600"


# ── Upload ────────────────────────────────────────────────────────────────────────────────────────────────
@csrf_exempt  # only until the handler below is in place: reading the token reads the body, files and all
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Files from an author. A script sends one at a time and gets JSON; a plain form sends all and gets pages.

    Who may not upload, and a request larger than allowed, is answered before its body is read.
    """
    if request.method == "POST":
        user = signed_in(request)
        if not (user.is_author or user.is_staff):
            return _upload_refused(
                request, NotAllowed(_("Become an author to upload documents.")), status=403
            )
        if request_is_too_large(request, files=1 if wants_json(request) else FILES_PER_REQUEST):
            return _upload_refused(request, too_large(_("This upload")), status=413)
        if not has_room(announced_bytes(request)):
            return _upload_refused(request, NotStored())
        request.upload_handlers = [DocumentUploadHandler(request)]
    try:
        return _upload(request)
    except (TooManyFilesSent, MultiPartParserError):  # met while the token is looked for
        return _upload_refused(
            request, WenlanError(_("The upload arrived incomplete. Try again.")), status=400
        )


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        context = {"maximum_bytes": settings.UPLOAD_MAX_BYTES, "per_day": settings.UPLOADS_PER_DAY}
        return render(request, "documents/upload.html", context)
    files = request.FILES.getlist("files")
    errors: list[WenlanError] = [too_large(name) for name in dropped_names(request)]
    errors += [NotStored() for _name in unwritten_names(request)]
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
    if not isinstance(file, TemporaryUploadedFile):
        raise TypeError("Uploads are written to disk by DocumentUploadHandler.")
    path = Path(file.temporary_file_path())
    try:
        return services.document_upload(author=author, path=path, name=file.name or "", move=True)
    finally:
        file.close()  # removes the file, unless the storage has taken it


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
    if not wants_json(request):
        messages.error(request, str(error))
        return redirect("documents:upload")
    existing = error.document if isinstance(error, SameFileExists) else None
    return JsonResponse(
        {
            "ok": False,
            "code": error.code,
            "message": str(error),
            "existing_url": _working_url(existing, signed_in(request)) if existing else None,
        },
        status=status or _refusal_status(error),
    )


def _refusal_status(error: WenlanError) -> int:
    match error:
        case SameFileExists():
            return 409
        case NotStored():
            return 507
    return 422


def _working_url(document: Document, user: User) -> str:
    """Where `user` does something about `document`: the desk for its author, the shelf for everybody else."""
    if document.author_id == user.pk:
        return reverse("documents:edit", args=[document.pk])
    return document.get_absolute_url()


# ── The author's desk ─────────────────────────────────────────────────────────────────────────────────────
@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything the author uploaded, by state and by words; what is chosen on a page can be changed together."""
    user = signed_in(request)
    counts = selectors.document_counts_by_state(user)
    documents = selectors.documents_of_author(user)
    state = request.GET.get("state", "")
    if state in Document.State.values:
        documents = documents.filter(state=state)
    query = clean_line(request.GET.get("q", ""))[:QUERY_LENGTH]
    page = Paginator(selectors.documents_named(documents, query), MINE_PER_PAGE).get_page(
        request.GET.get("page")
    )
    can_be_chosen = {document.pk for document in page if document.state in UNFINISHED}
    every = request.GET.get("chosen") == "all"
    context = {
        "page": page,
        "can_be_chosen": can_be_chosen,
        "chosen": can_be_chosen if every else can_be_chosen & _row_numbers(request.GET.getlist("chosen")),
        "chosen_form": ChosenForm(),
        "state": state,
        "states": [(value, label, counts.get(value, 0)) for value, label in Document.State.choices],
        "total": sum(counts.values()),
        "mine_query": query,
    }
    return render(request, "documents/mine.html", context)


def _row_numbers(texts: Iterable[str]) -> set[int]:
    return {int(text) for text in texts if is_row_number(text)}


@require_POST
@login_required
def submit_selected(request: HttpRequest) -> HttpResponse:
    """Send every chosen document to review; those that cannot go stay chosen, and one line says why for all."""
    user = signed_in(request)
    chosen = _chosen(request)
    if not chosen:
        messages.warning(request, _("Choose at least one document."))
    sent = 0
    refused: dict[str, list[Document]] = {}
    for document in selectors.documents_editable_by(user).filter(pk__in=chosen):
        try:
            services.document_submit(actor=user, document_id=document.pk)
            sent += 1
        except InvalidDetails:
            refused.setdefault("", []).append(document)
        except WenlanError as error:
            refused.setdefault(str(error), []).append(document)
    for reason, documents in refused.items():
        messages.error(request, _refusal(reason, documents))
    if sent:
        messages.success(
            request,
            ngettext("%(count)d document is in review.", "%(count)d documents are in review.", sent)
            % {"count": sent},
        )
    return _back_to_list(request, [document for documents in refused.values() for document in documents])


def _refusal(reason: str, documents: list[Document]) -> str:
    """Why these documents do not go to review; without a reason they lack a category."""
    if len(documents) == 1:
        reason = reason or _("Choose a category first.")
        return _("“%(title)s”: %(reason)s") % {"title": documents[0].title, "reason": reason}
    if not reason:
        return ngettext(
            "%(count)d document has no category yet.",
            "%(count)d documents have no category yet.",
            len(documents),
        ) % {"count": len(documents)}
    return ngettext("%(count)d document: %(reason)s", "%(count)d documents: %(reason)s", len(documents)) % {
        "count": len(documents),
        "reason": reason,
    }


@require_POST
@login_required
def set_selected(request: HttpRequest) -> HttpResponse:
    """Give every chosen document the category or the price that was chosen for them; they stay chosen."""
    user = signed_in(request)
    chosen = _chosen(request)
    form = ChosenForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
    elif not chosen:
        messages.warning(request, _("Choose at least one document."))
    else:
        changed = services.documents_set(
            actor=user,
            document_ids=chosen,
            category=form.cleaned_data["category"],
            price_minor=form.cleaned_data["price"],
        )
        messages.success(
            request,
            ngettext("%(count)d document is changed.", "%(count)d documents are changed.", changed)
            % {"count": changed},
        )
    return _back_to_list(request, selectors.documents_editable_by(user).filter(pk__in=chosen))


def _chosen(request: HttpRequest) -> list[int]:
    return sorted(_row_numbers(request.POST.getlist("documents")))[:MINE_PER_PAGE]


def _back_to_list(request: HttpRequest, chosen: Iterable[Document]) -> HttpResponse:
    """To the list as it was left, with these documents still chosen."""
    address = safe_next(request, request.POST.get("next", "") or reverse("documents:mine"))
    path, _mark, query = address.partition("?")
    fields = QueryDict(query, mutable=True)
    fields.setlist("chosen", [str(document.pk) for document in chosen])
    return redirect(f"{path}?{fields.urlencode()}" if fields else path)


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
        messages.success(request, _save(user, document, form, submit=request.POST.get("then") == "submit"))
        return redirect("documents:edit", pk=pk)
    return render(
        request,
        "documents/edit.html",
        {
            "document": document,
            "form": form,
            "amendment": amendment,
            "revision": document.newest_revision,
            **_possible(document, user),
        },
        status=422 if form.is_bound else 200,
    )


def _save(user: User, document: Document, form: DetailsForm, *, submit: bool) -> str:
    """Store what the form says; returns what to tell the author."""
    services.document_update(actor=user, document_id=document.pk, **form.changes())
    if submit:
        services.document_submit(actor=user, document_id=document.pk)
        return _("The document is in review. You get a mail when it is decided.")
    amendment = selectors.amendment_of(document)
    if amendment is not None and amendment.is_in_review and document.author_id == user.pk:
        return _(
            "Saved. The new title, description and category are in review; until then readers see the old ones."
        )
    return _("The details are saved.")


def _possible(document: Document, user: User) -> dict[str, bool]:
    """What `user` can do with `document` now."""
    state = document.state
    withdrawn = state == Document.State.WITHDRAWN
    return {
        "can_submit": state in UNFINISHED,
        "can_take_back": state == Document.State.IN_REVIEW,
        "can_withdraw": state == Document.State.PUBLISHED,
        "can_restore": withdrawn and (user.is_staff or document.withdrawn_by_id == user.pk),
        "can_delete": document_is_deletable(document),
    }


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


# ── For readers ───────────────────────────────────────────────────────────────────────────────────────────
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
