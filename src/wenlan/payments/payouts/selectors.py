"""Reading payouts, and what an author has to take out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum

from wenlan.accounts.models import User
from wenlan.ledger.models import Account, Entry
from wenlan.ledger.selectors import entries_of
from wenlan.orders.models import Order, Refund
from wenlan.payments.models import Method, Payout, PayoutAccount, PayoutBatch


def payouts_of(user: User) -> QuerySet[Payout]:
    """The payouts of `user`, newest first, each with where it goes."""
    return Payout.objects.filter(user=user).select_related("account")


def payout_account_of(user: User) -> PayoutAccount | None:
    """Where the money of `user` goes now, if they said so."""
    return PayoutAccount.objects.filter(owner=user, replaced_at=None).first()


@dataclass(frozen=True)
class HeldIncome:
    """What somebody gets from one order that is not free yet.

    `free_at` is when it will be, `cause` what it waits for besides (`ticket:12`), empty for time alone.
    """

    order: Order
    amount_minor: int
    is_commission: bool

    @property
    def free_at(self) -> datetime | None:
        return self.order.release_at

    @property
    def cause(self) -> str:
        return self.order.held_cause


def orders_held_for(user: User) -> QuerySet[Order]:
    """The orders whose money is held and partly belongs to `user`, the next to be free first."""
    return (
        Order.objects.filter(Q(seller=user) | Q(sharer=user), state=Order.State.PAID, released_at=None)
        .select_related("document")
        .order_by("release_at", "pk")
    )


def held_incomes(user: User, orders: list[Order]) -> Iterator[HeldIncome]:
    """What `user` gets from each of `orders`, as an author, a sharer or both, less what was given back."""
    rows = Refund.objects.filter(order__in=orders).order_by().values_list("order")
    given_back = {
        order: (author, commission)
        for order, author, commission in rows.annotate(Sum("author_minor"), Sum("commission_minor"))
    }
    for order in orders:
        author, commission = given_back.get(order.pk, (0, 0))
        if order.seller_id == user.pk and order.author_minor > author:
            yield HeldIncome(order, order.author_minor - author, is_commission=False)
        if order.sharer_id == user.pk and order.commission_minor > commission:
            yield HeldIncome(order, order.commission_minor - commission, is_commission=True)


def debt_entries(user: User) -> QuerySet[Entry]:
    """What made the debt of `user`, and what paid it off, newest first."""
    return entries_of(user=user, kind=Account.Kind.DEBT)


def payouts_in(states: tuple[str, ...]) -> QuerySet[Payout]:
    """The payouts of everybody in these states, the longest waiting first."""
    return (
        Payout.objects.filter(state__in=states)
        .select_related("user", "account", "approved_by", "batch")
        .order_by("requested_at", "pk")
    )


def payouts_waiting_count() -> int:
    """How many payouts wait for a decision."""
    return Payout.objects.filter(state__in=[Payout.State.REQUESTED, Payout.State.SECONDING]).count()


@dataclass(frozen=True)
class ReadyToSend:
    """Approved payouts of one way that no batch has yet."""

    method: str
    label: str
    count: int
    arrives_minor: int


def payouts_ready() -> list[ReadyToSend]:
    """What could be sent to the bank now, by way."""
    rows = (
        Payout.objects.filter(state=Payout.State.APPROVED, currency=settings.CURRENCY)
        .order_by("account__method")
        .values("account__method")
        .annotate(count=Count("pk"), arrives=Sum(F("amount_minor") - F("fee_minor")))
        .values_list("account__method", "count", "arrives")
    )
    return [ReadyToSend(method, str(Method(method).label), count, minor) for method, count, minor in rows]


def batches() -> QuerySet[PayoutBatch]:
    """Every batch, newest first, with how many payouts it has (`total`) and how many are not settled (`waiting`)."""
    counted = PayoutBatch.objects.select_related("created_by").annotate(
        total=Count("payouts"),
        waiting=Count("payouts", filter=Q(payouts__state=Payout.State.SENT)),
        arrives_minor=Sum(F("payouts__amount_minor") - F("payouts__fee_minor")),
    )
    return counted.order_by("-pk")
