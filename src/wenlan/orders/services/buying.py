"""Buying documents and taking free ones."""

from __future__ import annotations

from typing import cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.money import format_money
from wenlan.documents.models import Document, Revision
from wenlan.documents.selectors import documents_visible_to
from wenlan.documents.services import sale_count_add
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, account_named, transfer_post
from wenlan.orders.models import Bundle, Entitlement, Order
from wenlan.orders.pricing import Quote, document_quote, price_split
from wenlan.orders.services.commissions import commission_basis_points
from wenlan.orders.services.coupons import coupon_lock, coupon_use
from wenlan.orders.services.holds import hold_period
from wenlan.orders.services.shares import shares_of
from wenlan.orders.services.sharing import sharer_of
from wenlan.orders.trails import Attribution


class PriceChanged(Conflict):
    """The price is another than the one the reader agreed to; nothing was bought."""

    code = "price_changed"

    def __init__(self, *, price_minor: int, currency: str) -> None:
        self.price_minor = price_minor
        self.currency = currency
        price = format_money(price_minor, currency)
        super().__init__(_("The price has changed to %(price)s. Please confirm it again.") % {"price": price})


def document_buy(
    *,
    reader: User,
    document_id: int,
    expected_price_minor: int,
    coupon_code: str = "",
    chosen_minor: int | None = None,
    attribution: Attribution | None = None,
) -> Entitlement:
    """Let `reader` have the whole of a published document for the price they were shown, in one transaction.

    The price goes from the reader's wallet to the author, less the house's fee and the commission of whose share
    link `attribution` names, and is held there for some days; a document without a price needs no money. However
    often and from however many places at once this is called, there is one entitlement and one payment; later calls
    return the first. A coupon is used once for it. Raises InsufficientFunds, PriceChanged, what `document_quote`
    raises, and NotAllowed for one's own document or one that is not on the shelf; then nothing is written.
    """
    try:
        return _buy(
            reader=reader,
            document_id=document_id,
            expected_price_minor=expected_price_minor,
            coupon_code=coupon_code,
            chosen_minor=chosen_minor,
            attribution=attribution,
        )
    except IntegrityError:
        # Somebody gave this reader the document while we were buying it: our payment was taken back whole.
        owned = _owned(reader, document_id)
        if owned is None:
            raise
        return owned


@transaction.atomic
def _buy(
    *,
    reader: User,
    document_id: int,
    expected_price_minor: int,
    coupon_code: str,
    chosen_minor: int | None,
    attribution: Attribution | None,
) -> Entitlement:
    # The document is locked before the accounts, always: whoever withdraws, deletes or prices it waits for the
    # sale, or the sale for them; and of two purchases of a reader the second finds what the first one bought.
    document = Document.objects.select_for_update(no_key=True).filter(pk=document_id).first()
    owned = _owned(reader, document_id)
    if owned is not None:
        return owned
    document = _offered(document, reader=reader)
    coupon_lock(coupon_code)
    quote = document_quote(document, reader, coupon_code=coupon_code, chosen_minor=chosen_minor)
    if quote.price_minor != expected_price_minor:
        raise PriceChanged(price_minor=quote.price_minor, currency=quote.currency)
    if quote.is_free:
        coupon_use(quote.discount, reader=reader, document=document)
        return Entitlement.objects.create(reader=reader, document=document, source=Entitlement.Source.FREE)
    sharer = sharer_of(attribution=attribution, document=document, buyer=reader)
    order = order_pay(document, reader=reader, quote=quote, sharer=sharer)
    coupon_use(quote.discount, reader=reader, document=document, order=order)
    sale_count_add(document_id=document.pk)
    return Entitlement.objects.create(
        reader=reader, document=document, order=order, source=Entitlement.Source.PURCHASE
    )


def _owned(reader: User, document_id: int) -> Entitlement | None:
    return Entitlement.objects.filter(reader=reader, document_id=document_id).first()


def _offered(document: Document | None, *, reader: User) -> Document:
    """The document when it is on the shelf, or the reason why it is not for this reader."""
    if document is None or not is_offered_to(document, reader):
        raise NotAllowed(_("This document is not offered any more."))
    if document.author_id == reader.pk:
        raise NotAllowed(_("This document is your own."))
    return document


def is_offered_to(document: Document, reader: User) -> bool:
    """Whether the document is on the shelf for this reader: for everybody, or for members and groups they are in."""
    return document.is_for_everyone or (
        document.is_published and documents_visible_to(reader).filter(pk=document.pk).exists()
    )


def _postings(order: Order) -> list[Posting]:
    """The price leaves the buyer's wallet for everybody's share: held, unless this house holds nothing."""
    wallet = account_named(kind=Account.Kind.WALLET, owner=order.buyer, currency=order.currency)
    return [
        Posting(wallet, -order.price_minor),
        *(
            Posting(share.held if order.is_held else share.free, getattr(order, share.part))
            for share in shares_of(order)
        ),
    ]


def order_pay(
    document: Document,
    *,
    reader: User,
    quote: Quote,
    sharer: User | None = None,
    bundle: Bundle | None = None,
) -> Order:
    """A paid order for a document, its row locked, at the price of `quote`; the caller gives the entitlement."""
    # Authors may share their own documents, and see what comes of it; they pay themselves nothing for it.
    earns = sharer is not None and sharer != document.author
    split = price_split(
        quote.price_minor,
        commission_basis_points=commission_basis_points(document) if earns else 0,
        house_discount_minor=quote.house_discount_minor,
    )
    now = timezone.now()
    release_at = now + hold_period()
    order = Order(
        buyer=reader,
        seller=document.author,
        document=document,
        sharer=sharer,
        bundle=bundle,
        revision=cast("Revision", document.current_revision),  # a published document has one
        list_minor=quote.list_minor,
        price_minor=quote.price_minor,
        fee_minor=split.fee_minor,
        commission_minor=split.commission_minor,
        author_minor=split.author_minor,
        currency=quote.currency,
    )
    order.save()
    order.state = Order.State.PAID
    order.paid_at = now
    order.release_at = release_at
    order.released_at = now if release_at == now else None
    order.transfer = transfer_post(
        reason_key=f"sale:{order.pk}",
        kind=Transfer.Kind.SALE,
        description=document.title,
        cause=f"order:{order.pk}",
        postings=_postings(order),
    )
    order.save(update_fields=["state", "transfer", "paid_at", "release_at", "released_at"])
    return order
