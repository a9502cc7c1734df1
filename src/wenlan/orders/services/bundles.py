"""Bundles: made, changed, and bought as one order for each document."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.core.money import format_money
from wenlan.core.text import clean_line, clean_paragraphs
from wenlan.documents.models import Document
from wenlan.documents.services import sale_count_add
from wenlan.orders.bundling import Part, bundle_quote
from wenlan.orders.models import Bundle, BundleItem, Entitlement
from wenlan.orders.services.buying import PriceChanged, order_pay

DOCUMENTS_MIN, DOCUMENTS_MAX = 2, 50


class InvalidBundle(WenlanError):
    """A bundle cannot be so; `field` says what of it."""

    code = "invalid_bundle"

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


@transaction.atomic
def bundle_create(
    *, author: User, title: str, price_minor: int, document_ids: Sequence[int], description: str = ""
) -> Bundle:
    """Offer documents of `author` together, in the order given.

    All are of one author and on the shelf, and together they cost more alone. Raises InvalidBundle, and NotAllowed for
    documents of others: a bundle of several authors would spend the income of people who were not asked.
    """
    documents = _documents(author, document_ids)
    title = clean_line(title)[:200]
    if not title:
        raise InvalidBundle(_("Write a title."), field="title")
    alone_minor = sum(document.price_minor for document in documents)
    if not 0 < price_minor < alone_minor:
        alone = format_money(alone_minor, settings.CURRENCY)
        raise InvalidBundle(
            _("The price is more than zero and less than the %(alone)s that they cost one by one.")
            % {"alone": alone},
            field="price",
        )
    bundle = Bundle.objects.create(
        author=author,
        title=title,
        description=clean_paragraphs(description)[:5000],
        price_minor=price_minor,
        currency=settings.CURRENCY,
    )
    BundleItem.objects.bulk_create(
        BundleItem(bundle=bundle, document=document, position=position)
        for position, document in enumerate(documents)
    )
    return bundle


def _documents(author: User, document_ids: Sequence[int]) -> list[Document]:
    numbers = list(dict.fromkeys(document_ids))
    if not DOCUMENTS_MIN <= len(numbers) <= DOCUMENTS_MAX:
        raise InvalidBundle(
            _("Choose from %(least)d to %(most)d documents.")
            % {"least": DOCUMENTS_MIN, "most": DOCUMENTS_MAX},
            field="documents",
        )
    found = Document.objects.in_bulk(numbers)
    if len(found) != len(numbers) or any(document.author_id != author.pk for document in found.values()):
        raise NotAllowed(_("A bundle holds documents of your own."))
    if any(
        not document.is_for_everyone or document.currency != settings.CURRENCY for document in found.values()
    ):
        raise InvalidBundle(_("Choose documents that are published."), field="documents")
    return [found[number] for number in numbers]


@transaction.atomic
def bundle_stop(*, actor: User, bundle_id: int, is_stopped: bool = True) -> Bundle:
    """Offer a bundle no longer, or again. Harmless the second time.

    Raises NotAllowed for anybody but its author and the operators, and Bundle.DoesNotExist.
    """
    bundle = Bundle.objects.select_for_update(no_key=True).get(pk=bundle_id)
    if bundle.author_id != actor.pk and not actor.is_staff:
        raise NotAllowed(_("Only its author can change a bundle."))
    if bundle.is_offered == is_stopped:
        bundle.stopped_at = timezone.now() if is_stopped else None
        bundle.save(update_fields=["stopped_at"])
    return bundle


def bundle_lock(bundle_id: int) -> Bundle | None:
    """The bundle and all its documents, locked in the order of their numbers until the transaction ends."""
    bundle = Bundle.objects.select_for_update(no_key=True).filter(pk=bundle_id).first()
    documents = Document.objects.filter(
        pk__in=BundleItem.objects.filter(bundle=bundle_id).values("document_id")
    )
    list(documents.select_for_update(no_key=True).order_by("pk"))
    return bundle


@transaction.atomic
def bundle_buy(*, reader: User, bundle_id: int, expected_price_minor: int) -> list[Entitlement]:
    """Let `reader` have every document of a bundle that they have not yet, one order each, in one transaction.

    Returns the new entitlements; a second call finds nothing left and returns none. Raises InsufficientFunds,
    PriceChanged, and NotAllowed for one's own bundle or one that is not offered; then nothing is written.
    """
    bundle = bundle_lock(bundle_id)
    if bundle is None or not bundle.is_offered:
        raise NotAllowed(_("This bundle is not offered any more."))
    if bundle.author_id == reader.pk:
        raise NotAllowed(_("This bundle is your own."))
    quote = bundle_quote(bundle, reader)
    if not quote.charged and quote.owned_count:
        return []
    if not quote.charged:
        raise Conflict(_("No document of this bundle is on offer."))
    if quote.price_minor != expected_price_minor:
        raise PriceChanged(price_minor=quote.price_minor, currency=quote.currency)
    return [_part_buy(part, reader=reader, bundle=bundle) for part in quote.charged]


def _part_buy(part: Part, *, reader: User, bundle: Bundle) -> Entitlement:
    if not part.price_minor:
        return Entitlement.objects.create(
            reader=reader, document=part.document, source=Entitlement.Source.FREE
        )
    order = order_pay(part.document, reader=reader, quote=part.quote, bundle=bundle)
    sale_count_add(document_id=part.document.pk)
    return Entitlement.objects.create(
        reader=reader, document=part.document, order=order, source=Entitlement.Source.PURCHASE
    )
