"""What authors are told of their texts, and what they change about the machine's summary."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from wenlan.accounts.requests import signed_in
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.requests import is_htmx
from wenlan.documents.selectors import documents_editable_by
from wenlan.similarity.digests import digest_edit, digest_of_revision, digest_reset
from wenlan.similarity.forms import DigestForm
from wenlan.similarity.templatetags.copies import found_context, news_context


@require_GET
@never_cache
@login_required
def found(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of a document's own page that says what was found about its text, while it is being compared.

    `?short=1` is the form for a row of a list.
    """
    user = signed_in(request)
    document = get_object_or_404(documents_editable_by(user), pk=pk)
    if not is_htmx(request):
        return redirect("documents:edit", pk=pk)
    revision = document.newest_revision
    if revision and request.GET.get("short") == "1":
        return render(request, "similarity/_line.html", news_context(document, revision))
    return render(request, "similarity/_found.html", found_context(document, revision, user))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """Keywords and summary of a document, to be written anew, or with `then=reset` as the machine made them."""
    user = signed_in(request)
    document = get_object_or_404(documents_editable_by(user), pk=pk)
    revision = document.newest_revision
    found = digest_of_revision(revision) if revision else None
    if found is None:
        raise Http404
    if request.POST.get("then") == "reset":
        digest_reset(actor=user, document_id=pk)
        messages.success(request, _("Readers see the machine’s words again."))
        return redirect("documents:edit", pk)
    form = DigestForm(request.POST or None, digest=found)
    if form.is_valid():
        try:
            digest_edit(actor=user, document_id=pk, keywords=form.words(), sentences=form.lines())
        except InvalidDetails as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("The summary is saved."))
            return redirect("documents:edit", pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"document": document, "digest": found, "form": form}
    return render(request, "similarity/digest.html", context, status=status)
