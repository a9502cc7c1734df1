"""Readers who pay by the month or the year, and what they take for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.admin import display
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenlan.core.money import CURRENCIES, format_money
from wenlan.documents.models import Document
from wenlan.ledger.models import Transfer

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Plan(models.Model):
    """What a membership costs and includes; operators offer it. Whoever has one keeps what they paid for."""

    class Period(models.TextChoices):
        MONTH = "month", _("a month")
        YEAR = "year", _("a year")

    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("in words"), max_length=300, blank=True)
    period = models.CharField(_("period"), max_length=5, choices=Period, default=Period.MONTH)
    price_minor = models.PositiveBigIntegerField(_("price in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    included_downloads = models.PositiveIntegerField(_("documents included in a period"), default=0)
    discount_basis_points = models.PositiveIntegerField(
        _("discount on further documents, in hundredths of a percent"), default=0
    )
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["price_minor", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="orders_plan_costs_something"),
            models.CheckConstraint(
                condition=Q(discount_basis_points__lte=10_000), name="orders_plan_discount_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(currency__in=sorted(CURRENCIES)), name="orders_plan_currency_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    @display(description=_("price"))
    def price(self) -> str:
        return format_money(self.price_minor, self.currency)

    @property
    def discount_percent(self) -> float:
        return self.discount_basis_points / 100


class Membership(models.Model):
    """One period that a reader paid for.

    ::

        running ──the period is over, its pool is shared out──► settled

    Of the price `pool_minor` waits in the house's pool for the authors of what is taken in this period. A period
    bought while another runs begins when that one ends. `key` names the click that bought it: there is one for each.
    """

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    plan = models.ForeignKey(
        Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="memberships"
    )
    key = models.CharField(_("bought by"), max_length=64, unique=True, editable=False)
    price_minor = models.PositiveBigIntegerField(_("price in minor units"))
    pool_minor = models.PositiveBigIntegerField(_("for the authors, in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    included_downloads = models.PositiveIntegerField(_("documents included"))
    discount_basis_points = models.PositiveIntegerField(_("discount in hundredths of a percent"))
    renews = models.BooleanField(_("renews by itself"), default=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="+", editable=False)
    settled_at = models.DateTimeField(_("shared out"), null=True, blank=True, editable=False)
    settled_by = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("bought"), default=timezone.now, editable=False)

    downloads: RelatedManager[MemberDownload]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-ends_at", "-id"]
        indexes = [
            models.Index(fields=["reader", "-ends_at"], name="orders_membership_of"),
            models.Index(
                fields=["ends_at"], condition=Q(settled_at__isnull=True), name="orders_membership_to_settle"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="orders_membership_lasts"),
            models.CheckConstraint(
                condition=Q(pool_minor__lte=F("price_minor")), name="orders_membership_pool_at_most_price"
            ),
            models.UniqueConstraint(fields=["reader", "starts_at"], name="orders_membership_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"

    @property
    def discount_percent(self) -> float:
        return self.discount_basis_points / 100

    @property
    @display(description=_("price"))
    def price(self) -> str:
        return format_money(self.price_minor, self.currency)


class MemberOffer(models.Model):
    """The author lets members take this document for what they paid already."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, primary_key=True, related_name="member_offer"
    )
    since = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return str(self.document_id)


class MemberDownload(models.Model):
    """A document that a member took; `income_minor` is what its author got of the pool when the period was over."""

    membership = models.ForeignKey(
        Membership, verbose_name=_("membership"), on_delete=models.PROTECT, related_name="downloads"
    )
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="member_downloads"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="member_downloads",
    )
    list_minor = models.PositiveBigIntegerField(_("price then, in minor units"))
    income_minor = models.PositiveBigIntegerField(_("income in minor units"), null=True, blank=True)
    taken_at = models.DateTimeField(_("taken"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("document taken by a member")
        verbose_name_plural = _("documents taken by members")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "document"], name="orders_taken_once_by_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} ⇒ {self.document_id}"
