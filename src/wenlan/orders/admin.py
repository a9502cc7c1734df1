"""Orders, entitlements and share links for operators: to look at; buying and sharing is what makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenlan.core.administration import ReadOnly
from wenlan.core.money import format_money
from wenlan.orders import price_admin  # noqa: F401 - registers its pages
from wenlan.orders.models import (
    CommissionRate,
    Entitlement,
    MemberDownload,
    Membership,
    Order,
    Plan,
    Refund,
    ShareLink,
)

if TYPE_CHECKING:
    OrderModelAdmin = admin.ModelAdmin[Order]
    EntitlementModelAdmin = admin.ModelAdmin[Entitlement]
    ShareLinkModelAdmin = admin.ModelAdmin[ShareLink]
    CommissionRateModelAdmin = admin.ModelAdmin[CommissionRate]
else:
    OrderModelAdmin = EntitlementModelAdmin = admin.ModelAdmin
    ShareLinkModelAdmin = CommissionRateModelAdmin = admin.ModelAdmin


@admin.register(Order)
class OrderAdmin(ReadOnly, OrderModelAdmin):
    list_display = [
        "id",
        "document",
        "buyer",
        "seller",
        "price",
        "fee",
        "commission",
        "income",
        "state",
        "paid_at",
        "give_back",
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
    raw_id_fields = ["buyer", "seller", "sharer", "document", "revision", "transfer"]
    exclude = ["price_minor", "fee_minor", "commission_minor", "author_minor"]
    readonly_fields = ["price", "fee", "commission", "income", "give_back"]
    date_hierarchy = "created_at"

    @admin.display(description=_("house fee"), ordering="fee_minor")
    def fee(self, order: Order) -> str:
        return format_money(order.fee_minor, order.currency)

    @admin.display(description=_("commission"), ordering="commission_minor")
    def commission(self, order: Order) -> str:
        return format_money(order.commission_minor, order.currency)

    @admin.display(description=_("author's income"), ordering="author_minor")
    def income(self, order: Order) -> str:
        return format_money(order.author_minor, order.currency)

    @admin.display(description=_("refund"))
    def give_back(self, order: Order) -> str:
        if order.state != Order.State.PAID:
            return "–"
        address = reverse("orders:house_refund", args=[order.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Give money back"))


@admin.register(Entitlement)
class EntitlementAdmin(ReadOnly, EntitlementModelAdmin):
    list_display = ["id", "reader", "document", "source", "order", "granted_at"]
    list_filter = ["source", "granted_at"]
    search_fields = ["document__title", "reader__email", "reader__display_name"]
    list_select_related = ["reader", "document", "order"]
    raw_id_fields = ["reader", "document", "order"]


@admin.register(ShareLink)
class ShareLinkAdmin(ReadOnly, ShareLinkModelAdmin):
    list_display = ["code", "sharer", "document", "click_count", "created_at"]
    list_filter = ["created_at"]
    search_fields = ["code", "document__title", "sharer__email", "sharer__display_name"]
    list_select_related = ["sharer", "document"]
    raw_id_fields = ["sharer", "document"]


@admin.register(CommissionRate)
class CommissionRateAdmin(ReadOnly, CommissionRateModelAdmin):
    list_display = ["__str__", "author", "document", "changed_at"]
    search_fields = ["author__email", "author__display_name", "document__title"]
    list_select_related = ["author", "document"]
    raw_id_fields = ["author", "document"]


@admin.register(Refund)
class RefundAdmin(ReadOnly, admin.ModelAdmin[Refund]):
    list_display = ["id", "order", "amount", "reason", "by", "created_at"]
    list_filter = ["reason", "created_at"]
    search_fields = ["key", "order__document__title", "order__buyer__email", "order__seller__email"]
    list_select_related = ["order", "by"]
    raw_id_fields = ["order", "by", "transfer"]


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin[Plan]):
    """What memberships cost; what somebody has bought stays as it was."""

    list_display = ["name", "period", "price", "included_downloads", "discount_basis_points", "is_offered"]
    list_filter = ["is_offered", "period"]

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnly, admin.ModelAdmin[Membership]):
    list_display = ["id", "reader", "plan", "price", "starts_at", "ends_at", "renews", "settled_at"]
    list_filter = ["plan", "renews", "ends_at"]
    search_fields = ["reader__email", "reader__display_name"]
    list_select_related = ["reader", "plan"]
    raw_id_fields = ["reader", "plan", "transfer", "settled_by"]


@admin.register(MemberDownload)
class MemberDownloadAdmin(ReadOnly, admin.ModelAdmin[MemberDownload]):
    list_display = ["id", "membership", "document", "author", "taken_at"]
    search_fields = ["document__title", "author__email"]
    list_select_related = ["membership__plan", "document", "author"]
    raw_id_fields = ["membership", "document", "author"]
