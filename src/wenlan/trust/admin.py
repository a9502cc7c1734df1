"""What operators see of decisions and tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from wenlan.core.administration import ReadOnly
from wenlan.trust.models import PageProblem, Review, Ticket, TicketMessage

if TYPE_CHECKING:
    TicketModelAdmin = admin.ModelAdmin[Ticket]
    MessageModelAdmin = admin.ModelAdmin[TicketMessage]
    ProblemModelAdmin = admin.ModelAdmin[PageProblem]
else:
    TicketModelAdmin = MessageModelAdmin = ProblemModelAdmin = admin.ModelAdmin


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin[Review]):
    """Decisions are read here; they are made on the review pages."""

    list_display = ["document", "decision", "reviewer", "decided_at", "undone_at"]
    list_filter = ["decision"]
    list_select_related = ["document", "reviewer"]
    search_fields = ["document__title", "reviewer__email", "reviewer__display_name", "reason"]
    date_hierarchy = "decided_at"
    raw_id_fields = ["document", "revision", "reviewer"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False


class TicketMessageInline(admin.TabularInline[TicketMessage, Ticket]):
    """The thread. Answers are written on the ticket's own page, from where they are mailed."""

    model = TicketMessage
    extra = 0
    fields = ["created_at", "is_from_house", "author", "body"]
    readonly_fields = ["created_at", "is_from_house", "author", "body"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Ticket | None = None) -> bool:
        return False


@admin.register(Ticket)
class TicketAdmin(ReadOnly, TicketModelAdmin):
    """Tickets are read here; they are answered and closed on their own pages, which mail the reader."""

    list_display = ["subject", "kind", "state", "email", "due_at", "created_at", "on_the_site"]
    list_filter = ["state", "kind"]
    search_fields = ["code", "subject", "email", "body", "document__title"]
    date_hierarchy = "created_at"
    readonly_fields = ["code", "created_at", "on_the_site"]
    inlines = [TicketMessageInline]

    @admin.display(description=_("on the site"))
    def on_the_site(self, ticket: Ticket) -> str:
        return format_html('<a href="{}">{}</a>', ticket.get_absolute_url(), _("Answer"))


@admin.register(TicketMessage)
class TicketMessageAdmin(ReadOnly, MessageModelAdmin):
    list_display = ["ticket", "is_from_house", "author", "created_at"]
    list_filter = ["is_from_house"]
    list_select_related = ["ticket", "author"]
    search_fields = ["body", "ticket__code", "ticket__subject"]
    raw_id_fields = ["ticket", "author"]


@admin.register(PageProblem)
class PageProblemAdmin(ReadOnly, ProblemModelAdmin):
    """What readers say of pages is read here; it is settled on the page of reviewers, which mails them."""

    list_display = ["revision", "page_number", "state", "created_at", "settled_by"]
    list_filter = ["state"]
    list_select_related = ["revision", "settled_by"]
    search_fields = ["body", "revision__document__title"]
    raw_id_fields = ["revision", "reporter", "settled_by"]
