"""What the index is made of: the same fields as in tantivy, analysed by us and only split at blanks by OpenSearch."""

from __future__ import annotations

from typing import Any

from wenlan.search.analysis import SECTION_BREAK
from wenlan.search.ports import IndexedDocument

RANKED_FIELDS = ("grams", "words", "title", "headings", "tags", "author")

_RANKED = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
_NAME = {"type": "keyword"}
_NUMBER = {"type": "long"}

#: The text is not kept: an index is made anew from the library and not from itself.
MAPPINGS: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "properties": {
        "id": _NUMBER,
        "open_grams": {
            "type": "text",
            "analyzer": "whitespace",
            "index_options": "positions",
            "norms": False,
        },
        **dict.fromkeys(RANKED_FIELDS, _RANKED),
        **dict.fromkeys(("category", "format", "language"), _NAME),
        **dict.fromkeys(("price", "pages", "published"), _NUMBER),
    },
}


def settings_for(version: str) -> dict[str, Any]:
    """The settings of an index in a cluster of this version.

    One shard, because a word's rarity is counted in each by itself. What was written is shown by an explicit
    refresh and never by the clock, so that a write that fails half-way shows nothing. From version 3 on, BM25 alone
    means Lucene's without the constant factor k1 + 1, which tantivy's scores have.
    """
    similarity = "LegacyBM25" if int(version.split(".", 1)[0]) >= 3 else "BM25"
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "similarity": {"default": {"type": similarity, "k1": 1.2, "b": 0.75}},
    }


def row_of(document: IndexedDocument) -> dict[str, Any]:
    """The document as OpenSearch takes it.

    An empty field holds a term that nobody searches for: Lucene counts only the documents that have a field, where
    tantivy counts all.
    """
    return {
        "id": document.document_id,
        **{name: " ".join(getattr(document, name)) or SECTION_BREAK for name in RANKED_FIELDS},
        "open_grams": " ".join(document.open_grams),
        "category": document.category,
        "format": document.format,
        "language": document.language,
        "price": document.price_minor,
        "pages": document.page_count,
        "published": max(0, document.published_at),
    }
