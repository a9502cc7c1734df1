"""The similarity room in the administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wenlan.core.administration import ReadOnly
from wenlan.similarity.models import Finding, FindingDecision, Fingerprint

if TYPE_CHECKING:
    DecisionModelAdmin = admin.ModelAdmin[FindingDecision]
else:
    DecisionModelAdmin = admin.ModelAdmin


@admin.register(Fingerprint)
class FingerprintAdmin(admin.ModelAdmin[Fingerprint]):
    """Only to look at: the rows follow the revisions, and outlive them."""

    list_display = [
        "title",
        "document_number",
        "owner",
        "word_count",
        "state",
        "stored_at",
        "compared_at",
        "stays_down_since",
    ]
    list_filter = ["state", ("stays_down_since", admin.EmptyFieldListFilter)]
    list_select_related = ["owner"]
    search_fields = ["title", "=document_number", "=sha256", "owner__email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Fingerprint | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Fingerprint | None = None) -> bool:
        return False


@admin.register(Finding)
class FindingAdmin(admin.ModelAdmin[Finding]):
    """The evidence, side by side; what becomes of it is for the reviewers."""

    list_display = ["fingerprint", "earlier", "kind", "percent", "earlier_percent", "state", "found_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["fingerprint", "earlier"]
    search_fields = [
        "fingerprint__title",
        "earlier__title",
        "=fingerprint__document_number",
        "=earlier__document_number",
    ]
    exclude = ["swapped", "passages"]
    readonly_fields = ["swapped_words", "passages_side_by_side"]

    @admin.display(description=_("share of the text"), ordering="share")
    def percent(self, finding: Finding) -> str:
        return f"{finding.share:.0%}"

    @admin.display(description=_("share of the earlier text"), ordering="earlier_share")
    def earlier_percent(self, finding: Finding) -> str:
        return f"{finding.earlier_share:.0%}"

    @admin.display(description=_("swapped words"))
    def swapped_words(self, finding: Finding) -> str:
        return "  ".join(f"{before}→{after} ×{count}" for before, after, count in finding.swapped)

    @admin.display(description=_("passages"))
    def passages_side_by_side(self, finding: Finding) -> SafeString:
        return format_html_join(
            "",
            "<p>{}</p><p><b>{}</b> {}</p><hr>",
            ((own, _("Earlier:"), other) for own, other in finding.passages),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Finding | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Finding | None = None) -> bool:
        return False


@admin.register(FindingDecision)
class FindingDecisionAdmin(ReadOnly, DecisionModelAdmin):
    """What reviewers decided about copies; they do so on their own pages."""

    list_display = [
        "document_number",
        "earlier_number",
        "kind",
        "decision",
        "reviewer",
        "decided_at",
        "undone_at",
    ]
    list_filter = ["decision", "kind"]
    list_select_related = ["reviewer"]
    search_fields = ["=document_number", "=earlier_number", "reason", "reviewer__email"]
    date_hierarchy = "decided_at"
    raw_id_fields = ["finding", "reviewer"]
