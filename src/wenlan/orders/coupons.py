"""Whether a coupon counts for a document, and what it takes off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import WenlanError
from wenlan.core.money import format_money, share_minor
from wenlan.documents.models import Document
from wenlan.orders.models import Coupon, CouponUse
from wenlan.orders.models.prices import CODE_LENGTH, code_key


class CouponRefused(WenlanError):
    """A code lowers nothing here, and the message says why; nothing was bought."""

    code = "coupon_refused"


@dataclass(frozen=True)
class Discount:
    """What a coupon takes off a price; `house_minor` of it is borne by the house alone."""

    coupon: Coupon
    amount_minor: int
    house_minor: int


def coupon_named(code: str) -> Coupon:
    """The coupon of that code. Raises CouponRefused when there is none."""
    key = code_key(code[: 2 * CODE_LENGTH])
    coupon = Coupon.objects.filter(key=key).first() if key else None
    if coupon is None:
        raise CouponRefused(_("There is no coupon with this code."), code="coupon_unknown")
    return coupon


def coupon_discount(
    *, code: str, document: Document, reader: User | None, price_minor: int, now: datetime
) -> Discount:
    """What the coupon takes off `price_minor`, which `document` costs without it.

    Without a reader it is not asked how often they have used it. Raises CouponRefused.
    """
    coupon = coupon_named(code)
    _check_time(coupon, now)
    _check_document(coupon, document, price_minor)
    _check_limits(coupon, reader)
    amount_minor = _taken_off(coupon, price_minor)
    if coupon.author_id is not None:
        return Discount(coupon, amount_minor, 0)
    amount_minor = min(amount_minor, share_minor(price_minor, settings.HOUSE_FEE_BASIS_POINTS))
    if not amount_minor:
        raise CouponRefused(_("This coupon takes nothing off here: all of the price is the author's."))
    return Discount(coupon, amount_minor, amount_minor)


def _taken_off(coupon: Coupon, price_minor: int) -> int:
    if coupon.kind == Coupon.Kind.PERCENT:
        return share_minor(price_minor, coupon.percent * 100)
    return min(coupon.amount_minor, price_minor)


def _check_time(coupon: Coupon, now: datetime) -> None:
    if coupon.is_in_force(now):
        return
    if coupon.stopped_at is None and now < coupon.starts_at:
        raise CouponRefused(_("This coupon is not valid yet."))
    raise CouponRefused(_("This coupon is no longer valid."))


def _check_document(coupon: Coupon, document: Document, price_minor: int) -> None:
    chosen = coupon.documents.all()
    is_for_it = coupon.author_id in {None, document.author_id} and (
        not chosen.exists() or chosen.filter(pk=document.pk).exists()
    )
    if not is_for_it:
        raise CouponRefused(_("This coupon is for other documents."))
    if document.currency != coupon.currency:
        raise CouponRefused(_("This coupon is for prices in another currency."))
    if price_minor < coupon.minimum_minor:
        least = format_money(coupon.minimum_minor, coupon.currency)
        raise CouponRefused(_("This coupon counts from a price of %(least)s on.") % {"least": least})


def _check_limits(coupon: Coupon, reader: User | None) -> None:
    if coupon.is_used_up:
        raise CouponRefused(_("This coupon has been used as often as it can be."))
    if reader is not None and turns_taken(coupon, reader) >= coupon.limit_per_reader:
        raise CouponRefused(_("You have used this coupon already."))


def turns_taken(coupon: Coupon, reader: User) -> int:
    """How many uses of a coupon `reader` has that were not given back."""
    return CouponUse.objects.filter(coupon=coupon, reader=reader, returned_at=None).count()
