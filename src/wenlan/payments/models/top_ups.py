"""Money on its way into a wallet."""

from __future__ import annotations

import datetime
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

QR_LIFETIME = datetime.timedelta(hours=2)
"""How long the code of a payment can be scanned; providers are told so."""


def new_reference() -> str:
    """A name for a payment that nobody can guess and every provider accepts (32 letters and digits)."""
    return secrets.token_hex(16)


def first_check() -> datetime.datetime:
    """When a provider is asked about a payment that has just begun, unless it tells us before."""
    return timezone.now() + datetime.timedelta(minutes=2)


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
    pay_url = models.CharField(_("where to pay"), max_length=4000, blank=True, editable=False)
    qr_text = models.CharField(
        _("text of the QR code"), max_length=1000, blank=True, default="", db_default="", editable=False
    )
    handle = models.CharField(
        _("number before it is paid"), max_length=255, blank=True, default="", db_default="", editable=False
    )
    payment_id = models.CharField(
        _("number at the provider"), max_length=255, blank=True, default="", db_default="", editable=False
    )
    next_check_at = models.DateTimeField(
        _("asked about next"), null=True, blank=True, default=first_check, editable=False
    )
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
        indexes = [
            models.Index(fields=["user", "-created_at"], name="payments_top_ups_of_reader"),
            models.Index(fields=["next_check_at"], name="payments_top_ups_to_check"),
        ]
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

    @property
    def is_begun(self) -> bool:
        """Whether the provider has said how to pay."""
        return bool(self.pay_url or self.qr_text)

    @property
    def stage(self) -> str:
        """What the page of the payment shows: the state, and of an open one how it is to be paid.

        `waiting` for the provider to say how, `scan` a code, `expired` when that is too old, `go` to its page.
        """
        if not self.is_open:
            return self.state
        if not self.is_begun:
            return "waiting"
        if not self.qr_text:
            return "go"
        return "expired" if timezone.now() - self.created_at > QR_LIFETIME else "scan"


class Refund(models.Model):
    """Money of a top-up on its way back through the provider it came by.

    ::

        requested ──the provider gave it back──► done
            └──the provider refused──► failed

    `transfer` took it out of the house when the refund was requested, `reversal` is what put it back where the
    provider refused.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("On its way back")
        DONE = "done", _("Given back")
        FAILED = "failed", _("Refused")

    top_up = models.ForeignKey(
        TopUp, verbose_name=_("top-up"), on_delete=models.PROTECT, related_name="refunds"
    )
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units"))
    reference = models.CharField(
        _("reference"), max_length=32, unique=True, default=new_reference, editable=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="+", editable=False)
    reversal = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("given back at"), null=True, blank=True, editable=False)
    next_check_at = models.DateTimeField(
        _("asked about next"), null=True, blank=True, default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = _("refund through a provider")
        verbose_name_plural = _("refunds through providers")
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_check_at"], name="payments_refunds_to_check")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_refund_moves_something"),
            models.CheckConstraint(
                condition=Q(state="done", settled_at__isnull=False)
                | (~Q(state="done") & Q(settled_at__isnull=True)),
                name="payments_refund_done_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(reversal__isnull=True) | Q(state="failed"),
                name="payments_refund_reversed_if_failed",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    @display(description=_("amount"))
    def amount(self) -> str:
        return format_money(self.amount_minor, self.top_up.currency)


class WebhookEvent(models.Model):
    """One piece of news of a provider, written down before anything is done about it.

    ::

        received ──► applied
           ├──the books do not allow it──► refused     (an operator has to look)
           └──we could not──► failed ──tried again──► applied, refused, failed

    `news` is what the message said once its signature was found good, so that it can be applied later, when the
    signature would be too old. Forged messages are one row for each provider and day, which counts them.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        APPLIED = "applied", _("Applied")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("To be tried again")

    class Reason(models.TextChoices):
        AMOUNT_MISMATCH = "amount_mismatch", _("another amount or currency")
        UNKNOWN_TOP_UP = "unknown_top_up", _("no such payment here")
        FORGED = "forged", _("not genuine, or too old")
        OTHER = "other", _("something else")

    provider = models.CharField(_("payment provider"), max_length=20)
    event_id = models.CharField(_("number at the provider"), max_length=255)
    reference = models.CharField(_("reference"), max_length=64, blank=True, db_index=True)
    body_sha256 = models.CharField(_("SHA-256 of the message"), max_length=64, blank=True)
    headers = models.JSONField(_("headers of the signature"), default=dict, blank=True)
    news = models.JSONField(_("what it says"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    detail = models.CharField(_("in words"), max_length=300, blank=True)
    times = models.PositiveIntegerField(_("times received"), default=1)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    last_at = models.DateTimeField(_("received last"), default=timezone.now, editable=False)
    next_try_at = models.DateTimeField(
        _("tried again"), null=True, blank=True, default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = _("message of a provider")
        verbose_name_plural = _("messages of providers")
        ordering = ["-id"]
        indexes = [models.Index(fields=["next_try_at"], name="payments_events_to_try")]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="payments_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}:{self.event_id}"
