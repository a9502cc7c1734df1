"""What a machine made of the text: title checks for author and reviewer, keywords and summary for readers, too."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from django import template

from wenlan.documents.models import Document, Revision
from wenlan.similarity.digests import digest_for_readers, digest_of_revision
from wenlan.similarity.title_checks import title_mismatches

register = template.Library()

Audience = Literal["author", "reviewer"]


@register.inclusion_tag("similarity/_title_check.html")
def title_check(revision: Revision | None, title: str, audience: Audience) -> dict[str, Any]:
    """`{% title_check revision title "author" %}`: nothing where all is well or nothing is known yet."""
    mismatches = title_mismatches(revision=revision, title=title) if revision else []
    return {"mismatches": mismatches, "audience": audience}


@register.inclusion_tag("similarity/_digest.html")
def document_digest(
    document: Document, revision: Revision | None, audience: Literal["reader", "author"]
) -> dict[str, Any]:
    """`{% document_digest document revision "reader" %}`: keywords and summary; nothing where there are none."""
    find = digest_of_revision if audience == "author" else partial(digest_for_readers, document)
    return {
        "document": document,
        "digest": find(revision) if revision and revision.is_ready else None,
        "audience": audience,
        "gap": " " if document.language == Document.Language.ENGLISH else "",
    }
