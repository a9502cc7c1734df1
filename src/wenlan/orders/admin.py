"""Orders and entitlements for operators: to look at; buying is what makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from wenlan.ledger.admin import ReadOnly
from wenlan.orders.models import Entitlement, Order

if TYPE_CHECKING:
    OrderModelAdmin = admin.ModelAdmin[Order]
    EntitlementModelAdmin = admin.ModelAdmin[Entitlement]
else:
    OrderModelAdmin = EntitlementModelAdmin = admin.ModelAdmin


@admin.register(Order)
class OrderAdmin(ReadOnly, OrderModelAdmin):
    list_display = [
        "id",
        "document",
        "buyer",
        "seller",
        "price",
        "fee_minor",
        "author_minor",
        "state",
        "paid_at",
    ]
    list_filter = ["state", "currency", "paid_at"]
    search_fields = [
        "id",
        "document__title",
        "buyer__email",
        "buyer__display_name",
        "seller__email",
    ]
    list_select_related = ["document", "buyer", "seller"]
    raw_id_fields = ["buyer", "seller", "document", "revision", "transfer"]
    date_hierarchy = "created_at"


@admin.register(Entitlement)
class EntitlementAdmin(ReadOnly, EntitlementModelAdmin):
    list_display = ["id", "reader", "document", "source", "order", "granted_at"]
    list_filter = ["source", "granted_at"]
    search_fields = ["document__title", "reader__email", "reader__display_name"]
    list_select_related = ["reader", "document", "order"]
    raw_id_fields = ["reader", "document", "order"]
