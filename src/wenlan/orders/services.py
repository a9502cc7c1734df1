"""Buying documents and taking free ones."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.money import format_money, share_minor
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import sale_count_add
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import InsufficientFunds, Posting, account_for, transfer_post
from wenlan.orders.models import Entitlement, Order

__all__ = ["InsufficientFunds", "PriceChanged", "document_buy"]

#: The house's account that fees of sales go to.
FEES = "fees"


class PriceChanged(Conflict):
    """The price is another than the one the reader agreed to; nothing was bought."""

    code = "price_changed"

    def __init__(self, *, price_minor: int, currency: str) -> None:
        self.price_minor = price_minor
        self.currency = currency
        price = format_money(price_minor, currency)
        super().__init__(_("The price has changed to %(price)s. Please confirm it again.") % {"price": price})


def document_buy(*, reader: User, document_id: int, expected_price_minor: int) -> Entitlement:
    """Let `reader` have the whole of a published document for the price they were shown, in one transaction.

    The price goes from the reader's wallet to the author's earnings, less the house's fee; a document without
    a price needs no money. However often and from however many places at once this is called, there is one
    entitlement and one payment; later calls return the first. Raises InsufficientFunds, PriceChanged, and
    NotAllowed for one's own document or one that is not on the shelf; then nothing is written.
    """
    try:
        return _buy(reader=reader, document_id=document_id, expected_price_minor=expected_price_minor)
    except IntegrityError:
        # Somebody gave this reader the document while we were buying it: our payment was taken back whole.
        owned = _owned(reader, document_id)
        if owned is None:
            raise
        return owned


@transaction.atomic
def _buy(*, reader: User, document_id: int, expected_price_minor: int) -> Entitlement:
    # The document is locked before the accounts, always: whoever withdraws, deletes or prices it waits for the
    # sale, or the sale for them; and of two purchases of a reader the second finds what the first one bought.
    document = Document.objects.select_for_update(no_key=True).filter(pk=document_id).first()
    owned = _owned(reader, document_id)
    if owned is not None:
        return owned
    document = _offered(document, reader=reader, expected_price_minor=expected_price_minor)
    if document.is_free:
        return Entitlement.objects.create(reader=reader, document=document, source=Entitlement.Source.FREE)
    order = _order_pay(document, reader=reader)
    sale_count_add(document_id=document.pk)
    return Entitlement.objects.create(
        reader=reader, document=document, order=order, source=Entitlement.Source.PURCHASE
    )


def _owned(reader: User, document_id: int) -> Entitlement | None:
    return Entitlement.objects.filter(reader=reader, document_id=document_id).first()


def _offered(document: Document | None, *, reader: User, expected_price_minor: int) -> Document:
    """The document when it is on the shelf at the price the reader saw, or the reason why it is not for them."""
    if document is None or not document.is_published:
        raise NotAllowed(_("This document is not offered any more."))
    if document.author_id == reader.pk:
        raise NotAllowed(_("This document is your own."))
    if document.price_minor != expected_price_minor:
        raise PriceChanged(price_minor=document.price_minor, currency=document.currency)
    return document


def price_split(price_minor: int) -> tuple[int, int]:
    """`(house fee, author's income)` of a price: the fee by setting, rounded down; the rest is the author's."""
    fee_minor = share_minor(price_minor, settings.HOUSE_FEE_BASIS_POINTS)
    return fee_minor, price_minor - fee_minor


def _postings(*, reader: User, document: Document) -> list[Posting]:
    fee_minor, author_minor = price_split(document.price_minor)
    currency = document.currency
    parts = [
        (Account.Kind.WALLET, reader, "", -document.price_minor),
        (Account.Kind.EARNINGS, document.author, "", author_minor),
        (Account.Kind.HOUSE, None, FEES, fee_minor),
    ]
    return [
        Posting(account_for(kind=kind, owner=owner, name=name, currency=currency), amount_minor)
        for kind, owner, name, amount_minor in parts
        if amount_minor
    ]


def _order_pay(document: Document, *, reader: User) -> Order:
    fee_minor, author_minor = price_split(document.price_minor)
    order = Order.objects.create(
        buyer=reader,
        seller=document.author,
        document=document,
        revision=cast("Revision", document.current_revision),  # a published document has one
        price_minor=document.price_minor,
        fee_minor=fee_minor,
        author_minor=author_minor,
        currency=document.currency,
    )
    order.transfer = transfer_post(
        reason_key=f"sale:{order.pk}",
        kind=Transfer.Kind.SALE,
        description=document.title,
        cause=f"order:{order.pk}",
        postings=_postings(reader=reader, document=document),
    )
    order.state = Order.State.PAID
    order.paid_at = timezone.now()
    order.save(update_fields=["state", "transfer", "paid_at"])
    return order
