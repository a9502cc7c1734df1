"""Money on its way out of the house, to the people who earned it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import format_money

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


def new_key() -> str:
    """What tells one request from the next, so that a form that is sent twice asks once."""
    return secrets.token_hex(16)


def masked(text: str) -> str:
    """`6222020200112233445` → `•••• 3445`: enough to know one's own by, and no more.

    Of what is shorter than eight characters only the last one is shown.
    """
    shown = text[-4:] if len(text) >= 8 else text[-1:]
    return f"•••• {shown}" if text else ""


class Method(models.TextChoices):
    """How money leaves the house."""

    BANK = "bank", _("Bank transfer")
    ALIPAY = "alipay", _("Alipay")
    WECHAT = "wechat", _("WeChat Pay")


class PayoutAccount(models.Model):
    """Where the money of one person is sent, and who they are to whom the house pays.

    Never changed: other details are another row, so that what was approved is what is paid, and the earlier row
    says since when it does not count any more (`replaced_at`). Whoever does not decide about a payout sees the
    number and the identity only masked.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        related_name="payout_accounts",
    )
    method = models.CharField(_("way"), max_length=10, choices=Method)
    holder = models.CharField(_("name of the holder"), max_length=100)
    number = models.CharField(_("account number"), max_length=100)
    bank = models.CharField(_("bank and branch"), max_length=100, blank=True)
    identity_number = models.CharField(_("identity or tax number"), max_length=40, blank=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("payout details")
        verbose_name_plural = _("payout details")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(replaced_at=None), name="payments_one_payout_account_each"
            ),
            models.CheckConstraint(
                condition=~Q(holder="") & ~Q(number=""), name="payments_payout_account_is_somebodys"
            ),
            models.CheckConstraint(
                condition=~Q(method="bank") | ~Q(bank=""), name="payments_payout_account_has_a_bank"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.masked_number}"

    @property
    @display(description=_("account number"))
    def masked_number(self) -> str:
        return masked(self.number)

    @property
    @display(description=_("identity or tax number"))
    def masked_identity(self) -> str:
        return masked(self.identity_number)


class PayoutBatch(models.Model):
    """Payouts that were given to the bank in one file; the file can be made again and is the same each time."""

    method = models.CharField(_("way"), max_length=10, choices=Method)
    currency = models.CharField(_("currency"), max_length=3)
    language = models.CharField(_("language of the file"), max_length=10)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    payouts: RelatedManager[Payout]

    class Meta:
        verbose_name = _("payout batch")
        verbose_name_plural = _("payout batches")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("payments:payout_batch", args=[self.pk])


class Payout(models.Model):
    """A person takes what they have earned out of the house.

    ::

        requested ──approve──► approved ──export──► sent ──the bank paid──► paid
          │    │                 ▲                   │
          │    └──approve──► seconding               └──the bank did not──► failed
          │     (above a limit)  │
          │                      └──another person approves──► approved
          ├──reject── from requested, seconding, approved ──► rejected
          └──cancel── from requested, seconding, approved ──► cancelled

    The money goes from the earnings to the account of payouts under way (`transfer`), and from there out of the house
    when it is paid, the fee to the house, or back (`settled_by_transfer`). While a decision waits for something,
    `held_until` and `reason` say until when and why; a held payout is not approved, but rejected or cancelled.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waiting for approval")
        SECONDING = "seconding", _("Waiting for a second approval")
        APPROVED = "approved", _("Approved")
        SENT = "sent", _("Sent to the bank")
        PAID = "paid", _("Paid out")
        REJECTED = "rejected", _("Rejected")
        FAILED = "failed", _("Came back")
        CANCELLED = "cancelled", _("Cancelled")

    #: States that nobody has sent to the bank yet.
    PENDING: ClassVar[tuple[str, ...]] = (State.REQUESTED, State.SECONDING, State.APPROVED)
    #: States in which the money is in the account of payouts under way.
    UNDER_WAY: ClassVar[tuple[str, ...]] = (*PENDING, State.SENT)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="payouts"
    )
    account = models.ForeignKey(
        PayoutAccount, verbose_name=_("paid to"), on_delete=models.PROTECT, related_name="payouts"
    )
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units"))
    fee_minor = models.PositiveBigIntegerField(_("fee in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    key = models.CharField(max_length=32, default=new_key, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("first approved by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    batch = models.ForeignKey(
        PayoutBatch,
        verbose_name=_("batch"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payouts",
    )
    transfer = models.OneToOneField(
        "ledger.Transfer", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    settled_by_transfer = models.OneToOneField(
        "ledger.Transfer", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True, editable=False)

    events: RelatedManager[PayoutEvent]

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "requested_at"], name="payments_payouts_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="payments_payout_asked_for_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=F("fee_minor")), name="payments_payout_brings_something"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["paid", "rejected", "failed", "cancelled"],
                    settled_at__isnull=False,
                    settled_by_transfer__isnull=False,
                )
                | Q(
                    state__in=["requested", "seconding", "approved", "sent"],
                    settled_at__isnull=True,
                    settled_by_transfer__isnull=True,
                ),
                name="payments_payout_settled_moves_money",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "failed"]) | ~Q(reason=""),
                name="payments_payout_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | ~Q(reason=""), name="payments_payout_held_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(batch__isnull=False), name="payments_payout_sent_in_a_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("payments:payout_review", args=[self.pk])

    @property
    @display(description=_("amount"))
    def amount(self) -> str:
        return format_money(self.amount_minor, self.currency)

    @property
    def arrives_minor(self) -> int:
        """What arrives after the fee."""
        return self.amount_minor - self.fee_minor

    @property
    def is_pending(self) -> bool:
        """Whether its author can still take it back."""
        return self.state in self.PENDING

    @property
    def is_held(self) -> bool:
        """Whether nobody approves it before a certain day; `reason` says why."""
        return self.is_pending and self.held_until is not None and self.held_until > timezone.now()

    @property
    def waits_for_approval(self) -> bool:
        return self.state in {self.State.REQUESTED, self.State.SECONDING}

    @property
    def can_be_appealed(self) -> bool:
        """Whether its author may want to say something against it."""
        return self.is_held or self.state in {self.State.REJECTED, self.State.FAILED}


class PayoutEvent(models.Model):
    """Who did what with a payout, when and why. Added, never changed."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        APPROVED = "approved", _("Approved")
        SECONDED = "seconded", _("Approved a second time")
        HELD = "held", _("Held")
        UNHELD = "unheld", _("No longer held")
        SENT = "sent", _("Sent to the bank")
        PAID = "paid", _("Paid out")
        REJECTED = "rejected", _("Rejected")
        FAILED = "failed", _("Came back")
        CANCELLED = "cancelled", _("Cancelled")

    payout = models.ForeignKey(
        Payout, verbose_name=_("payout"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("in words"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("event of a payout")
        verbose_name_plural = _("events of payouts")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.kind}"
