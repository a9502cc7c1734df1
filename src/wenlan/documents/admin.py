"""Documents for operators. States, prices and authors change through the pages of the site, which keep the rules and
tell everybody concerned."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from wenlan.core.administration import ReadOnly
from wenlan.core.handlers import handlers
from wenlan.documents.models import (
    Amendment,
    Category,
    Document,
    Favourite,
    Page,
    Revision,
    Tag,
    Upload,
)
from wenlan.documents.services._common import announce_change


def _announce(name: str, pk: int) -> None:
    for changed in handlers(name):
        changed(pk)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin[Category]):
    list_display = ["slug", "name_zh", "name_en", "position"]
    list_editable = ["position"]
    search_fields = ["slug", "name_zh", "name_en"]

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Documents are found by the address of their category, and the category by its names."""
        super().save_model(request, obj, form, change)
        if change and not {"slug", "name_zh", "name_en"}.isdisjoint(form.changed_data):
            _announce("category_changed", obj.pk)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Tag]):
    list_display = ["name", "key"]
    search_fields = ["name", "key"]

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """Documents are found by their tags."""
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            _announce("tag_changed", obj.pk)

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        _announce("tag_changed", obj.pk)  # before, while it is known which documents have it
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        for tag in queryset:
            _announce("tag_changed", tag.pk)
        super().delete_queryset(request, queryset)


class RevisionInline(admin.TabularInline[Revision, Document]):
    model = Revision
    fields = ["number", "original_name", "format", "size_bytes", "state", "page_count", "error_code"]
    readonly_fields = ["number", "original_name", "format", "size_bytes", "state", "page_count", "error_code"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(admin.ModelAdmin[Document]):
    list_display = [
        "id",
        "title",
        "author",
        "state",
        "price",
        "sale_count",
        "on_the_site",
    ]
    list_display_links = ["id", "title"]
    list_filter = ["state", "audience", "language", "category", "created_at"]
    list_select_related = ["author"]
    search_fields = ["=id", "title", "author__email", "author__display_name", "revisions__sha256"]
    raw_id_fields = ["tags"]
    exclude = ["price_minor", "currency"]
    readonly_fields = [
        "on_the_site",
        "author",
        "price",
        "audience",
        "groups",
        "state",
        "current_revision",
        "withdrawn_by",
        "withdrawal_reason",
        "created_at",
        "updated_at",
        "submitted_at",
        "published_at",
        "view_count",
        "favourite_count",
        "sale_count",
    ]
    date_hierarchy = "created_at"
    inlines = [RevisionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("on the site"))
    def on_the_site(self, document: Document) -> str:
        """The pages where one does something about the document; they tell its author."""
        links = [(reverse("documents:edit", args=[document.pk]), _("Manage"))]
        if document.state == Document.State.IN_REVIEW:
            links.append((reverse("trust:review", args=[document.pk]), _("Review")))
        elif document.is_published:
            links.append((reverse("trust:takedown", args=[document.pk]), _("Take down")))
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        announce_change(obj.pk)


@admin.register(Revision)
class RevisionAdmin(ReadOnly, admin.ModelAdmin[Revision]):
    list_display = [
        "id",
        "original_name",
        "format",
        "size_bytes",
        "state",
        "page_count",
        "attempt_count",
        "error_code",
    ]
    list_display_links = ["id", "original_name"]
    list_filter = ["state", "format", "error_code", "created_at"]
    search_fields = ["=id", "=document__id", "original_name", "sha256", "uploader__email"]
    raw_id_fields = ["document", "uploader"]


@admin.register(Page)
class PageAdmin(ReadOnly, admin.ModelAdmin[Page]):
    list_display = ["id", "revision", "number", "width_points", "height_points"]
    list_select_related = ["revision"]
    search_fields = ["=revision__id", "=revision__document__id"]
    raw_id_fields = ["revision"]
    show_full_result_count = False


@admin.register(Favourite)
class FavouriteAdmin(ReadOnly, admin.ModelAdmin[Favourite]):
    list_display = ["id", "reader", "document", "created_at"]
    list_select_related = ["reader", "document"]
    search_fields = ["reader__email", "document__title"]
    raw_id_fields = ["reader", "document"]
    date_hierarchy = "created_at"


@admin.register(Upload)
class UploadAdmin(ReadOnly, admin.ModelAdmin[Upload]):
    list_display = ["id", "uploader", "uploaded_at"]
    list_select_related = ["uploader"]
    search_fields = ["uploader__email"]
    date_hierarchy = "uploaded_at"


@admin.register(Amendment)
class AmendmentAdmin(ReadOnly, admin.ModelAdmin[Amendment]):
    """Changes are read here; they are decided on the review pages."""

    list_display = ["document", "title", "state", "submitted_at"]
    list_filter = ["state"]
    list_select_related = ["document"]
    search_fields = ["=document__id", "title", "document__title"]
    date_hierarchy = "submitted_at"
