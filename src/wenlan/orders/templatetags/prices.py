"""What a document costs, wherever it stands."""

from __future__ import annotations

from typing import Any

from django import template

from wenlan.documents.models import Document
from wenlan.orders.pricing import Quote, document_quote
from wenlan.orders.selectors import bundles_with

register = template.Library()

BUNDLES_SHOWN = 3


@register.inclusion_tag("orders/_price.html")
def price_of(document: Document, size: str = "", quote: Quote | None = None) -> dict[str, Any]:
    """`{% price_of document " price--large" %}`: the price of these days, the one before beside it, struck through.

    Without a query for a document of a list.
    """
    return {"document": document, "quote": quote or document_quote(document), "size": size}


@register.inclusion_tag("orders/_also_in.html")
def bundles_of_document(document: Document) -> dict[str, Any]:
    """`{% bundles_of_document document %}`: the bundles on offer that it is in."""
    return {"bundles": list(bundles_with(document)[:BUNDLES_SHOWN])}
