"""The author's desk: everything an author uploaded, and what is done with several documents at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import (
    HttpRequest,
    HttpResponse,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from wenlan.accounts.requests import safe_next, signed_in
from wenlan.core.errors import WenlanError
from wenlan.core.text import clean_line
from wenlan.documents import selectors, services
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.forms import ChosenForm
from wenlan.documents.models import Document
from wenlan.documents.requests import is_row_number

MINE_PER_PAGE = 50
QUERY_LENGTH = 200


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything the author uploaded, by state and by words; what is chosen on a page can be changed together."""
    user = signed_in(request)
    counts = selectors.document_counts_by_state(user)
    documents = selectors.documents_of_author(user)
    total = documents.count()
    state = request.GET.get("state", "")
    if state in Document.State.values:
        documents = selectors.documents_in_state(documents, state)
    query = clean_line(request.GET.get("q", ""))[:QUERY_LENGTH]
    page = Paginator(selectors.documents_named(documents, query), MINE_PER_PAGE).get_page(
        request.GET.get("page")
    )
    can_be_chosen = {document.pk for document in page if _can_go_to_review(document)}
    every = request.GET.get("chosen") == "all"
    context = {
        "page": page,
        "can_be_chosen": can_be_chosen,
        "chosen": can_be_chosen if every else can_be_chosen & _row_numbers(request.GET.getlist("chosen")),
        "chosen_form": ChosenForm(),
        "state": state,
        "states": [(value, label, counts[value]) for value, label in Document.State.choices],
        "total": total,
        "mine_query": query,
    }
    return render(request, "documents/mine.html", context)


def _can_go_to_review(document: Document) -> bool:
    """Whether nothing stands in the way of an unfinished document that other details could not clear."""
    revision = document.newest_revision
    return document.state in Document.UNFINISHED and revision is not None and not revision.has_failed


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
