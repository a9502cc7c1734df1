"""What a bundle costs one reader at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.core.money import apportion_minor
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_with_covers
from wenlan.orders.models import Bundle, Entitlement
from wenlan.orders.pricing import Quote, sale_in_force


@dataclass(frozen=True)
class Part:
    """A document of a bundle, and what of the bundle's price is its; nothing of what is owned or off the shelf."""

    document: Document
    price_minor: int
    is_owned: bool

    @property
    def is_charged(self) -> bool:
        return self.document.is_for_everyone and not self.is_owned

    @property
    def quote(self) -> Quote:
        return Quote(self.document.price_minor, self.price_minor, self.document.currency)


@dataclass(frozen=True)
class BundleQuote:
    """`price_minor` is to be paid for what is charged, which alone would cost `alone_minor`."""

    parts: list[Part]
    currency: str

    @property
    def charged(self) -> list[Part]:
        return [part for part in self.parts if part.is_charged]

    @property
    def price_minor(self) -> int:
        return sum(part.price_minor for part in self.charged)

    @property
    def alone_minor(self) -> int:
        return sum(_alone_minor(part.document) for part in self.charged)

    @property
    def owned_count(self) -> int:
        return sum(part.is_owned for part in self.parts)


def bundle_quote(bundle: Bundle, reader: User | AnonymousUser | None = None) -> BundleQuote:
    """The price of `bundle` for `reader`, split over its documents by what each costs without any discount.

    No document costs more in a bundle than alone. What the reader has already is not charged.
    """
    documents = bundle_documents(bundle)
    owned = _owned(documents, reader)
    weights = [document.price_minor for document in documents]
    whole_minor = min(bundle.price_minor, sum(weights))
    shares = apportion_minor(whole_minor, weights) if whole_minor else [0] * len(weights)
    parts = [
        Part(document, min(share, _alone_minor(document)), document.pk in owned)
        for document, share in zip(documents, shares, strict=True)
    ]
    return BundleQuote(parts, bundle.currency)


def bundle_documents(bundle: Bundle) -> list[Document]:
    """The documents of `bundle` in its order, ready for `documents/_card.html`."""
    documents = Document.objects.filter(bundle_items__bundle=bundle).select_related(
        "author", "category", "current_revision"
    )
    return list(documents_with_covers(documents).order_by("bundle_items__position", "pk"))


def _alone_minor(document: Document) -> int:
    sale = sale_in_force(document, timezone.now())
    return sale.price_minor if sale is not None else document.price_minor


def _owned(documents: list[Document], reader: User | AnonymousUser | None) -> set[int]:
    if reader is None or not reader.is_authenticated:
        return set()
    kept = Entitlement.objects.filter(reader_id=reader.pk, document__in=documents)
    return set(kept.values_list("document_id", flat=True))
