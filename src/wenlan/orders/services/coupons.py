"""Coupons: made, stopped, used, and given back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed, WenlanError
from wenlan.core.text import clean_line
from wenlan.documents.models import Document
from wenlan.orders.coupons import Discount
from wenlan.orders.models import Coupon, CouponUse, Order
from wenlan.orders.models.prices import CODE_LENGTH, code_key

CODE_LENGTH_MIN = 4


class InvalidCoupon(WenlanError):
    """Something about a coupon cannot be so; `field` says what."""

    code = "invalid_coupon"

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


def coupon_create(
    *,
    author: User | None,
    code: str,
    kind: str,
    percent: int = 0,
    amount_minor: int = 0,
    minimum_minor: int = 0,
    document_ids: Iterable[int] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    limit_total: int | None = None,
    limit_per_reader: int = 1,
) -> Coupon:
    """Store a coupon for documents of `author`: those of `document_ids`, or all; None is the house.

    Raises InvalidCoupon for a code that is taken or too short and for what takes nothing off, and NotAllowed for
    somebody else's documents; then nothing is written.
    """
    code = clean_line(code)[:CODE_LENGTH]
    if len(code_key(code)) < CODE_LENGTH_MIN:
        raise InvalidCoupon(
            _("A code has at least %(count)d letters or digits.") % {"count": CODE_LENGTH_MIN}, field="code"
        )
    starts_at = starts_at or timezone.now()
    _check_values(kind, percent, amount_minor, starts_at, ends_at, limit_total, limit_per_reader)
    coupon = Coupon(
        code=code,
        key=code_key(code)[:CODE_LENGTH],
        author=author,
        kind=kind,
        percent=percent if kind == Coupon.Kind.PERCENT else 0,
        amount_minor=amount_minor if kind == Coupon.Kind.AMOUNT else 0,
        currency=settings.CURRENCY,
        minimum_minor=minimum_minor,
        starts_at=starts_at,
        ends_at=ends_at,
        limit_total=limit_total,
        limit_per_reader=limit_per_reader,
    )
    with transaction.atomic():
        _store(coupon)
        coupon.documents.set(_documents(author, set(document_ids)))
    return coupon


def _store(coupon: Coupon) -> None:
    try:
        with transaction.atomic():
            coupon.save()
    except IntegrityError:
        if not Coupon.objects.filter(key=coupon.key).exists():
            raise
        raise InvalidCoupon(_("This code is taken. Choose another."), field="code") from None


def _documents(author: User | None, numbers: set[int]) -> list[Document]:
    documents = list(Document.objects.filter(pk__in=numbers))
    if len(documents) != len(numbers) or any(
        author is not None and document.author_id != author.pk for document in documents
    ):
        raise NotAllowed(_("A coupon is for documents of your own."))
    return documents


def _check_values(
    kind: str,
    percent: int,
    amount_minor: int,
    starts_at: datetime,
    ends_at: datetime | None,
    limit_total: int | None,
    limit_per_reader: int,
) -> None:
    if kind == Coupon.Kind.PERCENT:
        if not 1 <= percent <= 100:
            raise InvalidCoupon(_("Write a number from 1 to 100."), field="percent")
    elif not 1 <= amount_minor <= settings.PRICE_MAX_MINOR:
        raise InvalidCoupon(_("Write how much the coupon takes off."), field="amount")
    if ends_at is not None and ends_at <= max(starts_at, timezone.now()):
        raise InvalidCoupon(_("The end is after the beginning, and still to come."), field="ends_at")
    if limit_total is not None and limit_total < 1:
        raise InvalidCoupon(_("Write a number from 1 on, or leave it empty."), field="limit_total")
    if limit_per_reader < 1:
        raise InvalidCoupon(_("Write a number from 1 on."), field="limit_per_reader")


@transaction.atomic
def coupon_stop(*, actor: User, coupon_id: int) -> Coupon:
    """Let a coupon count for nothing from now on. Harmless the second time.

    Raises NotAllowed for anybody but its author and the operators, and Coupon.DoesNotExist.
    """
    coupon = Coupon.objects.select_for_update(no_key=True).get(pk=coupon_id)
    if coupon.author_id != actor.pk and not actor.is_staff:
        raise NotAllowed(_("Only its author can stop a coupon."))
    if coupon.stopped_at is None:
        coupon.stopped_at = timezone.now()
        coupon.save(update_fields=["stopped_at"])
    return coupon


def coupon_lock(code: str) -> None:
    """Lock the coupon of that code until the transaction ends, after the document and before any account.

    Who asks for its limits afterwards sees every use there is.
    """
    if key := code_key(code):
        list(Coupon.objects.select_for_update(no_key=True).filter(key=key))


def coupon_use(
    discount: Discount | None, *, reader: User, document: Document, order: Order | None = None
) -> None:
    """Count one use of a coupon that was found good while it was locked; without a discount there is none."""
    if discount is None:
        return
    coupon = discount.coupon
    last = CouponUse.objects.filter(coupon=coupon, reader=reader).aggregate(turn=Max("turn"))
    CouponUse.objects.create(
        coupon=coupon,
        reader=reader,
        document=document,
        order=order,
        turn=(last["turn"] or 0) + 1,
        discount_minor=discount.amount_minor,
    )
    Coupon.objects.filter(pk=coupon.pk).update(used_count=F("used_count") + 1)


def coupon_use_return(order: Order) -> None:
    """Give back the use of the coupon that an order was bought with, whose whole price is given back.

    Before any account is locked, as buying does.
    """
    used = CouponUse.objects.filter(order=order, returned_at=None)
    for use in used.select_related("coupon"):
        Coupon.objects.select_for_update(no_key=True).get(pk=use.coupon_id)
        if used.filter(pk=use.pk).update(returned_at=timezone.now()):
            Coupon.objects.filter(pk=use.coupon_id).update(used_count=F("used_count") - 1)
