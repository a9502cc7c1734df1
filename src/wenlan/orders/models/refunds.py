"""Money that went back to a buyer."""

from __future__ import annotations

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import format_money
from wenlan.ledger.models import Transfer
from wenlan.orders.models.orders import Order


class Refund(models.Model):
    """A part of an order's price, or all of it, given back: each share gives back what it got of it.

    There is at most one for a `key`, which names the case (`ticket:12`). It is written with its transfer and never
    changed afterwards.
    """

    class Reason(models.TextChoices):
        COMPLAINT = "complaint", _("A complaint was upheld")
        GOODWILL = "goodwill", _("The author gave it back")
        DELIVERY = "delivery", _("The file could not be delivered")
        OPERATOR = "operator", _("The house gave it back")

    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="refunds"
    )
    key = models.CharField(_("case"), max_length=100, unique=True, editable=False)
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units"))
    author_minor = models.PositiveBigIntegerField(_("from the author, in minor units"))
    fee_minor = models.PositiveBigIntegerField(_("from the house, in minor units"))
    commission_minor = models.PositiveBigIntegerField(_("from the sharer, in minor units"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(_("in words"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("given back by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("given back"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="orders_refund_moves_something"),
            models.CheckConstraint(
                condition=Q(amount_minor=F("author_minor") + F("fee_minor") + F("commission_minor")),
                name="orders_refund_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    @display(description=_("amount"))
    def amount(self) -> str:
        return format_money(self.amount_minor, self.order.currency)
