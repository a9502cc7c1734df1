"""Deliveries for operators: the proof, to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from wenlan.core.administration import ReadOnly
from wenlan.delivery.models import Delivery

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Delivery]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "id",
        "reader",
        "revision",
        "created_at",
        "bytes_sent",
        "completed_at",
        "handed_over_at",
        "user_agent",
    ]
    list_filter = [
        "created_at",
        ("completed_at", admin.EmptyFieldListFilter),
        ("handed_over_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["token", "reader__email", "revision__document__title", "revision__sha256"]
    list_select_related = ["reader", "revision"]
    raw_id_fields = ["reader", "revision"]
    date_hierarchy = "created_at"
