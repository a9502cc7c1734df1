"""What the title promises and the text does not hold, for author and reviewer."""

from __future__ import annotations

from typing import Any, Literal

from django import template

from wenlan.documents.models import Revision
from wenlan.similarity.title_checks import title_mismatches

register = template.Library()

Audience = Literal["author", "reviewer"]


@register.inclusion_tag("similarity/_title_check.html")
def title_check(revision: Revision | None, title: str, audience: Audience) -> dict[str, Any]:
    """`{% title_check revision title "author" %}`: nothing where all is well or nothing is known yet."""
    mismatches = title_mismatches(revision=revision, title=title) if revision else []
    return {"mismatches": mismatches, "audience": audience}
