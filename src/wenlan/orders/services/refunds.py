"""Giving money back to a buyer."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.money import apportion_minor, format_money
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, account_named, accounts_lock, transfer_post
from wenlan.orders.models import Entitlement, Order, Refund
from wenlan.orders.services.coupons import coupon_use_return
from wenlan.orders.services.holds import order_locked, parts_left
from wenlan.orders.services.refund_mails import refund_mail
from wenlan.orders.services.shares import PARTS, Share, shares_of


class RefundTooLarge(Conflict):
    """More was to be given back than is left of what was paid; nothing was."""

    code = "refund_too_large"

    def __init__(self, *, left_minor: int, currency: str) -> None:
        self.left_minor = left_minor
        left = format_money(left_minor, currency)
        super().__init__(_("At most %(left)s can be given back.") % {"left": left})


@transaction.atomic
def order_refund(
    *,
    order_id: int,
    key: str,
    reason: Refund.Reason,
    amount_minor: int | None = None,
    by: User | None = None,
    note: str = "",
) -> Refund:
    """Give a part of an order's price back into its buyer's wallet, or all that is left of it, once for each `key`.

    Author, house and sharer give back in proportion to what they have left of it: what is still held from there,
    else from their free earnings, and what is not there any more they owe from then on (`Account.Kind.DEBT`).
    When nothing is left the order is refunded and the reader's right to the document ends. The reader is told by mail.

    A second call with the same key returns the first refund. Raises RefundTooLarge, NotAllowed for an order that
    was never paid, and Order.DoesNotExist; then nothing is written.
    """
    order = order_locked(order_id)
    known = Refund.objects.filter(key=key).first()
    if known is not None:
        return known
    if order.state not in {Order.State.PAID, Order.State.REFUNDED}:
        raise NotAllowed(_("This order was never paid."))
    if amount_minor is None:
        amount_minor = order.kept_minor
    if not 0 < amount_minor <= order.kept_minor:
        raise RefundTooLarge(left_minor=order.kept_minor, currency=order.currency)
    if amount_minor == order.kept_minor:
        coupon_use_return(order)
    parts = dict(zip(PARTS, apportion_minor(amount_minor, list(parts_left(order).values())), strict=True))
    transfer = transfer_post(
        reason_key=f"refund:{key}",
        kind=Transfer.Kind.REFUND,
        description=order.document.title,
        cause=f"order:{order.pk}",
        postings=_postings(order, parts, amount_minor),
    )
    refund = Refund.objects.create(
        order=order,
        key=key,
        amount_minor=amount_minor,
        reason=reason,
        by=by,
        note=note,
        transfer=transfer,
        **parts,
    )
    _order_note(order, amount_minor)
    refund_mail(refund)
    return refund


def _postings(order: Order, parts: dict[str, int], amount_minor: int) -> list[Posting]:
    shares = [share for share in shares_of(order) if parts[share.part]]
    wallet = account_named(kind=Account.Kind.WALLET, owner=order.buyer, currency=order.currency)
    back = Posting(wallet, amount_minor)
    if order.is_held:
        return [back, *(Posting(share.held, -parts[share.part]) for share in shares)]
    debts = [debt for share in shares if (debt := share.debt()) is not None]
    # All at once, as everybody locks accounts in the order of their ids.
    locked = accounts_lock([wallet, *(share.free for share in shares), *debts])
    taken = (
        posting
        for share in shares
        for posting in _taken_back(share, parts[share.part], locked[share.free.pk].balance_minor)
    )
    return [back, *taken]


def _taken_back(share: Share, amount_minor: int, free_minor: int) -> Iterator[Posting]:
    debt = share.debt()
    there_minor = amount_minor if debt is None else min(free_minor, amount_minor)
    if there_minor:
        yield Posting(share.free, -there_minor)
    if debt is not None and there_minor < amount_minor:
        yield Posting(debt, there_minor - amount_minor)


def _order_note(order: Order, amount_minor: int) -> None:
    order.refunded_minor += amount_minor
    if order.kept_minor == 0:
        order.state = Order.State.REFUNDED
        Entitlement.objects.filter(order=order).delete()
    order.save(update_fields=["refunded_minor", "state"])
