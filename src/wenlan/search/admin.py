"""The search room in the administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenlan.core.administration import ReadOnly
from wenlan.search.models import IndexState, Standing

if TYPE_CHECKING:
    StandingModelAdmin = admin.ModelAdmin[Standing]
else:
    StandingModelAdmin = admin.ModelAdmin


class IsCurrentFilter(admin.SimpleListFilter):
    title = _("in the index")
    parameter_name = "current"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("yes", str(_("up to date"))), ("no", str(_("waiting")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[IndexState]) -> QuerySet[IndexState]:
        match self.value():
            case "yes":
                return queryset.filter(wanted_version__lte=F("indexed_version"))
            case "no":
                return queryset.filter(wanted_version__gt=F("indexed_version"))
        return queryset


@admin.register(IndexState)
class IndexStateAdmin(admin.ModelAdmin[IndexState]):
    """Only to look at: the rows follow the documents."""

    list_display = [
        "document_id",
        "current",
        "wanted_version",
        "indexed_version",
        "requested_at",
        "indexed_at",
    ]
    list_filter = [IsCurrentFilter]
    search_fields = ["=document_id"]
    ordering = ["-requested_at"]

    @admin.display(description=_("up to date"), boolean=True)
    def current(self, state: IndexState) -> bool:
        return state.is_current

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: IndexState | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: IndexState | None = None) -> bool:
        return False


@admin.register(Standing)
class StandingAdmin(ReadOnly, StandingModelAdmin):
    """Only to look at: the worst come first, and a document that nobody said anything about is not worth a look."""

    list_display = ["document", "quality", "signals", "counted_at"]
    list_select_related = ["document"]
    search_fields = ["=document__pk", "document__title"]
    ordering = ["quality", "pk"]
