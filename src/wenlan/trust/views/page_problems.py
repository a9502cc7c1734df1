"""“This page looks wrong”: what readers send, and what reviewers do about it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenlan.accounts.limits import attempt_allowed
from wenlan.accounts.requests import signed_in
from wenlan.documents.models import Document, Page
from wenlan.documents.selectors import documents_visible_to, readable_page_count, revision_shown_to
from wenlan.trust import page_problems, selectors
from wenlan.trust.forms import PageProblemForm
from wenlan.trust.views.help_desk import TooManyMessages
from wenlan.trust.views.review import for_reviewers

REPORTS_PER_HOUR = 10
QUEUE_PAGE_SIZE = 10


def report(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Tell the house that a page this reader may see looks wrong. Others do not exist."""
    document = get_object_or_404(documents_visible_to(request.user), pk=pk)
    page = _page_or_404(request, document, number)
    # An empty form is a report, too: nothing has to be filled in.
    sent = request.POST if request.method == "POST" else None
    form = PageProblemForm(sent, has_account=request.user.is_authenticated)
    if request.method == "POST" and form.is_valid():
        if not form.is_trapped:
            _report(request, page, form)
        messages.success(request, _("Thank you. Somebody will look at page %(number)d.") % {"number": number})
        return redirect(document.page_url(number))
    return render(request, "trust/page_wrong.html", {"form": form, "document": document, "page": page})


def _page_or_404(request: HttpRequest, document: Document, number: int) -> Page:
    revision = revision_shown_to(document=document, user=request.user)
    if revision is None or not revision.is_ready:
        raise Http404
    if number > readable_page_count(document=document, revision=revision, user=request.user):
        raise Http404
    return get_object_or_404(revision.pages.defer("text", "lines"), number=number)


def _report(request: HttpRequest, page: Page, form: PageProblemForm) -> None:
    if not attempt_allowed(request, action="page problem", limit=REPORTS_PER_HOUR, window_seconds=3600):
        raise TooManyMessages(_("You have written to us several times. Please wait an hour."))
    page_problems.page_problem_report(
        revision=page.revision,
        page_number=page.number,
        body=form.cleaned_data["body"],
        email=form.cleaned_data.get("email", ""),
        reporter=request.user,
        language=get_language(),
    )


@for_reviewers
def queue(request: HttpRequest) -> HttpResponse:
    """The pages that look wrong to readers, each beside what they say of it."""
    keys = selectors.pages_in_question_keys(signed_in(request))
    page = Paginator(keys, QUEUE_PAGE_SIZE).get_page(request.GET.get("page"))
    items = selectors.pages_in_question(page.object_list)
    return render(request, "trust/page_problems.html", {"page_obj": page, "items": items})


@for_reviewers
@require_POST
def settle(request: HttpRequest, revision_id: int, number: int) -> HttpResponse:
    """Dismiss what readers said of a page, or have its document drawn again."""
    reviewer = signed_in(request)
    get_object_or_404(
        Page,
        revision=revision_id,
        number=number,
        revision__document__in=selectors.documents_reviewable(reviewer),
    )
    if request.POST.get("settle") == "draw_again":
        page_problems.page_problems_draw_again(reviewer=reviewer, revision_id=revision_id)
        messages.success(
            request, _("The document is being drawn again. Readers keep the old preview until then.")
        )
    elif request.POST.get("settle") == "dismiss":
        count = page_problems.page_problems_dismiss(
            reviewer=reviewer, revision_id=revision_id, page_number=number
        )
        text = ngettext(
            "Dismissed; %(count)d reader is told.", "Dismissed; %(count)d readers are told.", count
        )
        messages.success(request, text % {"count": count} if count else _("Dismissed."))
    return redirect("trust:page_problems")
