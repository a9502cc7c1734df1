"""Documents sold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import CURRENCIES, format_money
from wenlan.documents.models import PRICE_LIMIT_MINOR, Document

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Bundle(models.Model):
    """Documents of one author that are sold as one, at a price of its own.

    ::

        offered ◄──offer again── stopped
           └─────────stop──────────►

    Its price is split over its documents by what each costs alone; of what a reader has already, and of what is off
    the shelf, the part is not charged.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="bundles"
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    price_minor = models.PositiveBigIntegerField(_("price in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    items: RelatedManager[BundleItem]

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="orders_bundle_has_title"),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, price_minor__lte=PRICE_LIMIT_MINOR),
                name="orders_bundle_price_is_payable",
            ),
            models.CheckConstraint(
                condition=Q(currency__in=sorted(CURRENCIES)), name="orders_bundle_currency_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("orders:bundle", args=[self.pk])

    @property
    def is_offered(self) -> bool:
        return self.stopped_at is None

    @property
    @display(description=_("price"))
    def price(self) -> str:
        return format_money(self.price_minor, self.currency)


class BundleItem(models.Model):
    """A document in a bundle."""

    bundle = models.ForeignKey(
        Bundle, verbose_name=_("bundle"), on_delete=models.CASCADE, related_name="items"
    )
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="bundle_items"
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("document of a bundle")
        verbose_name_plural = _("documents of bundles")
        ordering = ["bundle", "position"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "document"], name="orders_bundle_document_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bundle_id} ∋ {self.document_id}"
