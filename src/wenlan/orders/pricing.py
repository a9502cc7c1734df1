"""What a document costs one reader at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from wenlan.core.money import share_minor
from wenlan.documents.models import Document


@dataclass(frozen=True)
class Quote:
    """`price_minor` is to be paid; without any discount it would be `list_minor`. Both in `currency`."""

    list_minor: int
    price_minor: int
    currency: str

    @property
    def is_free(self) -> bool:
        return self.price_minor == 0


def document_quote(document: Document) -> Quote:
    """The price of `document` now."""
    return Quote(document.price_minor, document.price_minor, document.currency)


@dataclass(frozen=True)
class Split:
    """Whose a price is: the three parts add up to it."""

    fee_minor: int
    commission_minor: int
    author_minor: int


def price_split(price_minor: int, *, commission_basis_points: int = 0) -> Split:
    """Who gets what of a price.

    The house its fee by setting, and the sharer the commission that the author chose, each a share of the price
    rounded down; the rest is the author's. Where both together were more than the price, the commission gives way.
    """
    fee_minor = share_minor(price_minor, settings.HOUSE_FEE_BASIS_POINTS)
    commission_minor = min(share_minor(price_minor, commission_basis_points), price_minor - fee_minor)
    return Split(fee_minor, commission_minor, price_minor - fee_minor - commission_minor)
