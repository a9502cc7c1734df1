"""The search room in the administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenlan.core.administration import ReadOnly
from wenlan.search.history import searches_hide
from wenlan.search.models import CountedSearch, IndexState, Standing

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


class OutcomeFilter(admin.SimpleListFilter):
    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [
            ("nothing", str(_("found nothing"))),
            ("helped", str(_("found nothing, and another spelling was offered"))),
            ("popular", str(_("may be shown as popular"))),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CountedSearch]) -> QuerySet[CountedSearch]:
        match self.value():
            case "nothing":
                return queryset.filter(found=0)
            case "helped":
                return queryset.filter(found=0).exclude(meant="")
            case "popular":
                return queryset.filter(is_common=True, is_hidden=False, found__gt=0)
        return queryset


@admin.register(CountedSearch)
class CountedSearchAdmin(admin.ModelAdmin[CountedSearch]):
    """What readers look for and do not find; nobody can see who. Popular ones can be hidden from everybody."""

    list_display = ["text", "searched", "in_vain", "found", "meant", "last_at", "is_common", "is_hidden"]
    list_filter = [OutcomeFilter, "is_hidden", "last_at"]
    search_fields = ["folded", "text"]
    ordering = ["-in_vain", "-last_at"]
    actions = ["hide", "show"]

    @admin.action(description=_("Never show to others as popular"), permissions=["hide"])
    def hide(self, request: HttpRequest, queryset: QuerySet[CountedSearch]) -> None:
        searches_hide(queryset, is_hidden=True)

    @admin.action(description=_("May be shown as popular again"), permissions=["hide"])
    def show(self, request: HttpRequest, queryset: QuerySet[CountedSearch]) -> None:
        searches_hide(queryset, is_hidden=False)

    def has_hide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("search.change_countedsearch")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CountedSearch | None = None) -> bool:
        return False
