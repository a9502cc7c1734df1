"""Money on its way into a wallet."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import format_money
from wenlan.ledger.models import Transfer
from wenlan.orders.models import Checkout


def new_reference() -> str:
    """A name for a payment that nobody can guess and every provider accepts (32 letters and digits)."""
    return secrets.token_hex(16)


class TopUp(models.Model):
    """A reader puts money into their wallet through a payment provider.

    ::

        created ──the provider has the money──► paid
           ├──the provider refused──► failed ─────┐
           └──the reader went away──► cancelled ──┴──the money came after all──► paid

    Money that did arrive is always credited, in whichever state it finds the top-up, and once; what the reader
    wanted to buy with it (`checkout`) is bought in the same moment.
    """

    class State(models.TextChoices):
        CREATED = "created", _("Waiting for payment")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reader"), on_delete=models.PROTECT, related_name="top_ups"
    )
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    provider = models.CharField(_("payment provider"), max_length=20)
    reference = models.CharField(
        _("reference"), max_length=32, unique=True, default=new_reference, editable=False
    )
    pay_url = models.CharField(_("where to pay"), max_length=2000, blank=True, editable=False)
    next_url = models.CharField(_("where to go afterwards"), max_length=500, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CREATED)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    transfer = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    checkout = models.ForeignKey(
        Checkout,
        verbose_name=_("checkout"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="top_ups",
        editable=False,
    )
    created_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("paid at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("top-up")
        verbose_name_plural = _("top-ups")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-created_at"], name="payments_top_ups_of_reader")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_top_up_moves_something"),
            models.CheckConstraint(
                condition=Q(state="paid", transfer__isnull=False, settled_at__isnull=False)
                | (~Q(state="paid") & Q(transfer__isnull=True)),
                name="payments_paid_has_transfer",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    @display(description=_("amount"))
    def amount(self) -> str:
        return format_money(self.amount_minor, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.CREATED
