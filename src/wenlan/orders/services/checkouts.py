"""Paying for something at once: what was agreed, and what becomes of it when the money is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.documents.models import Document
from wenlan.ledger.selectors import wallet_balance_minor
from wenlan.orders.bundling import bundle_quote
from wenlan.orders.models import Bundle, Checkout, Entitlement
from wenlan.orders.pricing import document_quote
from wenlan.orders.services.bundles import bundle_buy, bundle_lock
from wenlan.orders.services.buying import PriceChanged, document_buy, is_offered_to
from wenlan.orders.services.claims import claim_send
from wenlan.orders.trails import Attribution

OPEN_FOR = timedelta(days=2)
SWEEP_LIMIT = 500


class AlreadyOwned(Conflict):
    """The reader has it already; nothing was bought."""

    code = "already_owned"

    def __init__(self) -> None:
        super().__init__(_("You have this already; nothing was bought a second time."))


@transaction.atomic
def checkout_open(
    *,
    reader: User,
    expected_price_minor: int,
    document_id: int | None = None,
    bundle_id: int | None = None,
    coupon_code: str = "",
    chosen_minor: int | None = None,
    email: str = "",
    attribution: dict[str, Any] | None = None,
) -> Checkout:
    """Write down what `reader` is about to pay for: a document or a bundle, at the price they were shown.

    Raises PriceChanged, AlreadyOwned, what `document_quote` raises, and NotAllowed for what is not offered to them or
    costs nothing; then nothing is written.
    """
    if document_id is not None:
        quote = _document_agreed(reader, document_id, coupon_code, chosen_minor)
    else:
        quote = _bundle_agreed(reader, bundle_id)
    if quote.price_minor != expected_price_minor:
        raise PriceChanged(price_minor=quote.price_minor, currency=quote.currency)
    if not quote.price_minor:
        raise NotAllowed(_("This costs nothing: no payment is needed."))
    return Checkout.objects.create(
        reader=reader,
        document_id=document_id,
        bundle_id=bundle_id,
        title=quote.title,
        price_minor=quote.price_minor,
        currency=quote.currency,
        coupon_code=coupon_code.strip()[:80],
        chosen_minor=chosen_minor,
        email=email,
        attribution=attribution,
    )


@dataclass(frozen=True)
class _Agreed:
    title: str
    price_minor: int
    currency: str


def _document_agreed(reader: User, document_id: int, coupon_code: str, chosen_minor: int | None) -> _Agreed:
    document = Document.objects.filter(pk=document_id).first()
    if document is None or not is_offered_to(document, reader) or document.author_id == reader.pk:
        raise NotAllowed(_("This document is not offered any more."))
    if Entitlement.objects.filter(reader=reader, document=document).exists():
        raise AlreadyOwned
    quote = document_quote(document, reader, coupon_code=coupon_code, chosen_minor=chosen_minor)
    return _Agreed(document.title, quote.price_minor, quote.currency)


def _bundle_agreed(reader: User, bundle_id: int | None) -> _Agreed:
    bundle = Bundle.objects.filter(pk=bundle_id or 0, stopped_at=None).first()
    if bundle is None or bundle.author_id == reader.pk:
        raise NotAllowed(_("This bundle is not offered any more."))
    quote = bundle_quote(bundle, reader)
    if quote.owned_count and not quote.charged:
        raise AlreadyOwned
    return _Agreed(bundle.title, quote.price_minor, quote.currency)


def checkout_missing_minor(checkout: Checkout) -> int:
    """What the reader has to pay for it beside what is in their wallet."""
    return max(0, checkout.price_minor - wallet_balance_minor(checkout.reader, checkout.currency))


def checkout_lock(*, checkout_id: int) -> Checkout:
    """The checkout and what it is about, locked until the transaction ends.

    Who credits a wallet and settles a checkout in one transaction calls this first: documents are locked before
    accounts, always. Raises Checkout.DoesNotExist.
    """
    checkout = (
        Checkout.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reader")
        .get(pk=checkout_id)
    )
    if checkout.bundle_id is not None:
        bundle_lock(checkout.bundle_id)
    elif checkout.document_id is not None:
        list(Document.objects.select_for_update(no_key=True).filter(pk=checkout.document_id))
    return checkout


@transaction.atomic
def checkout_settle(*, checkout_id: int) -> Checkout:
    """Buy what a checkout is about, now that the money is in the reader's wallet; exactly once.

    When it cannot be bought any more, at that price, the checkout fails, saying why, and the money stays in the
    wallet; nothing of that is raised. A guest gets the link to it by mail. A second call changes nothing. Raises Checkout.DoesNotExist.
    """
    checkout = checkout_lock(checkout_id=checkout_id)
    if checkout.is_settled:
        return checkout
    with override(checkout.reader.language):
        try:
            with transaction.atomic():
                _buy(checkout)
            checkout.state = Checkout.State.PAID
        except WenlanError as error:
            checkout.state = Checkout.State.FAILED
            checkout.failure, checkout.failure_code = str(error)[:300], error.code[:40]
    checkout.settled_at = timezone.now()
    checkout.save(update_fields=["state", "failure", "failure_code", "settled_at"])
    if checkout.email and checkout.reader.is_guest:
        claim_send(guest=checkout.reader, email=checkout.email, checkout=checkout)
    return checkout


def _buy(checkout: Checkout) -> None:
    if checkout.bundle_id is not None:
        bought = bundle_buy(
            reader=checkout.reader,
            bundle_id=checkout.bundle_id,
            expected_price_minor=checkout.price_minor,
        )
        if not bought:
            raise AlreadyOwned
        return
    document_id = checkout.document_id
    if document_id is None:  # it was deleted
        raise NotAllowed(_("This document is not offered any more."))
    if Entitlement.objects.filter(reader=checkout.reader, document=document_id).exists():
        raise AlreadyOwned
    document_buy(
        reader=checkout.reader,
        document_id=document_id,
        expected_price_minor=checkout.price_minor,
        coupon_code=checkout.coupon_code,
        chosen_minor=checkout.chosen_minor,
        attribution=Attribution(**checkout.attribution) if checkout.attribution else None,
    )


def checkouts_sweep() -> int:
    """Close what nobody paid for; money that arrives afterwards buys it all the same, when it still can."""
    late = Checkout.objects.filter(state=Checkout.State.OPEN, created_at__lt=timezone.now() - OPEN_FOR)
    numbers = list(late.order_by("created_at").values_list("pk", flat=True)[:SWEEP_LIMIT])
    return Checkout.objects.filter(pk__in=numbers, state=Checkout.State.OPEN).update(
        state=Checkout.State.EXPIRED
    )
