"""What the index is made of."""

from __future__ import annotations

from typing import Any

import tantivy

from wenlan.search.ports import IndexedDocument

SCHEMA_VERSION = 5
"""Raised with every change of the schema or the analysis: an index of another version is made anew."""


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    # Signed, because the binding makes a signed term of the number to delete by, which no unsigned field has.
    builder.add_integer_field("id", indexed=True, fast=True)
    # What everybody may read to its end has no open_grams: they would be its grams once more, and half of the price of
    # an index. Phrases are looked for in the ones or the others (`queries._phrase`).
    builder.add_boolean_field("is_open", indexed=True)
    for name in ("grams", "open_grams"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("words", "title", "headings", "tags", "author"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("category", "format", "language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("price", "pages", "published"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


SCHEMA = _schema()


def row_of(document: IndexedDocument) -> Any:
    is_open = document.grams == document.open_grams
    return tantivy.Document.from_dict(
        {
            "id": document.document_id,
            "title": " ".join(document.title),
            "headings": " ".join(document.headings),
            "tags": " ".join(document.tags),
            "author": " ".join(document.author),
            "words": " ".join(document.words),
            "grams": " ".join(document.grams),
            "open_grams": "" if is_open else " ".join(document.open_grams),
            "is_open": is_open,
            "category": document.category,
            "format": document.format,
            "language": document.language,
            "price": document.price_minor,
            "pages": document.page_count,
            "published": max(0, document.published_at),
        },
        SCHEMA,
    )
