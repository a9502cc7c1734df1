"""What a machine made of the text: title checks for author and reviewer, keywords and summary for readers, too."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from django import template
from django.template import Context

from wenlan.documents.models import Document, Revision
from wenlan.documents.selectors import covers_load
from wenlan.similarity.digests import digest_for_readers, digest_of_revision
from wenlan.similarity.related import documents_for, documents_related
from wenlan.similarity.title_checks import title_mismatches

register = template.Library()

OFFERED_MAX = 4

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


@register.inclusion_tag("similarity/_offered.html", takes_context=True)
def documents_offered(context: Context, document: Document | None = None) -> dict[str, Any]:
    """`{% documents_offered %}`: for whoever reads; `{% documents_offered document %}`: after they bought that one."""
    user = context["user"]
    if document is None:
        offered = documents_for(user=user, limit=OFFERED_MAX)
    else:
        offered = documents_related(document=document, user=user, limit=OFFERED_MAX)
    covers_load([item.document for item in offered])
    return {"offered": offered, "is_after_purchase": document is not None, "user": user}
