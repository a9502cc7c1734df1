"""The ledger for operators: everything to see, nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenlan.core.administration import ReadOnly
from wenlan.ledger.models import Account, Audit, Entry, Transfer

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
    TabularInline = admin.TabularInline[Model, Model]
else:
    ModelAdmin = admin.ModelAdmin
    TabularInline = admin.TabularInline


def _link(address: str, words: str) -> str:
    return format_html('<a href="{}">{}</a>', address, words)


def _account_link(account: Account) -> str:
    """The account's history, named by whose and what it is."""
    whose = account.name if account.owner is None else account.owner.display_name
    address = reverse("admin:ledger_entry_changelist", query={"account__id__exact": account.pk})
    return _link(address, f"{account.get_kind_display()} · {whose}")


def _cause_link(transfer: Transfer) -> str:
    """What made the money move, in the administration; as it is where that shows no such rows."""
    model = settings.WENLAN_LEDGER_CAUSES.get(transfer.cause_kind, "")
    if transfer.cause_id is None or not model:
        return transfer.cause
    try:
        return _link(reverse(f"admin:{model}_change", args=[transfer.cause_id]), transfer.cause)
    except NoReverseMatch:
        return transfer.cause


class EntryInline(ReadOnly, TabularInline):
    model = Entry
    fields = ["account_link", "amount", "balance_after", "digest"]
    readonly_fields = ["account_link", "amount", "balance_after", "digest"]
    extra = 0
    ordering = ["id"]

    @admin.display(description=gettext_lazy("account"))
    def account_link(self, entry: Entry) -> str:
        return _account_link(entry.account)


@admin.register(Account)
class AccountAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "kind", "owner", "name", "currency", "balance", "history", "created_at"]
    list_filter = ["kind", "currency"]
    search_fields = ["owner__email", "owner__display_name", "name"]
    list_select_related = ["owner"]
    fields = [
        "kind",
        "owner",
        "name",
        "currency",
        "balance",
        "may_be_negative",
        "history",
        "digest",
        "created_at",
    ]
    readonly_fields = ["balance", "history", "digest", "created_at"]

    @admin.display(description=gettext_lazy("history"))
    def history(self, account: Account) -> str:
        address = reverse("admin:ledger_entry_changelist", query={"account__id__exact": account.pk})
        return _link(address, _("Every movement"))


@admin.register(Transfer)
class TransferAdmin(ReadOnly, ModelAdmin):
    list_display = ["id", "kind", "description", "cause_link", "reason_key", "created_at"]
    list_filter = ["kind", "created_at"]
    search_fields = ["reason_key", "description", "cause"]
    show_full_result_count = False
    date_hierarchy = "created_at"
    fields = ["kind", "description", "cause_link", "reason_key", "created_at"]
    readonly_fields = ["cause_link", "created_at"]
    inlines = [EntryInline]

    @admin.display(description=gettext_lazy("cause"), ordering="cause")
    def cause_link(self, transfer: Transfer) -> str:
        return _cause_link(transfer)


@admin.register(Entry)
class EntryAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "id",
        "posted",
        "account_link",
        "summary_words",
        "amount",
        "balance_after",
        "transfer_link",
        "cause_link",
    ]
    list_filter = ["account__kind", "account__currency", "transfer__kind"]
    search_fields = [
        "transfer__reason_key",
        "transfer__description",
        "transfer__cause",
        "account__owner__email",
    ]
    list_select_related = ["transfer", "account__owner"]
    show_full_result_count = False
    fields = [
        "posted",
        "account_link",
        "summary_words",
        "amount",
        "balance_after",
        "transfer_link",
        "cause_link",
        "digest",
    ]
    readonly_fields = [
        "posted",
        "account_link",
        "summary_words",
        "amount",
        "balance_after",
        "transfer_link",
        "cause_link",
        "digest",
    ]

    @admin.display(description=gettext_lazy("posted"), ordering="id")
    def posted(self, entry: Entry) -> object:
        return entry.transfer.created_at

    @admin.display(description=gettext_lazy("account"))
    def account_link(self, entry: Entry) -> str:
        return _account_link(entry.account)

    @admin.display(description=gettext_lazy("in words"))
    def summary_words(self, entry: Entry) -> str:
        return entry.summary

    @admin.display(description=gettext_lazy("transfer"))
    def transfer_link(self, entry: Entry) -> str:
        return _link(
            reverse("admin:ledger_transfer_change", args=[entry.transfer_id]), str(entry.transfer_id)
        )

    @admin.display(description=gettext_lazy("cause"))
    def cause_link(self, entry: Entry) -> str:
        return _cause_link(entry.transfer)


@admin.register(Audit)
class AuditAdmin(ReadOnly, ModelAdmin):
    list_display = ["day", "adds_up", "discrepancy_count", "entry_count", "started_at", "finished_at"]
    list_filter = ["discrepancy_count"]
