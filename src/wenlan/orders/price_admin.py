"""Prices, coupons, bundles and checkouts for operators: the coupons of the house are made here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenlan.accounts.requests import signed_in
from wenlan.core.administration import ReadOnly
from wenlan.orders.models import Bundle, Checkout, Claim, Coupon, CouponUse, SalePrice, Terms
from wenlan.orders.models.prices import code_key
from wenlan.orders.services import coupon_stop

if TYPE_CHECKING:
    SalePriceBase = admin.ModelAdmin[SalePrice]
    TermsBase = admin.ModelAdmin[Terms]
    CouponBase = admin.ModelAdmin[Coupon]
    CouponUseBase = admin.ModelAdmin[CouponUse]
    BundleBase = admin.ModelAdmin[Bundle]
    CheckoutBase = admin.ModelAdmin[Checkout]
    ClaimBase = admin.ModelAdmin[Claim]
    CouponFormBase = forms.ModelForm[Coupon]
else:
    SalePriceBase = TermsBase = CouponBase = CouponUseBase = admin.ModelAdmin
    BundleBase = CheckoutBase = ClaimBase = admin.ModelAdmin
    CouponFormBase = forms.ModelForm


class HouseCouponForm(CouponFormBase):
    """A coupon of the house: what it takes off is taken from the house's fee."""

    class Meta:
        model = Coupon
        fields: ClassVar[list[str]] = [
            "code",
            "kind",
            "percent",
            "amount_minor",
            "minimum_minor",
            "documents",
            "starts_at",
            "ends_at",
            "limit_total",
            "limit_per_reader",
        ]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not code_key(code) or Coupon.objects.filter(key=code_key(code)).exists():
            raise ValidationError(_("This code is taken. Choose another."))
        self.instance.key = code_key(code)
        self.instance.currency = settings.CURRENCY
        return code


@admin.register(Coupon)
class CouponAdmin(CouponBase):
    form = HouseCouponForm
    list_display = ["id", "code", "author", "worth", "starts_at", "ends_at", "used_count", "stopped_at"]
    list_filter = ["kind", "stopped_at"]
    search_fields = ["code", "key", "author__email", "author__display_name"]
    list_select_related = ["author"]
    raw_id_fields = ["documents"]
    actions = ["stop"]

    def has_change_permission(self, request: HttpRequest, obj: Coupon | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Coupon | None = None) -> bool:
        return False

    @admin.action(description=_("Stop"), permissions=["view"])
    def stop(self, request: HttpRequest, coupons: QuerySet[Coupon]) -> None:
        for number in coupons.values_list("pk", flat=True):
            coupon_stop(actor=signed_in(request), coupon_id=number)


@admin.register(CouponUse)
class CouponUseAdmin(ReadOnly, CouponUseBase):
    list_display = ["id", "coupon", "reader", "document", "discount_minor", "used_at", "returned_at"]
    search_fields = ["coupon__code", "reader__email"]
    list_select_related = ["coupon", "reader", "document"]


@admin.register(SalePrice)
class SalePriceAdmin(ReadOnly, SalePriceBase):
    list_display = ["id", "document", "price", "starts_at", "ends_at"]
    search_fields = ["document__title"]
    list_select_related = ["document"]


@admin.register(Terms)
class TermsAdmin(ReadOnly, TermsBase):
    list_display = ["id", "document", "suggested_minor", "created_at"]
    search_fields = ["document__title"]
    list_select_related = ["document"]


@admin.register(Bundle)
class BundleAdmin(ReadOnly, BundleBase):
    list_display = ["id", "title", "author", "price", "created_at", "stopped_at"]
    search_fields = ["title", "author__email", "author__display_name"]
    list_select_related = ["author"]


@admin.register(Checkout)
class CheckoutAdmin(ReadOnly, CheckoutBase):
    list_display = ["id", "title", "reader", "price", "state", "failure", "created_at", "settled_at"]
    list_filter = ["state"]
    search_fields = ["reference", "title", "reader__email", "email"]
    list_select_related = ["reader"]


@admin.register(Claim)
class ClaimAdmin(ReadOnly, ClaimBase):
    list_display = ["id", "email", "created_at", "expires_at", "used_at", "claimed_by"]
    search_fields = ["email"]
    list_select_related = ["claimed_by"]
    exclude = ["token_hash"]
