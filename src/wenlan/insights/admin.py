"""What operators see of the counts. Who reads what stays between the reader and their library: it is not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from wenlan.core.administration import ReadOnly
from wenlan.insights.models import DocumentView

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[DocumentView]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(DocumentView)
class DocumentViewAdmin(ReadOnly, ModelAdmin):
    list_display = ["document", "day"]
    list_select_related = ["document"]
    search_fields = ["document__title"]
    date_hierarchy = "day"
