"""The fidelity report of a preview, for whoever reads it."""

from __future__ import annotations

from typing import Any, Literal

from django import template

from wenlan.documents.models import Document, Revision
from wenlan.web.fidelity import fidelity_notes, fidelity_verdict

register = template.Library()

LINKED_PAGES = 12

Audience = Literal["reader", "author", "reviewer"]


@register.inclusion_tag("web/_fidelity.html")
def fidelity_report(
    revision: Revision | None, document: Document, audience: Audience = "reader", readable: int = 0
) -> dict[str, Any]:
    """`{% fidelity_report revision document "author" %}`: the verdict, what was measured, and what follows from it.

    A reader gets links to those pages to look at that are open to them, the first `readable` ones.
    """
    verdict = fidelity_verdict(revision) if revision else None
    numbers = verdict.pages[:LINKED_PAGES] if verdict else ()
    return {
        "verdict": verdict,
        "notes": fidelity_notes(revision) if revision else [],
        "audience": audience,
        "pages": [
            (number, f"#page-{number}" if audience == "reviewer" else document.page_url(number))
            for number in numbers
            if audience != "reader" or number <= readable
        ],
    }


@register.inclusion_tag("web/_fidelity_line.html")
def fidelity_line(revision: Revision | None) -> dict[str, Any]:
    """`{% fidelity_line revision %}`: the verdict in one line, for who is about to buy."""
    return {"verdict": fidelity_verdict(revision) if revision else None}
