"""What operators see of the counts."""

from __future__ import annotations

from django.contrib import admin

from wenlan.insights.models import DocumentView, Reading


@admin.register(DocumentView)
class DocumentViewAdmin(admin.ModelAdmin[DocumentView]):
    list_display = ["document", "day"]
    list_select_related = ["document"]
    search_fields = ["document__title"]
    date_hierarchy = "day"
    raw_id_fields = ["document"]


@admin.register(Reading)
class ReadingAdmin(admin.ModelAdmin[Reading]):
    list_display = ["user", "document", "last_page", "opened_count", "last_opened_at"]
    list_select_related = ["user", "document"]
    search_fields = ["user__email", "user__display_name", "document__title"]
    raw_id_fields = ["user", "document"]
