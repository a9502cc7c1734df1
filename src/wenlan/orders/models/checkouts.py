"""What somebody is about to pay for."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import format_money
from wenlan.documents.models import Document
from wenlan.orders.models.bundles import Bundle


def new_reference() -> str:
    """A name for a checkout that nobody can guess."""
    return secrets.token_hex(16)


class Checkout(models.Model):
    """What a reader wants to buy, at the price they agreed to, until the money for it has arrived.

    ::

        open ──the money is there──► paid
          │                 └──it cannot be bought any more──► failed
          └──nobody paid──► expired ──the money came after all──► paid, failed

    It holds nothing back for the reader: a coupon is used, and the price fixed, when the money is there. When that
    is too late the money stays in their wallet and `failure` says why, in their language (`failure_code` for
    programs).

    `email` is where somebody without an account gets the link by which they claim what they paid for.
    `attribution` is what is known of who showed them the document, as it was when they began.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for payment")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Not bought")
        EXPIRED = "expired", _("Not paid")

    reference = models.CharField(
        _("reference"), max_length=32, unique=True, default=new_reference, editable=False
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reader"), on_delete=models.PROTECT, related_name="checkouts"
    )
    document = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="checkouts",
    )
    bundle = models.ForeignKey(
        Bundle,
        verbose_name=_("bundle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="checkouts",
    )
    title = models.CharField(_("what it is about"), max_length=200)
    price_minor = models.PositiveBigIntegerField(_("price in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    coupon_code = models.CharField(_("coupon"), max_length=80, blank=True)
    chosen_minor = models.PositiveBigIntegerField(_("chosen price in minor units"), null=True, blank=True)
    email = models.EmailField(_("mail of a guest"), blank=True)
    attribution = models.JSONField(_("who showed it"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)
    failure_code = models.CharField(_("kind of failure"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("checkout")
        verbose_name_plural = _("checkouts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="open"), name="orders_checkouts_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(bundle__isnull=True),
                name="orders_checkout_is_about_one_thing",
            ),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="orders_checkout_costs_something"),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "failed"], settled_at__isnull=False)
                | Q(state__in=["open", "expired"], settled_at__isnull=True),
                name="orders_checkout_settled_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_settled(self) -> bool:
        return self.state in {self.State.PAID, self.State.FAILED}

    @property
    @display(description=_("price"))
    def price(self) -> str:
        return format_money(self.price_minor, self.currency)
