"""What pages of other rooms say about sharing."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.orders import share_selectors
from wenlan.orders.pricing import Split, document_quote
from wenlan.orders.services import commission_basis_points
from wenlan.orders.share_selectors import ShareOffer

register = template.Library()


@register.simple_tag
def share_offer(document: Document, user: User | AnonymousUser) -> ShareOffer:
    """`{% share_offer document user as share %}`: how this reader shares the document, and what they get for it."""
    return share_selectors.share_offer(document, user)


@register.inclusion_tag("orders/_commission_card.html")
def commission_card(document: Document) -> dict[str, object]:
    """`{% commission_card document %}`: what the author leaves to sharers, on the page where they edit the document."""
    rate = commission_basis_points(document)
    split = share_selectors.document_split(document, rate) if not document.is_free else Split(0, 0, 0)
    return {
        "document": document,
        "percent": f"{rate / 100:g}",
        "rate": rate,
        "split": split,
        "price_minor": document_quote(document).price_minor,
    }
