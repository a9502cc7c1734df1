"""One document of an author's: its details, its way to the shelf and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenlan.accounts.models import User
from wenlan.accounts.requests import signed_in
from wenlan.core.errors import Conflict
from wenlan.documents import selectors, services
from wenlan.documents.forms import DetailsForm
from wenlan.documents.models import Document
from wenlan.documents.services.lifecycle import document_is_deletable


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
        "can_submit": state in Document.UNFINISHED,
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
