"""Other prices than the fixed one of a document: chosen by the reader, lowered for a time, lowered by a coupon."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import CURRENCIES, format_money
from wenlan.documents.models import PRICE_LIMIT_MINOR, Document
from wenlan.orders.models.orders import Order

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import ManyRelatedManager

CODE_LENGTH = 40


def code_key(code: str) -> str:
    """What coupon codes are compared by: neither case nor the width of characters, blanks nor dashes count."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(character for character in folded if unicodedata.category(character)[0] not in "CZP")


class Terms(models.Model):
    """Readers choose what they pay for a document: its price is then the least, `suggested_minor` what is proposed.

    Without a row a document has its price, and no other.
    """

    document = models.OneToOneField(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="terms"
    )
    suggested_minor = models.PositiveBigIntegerField(_("suggested price in minor units"))
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("price chosen by readers")
        verbose_name_plural = _("prices chosen by readers")
        constraints = [
            models.CheckConstraint(
                condition=Q(suggested_minor__gt=0, suggested_minor__lte=PRICE_LIMIT_MINOR),
                name="orders_suggested_price_is_payable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} ≈ {self.suggested_minor}"


class SalePrice(models.Model):
    """A document costs less from one moment to another. Of one document no two are in force at the same time."""

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="sale_prices"
    )
    price_minor = models.PositiveBigIntegerField(_("price in minor units"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("sale price")
        verbose_name_plural = _("sale prices")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["document", "starts_at"], name="orders_sale_price_starts_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="orders_sale_price_lasts"),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, price_minor__lte=PRICE_LIMIT_MINOR),
                name="orders_sale_price_is_payable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.price_minor}"

    def is_in_force(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    @property
    @display(description=_("price"))
    def price(self) -> str:
        return format_money(self.price_minor, self.document.currency)


class Coupon(models.Model):
    """A word that makes documents cheaper: those of its author, or, of the house (`author` is None), all.

    ::

        in force ──its end, or all used──► over
            └──stop──► stopped

    `used_count` is how many of its uses were not given back; it and the turns of `CouponUse` keep the limits,
    however many press the button at once. A house gives away only its own: what a coupon of the house takes off
    a price is taken from the house's fee, and the author gets the same as without.
    """

    class Kind(models.TextChoices):
        PERCENT = "percent", _("Percentage")
        AMOUNT = "amount", _("Amount")

    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    key = models.CharField(_("compared as"), max_length=CODE_LENGTH, unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coupons",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    amount_minor = models.PositiveBigIntegerField(_("amount in minor units"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    minimum_minor = models.PositiveBigIntegerField(_("least price in minor units"), default=0)
    documents: ManyRelatedManager[Document, models.Model] = models.ManyToManyField(  # type: ignore[assignment]
        Document, verbose_name=_("only for"), blank=True, related_name="coupons"
    )
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    limit_total = models.PositiveIntegerField(_("uses in all"), null=True, blank=True)
    limit_per_reader = models.PositiveIntegerField(_("uses of one reader"), default=1)
    used_count = models.PositiveIntegerField(_("used"), default=0, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="orders_coupon_has_a_code"),
            models.CheckConstraint(
                condition=Q(kind="percent", percent__gte=1, percent__lte=100, amount_minor=0)
                | Q(kind="amount", amount_minor__gt=0, amount_minor__lte=PRICE_LIMIT_MINOR, percent=0),
                name="orders_coupon_takes_something_off",
            ),
            models.CheckConstraint(
                condition=Q(limit_total__isnull=True) | Q(used_count__lte=F("limit_total")),
                name="orders_coupon_within_its_limit",
            ),
            models.CheckConstraint(condition=Q(limit_per_reader__gte=1), name="orders_coupon_for_somebody"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="orders_coupon_lasts"
            ),
            models.CheckConstraint(
                condition=Q(currency__in=sorted(CURRENCIES)), name="orders_coupon_currency_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_used_up(self) -> bool:
        return self.limit_total is not None and self.used_count >= self.limit_total

    def is_in_force(self, now: datetime) -> bool:
        """Whether its time has come, and is not over."""
        is_over = self.ends_at is not None and now >= self.ends_at
        return self.stopped_at is None and self.starts_at <= now and not is_over

    @property
    @display(description=_("takes off"))
    def worth(self) -> str:
        """`20 %` or `¥2.00`."""
        if self.kind == self.Kind.PERCENT:
            return f"{self.percent} %"
        return format_money(self.amount_minor, self.currency)


class CouponUse(models.Model):
    """One reader paid less for one document because of a coupon.

    `turn` counts the uses of a reader. When the whole price is given back, the use is, too (`returned_at`): a
    reader who did not keep the document may use the coupon for another.
    """

    coupon = models.ForeignKey(
        Coupon, verbose_name=_("coupon"), on_delete=models.PROTECT, related_name="uses"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reader"), on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="+"
    )
    order = models.OneToOneField(
        Order,
        verbose_name=_("order"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coupon_use",
    )
    turn = models.PositiveIntegerField(_("which use of the reader"))
    discount_minor = models.PositiveBigIntegerField(_("taken off, in minor units"))
    used_at = models.DateTimeField(_("used"), default=timezone.now, editable=False)
    returned_at = models.DateTimeField(_("given back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("use of a coupon")
        verbose_name_plural = _("uses of coupons")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["coupon", "reader", "turn"],
                condition=Q(returned_at__isnull=True),
                name="orders_coupon_turn_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coupon_id} ⇒ {self.document_id}"
