"""Asking the house for help, with or without an account."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from wenlan.accounts.limits import attempt_allowed
from wenlan.accounts.requests import safe_next, signed_in
from wenlan.core.errors import Conflict, WenlanError
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_visible_to
from wenlan.trust import selectors, services
from wenlan.trust.complaints import order_complained_of
from wenlan.trust.forms import HelpForm, ReplyForm, ReportForm, TakedownForm
from wenlan.trust.models import Ticket

TICKETS_PER_HOUR = 5
MESSAGES_PER_HOUR = 20
TICKET_PAGE_SIZE = 30


class TooManyMessages(WenlanError):
    code = "too_many_messages"


def _attempt(request: HttpRequest, *, action: str, limit: int) -> None:
    if not attempt_allowed(request, action=action, limit=limit, window_seconds=3600):
        raise TooManyMessages(_("You have written to us several times. Please wait an hour."))


def help_page(request: HttpRequest) -> HttpResponse:
    """Short answers to what people ask most, and a form for the rest."""
    # Pages that tell somebody of a decision name what they may want to write about.
    about = {"subject": request.GET.get("subject", "")[:120]}
    form = HelpForm(request.POST or None, initial=about, has_account=request.user.is_authenticated)
    if request.method == "POST" and form.is_valid():
        if form.is_trapped:
            return _thank_program(request)
        _attempt(request, action="ticket", limit=TICKETS_PER_HOUR)
        ticket = services.ticket_open(
            kind=form.cleaned_data["kind"],
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            email=form.cleaned_data.get("email", ""),
            reporter=request.user,
            language=get_language(),
        )
        return _thank(request, ticket)
    return render(
        request, "trust/help.html", {"form": form, "own_tickets": selectors.tickets_of(request.user)[:10]}
    )


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the house what is wrong with a document."""
    document = get_object_or_404(documents_visible_to(request.user), pk=pk)
    form = ReportForm(request.POST or None, has_account=request.user.is_authenticated)
    if request.method == "POST" and form.is_valid():
        if form.is_trapped:
            return _thank_program(request)
        return _thank(request, _report_open(request, document, form))
    return render(request, "trust/report.html", {"form": form, "document": document})


def _report_open(request: HttpRequest, document: Document, form: ReportForm) -> Ticket:
    _attempt(request, action="ticket", limit=TICKETS_PER_HOUR)
    return services.ticket_open(
        kind=form.kind,
        subject=form.subject_for(document.title),
        body=form.cleaned_data["body"],
        email=form.cleaned_data.get("email", ""),
        reporter=request.user,
        document=document,
        language=get_language(),
    )


def _thank(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    messages.success(
        request, _("Thank you. We answer within three days; we have emailed you a link to this page.")
    )
    return redirect(ticket)


def _thank_program(request: HttpRequest) -> HttpResponse:
    """Programs that fill in the trap learn nothing from the answer."""
    messages.success(
        request, _("Thank you. We answer within three days; we have emailed you a link to this page.")
    )
    return redirect("trust:help")


@never_cache
def ticket(request: HttpRequest, code: str) -> HttpResponse:
    """One conversation, for whoever knows its code; operators answer here for the house."""
    found = get_object_or_404(selectors.ticket_by_code(code))
    is_house = request.user.is_authenticated and request.user.is_staff
    if request.method == "POST" and "close" in request.POST:
        services.ticket_close(ticket_id=found.pk)
        return redirect(found)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _attempt(request, action="ticket message", limit=1000 if is_house else MESSAGES_PER_HOUR)
        _message_add(request, found, form.cleaned_data["body"], is_house=is_house)
        return redirect(found)
    response = render(
        request,
        "trust/ticket.html",
        {
            "ticket": found,
            "thread": found.messages.select_related("author"),
            "form": form,
            "is_house": is_house,
            "document_is_visible": _is_visible(found.document, request),
            "order": order_complained_of(found) if is_house else None,
        },
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"  # the address is the key; other sites do not get to see it
    return response


def _is_visible(document: Document | None, request: HttpRequest) -> bool:
    return document is not None and documents_visible_to(request.user).filter(pk=document.pk).exists()


def _message_add(request: HttpRequest, ticket: Ticket, body: str, *, is_house: bool) -> None:
    if is_house and ticket.reporter_id != request.user.pk:
        services.ticket_answer(ticket_id=ticket.pk, operator=signed_in(request), body=body)
        messages.success(request, _("Your answer is on its way."))
    else:
        services.ticket_reply(ticket_id=ticket.pk, author=request.user, body=body)
        messages.success(request, _("We have received your message."))


def takedown(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an operator why (GET), then take a document off the shelf (POST) and go back to the ticket it came from."""
    if not (request.user.is_authenticated and request.user.is_staff):
        raise Http404
    document = get_object_or_404(documents_visible_to(request.user), pk=pk)
    origin = safe_next(request, request.GET.get("next", "") or reverse("documents:edit", args=[pk]))
    form = TakedownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.document_takedown(
            operator=signed_in(request),
            document_id=pk,
            reason=form.cleaned_data["reason"],
            stays_down=form.cleaned_data["stays_down"],
        )
        messages.success(
            request, _("“%(title)s” is off the shelf. Its author is told why.") % {"title": document.title}
        )
        return redirect(origin)
    if not document.is_published:
        raise Conflict(_("Only a published document can be taken down."))
    return render(request, "trust/takedown.html", {"form": form, "document": document, "origin": origin})


def tickets(request: HttpRequest) -> HttpResponse:
    """The tickets of everybody, for operators."""
    if not (request.user.is_authenticated and request.user.is_staff):
        raise Http404
    state = request.GET.get("state", "")
    if state not in Ticket.State.values:
        state = Ticket.State.OPEN
    page = Paginator(selectors.tickets_in(state), TICKET_PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "trust/tickets.html", {"page_obj": page, "state": state, "states": Ticket.State.choices}
    )
