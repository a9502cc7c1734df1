"""Reading share links: what they brought, day by day, and what a document offers to who shares it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders.models import CommissionRate, Order, Refund, ShareDay, ShareLink
from wenlan.orders.pricing import Split, document_quote, price_split
from wenlan.orders.services.commissions import commission_basis_points

CHART_DAYS = 30
_SOLD = Q(state=Order.State.PAID)
_HELD = Q(state=Order.State.PAID, released_at=None)


@dataclass(frozen=True)
class ShareOffer:
    """What the share button of a document says to one reader.

    `link` is their own link, None for strangers and before they ask for it; `commission_minor` is what they get for a
    sale at the present price, nothing for the author, who pays it.
    """

    document: Document
    link: ShareLink | None
    commission_minor: int
    is_author: bool


def share_offer(document: Document, user: User | AnonymousUser) -> ShareOffer:
    """How `user` shares `document`."""
    is_author = user.is_authenticated and document.author_id == user.pk
    link = None
    if user.is_authenticated:
        link = ShareLink.objects.filter(sharer_id=user.pk, document=document).first()
    earns = not document.is_free and not is_author
    split = document_split(document) if earns else Split(0, 0, 0)
    return ShareOffer(document, link, split.commission_minor, is_author)


def document_split(document: Document, basis_points: int | None = None) -> Split:
    """Who would get what of a sale of `document` through a share link now; or at another rate of commission."""
    rate = commission_basis_points(document) if basis_points is None else basis_points
    return price_split(document_quote(document).price_minor, commission_basis_points=rate)


def share_links_of(sharer: User) -> QuerySet[ShareLink]:
    """The links of `sharer`, newest first, documents loaded."""
    return ShareLink.objects.filter(sharer=sharer).select_related(
        "document__author", "document__current_revision"
    )


@dataclass
class Brought:
    """What links brought their sharer: sales that were kept, and the commission that is held still or free."""

    currency: str
    sales: int = 0
    held_minor: int = 0
    free_minor: int = 0


@dataclass(frozen=True)
class LinkRow:
    """A link and what it brought."""

    link: ShareLink
    brought: Brought


def links_with_brought(links: Iterable[ShareLink]) -> list[LinkRow]:
    """The links of one sharer, each with what it brought; two queries for all."""
    links = list(links)
    if not links:
        return []
    documents = [link.document_id for link in links]
    brought = _brought(
        Order.objects.filter(sharer=links[0].sharer_id, document__in=documents), by="document_id"
    )
    return [LinkRow(link, brought.get(link.document_id, Brought(link.document.currency))) for link in links]


def brought_totals(sharer: User) -> list[Brought]:
    """What all links of `sharer` brought, by currency."""
    return list(_brought(Order.objects.filter(sharer=sharer), by="currency").values())


def _brought(orders: QuerySet[Order], *, by: str) -> dict[int | str, Brought]:
    """What the commission of `orders` comes to, less what was given back, for each value of the column `by`."""
    orders = orders.filter(state__in=[Order.State.PAID, Order.State.REFUNDED])
    found: dict[int | str, Brought] = {}
    columns = list(dict.fromkeys([by, "currency"]))
    counted = orders.order_by().values(*columns)
    for row in counted.annotate(
        sales=Count("pk", filter=_SOLD),
        whole=Sum("commission_minor", default=0),
        held=Sum("commission_minor", filter=_HELD, default=0),
    ):
        found[row[by]] = Brought(row["currency"], row["sales"], row["held"], row["whole"] - row["held"])
    refunds = Refund.objects.filter(order__in=orders, commission_minor__gt=0)
    for row in (
        refunds.order_by()
        .values(f"order__{by}")
        .annotate(
            whole=Sum("commission_minor"),
            held=Sum(
                "commission_minor",
                filter=Q(order__state=Order.State.PAID, order__released_at=None),
                default=0,
            ),
        )
    ):
        one = found[row[f"order__{by}"]]
        one.held_minor -= row["held"]
        one.free_minor -= row["whole"] - row["held"]
    return found


@dataclass
class Day:
    """What happened on one day; `earned_minor` by currency, before anything was given back."""

    day: datetime.date
    clicks: int = 0
    sales: int = 0
    earned_minor: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.clicks and not self.sales


def share_days(sharer: User, *, link: ShareLink | None = None, days: int = CHART_DAYS) -> list[Day]:
    """The last `days` days up to today, the earliest first: of one link of `sharer`, or of all."""
    today = timezone.localdate()
    first = today - datetime.timedelta(days=days - 1)
    found = {day: Day(day) for day in (first + datetime.timedelta(days=number) for number in range(days))}
    clicks = ShareDay.objects.filter(day__gte=first, day__lte=today)
    orders = Order.objects.filter(_SOLD, sharer=sharer)
    if link is None:
        clicks = clicks.filter(link__sharer=sharer)
    else:
        clicks = clicks.filter(link=link)
        orders = orders.filter(document=link.document_id)
    for day, count in clicks.order_by().values_list("day").annotate(Sum("clicks")):
        found[day].clicks = count
    since = timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
    sold = orders.filter(paid_at__gte=since).annotate(day=TruncDate("paid_at"))
    for row in (
        sold.order_by().values("day", "currency").annotate(sales=Count("pk"), earned=Sum("commission_minor"))
    ):
        if row["day"] in found:
            found[row["day"]].sales += row["sales"]
            found[row["day"]].earned_minor[row["currency"]] = row["earned"]
    return list(found.values())


def own_rate(*, author: User | None = None, document: Document | None = None) -> int | None:
    """The commission chosen for that document, or by that author in general; None when none was."""
    whose = Q(document=document) if document is not None else Q(author=author)
    return CommissionRate.objects.filter(whose).values_list("basis_points", flat=True).first()


def documents_with_rates(author: User) -> QuerySet[CommissionRate]:
    """The documents of `author` with a commission of their own, documents loaded."""
    return (
        CommissionRate.objects.filter(document__author=author)
        .select_related("document")
        .order_by("document__title")
    )


def example_document(author: User) -> Document | None:
    """A document of `author` with a price by which to show what a commission costs: the one that sold most."""
    priced = Document.objects.filter(author=author, price_minor__gt=0)
    return priced.order_by("-sale_count", "-pk").first()


@dataclass(frozen=True)
class Cost:
    """What a commission of `basis_points` would come to for one document."""

    basis_points: int
    split: Split

    @property
    def percent(self) -> str:
        return f"{self.basis_points / 100:g}"


def commission_costs(document: Document, rates: Iterable[int]) -> list[Cost]:
    """What each of `rates` that this site allows would cost the author of `document` at its present price."""
    allowed = [rate for rate in rates if rate <= settings.COMMISSION_BASIS_POINTS_MAX]
    return [Cost(rate, document_split(document, rate)) for rate in allowed]


def click_count(sharer: User) -> int:
    """How many visitors followed the links of `sharer`, each once a day and link."""
    counted = ShareLink.objects.filter(sharer=sharer).aggregate(clicks=Sum("click_count", default=0))
    return int(counted["clicks"])
