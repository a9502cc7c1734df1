"""What a document costs one reader at this moment, and whose the price is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import WenlanError
from wenlan.core.money import format_money, share_minor
from wenlan.documents.models import Document
from wenlan.orders.coupons import CouponRefused, Discount, coupon_discount
from wenlan.orders.member_prices import member_discount_minor
from wenlan.orders.models import Coupon, SalePrice, Terms


class ChosenPriceRefused(WenlanError):
    """A reader wants to pay less than the least, or more than anything may cost; nothing was bought."""

    code = "chosen_price_refused"


@dataclass(frozen=True)
class Line:
    """One step from the list price to what is to be paid; what is taken off is negative."""

    kind: Literal["list", "sale", "coupon", "chosen", "member"]
    amount_minor: int
    until: datetime | None = None
    code: str = ""


@dataclass(frozen=True)
class Quote:
    """`price_minor` is to be paid; without any discount it would be `list_minor`. Both in `currency`.

    Where the reader chooses the price, `minimum_minor` is the least and `suggested_minor` what is proposed.
    """

    list_minor: int
    price_minor: int
    currency: str
    sale: SalePrice | None = None
    discount: Discount | None = None
    is_chosen: bool = False
    minimum_minor: int = 0
    suggested_minor: int = 0
    member_minor: int = 0
    """What the reader's membership takes off."""

    @property
    def is_free(self) -> bool:
        return self.price_minor == 0

    @property
    def before_coupon_minor(self) -> int:
        """What it would cost without the coupon."""
        return self.price_minor + (self.discount.amount_minor if self.discount else 0)

    @property
    def house_discount_minor(self) -> int:
        return self.discount.house_minor if self.discount else 0

    @property
    def coupon(self) -> Coupon | None:
        return self.discount.coupon if self.discount else None

    @property
    def lines(self) -> list[Line]:
        """What the price is made of, from the list price on; empty where that is all there is to say."""
        lines = list(self._steps())
        return [Line("list", self.list_minor), *lines] if lines else []

    def _steps(self) -> Iterator[Line]:
        least_minor = self.list_minor
        if self.sale is not None:
            least_minor = min(self.sale.price_minor, self.list_minor)
            yield Line("sale", least_minor - self.list_minor, until=self.sale.ends_at)
        if self.is_chosen and self.price_minor > least_minor:
            yield Line("chosen", self.price_minor - least_minor)
        if self.member_minor:
            yield Line("member", -self.member_minor)
        if self.discount is not None:
            yield Line("coupon", -self.discount.amount_minor, code=self.discount.coupon.code)


def document_quote(
    document: Document,
    reader: User | None = None,
    *,
    coupon_code: str = "",
    chosen_minor: int | None = None,
    now: datetime | None = None,
) -> Quote:
    """The price of `document` for `reader` at `now`: the list price, the sale price of these days, the coupon.

    Where readers choose what they pay, `chosen_minor` is what they chose, the suggestion when it is None;
    elsewhere it is not asked. A coupon and a chosen price do not go together; a coupon takes the place of what a
    membership takes off. Raises CouponRefused and
    ChosenPriceRefused.
    """
    now = now or timezone.now()
    sale = sale_in_force(document, now)
    price_minor = sale.price_minor if sale is not None else document.price_minor
    terms = terms_of(document)
    if terms is not None:
        return _chosen_quote(document, sale, price_minor, terms, chosen_minor, coupon_code)
    if coupon_code.strip():
        if not price_minor:
            raise CouponRefused(_("This document is free already."))
        discount = coupon_discount(
            code=coupon_code, document=document, reader=reader, price_minor=price_minor, now=now
        )
        price_minor -= discount.amount_minor
        return Quote(document.price_minor, price_minor, document.currency, sale=sale, discount=discount)
    member_minor = member_discount_minor(document, reader, price_minor=price_minor, now=now)
    return Quote(
        document.price_minor,
        price_minor - member_minor,
        document.currency,
        sale=sale,
        member_minor=member_minor,
    )


def _chosen_quote(
    document: Document,
    sale: SalePrice | None,
    minimum_minor: int,
    terms: Terms,
    chosen_minor: int | None,
    coupon_code: str,
) -> Quote:
    if coupon_code.strip():
        raise CouponRefused(_("No coupon counts where you choose the price yourself."))
    suggested_minor = max(terms.suggested_minor, minimum_minor)
    price_minor = suggested_minor if chosen_minor is None else chosen_minor
    if price_minor < minimum_minor:
        least = format_money(minimum_minor, document.currency)
        raise ChosenPriceRefused(_("The least you can pay is %(least)s.") % {"least": least})
    most_minor = max(settings.PRICE_MAX_MINOR, suggested_minor)
    if price_minor > most_minor:
        most = format_money(most_minor, document.currency)
        raise ChosenPriceRefused(_("The most you can pay is %(most)s.") % {"most": most})
    return Quote(
        document.price_minor,
        price_minor,
        document.currency,
        sale=sale,
        is_chosen=True,
        minimum_minor=minimum_minor,
        suggested_minor=suggested_minor,
    )


def sale_in_force(document: Document, now: datetime) -> SalePrice | None:
    """The sale price of `document` at `now`, where it is below the price; without a query in a list (`sales_now`)."""
    sales: list[SalePrice] | None = getattr(document, "sales_now", None)
    if sales is None:
        sales = list(document.sale_prices.filter(starts_at__lte=now, ends_at__gt=now))
    return next(
        (sale for sale in sales if sale.is_in_force(now) and sale.price_minor < document.price_minor), None
    )


def terms_of(document: Document) -> Terms | None:
    """How readers choose the price of `document`; None where they do not."""
    try:
        terms: Terms = document.terms
    except Terms.DoesNotExist:
        return None
    return terms


@dataclass(frozen=True)
class Split:
    """Whose a price is: the three parts add up to it."""

    fee_minor: int
    commission_minor: int
    author_minor: int


def price_split(
    price_minor: int, *, commission_basis_points: int = 0, house_discount_minor: int = 0
) -> Split:
    """Who gets what of a price.

    The house its fee by setting, and the sharer the commission that the author chose, each a share of the price
    rounded down; the rest is the author's. Where both together were more than the price, the commission gives way.

    What a coupon of the house took off (`house_discount_minor`) is missing in its fee, and nowhere else.
    """
    whole_fee_minor = share_minor(price_minor + house_discount_minor, settings.HOUSE_FEE_BASIS_POINTS)
    fee_minor = max(0, whole_fee_minor - house_discount_minor)
    commission_minor = min(share_minor(price_minor, commission_basis_points), price_minor - fee_minor)
    return Split(fee_minor, commission_minor, price_minor - fee_minor - commission_minor)
