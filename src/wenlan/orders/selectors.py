"""Reading orders and entitlements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BigIntegerField,
    Count,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_with_covers, reader_has_whole
from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.orders.bundling import BundleQuote
from wenlan.orders.models import Bundle, Coupon, Entitlement, Order, Refund, SalePrice, Terms
from wenlan.orders.pricing import Quote, document_quote

OfferKind = Literal["own", "entitled", "sign_in", "free", "buy", "unavailable"]


def documents_bought_by(user: User) -> Q:
    """A condition over Document: those `user` keeps, whatever became of them since.

    A subquery and not a join: it never doubles a row, however it is combined.
    """
    return Q(pk__in=Entitlement.objects.filter(reader_id=user.pk).values("document_id"))


def documents_bought_last_by(user: User, limit: int) -> list[int]:
    """The numbers of the documents that `user` bought or took last."""
    rows = Entitlement.objects.filter(reader=user).order_by("-pk")
    return list(rows.values_list("document_id", flat=True)[:limit])


def documents_bought_with(documents: list[int], people_min: int, limit: int) -> tuple[str, dict[int, int]]:
    """What those who have one of these have as well, by how many of them; at least `people_min`."""
    theirs = Entitlement.objects.filter(
        reader__in=Entitlement.objects.filter(document__in=documents).values("reader")
    )
    rows = theirs.exclude(document__in=documents).order_by().values_list("document")
    counted = rows.annotate(people=Count("reader", distinct=True)).filter(people__gte=people_min)
    return "bought_too", dict(counted.order_by("-people", "document")[:limit])


def reader_is_entitled(user: User | AnonymousUser, document: Document) -> bool:
    """Whether `user` bought `document`, or was given it."""
    if not user.is_authenticated:
        return False
    return Entitlement.objects.filter(reader_id=user.pk, document_id=document.pk).exists()


def document_is_kept(document_id: int) -> bool:
    """Whether anybody has bought the document or was given it."""
    return (
        Entitlement.objects.filter(document=document_id).exists()
        or Order.objects.filter(document=document_id).exists()
    )


def entitlement_of(*, user: User, document: Document) -> Entitlement | None:
    """The right of `user` to the whole of `document`, if they bought it or were given it."""
    return Entitlement.objects.filter(reader=user, document=document).first()


def entitlements_of(*, reader: User, documents: Iterable[Document]) -> dict[int, Entitlement]:
    """Those of `documents` that `reader` may keep, by document number; one query for all."""
    numbers = [document.pk for document in documents]
    kept = Entitlement.objects.filter(reader=reader, document__in=numbers)
    return {entitlement.document_id: entitlement for entitlement in kept}


@dataclass(frozen=True)
class Offer:
    """What the download button says to one reader of one document.

    `own` and `entitled`: download it. `sign_in`: an account is needed first. `free`: take it. `buy`: pay
    `price_minor`, of which `missing_minor` is not yet in the wallet, and can be put there on this site or not.
    `unavailable`: not on the shelf. All amounts are in the document's currency. `quote` says what the price is made
    of.
    """

    kind: OfferKind
    quote: Quote
    wallet_minor: int = 0
    can_top_up: bool = False

    @property
    def price_minor(self) -> int:
        return self.quote.price_minor

    @property
    def currency(self) -> str:
        return self.quote.currency

    @property
    def missing_minor(self) -> int:
        return max(0, self.price_minor - self.wallet_minor) if self.kind == "buy" else 0

    @property
    def is_download(self) -> bool:
        """Whether the original is this reader's already."""
        return self.kind in {"own", "entitled"}


def document_offer(*, document: Document, user: User | AnonymousUser, quote: Quote | None = None) -> Offer:
    """How `user` gets the original of `document`, for what it costs everybody unless there is a `quote`."""
    quote = quote or document_quote(document)
    kind = _offer_kind(document, user, quote)
    currency = document.currency
    wallet_minor = wallet_balance_minor(user, currency) if kind == "buy" and user.is_authenticated else 0
    return Offer(
        kind=kind,
        quote=quote,
        wallet_minor=wallet_minor,
        can_top_up=bool(settings.PAYMENT_PROVIDERS) and currency == settings.CURRENCY,
    )


def _offer_kind(document: Document, user: User | AnonymousUser, quote: Quote) -> OfferKind:
    if user.is_authenticated and document.author_id == user.pk:
        return "own"
    if reader_has_whole(document=document, user=user):
        return "entitled"
    if not document.is_published:
        return "unavailable"
    if not user.is_authenticated:
        return "sign_in"
    return "free" if quote.is_free else "buy"


def bundle_offer(*, bundle: Bundle, quote: BundleQuote, user: User | AnonymousUser) -> Offer:
    """How `user` gets what is in `bundle` and not theirs yet; `entitled` when nothing is left."""
    kind: OfferKind = "buy"
    if user.is_authenticated and bundle.author_id == user.pk:
        kind = "own"
    elif not quote.charged:
        kind = "entitled" if quote.owned_count else "unavailable"
    elif not bundle.is_offered:
        kind = "unavailable"
    elif not user.is_authenticated:
        kind = "sign_in"
    return Offer(
        kind=kind,
        quote=Quote(quote.alone_minor, quote.price_minor, quote.currency),
        wallet_minor=wallet_balance_minor(user, quote.currency) if user.is_authenticated else 0,
        can_top_up=bool(settings.PAYMENT_PROVIDERS) and quote.currency == settings.CURRENCY,
    )


def bundles_with(document: Document) -> QuerySet[Bundle]:
    """The bundles on offer that `document` is in."""
    return Bundle.objects.filter(items__document=document, stopped_at=None).order_by("price_minor", "pk")


def bundles_of(author: User) -> QuerySet[Bundle]:
    """The bundles of `author`, newest first, each with `document_count` and `sale_count`."""
    return (
        Bundle.objects.filter(author=author)
        .annotate(
            document_count=Count("items", distinct=True),
            sale_count=Count("orders", filter=Q(orders__state=Order.State.PAID), distinct=True),
        )
        .order_by("-pk")
    )


def coupons_of(author: User) -> QuerySet[Coupon]:
    """The coupons of `author`, newest first, each with `document_count`, which is 0 for all documents."""
    coupons = Coupon.objects.filter(author=author).annotate(document_count=Count("documents"))
    return coupons.order_by("-pk")


def sale_prices_to_come(document: Document) -> QuerySet[SalePrice]:
    """The sale prices of `document` that are in force or will be, the next one first."""
    return SalePrice.objects.filter(document=document, ends_at__gt=timezone.now()).select_related("document")


def guests_may_buy(document: Document) -> bool:
    """Whether `document` can be paid for at once, without an account."""
    return (
        document.is_for_everyone
        and not document_quote(document).is_free
        and bool(settings.PAYMENT_PROVIDERS)
        and document.currency == settings.CURRENCY
    )


def prices_listed() -> list[Prefetch[str]]:
    """What is needed to say the price of each document of a list: the sale prices of this moment, the terms."""
    now = timezone.now()
    in_force = SalePrice.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return [
        Prefetch("sale_prices", queryset=in_force, to_attr="sales_now"),
        Prefetch("terms", queryset=Terms.objects.all()),
    ]


def prices_load(documents: Sequence[Document]) -> None:
    """The same for documents that were loaded without."""
    prefetch_related_objects(documents, *prices_listed())


def library_bought(user: User) -> QuerySet[Document]:
    """What `user` may keep, newest first, ready for `documents/_card.html`; `granted_at` is since when."""
    return (
        documents_with_covers(Document.objects.select_related("author", "category", "current_revision"))
        .filter(entitlements__reader=user)
        .annotate(granted_at=F("entitlements__granted_at"))
        .order_by("-granted_at", "-pk")
    )


def titles_bought_by(reader: User) -> list[str]:
    """What `reader` keeps, by title, the latest first."""
    kept = Entitlement.objects.filter(reader=reader).order_by("-pk")
    return list(kept.values_list("document__title", flat=True))


def orders_of(reader: User) -> QuerySet[Order]:
    """The orders of `reader`, newest first."""
    return Order.objects.filter(buyer=reader).select_related(
        "seller", "document", "revision", "bundle", "coupon_use__coupon"
    )


def order_live(*, reader: User, document: Document) -> Order | None:
    """The order by which `reader` has `document`, if they paid for it and have it still."""
    return Order.objects.filter(buyer=reader, document=document, state=Order.State.PAID).first()


def refunds_of(order: Order) -> QuerySet[Refund]:
    """What of an order's price went back, first to last."""
    return order.refunds.order_by("pk")


def orders_sold() -> QuerySet[Order]:
    """Every order that was paid, also what went back since, newest first."""
    return (
        Order.objects.filter(state__in=[Order.State.PAID, Order.State.REFUNDED])
        .select_related("document", "buyer")
        .order_by("-paid_at", "-id")
    )


def sales_of(author: User) -> QuerySet[Order]:
    """Every sale that `author` got the money of, newest first."""
    return orders_sold().filter(seller=author)


def _kept_of(author: User) -> QuerySet[Order]:
    """The sales of `author` that were not refunded whole, with what each party keeps of them."""
    back = Refund.objects.filter(order=OuterRef("pk")).order_by().values("order")

    def kept(part: str) -> Coalesce:
        given_back = Subquery(back.annotate(total=Sum(part)).values("total"))
        return Coalesce(F(part) - given_back, F(part), output_field=BigIntegerField())

    return (
        sales_of(author)
        .filter(state=Order.State.PAID)
        .annotate(
            fee_kept=kept("fee_minor"),
            author_kept=kept("author_minor"),
            commission_kept=kept("commission_minor"),
        )
    )


@dataclass(frozen=True)
class SalesTotals:
    """What all sales in one currency add up to."""

    currency: str
    count: int
    price_minor: int
    fee_minor: int
    author_minor: int
    commission_minor: int


def sales_totals(author: User) -> list[SalesTotals]:
    """The sums over `sales_of(author)` that were not refunded, less what went back of them, by currency."""
    rows = (
        _kept_of(author)
        .order_by("currency")
        .values("currency")
        .annotate(
            sales=Count("pk"),
            paid=Sum(F("price_minor") - F("refunded_minor")),
            fee=Sum("fee_kept"),
            income=Sum("author_kept"),
            commission=Sum("commission_kept"),
        )
    )
    return [
        SalesTotals(row["currency"], row["sales"], row["paid"], row["fee"], row["income"], row["commission"])
        for row in rows
    ]


@dataclass(frozen=True)
class DocumentSales:
    """What one document earned in one currency; `shared` of its sales came through share links."""

    document_id: int
    title: str
    currency: str
    count: int
    author_minor: int
    shared: int
    commission_minor: int


def sales_by_document(author: User, *, limit: int = 10) -> list[DocumentSales]:
    """The documents of `author` that earned most, best first; what went back is not among it."""
    rows = (
        _kept_of(author)
        .order_by()
        .values("document_id", "document__title", "currency")
        .annotate(
            count=Count("pk"),
            income=Sum("author_kept"),
            shared=Count("sharer"),
            commission=Sum("commission_kept"),
        )
        .order_by("-income", "document_id")[:limit]
    )
    return [
        DocumentSales(
            row["document_id"],
            row["document__title"],
            row["currency"],
            row["count"],
            row["income"],
            row["shared"],
            row["commission"],
        )
        for row in rows
    ]


def quality_signals(document_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """`sales` of each document for the ranking: readers who bought it and kept it, or took it for free.

    Its author is none of them, and what an author gave away is no sale.
    """
    taken = Q(source=Entitlement.Source.FREE) | Q(order__state=Order.State.PAID)
    sold = Entitlement.objects.filter(taken, document__in=document_ids).exclude(reader=F("document__author"))
    return {"sales": dict(sold.order_by().values_list("document").annotate(Count("pk")))}
