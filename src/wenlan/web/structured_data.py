"""What search engines read: schema.org data about one document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from wenlan.accounts.models import User
from wenlan.core.money import CURRENCIES
from wenlan.documents.models import Document, Revision
from wenlan.orders.pricing import Quote


def document_data(
    *,
    document: Document,
    revision: Revision | None,
    url: str,
    description: str,
    image_url: str,
    quote: Quote,
) -> dict[str, Any]:
    """`document` as https://schema.org/DigitalDocument that is also a Product with one Offer.

    Holds facts and the description only, never the text of a page.
    """
    digits, _sign = CURRENCIES[document.currency]
    price_minor = quote.minimum_minor if quote.is_chosen else quote.price_minor
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["DigitalDocument", "Product"],
        "@id": url,
        "url": url,
        "name": document.title,
        "description": description,
        "sku": str(document.pk),
        "isAccessibleForFree": price_minor == 0,
        "author": _author_data(document.author),
        "offers": {
            "@type": "Offer",
            "url": url,
            "price": str(Decimal(price_minor).scaleb(-digits)),
            "priceCurrency": document.currency,
            "availability": "https://schema.org/InStock",
            **({"priceValidUntil": quote.sale.ends_at.date().isoformat()} if quote.sale else {}),
        },
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/ReadAction",
            "userInteractionCount": document.view_count,
        },
    }
    if document.language != Document.Language.OTHER:
        data["inLanguage"] = document.language
    if document.published_at:
        data["datePublished"] = document.published_at.date().isoformat()
        data["dateModified"] = document.updated_at.date().isoformat()
    if document.category:
        data["category"] = document.category.name
    if image_url:
        data["image"] = data["thumbnailUrl"] = image_url
    if revision is not None:
        data["encodingFormat"] = revision.media_type
        data["additionalProperty"] = [
            {"@type": "PropertyValue", "name": "pages", "value": revision.page_count},
            {"@type": "PropertyValue", "name": "bytes", "value": revision.size_bytes},
        ]
    return data


def _author_data(author: User) -> dict[str, str]:
    """Somebody whose account is closed keeps their name on what they wrote, and has no page."""
    data = {"@type": "Person", "name": author.display_name}
    if author.is_active:
        data["url"] = settings.SITE_URL + reverse("web:author", args=[author.pk])
    return data
