"""Top-ups for operators: to look at; only a provider's message settles one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from wenlan.core.administration import ReadOnly
from wenlan.payments.models import TopUp

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[TopUp]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(TopUp)
class TopUpAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "user", "amount", "provider", "state", "created_at", "settled_at", "reference"]
    list_filter = ["state", "provider", "currency"]
    search_fields = ["reference", "user__email", "user__display_name"]
    list_select_related = ["user"]
    raw_id_fields = ["user", "transfer"]
    date_hierarchy = "created_at"


# Django's administration finds what is registered by this module.
from wenlan.payments.payouts import admin as payouts_admin  # noqa: E402, F401
