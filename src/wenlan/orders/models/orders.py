"""What was bought, and who may keep what."""

from __future__ import annotations

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import format_money
from wenlan.documents.models import Document, Revision
from wenlan.ledger.models import Transfer
from wenlan.orders.models.bundles import Bundle

_ALIAS_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""None that looks like another one."""


class Order(models.Model):
    """A reader buys a document: the price shown is the price paid, and its split adds up.

    ::

        pending ──pay──► paid ──all of it given back──► refunded
           │
           └──cancel──► cancelled

    Paid from the wallet, an order is created and paid in one transaction; nobody ever sees it pending.
    `seller` is who was the document's author then, and got the money; `sharer` is who showed it to the buyer, and
    got the commission; `bundle` is what it was bought in. `price_minor` is what was paid, `list_minor` what the
    document cost without any discount.

    The money is held until `release_at`, then released to whom it belongs (`released_at`); while something is
    complained of, `held_cause` (`ticket:12`) names it, and nothing is released.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for payment")
        PAID = "paid", _("Paid")
        REFUNDED = "refunded", _("Refunded")
        CANCELLED = "cancelled", _("Cancelled")

    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="orders"
    )
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("seller"), on_delete=models.PROTECT, related_name="sales"
    )
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="orders"
    )
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="+"
    )
    sharer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sharer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commissions",
    )
    bundle = models.ForeignKey(
        Bundle,
        verbose_name=_("bundle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
    )
    list_minor = models.PositiveBigIntegerField(_("price before discounts in minor units"))
    price_minor = models.PositiveBigIntegerField(_("price in minor units"))
    fee_minor = models.PositiveBigIntegerField(_("house fee in minor units"))
    commission_minor = models.PositiveBigIntegerField(_("commission in minor units"), default=0)
    author_minor = models.PositiveBigIntegerField(_("author's income in minor units"))
    refunded_minor = models.PositiveBigIntegerField(_("given back in minor units"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    transfer = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("ordered"), default=timezone.now, editable=False)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True, editable=False)
    release_at = models.DateTimeField(_("held until"), null=True, blank=True, editable=False)
    released_at = models.DateTimeField(_("released"), null=True, blank=True, editable=False)
    held_cause = models.CharField(_("held because of"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["document", "state"], name="orders_of_document"),
            models.Index(
                fields=["release_at"],
                condition=Q(state="paid", released_at__isnull=True, held_cause=""),
                name="orders_to_release",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "document"],
                condition=Q(state__in=["pending", "paid"]),
                name="orders_one_live_order_each",
            ),
            models.CheckConstraint(
                condition=Q(price_minor=F("fee_minor") + F("commission_minor") + F("author_minor")),
                name="orders_split_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(commission_minor=0) | Q(sharer__isnull=False), name="orders_commission_has_sharer"
            ),
            models.CheckConstraint(
                condition=Q(state="refunded", refunded_minor=F("price_minor"))
                | (~Q(state="refunded") & Q(refunded_minor__lt=F("price_minor"))),
                name="orders_refunded_is_given_back",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(release_at__isnull=False), name="orders_paid_is_held_until"
            ),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="orders_something_to_pay"),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "refunded"])
                | Q(transfer__isnull=False, paid_at__isnull=False),
                name="orders_paid_has_transfer",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.pk])

    @property
    @display(description=_("price"))
    def price(self) -> str:
        return format_money(self.price_minor, self.currency)

    @property
    def kept_minor(self) -> int:
        """What of the price was not given back."""
        return self.price_minor - self.refunded_minor

    @property
    def is_held(self) -> bool:
        """Whether what is left of the money is not free yet."""
        return self.state == self.State.PAID and self.released_at is None

    @property
    def buyer_alias(self) -> str:
        """Who bought, for the author: `#K7M29X`, the same for all their purchases from this author, no name in it."""
        people = f"{self.seller_id}:{self.buyer_id}"
        digest = salted_hmac("wenlan.orders.buyer_alias", people, algorithm="sha256").digest()
        return "#" + "".join(_ALIAS_LETTERS[byte % len(_ALIAS_LETTERS)] for byte in digest[:6])


class Entitlement(models.Model):
    """A reader may read and download the whole of a document, for good: one row for each reader and document."""

    class Source(models.TextChoices):
        PURCHASE = "purchase", _("Purchase")
        FREE = "free", _("Taken for free")
        AUTHOR = "author", _("Given by the author")
        MEMBER = "member", _("Taken with a membership")

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        on_delete=models.PROTECT,
        related_name="entitlements",
    )
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="entitlements"
    )
    order = models.OneToOneField(
        Order,
        verbose_name=_("order"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entitlement",
    )
    source = models.CharField(_("source"), max_length=10, choices=Source)
    granted_at = models.DateTimeField(_("granted"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        ordering = ["-granted_at", "-id"]
        indexes = [models.Index(fields=["reader", "-granted_at"], name="orders_library")]
        constraints = [
            models.UniqueConstraint(fields=["reader", "document"], name="orders_one_entitlement_each"),
            models.CheckConstraint(
                condition=Q(source="purchase", order__isnull=False)
                | (~Q(source="purchase") & Q(order__isnull=True)),
                name="orders_purchase_has_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} ⇐ {self.document_id}"
