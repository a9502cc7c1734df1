"""The time between a sale and the day its income is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, accounts_lock, transfer_post
from wenlan.orders.models import Order
from wenlan.orders.services.shares import PARTS, Share, shares_of

SWEEP_LIMIT = 200
"""Orders released at one go; the next sweep takes the next ones."""


def hold_period() -> timedelta:
    """How long the income from a sale is held."""
    return timedelta(days=settings.HOLD_DAYS)


def order_locked(order_id: int) -> Order:
    """The order, read anew and locked until the transaction ends. Raises Order.DoesNotExist."""
    return (
        Order.objects.select_for_update(of=("self",), no_key=True)
        .select_related("seller", "sharer", "buyer", "document")
        .get(pk=order_id)
    )


@transaction.atomic
def order_release(*, order_id: int) -> Order:
    """Let go of the income of an order whose time is over, exactly once; what a party owes is paid off first.

    Changes nothing before `release_at`, while the order is held because of something, and the second time.
    Raises Order.DoesNotExist.
    """
    order = order_locked(order_id)
    now = timezone.now()
    if not order.is_held or order.held_cause or order.release_at is None or order.release_at > now:
        return order
    transfer_post(
        reason_key=f"release:{order.pk}",
        kind=Transfer.Kind.RELEASE,
        description=order.document.title,
        cause=f"order:{order.pk}",
        postings=_release_postings(order),
    )
    order.released_at = now
    order.save(update_fields=["released_at"])
    return order


def _release_postings(order: Order) -> list[Posting]:
    left = parts_left(order)
    shares = [share for share in shares_of(order) if left[share.part]]
    # The accounts that are emptied are locked with the others: everybody locks in the order of ids.
    credited = income_postings(
        [(share, left[share.part]) for share in shares], beside=[share.held for share in shares]
    )
    return [*(Posting(share.held, -left[share.part]) for share in shares), *credited]


def income_postings(parts: Sequence[tuple[Share, int]], *, beside: Iterable[Account]) -> list[Posting]:
    """What credits each share with its amount, free to be taken out; a debt of its owner is paid off first.

    Locks the accounts, and those `beside` them that the same transfer is going to use.
    """
    debts = {share: debt for share, _amount_minor in parts if (debt := share.debt()) is not None}
    locked = accounts_lock([*beside, *(share.free for share, _amount_minor in parts), *debts.values()])
    postings: list[Posting] = []
    for share, amount_minor in parts:
        debt = debts.get(share)
        paid_off_minor = min(-locked[debt.pk].balance_minor, amount_minor) if debt is not None else 0
        if debt is not None and paid_off_minor:
            postings.append(Posting(debt, paid_off_minor))
        if amount_minor > paid_off_minor:
            postings.append(Posting(share.free, amount_minor - paid_off_minor))
    return postings


def parts_left(order: Order) -> dict[str, int]:
    """What each part of the order still is after everything that was given back."""
    given_back = order.refunds.aggregate(**{f"{part}__sum": Sum(part) for part in PARTS})
    return {part: getattr(order, part) - (given_back[f"{part}__sum"] or 0) for part in PARTS}


@transaction.atomic
def order_hold(*, order_id: int, cause: str) -> Order:
    """Release nothing of the order until `order_unhold`: something is complained of, which `cause` names.

    Changes nothing when the money is free already, or held because of something else.
    """
    order = order_locked(order_id)
    if order.is_held and not order.held_cause:
        order.held_cause = cause
        order.save(update_fields=["held_cause"])
    return order


@transaction.atomic
def order_unhold(*, order_id: int, cause: str) -> Order:
    """The complaint that `cause` names is settled; the money is released when its time is over."""
    order = order_locked(order_id)
    if order.held_cause == cause:
        order.held_cause = ""
        order.save(update_fields=["held_cause"])
    return order


def orders_sweep() -> int:
    """Release what is due, each order for itself; how many there were."""
    due = Order.objects.filter(
        state=Order.State.PAID, released_at=None, held_cause="", release_at__lte=timezone.now()
    )
    numbers = list(due.order_by("release_at").values_list("pk", flat=True)[:SWEEP_LIMIT])
    for number in numbers:
        order_release(order_id=number)
    return len(numbers)
