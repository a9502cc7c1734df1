"""What an author decides about the price of a document, beside its price itself."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.core.money import format_money
from wenlan.documents.models import Document
from wenlan.orders.models import SalePrice, Terms


class InvalidPrice(WenlanError):
    """A price or its time cannot be so; `field` says what of it."""

    code = "invalid_price"

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


def _document_locked(actor: User, document_id: int) -> Document:
    """Whoever buys the document waits for what is decided about its price, or that for them."""
    document = Document.objects.select_for_update(no_key=True).filter(pk=document_id).first()
    if document is None:
        raise Conflict(_("This document no longer exists."))
    if document.author_id != actor.pk and not actor.is_staff:
        raise NotAllowed(_("Only the author can change this document."))
    return document


@transaction.atomic
def terms_set(*, actor: User, document_id: int, suggested_minor: int | None) -> None:
    """Let readers choose what they pay, from the document's price on, proposing `suggested_minor`; None: its price.

    Raises InvalidPrice for a suggestion below the price, NotAllowed and Conflict.
    """
    document = _document_locked(actor, document_id)
    if suggested_minor is None:
        Terms.objects.filter(document=document).delete()
        return
    if not max(1, document.price_minor) <= suggested_minor <= settings.PRICE_MAX_MINOR:
        least = format_money(max(1, document.price_minor), document.currency)
        most = format_money(settings.PRICE_MAX_MINOR, document.currency)
        raise InvalidPrice(
            _("Propose something from %(least)s to %(most)s.") % {"least": least, "most": most},
            field="suggested",
        )
    Terms.objects.update_or_create(document=document, defaults={"suggested_minor": suggested_minor})


@transaction.atomic
def sale_price_add(
    *, actor: User, document_id: int, price_minor: int, starts_at: datetime, ends_at: datetime
) -> SalePrice:
    """Let a document cost less from `starts_at` until `ends_at`.

    Raises InvalidPrice for a price that is not below the document's, a time that is over or ends before it begins,
    and one in which another sale price is in force; NotAllowed and Conflict.
    """
    document = _document_locked(actor, document_id)
    if not 0 < price_minor < document.price_minor:
        raise InvalidPrice(
            _("A sale price is more than zero and less than %(price)s.") % {"price": document.price},
            field="price",
        )
    if ends_at <= max(starts_at, timezone.now()):
        raise InvalidPrice(_("The end is after the beginning, and still to come."), field="ends_at")
    if SalePrice.objects.filter(document=document, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise InvalidPrice(_("Another sale price is in force at that time."), field="starts_at")
    return SalePrice.objects.create(
        document=document, price_minor=price_minor, starts_at=starts_at, ends_at=ends_at
    )


@transaction.atomic
def sale_price_end(*, actor: User, document_id: int, sale_price_id: int) -> None:
    """End a sale price now, or drop one that has not begun. Harmless when it is over or gone.

    Raises NotAllowed and Conflict.
    """
    document = _document_locked(actor, document_id)
    now = timezone.now()
    sale = SalePrice.objects.filter(pk=sale_price_id, document=document, ends_at__gt=now).first()
    if sale is None:
        return
    if sale.starts_at >= now:
        sale.delete()
        return
    sale.ends_at = now
    sale.save(update_fields=["ends_at"])
