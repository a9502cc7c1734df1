"""Money on its way, for operators: to look at; only a provider's message settles something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from wenlan.core.administration import ReadOnly
from wenlan.payments.models import Refund, TopUp, WebhookEvent

if TYPE_CHECKING:
    TopUpBase = admin.ModelAdmin[TopUp]
    RefundBase = admin.ModelAdmin[Refund]
    EventBase = admin.ModelAdmin[WebhookEvent]
else:
    TopUpBase = RefundBase = EventBase = admin.ModelAdmin

ADVICE = {
    WebhookEvent.Reason.AMOUNT_MISMATCH: _(
        "Nothing was credited. Look the payment up at the provider by its number: give the money back there, or"
        " ask the reader to pay what was asked."
    ),
    WebhookEvent.Reason.UNKNOWN_TOP_UP: _(
        "Nothing was credited. Another site may use the same keys, or a backup was restored; look the payment up"
        " at the provider."
    ),
    WebhookEvent.Reason.FORGED: _(
        "Nothing to do for a few. For many, compare the keys of the settings with those at the provider, and the"
        " clock of this machine."
    ),
    WebhookEvent.Reason.OTHER: _("It is tried again by itself. The log says what failed."),
}


@admin.register(TopUp)
class TopUpAdmin(ReadOnly, TopUpBase):
    list_display = ["id", "user", "amount", "provider", "state", "created_at", "settled_at", "reference"]
    list_filter = ["state", "provider", "currency"]
    search_fields = ["reference", "payment_id", "user__email", "user__display_name"]
    list_select_related = ["user"]
    raw_id_fields = ["user", "transfer"]
    date_hierarchy = "created_at"


@admin.register(Refund)
class RefundAdmin(ReadOnly, RefundBase):
    list_display = ["id", "top_up", "amount", "state", "failure", "created_at", "settled_at", "reference"]
    list_filter = ["state", "top_up__provider"]
    search_fields = ["reference", "top_up__reference"]
    list_select_related = ["top_up"]
    raw_id_fields = ["top_up", "transfer"]
    date_hierarchy = "created_at"


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnly, EventBase):
    list_display = [
        "id",
        "provider",
        "state",
        "reason",
        "detail",
        "advice",
        "times",
        "received_at",
        "reference",
    ]
    list_filter = ["state", "reason", "provider"]
    search_fields = ["event_id", "reference"]
    date_hierarchy = "received_at"

    @admin.display(description=_("what to do"))
    def advice(self, event: WebhookEvent) -> str:
        return str(ADVICE.get(WebhookEvent.Reason(event.reason), "")) if event.reason else ""
