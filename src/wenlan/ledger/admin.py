"""The ledger for operators: everything to see, nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model

from wenlan.core.administration import ReadOnly
from wenlan.ledger.models import Account, Entry, Transfer

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
    TabularInline = admin.TabularInline[Model, Model]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline


class EntryInline(ReadOnly, TabularInline):
    model = Entry
    fields = ["account", "amount", "balance_after"]
    readonly_fields = ["amount", "balance_after"]
    extra = 0


@admin.register(Account)
class AccountAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "kind", "owner", "name", "currency", "balance", "may_be_negative", "created_at"]
    list_filter = ["kind", "currency"]
    search_fields = ["owner__email", "owner__display_name", "name"]
    list_select_related = ["owner"]
    raw_id_fields = ["owner"]


@admin.register(Transfer)
class TransferAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "kind", "description", "cause", "reason_key", "created_at"]
    list_filter = ["kind", "created_at"]
    search_fields = ["reason_key", "description", "cause"]
    date_hierarchy = "created_at"
    inlines = [EntryInline]


@admin.register(Entry)
class EntryAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "transfer", "account", "amount", "balance_after"]
    list_filter = ["account__kind", "account__currency"]
    search_fields = ["transfer__reason_key", "transfer__description", "account__owner__email"]
    list_select_related = ["transfer", "account"]
    raw_id_fields = ["transfer", "account"]
