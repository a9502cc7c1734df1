"""Payouts for operators: to look at; they decide on the pages of the house, which know who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin

from wenlan.core.administration import ReadOnly
from wenlan.payments.models import Payout, PayoutBatch

if TYPE_CHECKING:
    PayoutModelAdmin = admin.ModelAdmin[Payout]
    BatchModelAdmin = admin.ModelAdmin[PayoutBatch]
else:
    PayoutModelAdmin = BatchModelAdmin = admin.ModelAdmin


@admin.register(Payout)
class PayoutAdmin(ReadOnly, PayoutModelAdmin):
    list_display = ["id", "user", "amount", "state", "account", "requested_at", "settled_at", "batch"]
    list_filter = ["state", "account__method", "currency"]
    search_fields = ["id", "user__email", "user__display_name"]
    list_select_related = ["user", "account", "batch"]
    raw_id_fields = ["user", "account", "batch", "transfer", "settled_by_transfer", "approved_by"]
    date_hierarchy = "requested_at"


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ReadOnly, BatchModelAdmin):
    list_display = ["id", "method", "currency", "created_by", "created_at"]
    list_select_related = ["created_by"]
