"""A document, its revisions and their pages."""

from wenlan.documents.models.document import (
    FIRST_PAGES,
    PRICE_LIMIT_MINOR,
    Amendment,
    Document,
    Favourite,
    PreviewPolicy,
    on_the_shelf,
)
from wenlan.documents.models.revision import Page, Revision, Upload
from wenlan.documents.models.shelves import Category, Tag

__all__ = [
    "FIRST_PAGES",
    "PRICE_LIMIT_MINOR",
    "Amendment",
    "Category",
    "Document",
    "Favourite",
    "Page",
    "PreviewPolicy",
    "Revision",
    "Tag",
    "Upload",
    "on_the_shelf",
]
